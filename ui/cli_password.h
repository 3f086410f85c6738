#pragma once
/*
 * Asks for a password on the terminal, without echo, while the main loop goes on. The default main
 * context's thread.
 */
#include <glib.h>

typedef struct PasswordPrompt PasswordPrompt;

/* Called once. SECRET is borrowed for the call and wiped after it; NULL: not given (C-c, C-d, end). */
typedef void (*PasswordOnDone)(char *secret, void *data);

/* NULL if there is no terminal to ask on. LABEL: the account. The caller owns it. */
PasswordPrompt *password_prompt_new(const char *label, PasswordOnDone on_done, void *data);
/* Gives the terminal its echo back; may be called from ON_DONE or without it. NULL does nothing. */
void password_prompt_free(PasswordPrompt *prompt);

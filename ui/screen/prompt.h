#pragma once
/*
 * A line that is being typed, at the bottom of the screen. UI thread.
 */
#include <stdbool.h>

#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"

typedef struct Prompt Prompt;

typedef enum PromptResult { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_CANCELLED } PromptResult;

/* LABEL: "search: ". TEXT: what stands there at first. The caller owns it. */
Prompt *prompt_new(const char *label, const char *text);
/* The same for a secret: what is typed is not drawn, and wiped at the end. */
Prompt *prompt_new_secret(const char *label);
void prompt_free(Prompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prompt, prompt_free)

/* Up and Down go through these lines (of char *, the newest last), which must outlive it. */
void prompt_set_history(Prompt *prompt, const GPtrArray *history);

/* What a text may be meant for (of char *, the best first); the caller's. */
typedef GPtrArray *(*PromptMatches)(const char *text, void *data);

/* What matches stands behind what is typed, the best first; Tab and S-Tab put one after the other in its
 * place. Asked again whenever the text has changed. */
void prompt_set_matches(Prompt *prompt, PromptMatches matches, void *data);

bool prompt_has_matches(const Prompt *prompt); /* it asks what matches */

/* Someone else shows what matches, in a box above: Up and Down go through it too, but while nothing is typed
 * through the history. */
void prompt_set_box(Prompt *prompt);
bool prompt_has_box(const Prompt *prompt);
const GPtrArray *prompt_matches(
	const Prompt *prompt);           /* of char *; NULL: none; belongs to PROMPT */
int prompt_chosen(const Prompt *prompt); /* the place in it; -1: none */

/* Told the text whenever a key has changed it. */
typedef void (*PromptChanged)(const char *text, void *data);
void prompt_set_changed(Prompt *prompt, PromptChanged changed, void *data);

PromptResult prompt_press(Prompt *prompt, Key key);
const char *prompt_text(const Prompt *prompt); /* belongs to PROMPT */

/* Draws it into a line and puts the cursor there. */
void prompt_draw(const Prompt *prompt, Canvas *canvas, const Area *area);

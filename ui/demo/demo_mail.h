#pragma once
/*
 * The sample mail that is built in (mail.mbox): written as Maildirs of `local:` accounts, with dates relative to
 * now. One thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct DemoMail DemoMail;

DemoMail *demo_mail_new(void);
void demo_mail_free(DemoMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DemoMail, demo_mail_free)

const GPtrArray *demo_mail_accounts(const DemoMail *mail); /* of const char *, in order */

/* Writes what is there from the start below ROOT/ACCOUNT/FOLDER. */
bool demo_mail_write(DemoMail *mail, const char *root, GError **error);

/* Another one comes, into a folder's new/; there is always one more. */
bool demo_mail_write_next(DemoMail *mail, const char *root, GError **error);

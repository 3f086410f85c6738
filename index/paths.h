#pragma once
/*
 * Where curlew keeps its files (XDG Base Directory 0.8) and where its helper programs lie.
 * Pure look-ups of the environment; nothing is made but by paths_make_directory. Any thread.
 */
#include <glib.h>
#include <stdbool.h>

/* All return a new absolute path without a trailing slash. */
char *paths_config_file(void); /* $CURLEW_CONFIG or $XDG_CONFIG_HOME/curlew/config */
char *paths_data(void);        /* $XDG_DATA_HOME/curlew */
char *paths_state(
	void); /* $XDG_STATE_HOME/curlew: index.db, index.lock, index.socket, curlew.log */
char *paths_account_state(
	const char *account); /* $XDG_STATE_HOME/curlew/ACCOUNT: state.db, lock, socket, outbox/ */
char *paths_mail_root(void);  /* the default mail root: $XDG_DATA_HOME/curlew/mail */

/*
 * The directory beside the mail root that holds what belongs to it but must stay outside notmuch's
 * view (store identity, graveyard): MAIL_ROOT.curlew/ACCOUNT. Same file system as the mail.
 */
char *paths_account_store(const char *mail_root, const char *account);

/* A helper program ("curlew-agent"): beside the running executable if it is there, else in libexec. */
char *paths_program(const char *name);

/* The file of a theme: in $XDG_CONFIG_HOME/curlew/themes, beside the running executable, or where themes were
 * installed; NULL: there is none. */
char *paths_theme(const char *name);

/* Makes a directory and its parents, 0700; true if it is there afterwards. */
bool paths_make_directory(const char *path, GError **error);

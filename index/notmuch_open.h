#pragma once
/*
 * Opens a notmuch database for the two that may, and what both read alike: the questions (query.c) and the
 * writer (indexer/writer.c). No configuration of a user is read, neither file nor environment nor profile;
 * nothing is ever written into the database's own configuration. Any thread, one object a thread.
 */
#include <glib.h>
#include <notmuch.h>

/*
 * Where notmuch looks for the database: MAIL_ROOT, or DATABASE if that is not NULL (with a trailing
 * "/.notmuch" taken off). The caller owns it.
 */
char *notmuch_open_path(const char *mail_root, const char *database);

/* The Xapian directory of the database at PATH (of notmuch_open_path). The caller owns it. */
char *notmuch_open_xapian(const char *path);

/*
 * Opens the database. INDEX_ERROR_MISSING if there is none or it cannot be opened. The caller owns the
 * result (notmuch_database_destroy).
 */
notmuch_database_t *notmuch_open(
	const char *mail_root, const char *database, notmuch_database_mode_t mode, GError **error);

/* Makes an empty database; fails if there is one. */
notmuch_database_t *notmuch_make(const char *path, GError **error);

/*
 * The tags of a message as they are, of char *: sorted, for they are terms of Xapian. NULL where the database
 * failed or moved on. The caller owns them.
 */
GPtrArray *notmuch_read_tags(notmuch_message_t *message);

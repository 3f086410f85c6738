#include "index/indexer/tag_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "index/error.h"
#include "index/indexer/batch.h"
#include "index/notmuch_open.h"

/* A tag with all but the plainest characters as %xx, as notmuch dump writes it. */
static void
write_tag(FILE *out, const char *tag)
{
	fputc('+', out);
	for (const unsigned char *c = (const unsigned char *)tag; *c; c++) {
		if (g_ascii_isalnum(*c) || strchr("@=.,_+-", *c))
			fputc(*c, out);
		else
			fprintf(out, "%%%02x", *c);
	}
}

static bool
needs_quotes(const char *id)
{
	if (!*id)
		return true;
	for (const char *c = id; *c; c++)
		if (!g_ascii_isgraph(*c) || strchr("\"()", *c))
			return true;
	return false;
}

static void
write_id(FILE *out, const char *id)
{
	bool quotes = needs_quotes(id);
	fputs(quotes ? " -- id:\"" : " -- id:", out);
	for (const char *c = id; *c; c++) {
		fputc(*c, out);
		if (quotes && *c == '"')
			fputc('"', out);
	}
	fputs(quotes ? "\"\n" : "\n", out);
}

static bool
write_message(FILE *out, notmuch_message_t *message)
{
	const char *id = notmuch_message_get_message_id(message);
	g_auto(GStrv) tags = batch_read_tags(message);
	if (!id || !tags)
		return false;
	if (strchr(id, '\n'))
		return true; /* no line can hold it */
	for (char **tag = tags; *tag; tag++) {
		if (tag != tags)
			fputc(' ', out);
		write_tag(out, *tag);
	}
	write_id(out, id);
	return true;
}

static bool
write_messages(FILE *out, notmuch_database_t *notmuch)
{
	notmuch_query_t *query = notmuch_query_create(notmuch, "");
	notmuch_messages_t *messages = NULL;
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	notmuch_query_set_sort(query, NOTMUCH_SORT_UNSORTED);
	bool ok = notmuch_query_search_messages(query, &messages) == NOTMUCH_STATUS_SUCCESS;
	fputs("#notmuch-dump batch-tag:3 tags\n", out);
	for (; ok && notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);
		ok = message && write_message(out, message);
		if (message)
			notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return ok;
}

static bool
set_failure(const char *path, GError **error)
{
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot write %s: %s", path,
		errno ? g_strerror(errno) : "the index changed meanwhile");
	return false;
}

static FILE *
open_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd >= 0 ? fdopen(fd, "w") : NULL;
}

bool
tag_dump_write(const char *mail_root, const char *database, const char *path, GError **error)
{
	notmuch_database_t *notmuch =
		notmuch_open(mail_root, database, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	if (!notmuch)
		return false;
	g_autofree char *new = g_strconcat(path, ".new", NULL);
	FILE *out = open_new(new);
	errno = 0;
	bool ok = out && write_messages(out, notmuch) && fflush(out) == 0 && !ferror(out) &&
	          fsync(fileno(out)) == 0;
	if (out)
		ok = fclose(out) == 0 && ok;
	notmuch_database_destroy(notmuch);
	if (ok && g_rename(new, path) == 0)
		return true;
	set_failure(path, error);
	g_unlink(new);
	return false;
}

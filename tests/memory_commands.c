#include <string.h>

#include "backend/core/merge.h"
#include "backend/core/uidset.h"
#include "index/maildir_name.h"
#include "tests/memory_session.h"

enum { PIECE = 100 };

bool
memory_session_has_modseq(const MemorySession *session)
{
	return session->server->capabilities & IMAP_CONDSTORE;
}

static void
log_change(const MemorySession *session, const char *what, const char *set, const char *to)
{
	if (session->server->changes)
		g_string_append_printf(session->server->changes, "    %s: %s %s %s\n",
			session->open ? session->open->name : "", what, set ? set : "",
			to ? to : "");
}

/* Messages of the open folder that a set names, ascending; of MemoryMessage. */
static GPtrArray *
named_by(const MemorySession *session, const char *set)
{
	GPtrArray *found = g_ptr_array_new();
	GPtrArray *messages = session->open->messages;
	bool to_end = g_str_has_suffix(set, ":*");
	g_autoptr(GArray) uids = to_end ? NULL : uidset_read(set, 1 << 20);
	uint32_t first = to_end ? (uint32_t)g_ascii_strtoull(set, NULL, 10) : 0;
	for (guint i = 0, at = 0; i < messages->len; i++) {
		MemoryMessage *message = messages->pdata[i];
		while (!to_end && at < uids->len &&
			g_array_index(uids, uint32_t, at) < message->uid)
			at++;
		if (to_end ? message->uid >= first || i + 1 == messages->len
			   : at < uids->len && g_array_index(uids, uint32_t, at) == message->uid)
			g_ptr_array_add(found, message);
	}
	return found;
}

static bool
tell(MemorySession *session, const MemoryMessage *message, RemoteVerb verb)
{
	g_auto(GStrv) words =
		*message->keywords ? g_strsplit(message->keywords, " ", -1) : g_new0(char *, 1);
	size_t header = (size_t)(strstr(message->text, "\r\n\r\n") - message->text) + 4;
	bool whole = verb == REMOTE_FETCH_HEADERS, body = verb == REMOTE_FETCH_BODIES;
	ImapFetch fetch = { .uid = message->uid };
	if (whole || verb == REMOTE_FETCH_FLAGS) {
		fetch.has_flags = true;
		fetch.flags = message->flags;
		fetch.keywords = (const char *const *)words;
		fetch.modseq = memory_session_has_modseq(session) ? message->modseq : 0;
	}
	if (whole || verb == REMOTE_FETCH_TOPS) {
		fetch.header = message->text;
		fetch.header_length = header;
		fetch.has_internal_date = fetch.has_size = true;
		fetch.internal_date = message->date;
		fetch.size = (uint32_t)strlen(message->text);
	}
	size_t size = strlen(message->text);
	if (body && session->on.body_begin) {
		session->server->bodies++;
		if (!session->on.body_begin(size, session->data))
			return false;
		for (size_t at = 0; at < size; at += PIECE)
			if (!session->on.body_data(
				    message->text + at, MIN(PIECE, size - at), session->data))
				return false;
		if (!session->on.body_end(session->data))
			return false;
		fetch.has_body = true;
		fetch.body_size = size;
	}
	return !session->on.on_fetch || session->on.on_fetch(&fetch, session->data);
}

static bool
do_fetch(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	const RemoteCommand *command = &sent->command;
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	for (guint i = 0; i < named->len; i++) {
		const MemoryMessage *message = named->pdata[i];
		if ((!command->since || message->modseq > command->since) &&
			!tell(session, message, command->verb))
			return false;
	}
	bool vanished = command->since && session->server->capabilities & IMAP_QRESYNC;
	for (guint i = 0; vanished && i < session->open->expunged->len; i++) {
		MemoryGone gone = g_array_index(session->open->expunged, MemoryGone, i);
		if (gone.modseq > command->since && session->on.on_vanished &&
			!session->on.on_vanished(gone.uid, gone.uid, session->data))
			return false;
	}
	return true;
}

static bool
do_fetch_last(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	GPtrArray *messages = session->open->messages;
	return !messages->len || tell(session, messages->pdata[messages->len - 1], REMOTE_NOOP);
}

static bool
tell_numbers(MemorySession *session, GPtrArray *messages)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < messages->len; i++)
		g_array_append_val(uids, ((MemoryMessage *)messages->pdata[i])->uid);
	return !session->on.on_search ||
	       session->on.on_search((uint32_t *)(void *)uids->data, uids->len, session->data);
}

static bool
do_search(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	return tell_numbers(session, named);
}

static GPtrArray *
deleted(const MemorySession *session)
{
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < session->open->messages->len; i++)
		if (((MemoryMessage *)session->open->messages->pdata[i])->flags & MAIL_DELETED)
			g_ptr_array_add(found, session->open->messages->pdata[i]);
	return found;
}

static bool
do_search_deleted(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) found = deleted(session);
	return tell_numbers(session, found);
}

/* Says OK of what is gone, too. */
static bool
do_store(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	const RemoteCommand *command = &sent->command;
	unsigned bits = command->flags | (command->deleted ? MAIL_DELETED : 0);
	const char *const *words = (const char *const *)sent->keywords;
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	log_change(session, "STORE", sent->set, NULL);
	for (guint i = 0; i < named->len; i++) {
		MemoryMessage *message = named->pdata[i];
		message->flags = command->clear ? message->flags & ~bits : message->flags | bits;
		char *keywords = merge_edit_keywords(message->keywords,
			command->clear ? NULL : words, command->clear ? words : NULL);
		g_free(message->keywords);
		message->keywords = keywords;
		memory_server_touch(session->server, message);
	}
	return true;
}

static void
say_where(MemorySession *session, ImapDone *done, MemoryFolder *folder, GPtrArray *from,
	uint32_t first)
{
	if (!(session->server->capabilities & IMAP_UIDPLUS))
		return;
	done->uidvalidity = folder->uidvalidity;
	done->to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	done->from = from ? g_array_new(FALSE, FALSE, sizeof(uint32_t)) : NULL;
	for (guint i = 0; i < (from ? from->len : 1); i++, first++) {
		g_array_append_val(done->to, first);
		if (from)
			g_array_append_val(done->from, ((MemoryMessage *)from->pdata[i])->uid);
	}
}

static bool
do_copy(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	MemoryFolder *to = memory_server_folder(session->server, sent->folder);
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	if (!to) {
		done->result = IMAP_NO;
		done->code = g_strdup("TRYCREATE");
		return true;
	}
	log_change(session, "COPY", sent->set, sent->folder);
	if (named->len)
		say_where(session, done, to, named, to->uidnext);
	for (guint i = 0; i < named->len; i++)
		memory_server_copy(session->server, named->pdata[i], to);
	if (sent->command.verb == REMOTE_MOVE)
		for (guint i = 0; i < named->len; i++)
			memory_server_expunge(session->server, session->open, named->pdata[i]);
	return true;
}

static bool
expunge_those(MemorySession *session, GPtrArray *messages, const char *set)
{
	log_change(session, "EXPUNGE", set, NULL);
	for (guint i = 0; i < messages->len; i++)
		if (((MemoryMessage *)messages->pdata[i])->flags & MAIL_DELETED)
			memory_server_expunge(session->server, session->open, messages->pdata[i]);
	return true;
}

static bool
do_expunge(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	return expunge_those(session, named, sent->set);
}

static bool
do_expunge_all(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) found = deleted(session);
	return expunge_those(session, found, NULL);
}

static bool
do_append(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	MemoryFolder *folder = memory_server_folder(session->server, sent->folder);
	log_change(session, "APPEND", NULL, sent->folder);
	say_where(session, done, folder, NULL, folder->uidnext);
	MemoryMessage *message = memory_server_deliver(
		session->server, folder, sent->text, sent->command.flags, sent->command.date);
	g_free(message->keywords);
	message->keywords = merge_keyword_set((const char *const *)sent->keywords);
	return true;
}

static bool
do_nothing(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	return true;
}

static bool (*const verbs[])(MemorySession *session, const MemorySent *sent, ImapDone *done) = {
	[REMOTE_NOOP] = do_nothing,
	[REMOTE_FETCH_HEADERS] = do_fetch,
	[REMOTE_FETCH_FLAGS] = do_fetch,
	[REMOTE_FETCH_LAST] = do_fetch_last,
	[REMOTE_FETCH_BODIES] = do_fetch,
	[REMOTE_FETCH_TOPS] = do_fetch,
	[REMOTE_SEARCH] = do_search,
	[REMOTE_SEARCH_DELETED] = do_search_deleted,
	[REMOTE_STORE] = do_store,
	[REMOTE_COPY] = do_copy,
	[REMOTE_MOVE] = do_copy,
	[REMOTE_EXPUNGE] = do_expunge,
	[REMOTE_EXPUNGE_ALL] = do_expunge_all,
	[REMOTE_APPEND] = do_append,
};

bool
memory_session_do(MemorySession *session, const MemorySent *sent, ImapDone *done)
{
	return verbs[sent->command.verb](session, sent, done);
}

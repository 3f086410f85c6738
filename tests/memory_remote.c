#include "tests/memory_remote.h"

#include <string.h>
#include <unistd.h>

#include "backend/core/merge.h"
#include "backend/core/uidset.h"
#include "backend/envelopes.h"
#include "backend/error.h"
#include "index/maildir_name.h"
#include "tests/memory_server.h"

enum { PIECE = 100 };

typedef struct Sent {
	RemoteCommand command;
	char *set, *folder, *text;
	char **keywords;
} Sent;

typedef struct Session {
	Remote remote;
	MemoryServer *server;
	MemoryFolder *open;
	ImapHandlers on;
	void *data;
	GQueue sent; /* of Sent */
	bool broken;
} Session;

static void
sent_free(void *pointer)
{
	Sent *sent = pointer;
	g_free(sent->set);
	g_free(sent->folder);
	g_free(sent->text);
	g_strfreev(sent->keywords);
	g_free(sent);
}

/* False: the connection is cut now. */
static bool
holds(Session *session, GError **error)
{
	MemoryServer *server = session->server;
	bool alive = !session->broken && (!server->may_go_on || server->may_go_on());
	if (alive && (server->cut <= 0 || g_rand_double(server->random) >= server->cut))
		return true;
	server->cuts += alive;
	session->broken = true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "the connection was cut");
	return false;
}

static void
log_change(const Session *session, const char *what, const char *set, const char *to)
{
	if (session->server->changes)
		g_string_append_printf(session->server->changes, "    %s: %s %s %s\n",
			session->open ? session->open->name : "", what, set ? set : "",
			to ? to : "");
}

static unsigned
capabilities(const Remote *remote)
{
	return ((const Session *)remote)->server->capabilities;
}

static bool
has_modseq(const Session *session)
{
	return session->server->capabilities & IMAP_CONDSTORE;
}

static bool
list(Remote *remote, bool *with_status, GError **error)
{
	Session *session = (Session *)remote;
	*with_status = true;
	if (!holds(session, error))
		return false;
	session->open = NULL;
	for (guint i = 0; i < session->server->folders->len; i++) {
		const MemoryFolder *folder = session->server->folders->pdata[i];
		ImapFolder one = { .name = folder->name,
			.delimiter = '/',
			.role = g_str_equal(folder->name, "INBOX")   ? ROLE_INBOX
			        : g_str_equal(folder->name, "Trash") ? ROLE_TRASH
			                                             : ROLE_NONE };
		ImapStatus status = { .name = folder->name,
			.has_messages = true,
			.has_uidnext = true,
			.has_uidvalidity = true,
			.has_modseq = has_modseq(session),
			.messages = folder->messages->len,
			.uidnext = folder->uidnext,
			.uidvalidity = folder->uidvalidity,
			.modseq = has_modseq(session) ? memory_server_modseq(folder) : 0 };
		if (!session->on.on_folder(&one, session->data) ||
			!session->on.on_status(&status, session->data))
			return false;
	}
	return holds(session, error);
}

static bool
status(Remote *remote, const char *const *folders, GError **error)
{
	return true; /* LIST brought it */
}

static bool
select_folder(
	Remote *remote, const char *name, bool writing, ImapSelected *selected, GError **error)
{
	Session *session = (Session *)remote;
	if (!holds(session, error))
		return false;
	session->open = memory_server_folder(session->server, name);
	if (!session->open) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "no such folder");
		return false;
	}
	*selected = (ImapSelected){ .exists = session->open->messages->len,
		.uidnext = session->open->uidnext,
		.uidvalidity = session->open->uidvalidity,
		.modseq = has_modseq(session) ? memory_server_modseq(session->open) : 0,
		.permanent_flags = MAIL_ALL_FLAGS,
		.keywords_allowed = true };
	return holds(session, error);
}

static char *
read_file(int file)
{
	GString *text = g_string_new(NULL);
	char byte, last = 0;
	for (off_t at = 0; pread(file, &byte, 1, at) == 1; at++, last = byte) {
		if (byte == '\n' && last != '\r')
			g_string_append_c(text, '\r');
		g_string_append_c(text, byte);
	}
	return g_string_free(text, FALSE);
}

static bool
send(Remote *remote, const RemoteCommand *command, GError **error)
{
	Session *session = (Session *)remote;
	if (session->broken)
		return holds(session, error);
	Sent *sent = g_new0(Sent, 1);
	sent->command = *command;
	sent->set = g_strdup(command->set);
	sent->folder = g_strdup(command->folder);
	sent->keywords = g_strdupv((char **)command->keywords);
	if (command->verb == REMOTE_APPEND)
		sent->text = read_file(command->file);
	g_queue_push_tail(&session->sent, sent);
	return true;
}

/* ---- commands ---- */

/* Messages of the open folder that a set names, ascending; of MemoryMessage. */
static GPtrArray *
named_by(const Session *session, const char *set)
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
tell(Session *session, const MemoryMessage *message, RemoteVerb verb)
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
		fetch.modseq = has_modseq(session) ? message->modseq : 0;
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
do_fetch(Session *session, const Sent *sent, ImapDone *done)
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
do_fetch_last(Session *session, const Sent *sent, ImapDone *done)
{
	GPtrArray *messages = session->open->messages;
	return !messages->len || tell(session, messages->pdata[messages->len - 1], REMOTE_NOOP);
}

static bool
tell_numbers(Session *session, GPtrArray *messages)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < messages->len; i++)
		g_array_append_val(uids, ((MemoryMessage *)messages->pdata[i])->uid);
	return !session->on.on_search ||
	       session->on.on_search((uint32_t *)(void *)uids->data, uids->len, session->data);
}

static bool
do_search(Session *session, const Sent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	return tell_numbers(session, named);
}

static GPtrArray *
deleted(const Session *session)
{
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < session->open->messages->len; i++)
		if (((MemoryMessage *)session->open->messages->pdata[i])->flags & MAIL_DELETED)
			g_ptr_array_add(found, session->open->messages->pdata[i]);
	return found;
}

static bool
do_search_deleted(Session *session, const Sent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) found = deleted(session);
	return tell_numbers(session, found);
}

/* Says OK of what is gone, too. */
static bool
do_store(Session *session, const Sent *sent, ImapDone *done)
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
say_where(Session *session, ImapDone *done, MemoryFolder *folder, GPtrArray *from, uint32_t first)
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
do_copy(Session *session, const Sent *sent, ImapDone *done)
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
expunge_those(Session *session, GPtrArray *messages, const char *set)
{
	log_change(session, "EXPUNGE", set, NULL);
	for (guint i = 0; i < messages->len; i++)
		if (((MemoryMessage *)messages->pdata[i])->flags & MAIL_DELETED)
			memory_server_expunge(session->server, session->open, messages->pdata[i]);
	return true;
}

static bool
do_expunge(Session *session, const Sent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) named = named_by(session, sent->set);
	return expunge_those(session, named, sent->set);
}

static bool
do_expunge_all(Session *session, const Sent *sent, ImapDone *done)
{
	g_autoptr(GPtrArray) found = deleted(session);
	return expunge_those(session, found, NULL);
}

static bool
do_append(Session *session, const Sent *sent, ImapDone *done)
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
do_nothing(Session *session, const Sent *sent, ImapDone *done)
{
	return true;
}

static bool (*const verbs[])(Session *session, const Sent *sent, ImapDone *done) = {
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

static bool
read_answer(Remote *remote, uint64_t messages, ImapDone *done, GError **error)
{
	Session *session = (Session *)remote;
	Sent *sent = g_queue_pop_head(&session->sent);
	*done = (ImapDone){ .result = IMAP_OK };
	bool ok = holds(session, error);
	if (ok && !verbs[sent->command.verb](session, sent, done)) {
		session->broken = true;
		ok = holds(session, error);
	}
	sent_free(sent);
	ok = ok && holds(session, error);
	done->text = g_strdup("so it is");
	if (!ok)
		imap_done_clear(done);
	return ok;
}

static void
hear(Remote *remote, const ImapHandlers *handlers, void *data)
{
	Session *session = (Session *)remote;
	session->on = handlers ? *handlers : (ImapHandlers){ 0 };
	session->data = data;
}

static bool
is_usable(const Remote *remote)
{
	const Session *session = (const Session *)remote;
	return !session->broken && session->sent.length == 0;
}

static void
close_session(Remote *remote)
{
	Session *session = (Session *)remote;
	g_queue_clear_full(&session->sent, sent_free);
	g_free(session);
}

static const RemoteClass class = {
	.capabilities = capabilities,
	.list = list,
	.status = status,
	.select = select_folder,
	.send = send,
	.read = read_answer,
	.hear = hear,
	.is_usable = is_usable,
	.close = close_session,
};

Remote *
memory_remote_open(MemoryServer *server)
{
	Session *session = g_new0(Session, 1);
	session->remote.class = &class;
	session->server = server;
	g_queue_init(&session->sent);
	return &session->remote;
}

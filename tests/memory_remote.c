#include "tests/memory_remote.h"

#include <string.h>
#include <unistd.h>

#include "backend/envelopes.h"
#include "backend/error.h"
#include "index/maildir_name.h"
#include "tests/memory_session.h"

static void
sent_free(void *pointer)
{
	MemorySent *sent = pointer;
	g_free(sent->set);
	g_free(sent->folder);
	g_free(sent->text);
	g_strfreev(sent->keywords);
	g_free(sent);
}

static bool
cut(MemorySession *session, GError **error)
{
	session->broken = true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "the connection was cut");
	return false;
}

/* False: the connection is cut now. */
static bool
holds(MemorySession *session, GError **error)
{
	MemoryServer *server = session->server;
	bool alive = !session->broken && (!server->may_go_on || server->may_go_on());
	if (alive && (server->cut <= 0 || g_rand_double(server->random) >= server->cut))
		return true;
	server->cuts += alive;
	return cut(session, error);
}

/* What else happens just before this command; then, does the server say no? */
static bool
is_refused(MemorySession *session, const char *command, const char *folder)
{
	MemoryServer *server = session->server;
	if (server->meanwhile)
		server->meanwhile(command, folder, server->meanwhile_data);
	return memory_server_troubles(server, command, folder, false);
}

static unsigned
capabilities(const Remote *remote)
{
	return ((const MemorySession *)remote)->server->capabilities;
}

static bool
list(Remote *remote, bool *with_status, GError **error)
{
	MemorySession *session = (MemorySession *)remote;
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
			.has_modseq = memory_session_has_modseq(session),
			.messages = folder->messages->len,
			.uidnext = folder->uidnext,
			.uidvalidity = folder->uidvalidity,
			.modseq = memory_session_has_modseq(session) ? memory_server_modseq(folder)
			                                             : 0 };
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
	MemorySession *session = (MemorySession *)remote;
	if (!holds(session, error))
		return false;
	session->open = NULL;
	if (is_refused(session, writing ? "SELECT" : "EXAMINE", name)) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED, "not now");
		return false;
	}
	session->open = memory_server_folder(session->server, name);
	if (!session->open) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "no such folder");
		return false;
	}
	*selected = (ImapSelected){ .exists = session->open->messages->len,
		.uidnext = session->open->uidnext,
		.uidvalidity = session->open->uidvalidity,
		.modseq = memory_session_has_modseq(session) ? memory_server_modseq(session->open)
		                                             : 0,
		.permanent_flags = MAIL_ALL_FLAGS & ~session->open->kept,
		.keywords_allowed = true };
	if (writing)
		session->open->kept = 0;
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
	MemorySession *session = (MemorySession *)remote;
	if (session->broken)
		return holds(session, error);
	MemorySent *sent = g_new0(MemorySent, 1);
	sent->command = *command;
	sent->set = g_strdup(command->set);
	sent->folder = g_strdup(command->folder);
	sent->keywords = g_strdupv((char **)command->keywords);
	if (command->verb == REMOTE_APPEND)
		sent->text = read_file(command->file);
	g_queue_push_tail(&session->sent, sent);
	return true;
}

/* As MemoryTrouble names them. */
static const char *const names[] = {
	[REMOTE_NOOP] = "NOOP",
	[REMOTE_FETCH_HEADERS] = "FETCH",
	[REMOTE_FETCH_FLAGS] = "FETCH",
	[REMOTE_FETCH_LAST] = "FETCH",
	[REMOTE_FETCH_BODIES] = "FETCH",
	[REMOTE_FETCH_TOPS] = "FETCH",
	[REMOTE_SEARCH] = "SEARCH",
	[REMOTE_SEARCH_DELETED] = "SEARCH",
	[REMOTE_STORE] = "STORE",
	[REMOTE_COPY] = "COPY",
	[REMOTE_MOVE] = "COPY",
	[REMOTE_EXPUNGE] = "EXPUNGE",
	[REMOTE_EXPUNGE_ALL] = "EXPUNGE",
	[REMOTE_APPEND] = "APPEND",
};

static bool
do_or_refuse(MemorySession *session, const MemorySent *sent, ImapDone *done, GError **error)
{
	const char *name = names[sent->command.verb];
	const char *folder = sent->folder ? sent->folder : session->open->name;
	if (is_refused(session, name, folder)) {
		done->result = IMAP_NO;
		done->text = g_strdup("not now");
		return true;
	}
	done->text = g_strdup("so it is");
	if (!memory_session_do(session, sent, done))
		session->broken = true;
	return memory_server_troubles(session->server, name, folder, true) ? cut(session, error)
	                                                                   : holds(session, error);
}

static bool
read_answer(Remote *remote, uint64_t messages, ImapDone *done, GError **error)
{
	MemorySession *session = (MemorySession *)remote;
	MemorySent *sent = g_queue_pop_head(&session->sent);
	*done = (ImapDone){ .result = IMAP_OK };
	bool ok = holds(session, error) && do_or_refuse(session, sent, done, error);
	sent_free(sent);
	ok = ok && holds(session, error);
	if (!ok)
		imap_done_clear(done);
	return ok;
}

static void
hear(Remote *remote, const ImapHandlers *handlers, void *data)
{
	MemorySession *session = (MemorySession *)remote;
	session->on = handlers ? *handlers : (ImapHandlers){ 0 };
	session->data = data;
}

static bool
is_usable(const Remote *remote)
{
	const MemorySession *session = (const MemorySession *)remote;
	return !session->broken && session->sent.length == 0;
}

static void
close_session(Remote *remote)
{
	MemorySession *session = (MemorySession *)remote;
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
	MemorySession *session = g_new0(MemorySession, 1);
	session->remote.class = &class;
	session->server = server;
	g_queue_init(&session->sent);
	return &session->remote;
}

#include "backend/agent/remote_imap.h"

#include <string.h>

#include "index/maildir_name.h"

/* Commands as texts. What an APPEND was answered before its literal is kept for the next reading. */
enum { STATUS_WINDOW = 50 };

typedef struct RemoteImap {
	Remote remote;
	ImapSession *session;
	ImapDone early;
	bool has_early;
	bool selected; /* a folder is open */
} RemoteImap;

ImapSession *
remote_imap_session(Remote *remote)
{
	return ((RemoteImap *)remote)->session;
}

static unsigned
capabilities(const Remote *remote)
{
	return imap_capabilities(((const RemoteImap *)remote)->session);
}

/* ---- folders ---- */

static const char *
status_items(const Remote *remote)
{
	return capabilities(remote) & IMAP_CONDSTORE
	               ? "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
	               : "(MESSAGES UIDNEXT UIDVALIDITY)";
}

/*
 * The STATUS of a folder that is open says what this session saw of it last (RFC 9051 §6.3.11), so it is left first, or
 * where that cannot be without an expunge, brought up to date. A server may answer a NOOP after what is pipelined behind
 * it (Dovecot does), so its answer is waited for.
 */
static bool
leave_folder(RemoteImap *self, GError **error)
{
	bool selected = self->selected, leaves = capabilities(&self->remote) & IMAP_UNSELECT;
	self->selected = selected && !leaves;
	if (!selected)
		return true;
	return leaves ? imap_send(self->session, error, "UNSELECT")
	              : imap_command(self->session, error, "NOOP");
}

static bool
list(Remote *remote, bool *with_status, GError **error)
{
	ImapSession *session = remote_imap_session(remote);
	if (!leave_folder((RemoteImap *)remote, error))
		return false;
	unsigned can = capabilities(remote);
	*with_status = can & IMAP_LIST_STATUS;
	if (*with_status)
		return imap_command(session, error, "LIST \"\" \"*\" RETURN (%aSTATUS %a)",
			can & IMAP_SPECIAL_USE ? "SPECIAL-USE " : "", status_items(remote));
	if (can & IMAP_SPECIAL_USE && can & IMAP_LIST_EXTENDED)
		return imap_command(session, error, "LIST \"\" \"*\" RETURN (SPECIAL-USE)");
	return imap_command(session, error, "LIST \"\" \"*\"");
}

static bool
status(Remote *remote, const char *const *folders, GError **error)
{
	ImapSession *session = remote_imap_session(remote);
	size_t count = g_strv_length((char **)folders);
	for (size_t begin = 0; begin < count; begin += STATUS_WINDOW) {
		size_t end = MIN(begin + STATUS_WINDOW, count);
		for (size_t i = begin; i < end; i++)
			if (!imap_send(session, error, "STATUS %s %a", folders[i],
				    status_items(remote)))
				return false;
		for (size_t i = begin; i < end; i++) {
			ImapDone done = { 0 };
			if (!imap_read(session, 0, &done, error))
				return false;
			imap_done_clear(&done);
		}
	}
	return true;
}

static bool
select_folder(
	Remote *remote, const char *folder, bool writing, ImapSelected *selected, GError **error)
{
	((RemoteImap *)remote)->selected = true;
	return imap_select(remote_imap_session(remote), folder, writing, selected, error);
}

/* ---- commands ---- */

static const struct {
	unsigned flag;
	const char *word;
} flag_words[] = {
	{ MAIL_SEEN, "\\Seen" },
	{ MAIL_FLAGGED, "\\Flagged" },
	{ MAIL_REPLIED, "\\Answered" },
	{ MAIL_DRAFT, "\\Draft" },
	{ MAIL_PASSED, "$Forwarded" },
	{ MAIL_DELETED, "\\Deleted" },
};

static char *
flag_list(const RemoteCommand *command)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(flag_words); i++)
		if (command->flags & flag_words[i].flag ||
			(command->deleted && flag_words[i].flag == MAIL_DELETED))
			g_ptr_array_add(words, (char *)flag_words[i].word);
	for (const char *const *word = command->keywords; word && *word; word++)
		g_ptr_array_add(words, (char *)*word);
	g_ptr_array_add(words, NULL);
	return g_strjoinv(" ", (char **)words->pdata);
}

static bool
send_plain(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	return imap_send(self->session, error, text) != 0;
}

static bool
send_set(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	return imap_send(self->session, error, text, command->set) != 0;
}

static bool
send_to_folder(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	return imap_send(self->session, error, text, command->set, command->folder) != 0;
}

static bool
send_folder(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	return imap_send(self->session, error, text, command->folder) != 0;
}

static bool
send_headers(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	return imap_send(self->session, error, text, command->set,
		       command->modseq ? "MODSEQ " : "") != 0;
}

static bool
send_flags(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	if (!command->since)
		return imap_send(self->session, error, text, command->set, "") != 0;
	bool vanished = capabilities(&self->remote) & IMAP_QRESYNC;
	g_autofree char *since = g_strdup_printf(" (CHANGEDSINCE %" G_GUINT64_FORMAT "%s)",
		command->since, vanished ? " VANISHED" : "");
	return imap_send(self->session, error, text, command->set, since) != 0;
}

static bool
send_store(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	g_autofree char *flags = flag_list(command);
	return imap_send(self->session, error, text, command->set, command->clear ? "-" : "+",
		       flags) != 0;
}

static bool
send_append(RemoteImap *self, const RemoteCommand *command, const char *text, GError **error)
{
	g_autofree char *flags = flag_list(command);
	g_autoptr(GError) own = NULL;
	if (imap_append(self->session, command->folder, flags, command->date, command->file,
		    &self->early, &own))
		return true;
	if (own)
		g_propagate_error(error, g_steal_pointer(&own));
	else
		self->has_early = true;
	return self->has_early;
}

typedef bool (*Send)(
	RemoteImap *self, const RemoteCommand *command, const char *text, GError **error);

static const struct {
	Send send;
	const char *text;
} verbs[] = {
	[REMOTE_NOOP] = { send_plain, "NOOP" },
	[REMOTE_FETCH_HEADERS] = { send_headers,
		"UID FETCH %a (UID FLAGS INTERNALDATE RFC822.SIZE %aBODY.PEEK[HEADER.FIELDS (DATE "
		"FROM "
		"TO CC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID CONTENT-TYPE)])" },
	[REMOTE_FETCH_FLAGS] = { send_flags, "UID FETCH %a (UID FLAGS)%a" },
	[REMOTE_FETCH_LAST] = { send_plain, "UID FETCH * (UID)" },
	[REMOTE_FETCH_BODIES] = { send_set, "UID FETCH %a (UID BODY.PEEK[])" },
	[REMOTE_FETCH_TOPS] = { send_set, "UID FETCH %a (UID BODY.PEEK[HEADER])" },
	[REMOTE_SEARCH] = { send_set, "UID SEARCH UID %a" },
	[REMOTE_SEARCH_DELETED] = { send_plain, "UID SEARCH DELETED" },
	[REMOTE_STORE] = { send_store, "UID STORE %a %aFLAGS (%a)" },
	[REMOTE_COPY] = { send_to_folder, "UID COPY %a %s" },
	[REMOTE_MOVE] = { send_to_folder, "UID MOVE %a %s" },
	[REMOTE_EXPUNGE] = { send_set, "UID EXPUNGE %a" },
	[REMOTE_EXPUNGE_ALL] = { send_plain, "EXPUNGE" },
	[REMOTE_APPEND] = { send_append, NULL },
	[REMOTE_CREATE] = { send_folder, "CREATE %s" },
};

static bool
send(Remote *remote, const RemoteCommand *command, GError **error)
{
	RemoteImap *self = (RemoteImap *)remote;
	return verbs[command->verb].send(self, command, verbs[command->verb].text, error);
}

static bool
read_answer(Remote *remote, uint64_t messages, ImapDone *done, GError **error)
{
	RemoteImap *self = (RemoteImap *)remote;
	if (!self->has_early)
		return imap_read(self->session, messages, done, error);
	*done = self->early;
	self->early = (ImapDone){ 0 };
	self->has_early = false;
	return true;
}

static void
hear(Remote *remote, const ImapHandlers *handlers, void *data)
{
	imap_set_handlers(remote_imap_session(remote), handlers, data);
}

static bool
is_usable(const Remote *remote)
{
	const RemoteImap *self = (const RemoteImap *)remote;
	return !self->has_early && imap_is_usable(self->session);
}

static void
close_remote(Remote *remote)
{
	RemoteImap *self = (RemoteImap *)remote;
	imap_close(self->session);
	imap_done_clear(&self->early);
	g_free(self);
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
	.close = close_remote,
};

Remote *
remote_imap_new(ImapSession *session)
{
	RemoteImap *self = g_new0(RemoteImap, 1);
	self->remote.class = &class;
	self->session = session;
	return &self->remote;
}

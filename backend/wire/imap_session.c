#include <gnutls/gnutls.h>
#include <string.h>

#include "backend/wire/imap.h"
#include "backend/wire/imap_private.h"
#include "backend/wire/trace.h"
#include "index/maildir_name.h"

enum { FLOOD = 200000 };

static const char no_starttls[] =
	"The server offers no STARTTLS; curlew does not send passwords in clear "
	"(tls = off allows it).";

/* ---- reading lines ---- */

static ssize_t
read_bytes(void *buffer, size_t size, void *data, GError **error)
{
	ImapSession *session = data;
	return connection_read(session->connection, buffer, size, error);
}

static bool
body_begin(uint64_t size, void *data)
{
	const ImapSession *session = data;
	const ImapHandlers *on = &session->handlers;
	return !on->body_begin || on->body_begin(size, session->handlers_data);
}

static bool
body_data(const char *bytes, size_t size, void *data)
{
	const ImapSession *session = data;
	const ImapHandlers *on = &session->handlers;
	return !on->body_data || on->body_data(bytes, size, session->handlers_data);
}

static bool
body_end(void *data)
{
	const ImapSession *session = data;
	const ImapHandlers *on = &session->handlers;
	return !on->body_end || on->body_end(session->handlers_data);
}

static bool
fail(const ImapSession *session, GError **error)
{
	g_propagate_error(error, g_error_copy(session->broken));
	return false;
}

static void
trace_line(const ImapSession *session, const Line *line)
{
	Trace *trace = connection_trace(session->connection);
	if (!trace)
		return;
	trace_received(trace, line->text, line->length);
	if (!line->has_section && !line->has_body)
		return;
	g_autofree char *note = g_strdup_printf("(a literal of %" G_GUINT64_FORMAT " bytes)",
		line->has_body ? line->body_size : (uint64_t)line->section_length);
	trace_note(trace, note);
}

/* One whole line. False: the session is broken. */
static bool
next_line(ImapSession *session, Line *line)
{
	if (session->broken)
		return false;
	g_autoptr(GError) error = NULL;
	if (line_reader_next(session->reader, line, &error)) {
		connection_is_alive(session->connection);
		trace_line(session, line);
		return true;
	}
	if (line->has_body && session->handlers.body_drop)
		session->handlers.body_drop(session->handlers_data);
	bool host_said = g_str_has_prefix(error->message, session->host);
	return imap_break(session, error->code, "%s",
		host_said ? error->message + strlen(session->host) + 2 : error->message);
}

static bool
on_untagged(ImapSession *session, const Line *line)
{
	if (++session->untagged > session->untagged_limit)
		return imap_break(session, ACCOUNT_ERROR_REFUSED,
			"protocol error: the server floods us with lines");
	return imap_on_untagged(session, line);
}

/* ---- tagged lines ---- */

static bool
parse_tagged(const Line *line, ImapDone *done)
{
	const char *at = line->text;
	if (*at++ != 'c')
		return false;
	uint64_t tag = 0;
	while (g_ascii_isdigit(*at) && tag <= UINT32_MAX)
		tag = tag * 10 + (*at++ - '0');
	if (*at != ' ' || !tag || tag > UINT32_MAX)
		return false;
	at++;
	g_auto(ImapText) words = { 0 };
	if (!imap_text_parse(at, line->text + line->length - at, &words))
		return false;
	static const char *const results[] = {
		[IMAP_OK] = "OK", [IMAP_NO] = "NO", [IMAP_BAD] = "BAD"
	};
	for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
		if (!g_str_equal(words.word, results[i]))
			continue;
		*done = (ImapDone){ .tag = (unsigned)tag,
			.result = i,
			.code = g_steal_pointer(&words.code),
			.text = g_steal_pointer(&words.text) };
		return true;
	}
	return false;
}

static bool
on_tagged(ImapSession *session, const Line *line, ImapDone *done)
{
	if (!parse_tagged(line, done))
		return imap_break(
			session, ACCOUNT_ERROR_REFUSED, "protocol error: a line that is no answer");
	if (done->tag != session->last_done + 1 || done->tag > session->last_tag) {
		imap_done_clear(done);
		return imap_break(session, ACCOUNT_ERROR_REFUSED,
			"protocol error: an answer to a command that was not sent");
	}
	session->last_done = done->tag;
	session->untagged = 0;
	if (done->result == IMAP_OK && done->code && !imap_on_code(session, done->code)) {
		imap_done_clear(done);
		return false;
	}
	done->uidvalidity = session->placed.uidvalidity;
	done->from = g_steal_pointer(&session->placed.from);
	done->to = g_steal_pointer(&session->placed.to);
	return true;
}

typedef enum Answer { ANSWER_BROKEN, ANSWER_DONE, ANSWER_CONTINUE } Answer;

/* Reads up to the next tagged line or, where it is EXPECTED, a continuation. */
static Answer
read_answer(ImapSession *session, uint64_t messages, bool expected, ImapDone *done)
{
	session->untagged_limit = FLOOD + 2 * MIN(messages, UINT32_MAX);
	Line line;
	while (next_line(session, &line)) {
		if (line.text[0] == '+' && expected)
			return ANSWER_CONTINUE;
		if (line.text[0] == '*' && line.text[1] == ' ') {
			if (!on_untagged(session, &line))
				return ANSWER_BROKEN;
		} else {
			return on_tagged(session, &line, done) ? ANSWER_DONE : ANSWER_BROKEN;
		}
	}
	return ANSWER_BROKEN;
}

bool
imap_read(ImapSession *session, uint64_t messages, ImapDone *done, GError **error)
{
	if (!session->broken && session->last_done == session->last_tag) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE, "no command is under way");
		return false;
	}
	return read_answer(session, messages, false, done) == ANSWER_DONE || fail(session, error);
}

/* ---- one command ---- */

static bool
refused(const ImapSession *session, const ImapDone *done, int code, GError **error)
{
	/* a wrong password is one, whatever it is called: "try again" is no reason to */
	if (code == ACCOUNT_ERROR_REFUSED || imap_has_code_for_later(done))
		imap_refused(done, session->host, error);
	else
		imap_set_refused(done, code, session->host, error);
	return false;
}

/* Waits for the one command under way. */
static bool
finish(ImapSession *session, unsigned tag, int code, GError **error)
{
	if (!tag)
		return false;
	ImapDone done = { 0 };
	do {
		imap_done_clear(&done);
		if (!imap_read(session, 0, &done, error))
			return false;
	} while (done.tag != tag);
	bool good = done.result == IMAP_OK || refused(session, &done, code, error);
	imap_done_clear(&done);
	return good;
}

bool
imap_command(ImapSession *session, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	unsigned tag = imap_send_list(session, false, error, format, arguments);
	va_end(arguments);
	return finish(session, tag, ACCOUNT_ERROR_REFUSED, error);
}

bool
imap_select(ImapSession *session, const char *folder, bool writing, ImapSelected *selected,
	GError **error)
{
	/* where PERMANENTFLAGS is not told, all may be changed (RFC 9051 §6.3.2) */
	*selected = (ImapSelected){ .permanent_flags = MAIL_ALL_FLAGS, .keywords_allowed = true };
	const char *more = session->capabilities & IMAP_CONDSTORE ? " (CONDSTORE)" : "";
	unsigned tag =
		imap_send(session, error, writing ? "SELECT %s%a" : "EXAMINE %s%a", folder, more);
	session->selecting = selected;
	bool good = finish(session, tag, ACCOUNT_ERROR_REFUSED, error);
	session->selecting = NULL;
	return good;
}

/* ---- APPEND ---- */

bool
imap_begin_literal(ImapSession *session, ImapDone *refused, GError **error)
{
	Answer answer = read_answer(session, 0, true, refused);
	if (answer == ANSWER_BROKEN)
		return fail(session, error);
	return answer == ANSWER_CONTINUE;
}

/* ---- opening ---- */

static bool
ask_capabilities(ImapSession *session, GError **error)
{
	return session->capabilities_known || imap_command(session, error, "CAPABILITY");
}

static void
forget_capabilities(ImapSession *session)
{
	session->capabilities = 0;
	session->capabilities_known = false;
}

static bool
read_greeting(ImapSession *session, bool must_start_tls, GError **error)
{
	Line line;
	session->untagged_limit = FLOOD;
	if (!next_line(session, &line))
		return fail(session, error);
	g_auto(ImapText) words = { 0 };
	bool greeting = line.text[0] == '*' && line.text[1] == ' ' &&
	                imap_text_parse(line.text + 2, line.length - 2, &words);
	g_autofree char *valid = g_utf8_make_valid(words.text ? words.text : "", -1);
	if (greeting && g_str_equal(words.word, "BYE"))
		imap_break(session, ACCOUNT_ERROR_OFFLINE,
			"the server refuses the connection: %.300s", valid);
	else if (greeting && g_str_equal(words.word, "PREAUTH") && must_start_tls)
		imap_break(session, ACCOUNT_ERROR_CERTIFICATE,
			"the server says it is logged in before TLS; not connected, nothing was "
			"sent");
	else if (greeting && g_str_equal(words.word, "PREAUTH"))
		session->authenticated = true;
	else if (!greeting || !g_str_equal(words.word, "OK"))
		imap_break(session, ACCOUNT_ERROR_REFUSED, "this is no IMAP server");
	if (session->broken)
		return fail(session, error);
	if (words.code && !imap_on_code(session, words.code))
		return fail(session, error);
	return true;
}

static bool
start_tls(ImapSession *session, GError **error)
{
	if (!ask_capabilities(session, error))
		return false;
	if (!(session->capabilities & IMAP_STARTTLS)) {
		imap_break(session, ACCOUNT_ERROR_CERTIFICATE, "%s", no_starttls);
		return fail(session, error);
	}
	unsigned tag = imap_send(session, error, "STARTTLS");
	if (!finish(session, tag, ACCOUNT_ERROR_CERTIFICATE, error))
		return false;
	/* what stands behind the OK came from nobody knows whom */
	if (!line_reader_is_empty(session->reader)) {
		imap_break(session, ACCOUNT_ERROR_CERTIFICATE,
			"the server sent data before TLS; not connected, nothing was sent");
		return fail(session, error);
	}
	forget_capabilities(session);
	/* after a failed handshake not even LOGOUT may go out */
	return connection_start_tls(session->connection, &session->broken) || fail(session, error);
}

ImapSession *
imap_open(Connection *connection, const Server *server, GError **error)
{
	static const LineSink sink = { .begin = body_begin, .data = body_data, .end = body_end };
	g_autoptr(ImapSession) session = g_new0(ImapSession, 1);
	session->connection = connection;
	session->host = connection_host(connection);
	session->reader = line_reader_new(read_bytes, session, NULL, &sink, session);
	session->parser = etpan_parser_new();
	bool must_start_tls = server->security == SECURITY_STARTTLS;
	if (!read_greeting(session, must_start_tls, error))
		return NULL;
	if (must_start_tls && !start_tls(session, error))
		return NULL;
	if (!ask_capabilities(session, error))
		return NULL;
	return g_steal_pointer(&session);
}

void
imap_close(ImapSession *session)
{
	if (!session)
		return;
	if (!session->broken && imap_send(session, NULL, "LOGOUT"))
		connection_flush(session->connection, NULL);
	connection_close(session->connection);
	line_reader_free(session->reader);
	etpan_parser_free(session->parser);
	imap_done_clear(&session->placed);
	g_clear_error(&session->broken);
	g_free(session);
}

/* ---- login ---- */

static void
wipe(char *secret)
{
	gnutls_memset(secret, 0, strlen(secret));
	g_free(secret);
}

static char *
plain_message(const char *user, const char *secret)
{
	size_t user_length = strlen(user), secret_length = strlen(secret);
	size_t length = user_length + secret_length + 2;
	g_autofree unsigned char *message = g_malloc0(length);
	memcpy(message + 1, user, user_length);
	memcpy(message + user_length + 2, secret, secret_length);
	char *encoded = g_base64_encode(message, length);
	gnutls_memset(message, 0, length);
	return encoded;
}

/* The second half where the server knows no initial response. */
static bool
answer_challenge(ImapSession *session, unsigned tag, const char *message, GError **error)
{
	if (!tag)
		return false;
	ImapDone done = { 0 };
	Answer answer = read_answer(session, 0, true, &done);
	if (answer == ANSWER_BROKEN)
		return fail(session, error);
	if (answer == ANSWER_DONE) {
		refused(session, &done, ACCOUNT_ERROR_AUTH, error);
		imap_done_clear(&done);
		return false;
	}
	char *line = g_strconcat(message, "\r\n", NULL);
	connection_hide_next_write(session->connection);
	bool good = connection_write(session->connection, line, strlen(line), error);
	wipe(line);
	return good && finish(session, tag, ACCOUNT_ERROR_AUTH, error);
}

static bool
login_plain(ImapSession *session, const char *user, const char *secret, GError **error)
{
	char *message = plain_message(user, secret);
	bool good;
	if (session->capabilities & IMAP_SASL_IR) {
		char *text = g_strconcat("AUTHENTICATE PLAIN ", message, NULL);
		unsigned tag = imap_send_text(session, text, true, error);
		wipe(text);
		good = finish(session, tag, ACCOUNT_ERROR_AUTH, error);
	} else {
		unsigned tag = imap_send(session, error, "AUTHENTICATE PLAIN");
		good = answer_challenge(session, tag, message, error);
	}
	wipe(message);
	return good;
}

static bool login_classic(ImapSession *session, GError **error, const char *format, ...);

static bool
login_classic(ImapSession *session, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	unsigned tag = imap_send_list(session, true, error, format, arguments);
	va_end(arguments);
	return finish(session, tag, ACCOUNT_ERROR_AUTH, error);
}

/* A server that offers QRESYNC and does not say that it is enabled does not have it (iCloud). */
static bool
enable(ImapSession *session, GError **error)
{
	bool offered = session->capabilities & IMAP_QRESYNC && session->capabilities & IMAP_ENABLE;
	if (!offered)
		return true;
	g_autoptr(GError) refusal = NULL;
	if (imap_command(session, &refusal, "ENABLE QRESYNC") || imap_is_usable(session))
		return true;
	g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

bool
imap_login(ImapSession *session, const char *user, const char *secret, GError **error)
{
	if (session->authenticated)
		return true;
	bool plain = session->capabilities & IMAP_AUTH_PLAIN;
	if (!plain && (session->capabilities & IMAP_LOGINDISABLED)) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"%s: the server takes no password (neither PLAIN nor LOGIN)",
			session->host);
		return false;
	}
	session->capabilities_known = false;
	if (!(plain ? login_plain(session, user, secret, error)
		    : login_classic(session, error, "LOGIN %s %s", user, secret)))
		return false;
	session->authenticated = true;
	return ask_capabilities(session, error) && enable(session, error);
}

unsigned
imap_capabilities(const ImapSession *session)
{
	return session->capabilities & ~(session->qresync ? 0u : (unsigned)IMAP_QRESYNC);
}

void
imap_set_handlers(ImapSession *session, const ImapHandlers *handlers, void *data)
{
	session->handlers = handlers ? *handlers : (ImapHandlers){ 0 };
	session->handlers_data = data;
}

void
imap_set_on_skipped(ImapSession *session, ImapOnSkipped on_skipped, void *data)
{
	session->on_skipped = on_skipped;
	session->skipped_data = data;
}

bool
imap_is_usable(const ImapSession *session)
{
	return !session->broken && session->last_done == session->last_tag;
}

bool
imap_is_quiet(const ImapSession *session)
{
	return imap_is_usable(session) && line_reader_is_empty(session->reader) &&
	       connection_is_quiet(session->connection);
}

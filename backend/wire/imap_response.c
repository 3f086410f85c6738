#include <string.h>

#include "backend/envelopes.h"
#include "backend/wire/imap_private.h"
#include "index/maildir_name.h"

/* As many as one command of ours names, and as one word of a line can hold. */
enum { PLACED_MOST = 200000 };

static bool
stopped(ImapSession *session)
{
	return imap_break(session, ACCOUNT_ERROR_CANCELLED, "stopped");
}

static bool
too_large(ImapSession *session)
{
	return imap_break(
		session, ACCOUNT_ERROR_REFUSED, "protocol error: a number over the limit");
}

/* ---- human lines: OK, NO, BAD, BYE, PREAUTH ---- */

void
imap_text_clear(ImapText *text)
{
	g_clear_pointer(&text->word, g_free);
	g_clear_pointer(&text->code, g_free);
	g_clear_pointer(&text->text, g_free);
}

/* The ']' that ends a code that begins at FROM; a quoted one does not. NULL: none. */
static const char *
code_end(const char *from, const char *end)
{
	bool quoted = false;
	for (; from < end; from++) {
		if (*from == '"')
			quoted = !quoted;
		else if (quoted && *from == '\\' && from + 1 < end)
			from++;
		else if (!quoted && *from == ']')
			return from;
	}
	return NULL;
}

bool
imap_text_parse(const char *line, size_t length, ImapText *text)
{
	static const char *const words[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
	const char *end = line + length;
	while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	const char *at = line;
	while (at < end && *at != ' ')
		at++;
	*text = (ImapText){ 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if ((size_t)(at - line) == strlen(words[i]) &&
			g_ascii_strncasecmp(line, words[i], at - line) == 0)
			text->word = g_strdup(words[i]);
	if (!text->word)
		return false;
	while (at < end && *at == ' ')
		at++;
	const char *close = at < end && *at == '[' ? code_end(at, end) : NULL;
	if (close) {
		text->code = g_strndup(at + 1, close - at - 1);
		at = close + 1;
		while (at < end && *at == ' ')
			at++;
	}
	text->text = g_strndup(at, end - at);
	return true;
}

/* ---- capabilities ---- */

static const struct {
	const char *word;
	unsigned bit;
} capabilities[] = {
	{ "AUTH=PLAIN", IMAP_AUTH_PLAIN },
	{ "CONDSTORE", IMAP_CONDSTORE },
	{ "ENABLE", IMAP_ENABLE },
	{ "ESEARCH", IMAP_ESEARCH },
	{ "ID", IMAP_ID },
	{ "IDLE", IMAP_IDLE },
	{ "LIST-EXTENDED", IMAP_LIST_EXTENDED },
	{ "LIST-STATUS", IMAP_LIST_STATUS },
	{ "LITERAL+", IMAP_LITERAL_PLUS },
	{ "LITERAL-", IMAP_LITERAL_MINUS },
	{ "LOGINDISABLED", IMAP_LOGINDISABLED },
	{ "MOVE", IMAP_MOVE },
	{ "NAMESPACE", IMAP_NAMESPACE },
	{ "OBJECTID", IMAP_OBJECTID },
	{ "QRESYNC", IMAP_QRESYNC | IMAP_CONDSTORE },
	{ "SASL-IR", IMAP_SASL_IR },
	{ "SPECIAL-USE", IMAP_SPECIAL_USE },
	{ "STARTTLS", IMAP_STARTTLS },
	{ "UIDPLUS", IMAP_UIDPLUS },
	{ "UNSELECT", IMAP_UNSELECT },
	{ "UTF8=ACCEPT", IMAP_UTF8_ACCEPT },
};

static void
take_capabilities(ImapSession *session, Scan *scan)
{
	session->capabilities = 0;
	session->capabilities_known = true;
	for (Token word = scan_next(scan); word.kind == TOKEN_ATOM; word = scan_next(scan))
		for (size_t i = 0; i < G_N_ELEMENTS(capabilities); i++)
			if (token_is(&word, capabilities[i].word))
				session->capabilities |= capabilities[i].bit;
}

/* ---- codes ---- */

static void
take_permanent_flags(ImapSelected *selected, Scan *scan)
{
	selected->permanent_flags = 0;
	selected->keywords_allowed = false;
	if (scan_next(scan).kind != TOKEN_OPEN)
		return;
	for (Token word = scan_next(scan); word.kind == TOKEN_ATOM; word = scan_next(scan)) {
		if (token_is(&word, "\\*")) {
			selected->keywords_allowed = true;
			selected->permanent_flags |= MAIL_PASSED; /* a keyword there */
		}
		for (const ImapFlagWord *known = imap_flag_words; known->word; known++)
			if (token_is(&word, known->word))
				selected->permanent_flags |= known->flag;
	}
}

/*
 * The next number or range of a UID set without '*', as the server wrote it; *at: behind it. False: it is malformed.
 * Unlike uidset_read it keeps the order, and a range may hold any number.
 */
static bool
next_range(const char **at, uint32_t *first, uint32_t *last)
{
	char *end;
	uint64_t from = g_ascii_strtoull(*at, &end, 10), to = from;
	const char *number = *at;
	if (end != number && *end == ':')
		to = g_ascii_strtoull(number = end + 1, &end, 10);
	if (end == number || !from || !to || MAX(from, to) > UINT32_MAX || (*end && *end != ','))
		return false;
	*first = (uint32_t)MIN(from, to);
	*last = (uint32_t)MAX(from, to);
	*at = *end ? end + 1 : end;
	return true;
}

/* A set, number by number. NULL: malformed, or too many. */
static GArray *
ordered_set(const Token *token)
{
	g_autofree char *text = token_string(token);
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uint32_t first, last;
	for (const char *at = text; at && *at;) {
		if (!next_range(&at, &first, &last) || last - first >= PLACED_MOST - uids->len)
			return NULL;
		for (uint64_t uid = first; uid <= last; uid++) {
			uint32_t one = (uint32_t)uid;
			g_array_append_val(uids, one);
		}
	}
	return uids->len ? g_steal_pointer(&uids) : NULL;
}

/* What cannot be read is as if it had not been said: then the message is looked for. */
static bool
take_placed(ImapSession *session, Scan *scan, bool copied)
{
	imap_done_clear(&session->placed);
	Token validity = scan_next(scan), from = { 0 };
	uint64_t number;
	bool large;
	if (!token_number(&validity, UINT32_MAX, &number, &large))
		return true;
	if (copied)
		from = scan_next(scan);
	Token to = scan_next(scan);
	g_autoptr(GArray) sources = copied ? ordered_set(&from) : NULL;
	g_autoptr(GArray) places = ordered_set(&to);
	if (!places || (copied && (!sources || sources->len != places->len)))
		return true;
	session->placed.uidvalidity = (uint32_t)number;
	session->placed.from = g_steal_pointer(&sources);
	session->placed.to = g_steal_pointer(&places);
	return true;
}

bool
imap_on_code(ImapSession *session, const char *code)
{
	Scan scan = scan_line(code, strlen(code));
	Token word = scan_next(&scan);
	if (token_is(&word, "CAPABILITY"))
		take_capabilities(session, &scan);
	if (token_is(&word, "COPYUID") || token_is(&word, "APPENDUID"))
		return take_placed(session, &scan, token_is(&word, "COPYUID"));
	if (!session->selecting)
		return true;
	if (token_is(&word, "READ-ONLY"))
		session->selecting->read_only = true;
	if (token_is(&word, "PERMANENTFLAGS"))
		take_permanent_flags(session->selecting, &scan);
	bool modseq = token_is(&word, "HIGHESTMODSEQ");
	uint32_t *into = token_is(&word, "UIDNEXT")       ? &session->selecting->uidnext
	                 : token_is(&word, "UIDVALIDITY") ? &session->selecting->uidvalidity
	                                                  : NULL;
	if (!modseq && !into)
		return true;
	Token value = scan_next(&scan);
	uint64_t number;
	bool large;
	if (!token_number(&value, modseq ? INT64_MAX : UINT32_MAX, &number, &large))
		return !large || too_large(session);
	if (modseq)
		session->selecting->modseq = number;
	else
		*into = (uint32_t)number;
	return true;
}

static bool
on_human(ImapSession *session, const char *text, size_t length)
{
	g_auto(ImapText) words = { 0 };
	if (!imap_text_parse(text, length, &words))
		return imap_skip(session, "a line that cannot be read");
	if (g_str_equal(words.word, "BYE")) {
		g_autofree char *said = imap_server_words(words.text);
		return imap_break(
			session, ACCOUNT_ERROR_OFFLINE, "the server ended the session: %s", said);
	}
	if (g_str_equal(words.word, "OK") && words.code)
		return imap_on_code(session, words.code);
	return true;
}

/* ---- LIST ---- */

static const struct {
	const char *word;
	int role;
} roles[] = {
	{ "\\All", ROLE_ALL },
	{ "\\Archive", ROLE_ARCHIVE },
	{ "\\Drafts", ROLE_DRAFTS },
	{ "\\Flagged", ROLE_FLAGGED },
	{ "\\Junk", ROLE_JUNK },
	{ "\\Sent", ROLE_SENT },
	{ "\\Trash", ROLE_TRASH },
};

static bool
take_folder_flags(ImapFolder *folder, Scan *scan)
{
	if (scan_next(scan).kind != TOKEN_OPEN)
		return false;
	Token word = scan_next(scan);
	for (; word.kind == TOKEN_ATOM; word = scan_next(scan)) {
		folder->no_select |= token_is(&word, "\\Noselect");
		folder->non_existent |= token_is(&word, "\\NonExistent");
		folder->no_inferiors |= token_is(&word, "\\Noinferiors");
		for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
			if (token_is(&word, roles[i].word))
				folder->role = roles[i].role;
	}
	return word.kind == TOKEN_CLOSE;
}

static bool
take_delimiter(ImapFolder *folder, Scan *scan)
{
	Token token = scan_next(scan);
	if (token_is(&token, "NIL"))
		return true;
	g_autofree char *delimiter = token_string(&token);
	if (token.kind == TOKEN_ATOM || !delimiter || strlen(delimiter) > 1)
		return false;
	folder->delimiter = delimiter[0];
	return true;
}

static bool
on_list(ImapSession *session, Scan *scan)
{
	ImapFolder folder = { .role = ROLE_NONE };
	if (!take_folder_flags(&folder, scan) || !take_delimiter(&folder, scan))
		return imap_skip(session, "a LIST line that cannot be read");
	Token token = scan_next(scan);
	g_autofree char *name = token_string(&token);
	if (!name)
		return imap_skip(session, "a folder whose name cannot be read");
	folder.name = name;
	if (g_ascii_strcasecmp(name, "INBOX") == 0)
		folder.role = ROLE_INBOX;
	bool go_on = !session->handlers.on_folder ||
	             session->handlers.on_folder(&folder, session->handlers_data);
	return go_on || stopped(session);
}

/* ---- STATUS ---- */

static bool
take_status_item(ImapStatus *status, const Token *key, uint64_t number)
{
	const struct {
		const char *word;
		bool *has;
		uint32_t *into;
	} items[] = {
		{ "MESSAGES", &status->has_messages, &status->messages },
		{ "UNSEEN", &status->has_unseen, &status->unseen },
		{ "UIDNEXT", &status->has_uidnext, &status->uidnext },
		{ "UIDVALIDITY", &status->has_uidvalidity, &status->uidvalidity },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(items); i++)
		if (token_is(key, items[i].word)) {
			*items[i].has = true;
			*items[i].into = (uint32_t)number;
			return number <= UINT32_MAX;
		}
	if (token_is(key, "HIGHESTMODSEQ")) {
		status->has_modseq = true;
		status->modseq = number;
	}
	return true;
}

static bool
on_status(ImapSession *session, Scan *scan)
{
	ImapStatus status = { 0 };
	Token token = scan_next(scan);
	g_autofree char *name = token_string(&token);
	if (!name || scan_next(scan).kind != TOKEN_OPEN)
		return imap_skip(session, "a STATUS line that cannot be read");
	Token key = scan_next(scan);
	for (; key.kind == TOKEN_ATOM; key = scan_next(scan)) {
		Scan value = *scan;
		Token number_token = scan_next(&value);
		uint64_t number;
		bool large;
		bool is_number = token_number(&number_token, INT64_MAX, &number, &large);
		if (large || (is_number && !take_status_item(&status, &key, number)))
			return too_large(session);
		if (!scan_skip(scan)) /* an item whose value is no number: a MAILBOXID */
			break;
	}
	if (key.kind != TOKEN_CLOSE)
		return imap_skip(session, "a STATUS line that cannot be read");
	status.name = name;
	bool go_on = !session->handlers.on_status ||
	             session->handlers.on_status(&status, session->handlers_data);
	return go_on || stopped(session);
}

/* ---- SEARCH ---- */

static bool
on_search(ImapSession *session, Scan *scan)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	Token token = scan_next(scan);
	for (; token.kind == TOKEN_ATOM; token = scan_next(scan)) {
		uint64_t number;
		bool large;
		if (!token_number(&token, UINT32_MAX, &number, &large) || !number)
			return large ? too_large(session)
			             : imap_skip(session, "a SEARCH line that cannot be read");
		uint32_t value = (uint32_t)number;
		g_array_append_val(numbers, value);
	}
	bool go_on = !session->handlers.on_search ||
	             session->handlers.on_search(
			     (const uint32_t *)numbers->data, numbers->len, session->handlers_data);
	return go_on || stopped(session);
}

/* ---- VANISHED, ENABLED (RFC 7162, 5161) ---- */

static bool
on_vanished(ImapSession *session, Scan *scan)
{
	Token token = scan_next(scan);
	if (token.kind == TOKEN_OPEN) {
		scan_next(scan); /* EARLIER */
		scan_next(scan);
		token = scan_next(scan);
	}
	g_autofree char *text = token_string(&token);
	uint32_t first, last;
	for (const char *at = text; at && *at;) {
		if (!next_range(&at, &first, &last))
			return imap_skip(session, "a VANISHED line that cannot be read");
		if (session->handlers.on_vanished &&
			!session->handlers.on_vanished(first, last, session->handlers_data))
			return stopped(session);
	}
	return true;
}

static bool
on_enabled(ImapSession *session, Scan *scan)
{
	for (Token word = scan_next(scan); word.kind == TOKEN_ATOM; word = scan_next(scan))
		session->qresync |= token_is(&word, "QRESYNC");
	return true;
}

/* ---- lines that begin with a number ---- */

static bool
on_numbered(ImapSession *session, const Line *line, uint32_t number, Scan *scan)
{
	Token word = scan_next(scan);
	if (token_is(&word, "FETCH"))
		return imap_on_fetch_line(session, line);
	if (token_is(&word, "EXISTS") && session->selecting)
		session->selecting->exists = number;
	if (token_is(&word, "EXPUNGE") && !number)
		return imap_break(
			session, ACCOUNT_ERROR_REFUSED, "protocol error: EXPUNGE of message 0");
	return true;
}

/* ---- all ---- */

typedef bool (*OnLine)(ImapSession *session, Scan *scan);

static bool
on_capability(ImapSession *session, Scan *scan)
{
	take_capabilities(session, scan);
	return true;
}

static const struct {
	const char *word;
	OnLine on_line;
} lines[] = {
	{ "CAPABILITY", on_capability },
	{ "ENABLED", on_enabled },
	{ "LIST", on_list },
	{ "SEARCH", on_search },
	{ "STATUS", on_status },
	{ "VANISHED", on_vanished },
};

bool
imap_on_untagged(ImapSession *session, const Line *line)
{
	Scan scan = scan_line(line->text, line->length);
	scan_next(&scan); /* * */
	if (line->raw)
		return on_human(session, line->text + 2, line->length - 2);
	Token word = scan_next(&scan);
	uint64_t number;
	bool large;
	if (token_number(&word, UINT32_MAX, &number, &large))
		return on_numbered(session, line, (uint32_t)number, &scan);
	if (large)
		return too_large(session);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		if (token_is(&word, lines[i].word))
			return line->fault ? imap_skip(session, line->fault)
			                   : lines[i].on_line(session, &scan);
	return true; /* what nobody asked for */
}

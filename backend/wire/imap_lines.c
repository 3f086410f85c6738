#include "backend/wire/imap_lines.h"

#include <string.h>

#include "backend/error.h"
#include "index/maildir_name.h"

const ImapFlagWord imap_flag_words[] = {
	{ "\\Seen", MAIL_SEEN },
	{ "\\Flagged", MAIL_FLAGGED },
	{ "\\Answered", MAIL_REPLIED },
	{ "\\Draft", MAIL_DRAFT },
	{ "$Forwarded", MAIL_PASSED },
	{ "\\Deleted", MAIL_DELETED },
	{ NULL },
};

void
imap_done_clear(ImapDone *done)
{
	g_clear_pointer(&done->code, g_free);
	g_clear_pointer(&done->text, g_free);
	g_clear_pointer(&done->from, g_array_unref);
	g_clear_pointer(&done->to, g_array_unref);
}

/* The server's words in a sentence: valid UTF-8, not too many. */
char *
imap_server_words(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return g_utf8_strlen(valid, -1) > 300 ? g_utf8_substring(valid, 0, 300)
	                                      : g_steal_pointer(&valid);
}

static bool
has_code(const ImapDone *done, const char *word)
{
	size_t length = strlen(word);
	return done->code && g_ascii_strncasecmp(done->code, word, length) == 0 &&
	       (!done->code[length] || done->code[length] == ' ');
}

bool
imap_has_code_for_later(const ImapDone *done)
{
	static const char *const codes[] = { "UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG",
		"THROTTLED" };
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (has_code(done, codes[i]))
			return true;
	return false;
}

/* "Not now": most servers that throttle send no code, only words. */
static bool
is_for_later(const ImapDone *done)
{
	static const char *const words[] = { "throttl", "bandwidth", "too many ", "rate limit",
		"try again", "try later", "temporar" };
	if (imap_has_code_for_later(done))
		return true;
	g_autofree char *text = g_ascii_strdown(done->text, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

void
imap_set_refused(const ImapDone *done, int code, const char *what, GError **error)
{
	g_autofree char *words = imap_server_words(done->text);
	g_set_error(error, ACCOUNT_ERROR, code, "%s: the server says: %s", what, words);
}

void
imap_refused(const ImapDone *done, const char *what, GError **error)
{
	int code = has_code(done, "NONEXISTENT") ? ACCOUNT_ERROR_GONE
	           : is_for_later(done)          ? ACCOUNT_ERROR_OFFLINE
	                                         : ACCOUNT_ERROR_REFUSED;
	imap_set_refused(done, code, what, error);
}

#include "backend/wire/imap_scan.h"

#include <string.h>

Scan
scan_line(const char *text, size_t length)
{
	return (Scan){ text, text + length };
}

static Token
quoted(Scan *scan)
{
	const char *begin = ++scan->at;
	while (scan->at < scan->end && *scan->at != '"') {
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			scan->at++;
		scan->at++;
	}
	if (scan->at >= scan->end)
		return (Token){ TOKEN_END };
	return (Token){ TOKEN_QUOTED, begin, scan->at++ - begin };
}

/* "{n}CRLF" or "{n+}CRLF" and n bytes; else LENGTH is untouched and the kind is TOKEN_END. */
static Token
literal(const Scan *scan)
{
	const char *at = scan->at + 1;
	uint64_t size = 0;
	while (at < scan->end && g_ascii_isdigit(*at) && size <= UINT32_MAX)
		size = size * 10 + (*at++ - '0');
	if (at < scan->end && *at == '+')
		at++;
	if (scan->end - at < 3 || memcmp(at, "}\r\n", 3) != 0)
		return (Token){ TOKEN_END };
	at += 3;
	if ((uint64_t)(scan->end - at) < size)
		return (Token){ TOKEN_END };
	return (Token){ TOKEN_LITERAL, at, size };
}

static bool
is_bracketed(const char *begin, const char *bracket)
{
	static const char *const names[] = { "BODY", "BINARY", "BINARY.SIZE" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if ((size_t)(bracket - begin) == strlen(names[i]) &&
			g_ascii_strncasecmp(begin, names[i], bracket - begin) == 0)
			return true;
	return false;
}

static Token
atom(Scan *scan)
{
	const char *begin = scan->at;
	while (scan->at < scan->end && !memchr(" ()\"\r\n", *scan->at, 6)) {
		if (*scan->at == '[' && is_bracketed(begin, scan->at)) {
			const char *close = memchr(scan->at, ']', scan->end - scan->at);
			if (!close)
				return (Token){ TOKEN_END };
			scan->at = close;
		}
		scan->at++;
	}
	if (scan->at == begin)
		return (Token){ TOKEN_END };
	return (Token){ TOKEN_ATOM, begin, scan->at - begin };
}

Token
scan_next(Scan *scan)
{
	while (scan->at < scan->end && *scan->at == ' ')
		scan->at++;
	if (scan->at >= scan->end)
		return (Token){ TOKEN_END };
	if (*scan->at == '(')
		return (Token){ TOKEN_OPEN, scan->at++, 1 };
	if (*scan->at == ')')
		return (Token){ TOKEN_CLOSE, scan->at++, 1 };
	if (*scan->at == '"')
		return quoted(scan);
	if (*scan->at == '{') {
		Token token = literal(scan);
		if (token.kind == TOKEN_LITERAL) {
			scan->at = token.bytes + token.length;
			return token;
		}
	}
	return atom(scan);
}

bool
scan_skip(Scan *scan)
{
	size_t depth = 0;
	do {
		Token token = scan_next(scan);
		if (token.kind == TOKEN_END)
			return false;
		if (token.kind == TOKEN_OPEN)
			depth++;
		else if (token.kind == TOKEN_CLOSE && !depth--)
			return false;
	} while (depth);
	return true;
}

bool
token_is(const Token *token, const char *word)
{
	return token->kind == TOKEN_ATOM && token->length == strlen(word) &&
	       g_ascii_strncasecmp(token->bytes, word, token->length) == 0;
}

bool
token_number(const Token *token, uint64_t most, uint64_t *number, bool *too_large)
{
	*too_large = false;
	*number = 0;
	if (token->kind != TOKEN_ATOM)
		return false;
	for (size_t i = 0; i < token->length; i++)
		if (!g_ascii_isdigit(token->bytes[i]))
			return false;
	for (size_t i = 0; i < token->length; i++) {
		unsigned digit = token->bytes[i] - '0';
		*too_large = *number > (most - digit) / 10;
		if (*too_large)
			return false;
		*number = *number * 10 + digit;
	}
	return true;
}

char *
token_string(const Token *token)
{
	bool text = token->kind == TOKEN_ATOM || token->kind == TOKEN_QUOTED ||
	            token->kind == TOKEN_LITERAL;
	if (!text || memchr(token->bytes, '\0', token->length))
		return NULL;
	char *string = g_strndup(token->bytes, token->length);
	if (token->kind != TOKEN_QUOTED)
		return string;
	char *to = string;
	for (const char *from = string; *from; from++) {
		if (*from == '\\' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return string;
}

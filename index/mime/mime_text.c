#include "index/mime/mime_text.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";
static const char nul_picture[] = "\xe2\x90\x80";

/* Charsets that mail names and the larger ones that its writers mean. */
static const struct {
	const char *named, *meant;
} charset_meanings[] = {
	{ "ansi_x3.4-1968", "us-ascii" },
	{ "ascii", "us-ascii" },
	{ "big5", "BIG5-HKSCS" },
	{ "cp-850", "CP850" },
	{ "euc-kr", "UHC" },
	{ "gb2312", "GB18030" },
	{ "gb_2312-80", "GB18030" },
	{ "gbk", "GB18030" },
	{ "iso-2022-jp", "ISO-2022-JP-3" },
	{ "iso-8859-1", "WINDOWS-1252" },
	{ "iso-8859-11", "WINDOWS-874" },
	{ "iso-8859-6-i", "ISO-8859-6" },
	{ "iso-8859-8-e", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "iso8859-1", "WINDOWS-1252" },
	{ "ks_c_5601-1987", "UHC" },
	{ "latin1", "WINDOWS-1252" },
	{ "shift_jis", "CP932" },
	{ "sjis", "CP932" },
	{ "tis-620", "WINDOWS-874" },
	{ "unicode-1-1-utf-7", "UTF-7" },
	{ "unicode-1-1-utf-8", "UTF-8" },
	{ "us-ascii", "us-ascii" },
	{ "utf8", "UTF-8" },
	{ "windows-31j", "CP932" },
	{ "x-euc-jp", "EUC-JP" },
	{ "x-gbk", "GB18030" },
	{ "x-sjis", "CP932" },
	{ "x-utf-8", "UTF-8" },
};

static const char *
charset_meaning(const char *named)
{
	for (size_t i = 0; i < G_N_ELEMENTS(charset_meanings); i++)
		if (g_ascii_strcasecmp(named, charset_meanings[i].named) == 0)
			return charset_meanings[i].meant;
	return g_mime_charset_iconv_name(named);
}

/* windows-1252 has no character for five bytes; Latin-1 has a control there. */
static void
append_undecodable(GString *out, unsigned char byte, const char *charset)
{
	if (byte < 0x80 || strcmp(charset, "WINDOWS-1252") != 0)
		g_string_append(out, replacement);
	else
		g_string_append_unichar(out, byte);
}

/* NULL if iconv does not know the charset. *bad counts the bytes that could not be decoded. */
static GString *
convert(const char *bytes, size_t length, const char *charset, size_t *bad)
{
	iconv_t converter = iconv_open("UTF-8", charset);
	if (converter == (iconv_t)-1)
		return NULL;
	GString *out = g_string_sized_new(length + length / 4 + 16);
	char *in = (char *)bytes;
	size_t left = length;
	char buffer[4096];
	*bad = 0;
	while (left > 0) {
		char *to = buffer;
		size_t room = sizeof(buffer);
		size_t result = iconv(converter, &in, &left, &to, &room);
		int problem = result == (size_t)-1 ? errno : 0;
		g_string_append_len(out, buffer, to - buffer);
		if (problem == 0 || problem == E2BIG)
			continue;
		(*bad)++;
		append_undecodable(out, (unsigned char)*in, charset);
		in++;
		left--;
	}
	char *to = buffer;
	size_t room = sizeof(buffer);
	iconv(converter, NULL, NULL, &to, &room);
	g_string_append_len(out, buffer, to - buffer);
	iconv_close(converter);
	return out;
}

static bool
is_ascii(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return false;
	return true;
}

/* UTF-8 with each invalid byte replaced. NUL counts as valid. */
static GString *
repair_utf8(const char *bytes, size_t length, size_t *bad)
{
	GString *out = g_string_sized_new(length + 16);
	*bad = 0;
	for (size_t at = 0; at < length;) {
		const char *end;
		g_utf8_validate_len(bytes + at, length - at, &end);
		size_t valid = (size_t)(end - (bytes + at));
		g_string_append_len(out, bytes + at, (gssize)valid);
		at += valid;
		if (at == length)
			break;
		if (bytes[at] == '\0')
			g_string_append_c(out, '\0');
		else {
			g_string_append(out, replacement);
			(*bad)++;
		}
		at++;
	}
	return out;
}

static char *
finish(GString *text)
{
	if (memchr(text->str, '\0', text->len) == NULL)
		return g_string_free(text, FALSE);
	GString *out = g_string_sized_new(text->len + 64);
	for (size_t at = 0; at < text->len; at++) {
		if (text->str[at] == '\0')
			g_string_append(out, nul_picture);
		else
			g_string_append_c(out, text->str[at]);
	}
	g_string_free(text, TRUE);
	return g_string_free(out, FALSE);
}

static char *
guess_text(const char *bytes, size_t length, const char **guess)
{
	size_t bad;
	GString *text = repair_utf8(bytes, length, &bad);
	*guess = "utf-8";
	if (bad > 0) {
		g_string_free(text, TRUE);
		text = convert(bytes, length, "WINDOWS-1252", &bad);
		*guess = "windows-1252";
	}
	return finish(text);
}

static bool
is_stateful(const char *charset)
{
	return g_ascii_strncasecmp(charset, "ISO-2022", 8) == 0 ||
	       g_ascii_strncasecmp(charset, "UTF-", 4) == 0 ||
	       g_ascii_strncasecmp(charset, "HZ", 2) == 0;
}

char *
mime_text_decode(const char *bytes, size_t length, const char *charset, const char **guess)
{
	const char *ignored;
	if (guess == NULL)
		guess = &ignored;
	*guess = NULL;
	const char *meant =
		charset != NULL && *charset != '\0' ? charset_meaning(charset) : "us-ascii";
	if (g_ascii_strcasecmp(meant, "us-ascii") == 0) {
		if (!is_ascii(bytes, length))
			return guess_text(bytes, length, guess);
		size_t bad;
		return finish(repair_utf8(bytes, length, &bad));
	}
	size_t bad = 0;
	bool utf8 = g_ascii_strcasecmp(meant, "UTF-8") == 0;
	GString *text =
		utf8 ? repair_utf8(bytes, length, &bad) : convert(bytes, length, meant, &bad);
	if (text == NULL && is_ascii(bytes, length))
		return finish(repair_utf8(bytes, length, &bad));
	if (text == NULL)
		return guess_text(bytes, length, guess);
	/* A few broken bytes are broken bytes; many mean that the name is wrong. */
	bool wrong = bad > 0 && bad > length / 20;
	if (bad > 0 && !utf8 && !is_stateful(meant) && g_utf8_validate_len(bytes, length, NULL))
		wrong = true;
	if (!wrong || (is_stateful(meant) && !utf8))
		return finish(text);
	g_string_free(text, TRUE);
	return guess_text(bytes, length, guess);
}

/* A line of flowed text: how deeply it is quoted, and its content. */
typedef struct FlowedLine {
	size_t depth;
	const char *content;
	size_t length;
	bool flows; /* ends in the blank that joins it to the next */
} FlowedLine;

static FlowedLine
flowed_line(const char *line, size_t length)
{
	FlowedLine parsed = { 0 };
	if (length > 0 && line[length - 1] == '\r')
		length--;
	while (parsed.depth < length && line[parsed.depth] == '>')
		parsed.depth++;
	size_t start = parsed.depth;
	if (start < length && line[start] == ' ')
		start++; /* space-stuffing */
	parsed.content = line + start;
	parsed.length = length - start;
	bool signature = parsed.length == 3 && memcmp(parsed.content, "-- ", 3) == 0;
	parsed.flows = parsed.length > 0 && parsed.content[parsed.length - 1] == ' ' && !signature;
	return parsed;
}

static void
append_quote(GString *out, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		g_string_append_c(out, '>');
	if (depth > 0)
		g_string_append_c(out, ' ');
}

char *
mime_text_reflow(const char *text, bool delete_space)
{
	GString *out = g_string_sized_new(strlen(text) + 16);
	bool open = false; /* the last line goes on */
	size_t depth = 0;
	while (*text != '\0') {
		const char *newline = strchr(text, '\n');
		size_t length = newline != NULL ? (size_t)(newline - text) : strlen(text);
		FlowedLine line = flowed_line(text, length);
		bool joins = open && line.depth == depth &&
		             !(line.length == 3 && memcmp(line.content, "-- ", 3) == 0);
		if (!joins) {
			if (open)
				g_string_append_c(out, '\n');
			append_quote(out, line.depth);
		}
		size_t keep = line.length - (line.flows && delete_space ? 1 : 0);
		g_string_append_len(out, line.content, (gssize)keep);
		open = line.flows && newline != NULL;
		depth = line.depth;
		if (!open && newline != NULL)
			g_string_append_c(out, '\n');
		text += length + (newline != NULL);
	}
	if (open)
		g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

char *
mime_text_clip(const char *text, size_t limit)
{
	size_t length = strlen(text);
	if (length <= limit)
		return g_strndup(text, length);
	while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80)
		limit--;
	return g_strndup(text, limit);
}

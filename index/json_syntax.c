#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "index/json_private.h"

typedef struct Reader {
	const char *next, *end;
	unsigned depth; /* levels that may still be opened */
	const char *fault;
} Reader;

static bool read_value(Reader *reader);

static bool
fail(Reader *reader, const char *fault)
{
	if (reader->fault == NULL)
		reader->fault = fault;
	return false;
}

/* The next byte, or NUL at the end (a NUL in the text is no JSON anyway). */
static char
peek(const Reader *reader)
{
	return reader->next < reader->end ? *reader->next : '\0';
}

static bool
skip(Reader *reader, char byte)
{
	if (peek(reader) != byte || reader->next == reader->end)
		return false;
	reader->next++;
	return true;
}

static void
skip_space(Reader *reader)
{
	while (reader->next < reader->end && strchr(" \t\r\n", *reader->next) != NULL &&
		*reader->next != '\0')
		reader->next++;
}

/* Four hex digits; -1 if they are none. */
static int
read_unit(Reader *reader)
{
	int unit = 0;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(peek(reader));
		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
		reader->next++;
	}
	return unit;
}

static bool
read_unicode_escape(Reader *reader)
{
	int unit = read_unit(reader);
	if (unit < 0)
		return fail(reader, "holds a broken \\u escape");
	if (unit == 0)
		return fail(reader, "holds U+0000");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return fail(reader, "holds half a surrogate pair");
	if (unit < 0xD800 || unit > 0xDBFF)
		return true;
	int low = skip(reader, '\\') && skip(reader, 'u') ? read_unit(reader) : -1;
	return (low >= 0xDC00 && low <= 0xDFFF) || fail(reader, "holds half a surrogate pair");
}

static bool
read_escape(Reader *reader)
{
	if (skip(reader, 'u'))
		return read_unicode_escape(reader);
	char byte = peek(reader);
	if (byte == '\0' || strchr("\"\\/bfnrt", byte) == NULL)
		return fail(reader, "holds an unknown escape");
	reader->next++;
	return true;
}

static bool
read_text(Reader *reader)
{
	if (!skip(reader, '"'))
		return fail(reader, "lacks a quoted text");
	while (reader->next < reader->end) {
		unsigned char byte = (unsigned char)*reader->next++;
		if (byte == '"')
			return true;
		if (byte < 0x20)
			return fail(reader, "holds a control character");
		if (byte == '\\' && !read_escape(reader))
			return false;
	}
	return fail(reader, "ends inside a text");
}

static bool
skip_digits(Reader *reader)
{
	const char *start = reader->next;
	while (g_ascii_isdigit(peek(reader)))
		reader->next++;
	return reader->next > start;
}

static bool
fits_64_bits(const char *start, const char *end)
{
	char digits[24];
	size_t length = (size_t)(end - start);
	if (length >= sizeof digits)
		return false;
	memcpy(digits, start, length);
	digits[length] = '\0';
	gint64 number;
	return g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, &number, NULL);
}

static bool
read_number(Reader *reader)
{
	const char *start = reader->next;
	bool whole = true;
	skip(reader, '-');
	if (!skip(reader, '0') && !skip_digits(reader))
		return fail(reader, "holds a broken number");
	if (skip(reader, '.')) {
		whole = false;
		if (!skip_digits(reader))
			return fail(reader, "holds a broken number");
	}
	if (skip(reader, 'e') || skip(reader, 'E')) {
		whole = false;
		if (!skip(reader, '-'))
			skip(reader, '+');
		if (!skip_digits(reader))
			return fail(reader, "holds a broken number");
	}
	return !whole || fits_64_bits(start, reader->next) ||
	       fail(reader, "holds a number too large");
}

static bool
read_word(Reader *reader, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(reader->end - reader->next) < length ||
		memcmp(reader->next, word, length) != 0)
		return fail(reader, "is no JSON");
	reader->next += length;
	return true;
}

static bool
read_member(Reader *reader)
{
	skip_space(reader);
	if (!read_text(reader))
		return false;
	skip_space(reader);
	return skip(reader, ':') ? read_value(reader) : fail(reader, "lacks a colon");
}

/* What stands between brackets: nothing, or items with commas between them. */
static bool
read_items(Reader *reader, char close, bool (*read_item)(Reader *))
{
	if (reader->depth == 0)
		return fail(reader, "is nested too deep");
	reader->depth--;
	reader->next++;
	skip_space(reader);
	if (!skip(reader, close)) {
		do {
			if (!read_item(reader))
				return false;
			skip_space(reader);
		} while (skip(reader, ','));
		if (!skip(reader, close))
			return fail(reader, "lacks a closing bracket");
	}
	reader->depth++;
	return true;
}

static bool
read_value(Reader *reader)
{
	skip_space(reader);
	switch (peek(reader)) {
	case '{':
		return read_items(reader, '}', read_member);
	case '[':
		return read_items(reader, ']', read_value);
	case '"':
		return read_text(reader);
	case 't':
		return read_word(reader, "true");
	case 'f':
		return read_word(reader, "false");
	case 'n':
		return read_word(reader, "null");
	default:
		return read_number(reader);
	}
}

const char *
json_find_fault(const char *text, size_t length, unsigned depth)
{
	if (!g_utf8_validate_len(text, length, NULL))
		return "is not UTF-8";
	Reader reader = { .next = text, .end = text + length, .depth = depth };
	skip_space(&reader);
	if (peek(&reader) != '{')
		return "is no object";
	if (!read_value(&reader))
		return reader.fault;
	skip_space(&reader);
	return reader.next == reader.end ? NULL : "goes on after its object";
}

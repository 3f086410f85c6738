#include "ui/screen/reader_find.h"

#include <string.h>

struct Finder {
	char *pattern;
	gunichar *characters;
	glong length;
	bool case_counts;
};

static gunichar
fold(const Finder *finder, gunichar character)
{
	if (g_unichar_isspace(character))
		return ' ';
	return finder->case_counts ? character : g_unichar_tolower(character);
}

Finder *
finder_new(const char *pattern)
{
	Finder *finder = g_new0(Finder, 1);
	finder->pattern = g_strdup(pattern);
	finder->characters = g_utf8_to_ucs4_fast(pattern, -1, &finder->length);
	for (glong i = 0; i < finder->length; i++)
		finder->case_counts |= g_unichar_isupper(finder->characters[i]);
	for (glong i = 0; i < finder->length; i++)
		finder->characters[i] = fold(finder, finder->characters[i]);
	return finder;
}

void
finder_free(Finder *finder)
{
	if (!finder)
		return;
	g_free(finder->pattern);
	g_free(finder->characters);
	g_free(finder);
}

const char *
finder_pattern(const Finder *finder)
{
	return finder->pattern;
}

/* Bytes of the match that begins at TEXT; 0: none does. */
static size_t
match_at(const Finder *finder, const char *text)
{
	const char *at = text;
	for (glong i = 0; i < finder->length; i++) {
		if (!*at || fold(finder, g_utf8_get_char(at)) != finder->characters[i])
			return 0;
		at = g_utf8_next_char(at);
	}
	return (size_t)(at - text);
}

/* A match that ends after FROM begins at most this far before it: a character has four bytes. */
static size_t
back_from(const Finder *finder, const char *text, size_t from)
{
	size_t most = 4 * (size_t)finder->length;
	size_t start = from > most ? from - most : 0;
	while (start > 0 && ((unsigned char)text[start] & 0xc0) == 0x80)
		start--;
	return start;
}

bool
finder_match(const Finder *finder, const CleanText *text, size_t from, size_t end, size_t *start,
	size_t *length)
{
	const char *whole = clean_text_utf8(text);
	const char *at = whole + back_from(finder, whole, from);
	for (; *at && at < whole + end; at = g_utf8_next_char(at)) {
		size_t bytes = match_at(finder, at);
		*start = (size_t)(at - whole);
		*length = bytes;
		if (bytes > 0 && *start + bytes > from)
			return true;
	}
	return false;
}

static bool
begins_in(const Finder *finder, const TextLine *line)
{
	size_t from = line->offset, end = line->offset + line->length, start, length;
	while (from < end && finder_match(finder, line->text, from, end, &start, &length)) {
		if (start >= line->offset)
			return true;
		from = start + length;
	}
	return false;
}

FinderResult
finder_find(const Finder *finder, TextFlow *flow, int64_t *line, bool backwards, size_t count)
{
	TextLine text;
	for (; count > 0; count--, *line += backwards ? -1 : 1) {
		if (*line < 0 || !text_flow_line(flow, (size_t)*line, &text))
			return FINDER_ENDED;
		if (begins_in(finder, &text))
			return FINDER_FOUND;
	}
	return FINDER_GOES_ON;
}

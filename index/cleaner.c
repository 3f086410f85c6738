#include "index/cleaner.h"

#include <string.h>

#include "index/character.h"

enum {
	LINE_LIMIT = 8 << 10, /* bytes of a one-line text */
	BODY_LINE_LIMIT =
		(1 << 20) - 64, /* bytes of a body's line before the marks of its last letter */
	MARKS_LIMIT = 4,        /* combining marks on one base */
	TAB_COLUMNS = 8,
	REPLACEMENT = 0xFFFD,
	DOTTED_CIRCLE = 0x25CC,
};

/* One cleaning in progress: the text so far and the cell group at its end. */
typedef struct Cleaner {
	CleanKind kind;
	GString *text;
	size_t columns, widest, changes;
	size_t line_start;  /* byte in text */
	size_t cut;         /* where a one-line text would be cut for … */
	size_t cut_columns; /* cells up to there */
	gunichar base;      /* of the last group; 0 if a mark cannot stand here */
	int marks;          /* of the last group */
	bool joiner;        /* the last code point is U+200C or U+200D */
	bool after_space;
	bool full;
} Cleaner;

/* Reads one code point; each invalid byte is one U+FFFD (and one change). */
static gunichar
decode(const char **next, const char *end, bool *invalid)
{
	unsigned char byte = (unsigned char)**next;
	if (byte < 0x80) {
		(*next)++;
		return byte;
	}
	gunichar character = g_utf8_get_char_validated(*next, end - *next);
	*invalid = character >= (gunichar)-2;
	if (*invalid) {
		(*next)++;
		return REPLACEMENT;
	}
	*next = g_utf8_next_char(*next);
	return character;
}

void
cleaner_drop_joiner(GString *text)
{
	while (text->len >= 3 && (memcmp(text->str + text->len - 3, "\xE2\x80\x8C", 3) == 0 ||
					 memcmp(text->str + text->len - 3, "\xE2\x80\x8D", 3) == 0))
		g_string_truncate(text, text->len - 3);
}

static void
end_line(Cleaner *cleaner)
{
	cleaner_drop_joiner(cleaner->text);
	g_string_append_c(cleaner->text, '\n');
	cleaner->widest = MAX(cleaner->widest, cleaner->columns);
	cleaner->columns = 0;
	cleaner->line_start = cleaner->text->len;
	cleaner->base = 0;
	cleaner->joiner = false;
}

/* Makes room for a new group of LENGTH bytes; false if the text is full. */
static bool
make_room(Cleaner *cleaner, size_t length)
{
	size_t used = cleaner->text->len - cleaner->line_start;
	if (cleaner->kind == CLEAN_BODY) {
		if (used + length > BODY_LINE_LIMIT)
			end_line(cleaner);
		return true;
	}
	if (used + 3 <= LINE_LIMIT) {
		cleaner->cut = cleaner->text->len;
		cleaner->cut_columns = cleaner->columns;
	}
	if (used + length > LINE_LIMIT)
		cleaner->full = true;
	return !cleaner->full;
}

static void
add_base(Cleaner *cleaner, gunichar character, int width)
{
	char bytes[6];
	int length = g_unichar_to_utf8(character, bytes);
	if (!make_room(cleaner, (size_t)length))
		return;
	g_string_append_len(cleaner->text, bytes, length);
	cleaner->columns += (size_t)width;
	cleaner->base = character;
	cleaner->marks = 0;
	cleaner->joiner = false;
	cleaner->after_space = false;
}

static void
add_mark(Cleaner *cleaner, gunichar character)
{
	if (cleaner->base == 0) {
		cleaner->changes++;
		add_base(cleaner, DOTTED_CIRCLE, 1);
		if (cleaner->full)
			return;
	}
	if (cleaner->marks == MARKS_LIMIT) {
		cleaner->changes++;
		return;
	}
	char bytes[6];
	int length = g_unichar_to_utf8(character, bytes);
	size_t used = cleaner->text->len - cleaner->line_start;
	if (cleaner->kind != CLEAN_BODY && used + (size_t)length > LINE_LIMIT) {
		cleaner->full = true;
		return;
	}
	g_string_append_len(cleaner->text, bytes, length);
	cleaner->marks++;
	cleaner->joiner = false;
}

static void
add_space(Cleaner *cleaner)
{
	add_base(cleaner, ' ', 1);
	cleaner->base = 0; /* a mark on a space would be drawn over a neighbour */
	cleaner->after_space = true;
}

/* A space of a one-line text: a run of them is one. */
static void
add_one_space(Cleaner *cleaner)
{
	if (!cleaner->after_space)
		add_space(cleaner);
}

static void
add_replacement(Cleaner *cleaner, gunichar character)
{
	cleaner->changes++;
	add_base(cleaner, character, 1);
}

static void
add_control(Cleaner *cleaner, gunichar character)
{
	add_replacement(cleaner, character == 0x7F ? 0x2421 : 0x2400 + character);
}

static void
add_white_space(Cleaner *cleaner, gunichar character, bool before_newline)
{
	if (cleaner->kind != CLEAN_BODY) {
		add_one_space(cleaner);
		return;
	}
	switch (character) {
	case '\t':
		do
			add_space(cleaner);
		while (cleaner->columns % TAB_COLUMNS != 0);
		return;
	case '\r':
		if (!before_newline)
			add_control(cleaner, character);
		return;
	case '\v':
	case '\f':
		add_control(cleaner, character);
		return;
	default:
		end_line(cleaner);
	}
}

static void
add_bidi(Cleaner *cleaner, gunichar character)
{
	cleaner->changes++;
	if (cleaner->kind != CLEAN_IDENTITY)
		return;
	add_base(cleaner, 0x27E8, 1);
	for (const char *letter = character_bidi_name(character); *letter != '\0'; letter++)
		add_base(cleaner, (gunichar)*letter, 1);
	add_base(cleaner, 0x27E9, 1);
}

/*
 * Variation selectors, joiners and skin tones inside an emoji are left out too, as terminals disagree
 * on what cells they take; but nobody hid anything with them, so they do not count.
 */
static bool
is_part_of_emoji(const Cleaner *cleaner)
{
	return cleaner->base != 0 && !g_unichar_isalpha(cleaner->base) &&
	       cleaner->kind != CLEAN_IDENTITY;
}

static void
drop_hidden(Cleaner *cleaner, gunichar character)
{
	bool selector = character == 0xFE0E || character == 0xFE0F || character == 0x200D;
	if (!selector || !is_part_of_emoji(cleaner))
		cleaner->changes++;
}

/* Whether the next code point is a letter that will be kept as it is. */
static bool
joins_next(const char *next, const char *end)
{
	if (next == end)
		return false;
	bool invalid = false;
	gunichar character = decode(&next, end, &invalid);
	return !invalid && character_kind(character) == CHARACTER_PLAIN &&
	       character_width(character) > 0 && character_is_joining(character);
}

static void
add_joiner(Cleaner *cleaner, gunichar character, const char *next, const char *end)
{
	bool joins = cleaner->kind != CLEAN_IDENTITY && !cleaner->joiner && cleaner->base != 0 &&
	             character_is_joining(cleaner->base) && joins_next(next, end);
	if (!joins) {
		drop_hidden(cleaner, character);
		return;
	}
	int marks = cleaner->marks;
	add_mark(cleaner, character);
	cleaner->joiner = cleaner->marks > marks;
}

static bool
is_skin_tone_of(gunichar base, gunichar character)
{
	return character >= 0x1F3FB && character <= 0x1F3FF && base != 0 &&
	       g_unichar_type(base) == G_UNICODE_OTHER_SYMBOL;
}

static void
add_plain(Cleaner *cleaner, gunichar character)
{
	if (character == ' ') {
		if (cleaner->kind == CLEAN_BODY)
			add_space(cleaner);
		else
			add_one_space(cleaner);
		return;
	}
	if (character < 0x7F) {
		add_base(cleaner, character, 1);
		return;
	}
	if (is_skin_tone_of(cleaner->base, character))
		return;
	int width = character_width(character);
	if (width < 0)
		add_replacement(cleaner, REPLACEMENT);
	else if (width > 0)
		add_base(cleaner, character, width);
	else if (g_unichar_type(character) == G_UNICODE_FORMAT)
		cleaner->changes++;
	else
		add_mark(cleaner, character);
}

static void
add_blank(Cleaner *cleaner, gunichar character)
{
	if (cleaner->kind == CLEAN_IDENTITY) {
		cleaner->changes++;
		add_one_space(cleaner);
		return;
	}
	add_base(cleaner, character, 1);
	cleaner->base = 0;
}

static void
add_character(Cleaner *cleaner, gunichar character, const char *next, const char *end)
{
	switch (character_kind(character)) {
	case CHARACTER_PLAIN:
		add_plain(cleaner, character);
		break;
	case CHARACTER_SPACE:
		add_white_space(cleaner, character, next < end && *next == '\n');
		break;
	case CHARACTER_CONTROL:
		add_control(cleaner, character);
		break;
	case CHARACTER_BIDI:
		add_bidi(cleaner, character);
		break;
	case CHARACTER_HIDDEN:
		drop_hidden(cleaner, character);
		break;
	case CHARACTER_JOINER:
		add_joiner(cleaner, character, next, end);
		break;
	case CHARACTER_BLANK:
		add_blank(cleaner, character);
		break;
	case CHARACTER_INVALID:
		add_replacement(cleaner, REPLACEMENT);
		break;
	}
}

/* Bytes at the start that go through as they are: printable ASCII, spaces only where they all stay. */
static size_t
count_plain_bytes(CleanKind kind, const char *text, const char *end)
{
	unsigned char first = kind == CLEAN_BODY ? ' ' : '!';
	const char *next = text;
	while (next < end && (unsigned char)*next >= first && (unsigned char)*next < 0x7F)
		next++;
	return (size_t)(next - text);
}

/* What add_base does for each of these bytes, all at once; returns how many there was room for. */
static size_t
add_plain_bytes(Cleaner *cleaner, const char *bytes, size_t length)
{
	size_t limit = cleaner->kind == CLEAN_BODY ? BODY_LINE_LIMIT : LINE_LIMIT;
	size_t used = cleaner->text->len - cleaner->line_start;
	length = MIN(length, limit > used ? limit - used : 0);
	if (length < 2)
		return 0;
	g_string_append_len(cleaner->text, bytes, (gssize)length);
	if (cleaner->kind != CLEAN_BODY && used + 3 <= LINE_LIMIT) {
		cleaner->cut = MIN(used + length - 1, LINE_LIMIT - 3);
		cleaner->cut_columns = cleaner->columns + cleaner->cut - used;
	}
	char last = bytes[length - 1];
	cleaner->columns += length;
	cleaner->base = last == ' ' ? 0 : (gunichar)last;
	cleaner->marks = 0;
	cleaner->joiner = false;
	cleaner->after_space = last == ' ';
	return length;
}

static void
cut_short(Cleaner *cleaner)
{
	g_string_truncate(cleaner->text, cleaner->cut);
	cleaner_drop_joiner(cleaner->text);
	cleaner->changes++;
	g_string_append_unichar(cleaner->text, 0x2026);
	cleaner->columns = cleaner->cut_columns + 1;
}

GString *
cleaner_run(CleanKind kind, const char *text, size_t length, size_t *columns, size_t *changes)
{
	const char *next = text;
	const char *end = text + length;
	Cleaner cleaner = { .kind = kind, .text = g_string_sized_new(MIN(length, LINE_LIMIT)) };
	locale_t before = character_width_begin();
	while (next < end && !cleaner.full) {
		size_t plain = count_plain_bytes(kind, next, end);
		next += add_plain_bytes(&cleaner, next, plain);
		if (next == end)
			break;
		bool invalid = false;
		gunichar character = decode(&next, end, &invalid);
		if (invalid)
			add_replacement(&cleaner, REPLACEMENT);
		else
			add_character(&cleaner, character, next, end);
	}
	if (cleaner.full)
		cut_short(&cleaner);
	character_width_end(before);
	*columns = MAX(cleaner.widest, cleaner.columns);
	*changes = cleaner.changes;
	return cleaner.text;
}

#include "index/clean_text.h"

#include <string.h>

#include "index/character.h"
#include "index/cleaner.h"

struct CleanText {
	int references; /* atomic */
	char *utf8;
	size_t length, columns, changes;
};

static CleanText *
take_over(GString *text, size_t columns, size_t changes)
{
	CleanText *clean = g_new(CleanText, 1);
	*clean = (CleanText){
		.references = 1, .length = text->len, .columns = columns, .changes = changes
	};
	clean->utf8 = g_string_free(text, FALSE);
	return clean;
}

CleanText *
clean_text_new(CleanKind kind, const char *text, gssize length)
{
	if (text == NULL)
		text = "", length = 0;
	size_t columns, changes;
	GString *clean = cleaner_run(
		kind, text, length < 0 ? strlen(text) : (size_t)length, &columns, &changes);
	return take_over(clean, columns, changes);
}

CleanText *
clean_text_format(CleanKind kind, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return clean_text_new(kind, text, -1);
}

CleanText *
clean_text_ref(CleanText *text)
{
	g_atomic_int_inc(&text->references);
	return text;
}

void
clean_text_unref(CleanText *text)
{
	if (text == NULL || !g_atomic_int_dec_and_test(&text->references))
		return;
	g_free(text->utf8);
	g_free(text);
}

const char *
clean_text_utf8(const CleanText *text)
{
	return text->utf8;
}

size_t
clean_text_length(const CleanText *text)
{
	return text->length;
}

size_t
clean_text_columns(const CleanText *text)
{
	return text->columns;
}

size_t
clean_text_changes(const CleanText *text)
{
	return text->changes;
}

static bool
is_ascii(char byte)
{
	return (unsigned char)byte < 0x80;
}

static const char *
skip_marks(const char *next)
{
	while (!is_ascii(*next) && character_width(g_utf8_get_char(next)) == 0)
		next = g_utf8_next_char(next);
	return next;
}

size_t
clean_text_step(const char **next, int *columns)
{
	const char *start = *next;
	*columns = *start != '\0' && *start != '\n';
	if (*start == '\0')
		return 0;
	*next = start + 1;
	if (is_ascii(*start) && (*start == '\n' || is_ascii(start[1])))
		return 1;
	locale_t before = character_width_begin();
	if (!is_ascii(*start)) {
		*columns = MAX(1, character_width(g_utf8_get_char(start)));
		*next = g_utf8_next_char(start);
	}
	*next = skip_marks(*next);
	character_width_end(before);
	return (size_t)(*next - start);
}

/* Bytes and cells of TEXT up to COLUMNS cells or its first line's end. */
static size_t
measure(const char *text, size_t columns, size_t *used)
{
	const char *next = text;
	*used = 0;
	for (;;) {
		const char *start = next;
		int width;
		size_t length = clean_text_step(&next, &width);
		if (length == 0 || *start == '\n' || *used + (size_t)width > columns)
			return (size_t)(start - text);
		*used += (size_t)width;
	}
}

CleanText *
clean_text_clip(const CleanText *text, size_t columns)
{
	if (text->columns <= columns && strchr(text->utf8, '\n') == NULL)
		return clean_text_ref((CleanText *)text);
	size_t used = 0;
	size_t length = columns == 0 ? 0 : measure(text->utf8, columns - 1, &used);
	GString *clipped = g_string_new_len(text->utf8, (gssize)length);
	cleaner_drop_joiner(clipped);
	if (columns > 0)
		g_string_append(clipped, "…");
	return take_over(clipped, columns > 0 ? used + 1 : 0, text->changes);
}

void
clean_text_print(FILE *stream, const CleanText *text)
{
	fwrite(text->utf8, 1, text->length, stream);
}

bool
clean_text_is_unsafe(gunichar character)
{
	CharacterKind kind = character_kind(character);
	return kind != CHARACTER_PLAIN && kind != CHARACTER_BLANK;
}

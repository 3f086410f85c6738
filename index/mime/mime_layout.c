#include "index/mime/mime_layout.h"

#include <string.h>

enum { QUOTE_LIMIT = 20, INDENT_LIMIT = 24, NARROWEST = 20 };

struct Layout {
	GString *out;
	GString *line; /* without what stands ahead of it */
	int line_columns;
	GString *word;
	int word_columns;
	bool blank;       /* a blank came after the last word */
	bool line_open;   /* something stands in the line */
	bool after_blank; /* the last line is empty */
	bool wants_blank; /* an empty line ahead of what comes */
	int quote, indent;
	int blank_quote; /* of the empty line that is wanted */
	char *bullet;
	int width;
};

Layout *
layout_new(int width)
{
	Layout *layout = g_new0(Layout, 1);
	layout->out = g_string_new(NULL);
	layout->line = g_string_new(NULL);
	layout->word = g_string_new(NULL);
	layout->width = width;
	return layout;
}

void
layout_free(Layout *layout)
{
	if (layout == NULL)
		return;
	g_string_free(layout->out, TRUE);
	g_string_free(layout->line, TRUE);
	g_string_free(layout->word, TRUE);
	g_free(layout->bullet);
	g_free(layout);
}

static int
character_columns(gunichar character)
{
	return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

int
layout_columns(const char *text)
{
	int columns = 0;
	for (; *text != '\0'; text = g_utf8_next_char(text))
		columns += character_columns(g_utf8_get_char(text));
	return columns;
}

static int
quote_depth(const Layout *layout)
{
	return CLAMP(layout->quote, 0, QUOTE_LIMIT);
}

static int
indent(const Layout *layout)
{
	return CLAMP(layout->indent, 0, INDENT_LIMIT);
}

static int
room(const Layout *layout)
{
	return MAX(layout->width - 2 * quote_depth(layout) - indent(layout), NARROWEST);
}

static void
append_quotes(Layout *layout, int depth)
{
	for (int i = 0; i < depth; i++)
		g_string_append(layout->out, i + 1 < depth ? "> " : ">");
}

static void
append_start(Layout *layout, bool empty)
{
	int depth = quote_depth(layout);
	append_quotes(layout, depth);
	if (empty)
		return;
	if (depth > 0)
		g_string_append_c(layout->out, ' ');
	int columns = indent(layout);
	int bullet = layout->bullet != NULL ? layout_columns(layout->bullet) : 0;
	for (int i = bullet; i < columns; i++)
		g_string_append_c(layout->out, ' ');
	if (layout->bullet != NULL)
		g_string_append(layout->out, layout->bullet);
	g_clear_pointer(&layout->bullet, g_free);
}

static void
flush_line(Layout *layout)
{
	size_t length = layout->line->len;
	while (length > 0 && layout->line->str[length - 1] == ' ')
		length--;
	/* Mail is full of empty lines; one after another tells no more than one. */
	bool empty = length == 0 && layout->bullet == NULL;
	if (empty && (layout->out->len == 0 || layout->after_blank || layout->wants_blank)) {
		layout->wants_blank = layout->wants_blank || layout->out->len > 0;
		layout->blank_quote = quote_depth(layout);
		return;
	}
	bool wants_blank = layout->wants_blank && layout->out->len > 0 && !layout->after_blank;
	layout->after_blank = empty;
	if (wants_blank) {
		append_quotes(layout, MIN(layout->blank_quote, quote_depth(layout)));
		g_string_append_c(layout->out, '\n');
	}
	layout->wants_blank = false;
	append_start(layout, empty);
	g_string_append_len(layout->out, layout->line->str, (gssize)length);
	g_string_append_c(layout->out, '\n');
	g_string_truncate(layout->line, 0);
	layout->line_columns = 0;
	layout->line_open = false;
	layout->blank = false;
}

static void
flush_word(Layout *layout)
{
	if (layout->word->len == 0)
		return;
	int gap = layout->blank && layout->line_open ? 1 : 0;
	if (layout->line_open && layout->line_columns + gap + layout->word_columns > room(layout)) {
		flush_line(layout);
		gap = 0;
	}
	if (gap)
		g_string_append_c(layout->line, ' ');
	g_string_append_len(layout->line, layout->word->str, (gssize)layout->word->len);
	layout->line_columns += gap + layout->word_columns;
	layout->line_open = true;
	layout->blank = false;
	g_string_truncate(layout->word, 0);
	layout->word_columns = 0;
}

/* Characters that only steer or hide; bidi controls are left to who cleans the text. */
static bool
is_dropped(gunichar character)
{
	return character == 0xad || character == 0x34f || character == 0xfeff ||
	       (character >= 0x200b && character <= 0x200c) || character == 0x2060;
}

static void
add_character(Layout *layout, gunichar character)
{
	int columns = character_columns(character);
	/* Between the characters of East Asian scripts a line may break. */
	if (columns == 2)
		flush_word(layout);
	g_string_append_unichar(layout->word, character == 0xa0 ? ' ' : character);
	layout->word_columns += columns;
	if (columns == 2)
		flush_word(layout);
}

static void
add_pre(Layout *layout, gunichar character)
{
	if (character == '\n') {
		layout_line(layout);
		return;
	}
	g_string_append_unichar(layout->line, character);
	layout->line_columns += character_columns(character);
	layout->line_open = true;
}

void
layout_text(Layout *layout, const char *text, bool pre)
{
	if (pre)
		flush_word(layout);
	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);
		bool blank = character == ' ' || (character >= '\t' && character <= '\r');
		if (is_dropped(character) || (pre && character == '\r'))
			continue;
		if (pre)
			add_pre(layout, character);
		else if (blank) {
			flush_word(layout);
			layout->blank = true;
		} else
			add_character(layout, character);
	}
}

void
layout_mark(Layout *layout, const char *text)
{
	g_string_append(layout->word, text);
	layout->word_columns += layout_columns(text);
}

void
layout_line(Layout *layout)
{
	flush_word(layout);
	flush_line(layout);
}

void
layout_break(Layout *layout)
{
	flush_word(layout);
	if (layout->line_open)
		flush_line(layout);
	layout->blank = false;
}

void
layout_paragraph(Layout *layout)
{
	layout_break(layout);
	layout->blank_quote =
		layout->wants_blank ? MIN(layout->blank_quote, layout->quote) : layout->quote;
	layout->wants_blank = true;
}

void
layout_rule(Layout *layout)
{
	layout_break(layout);
	for (int i = 0; i < MIN(room(layout), 40); i++)
		g_string_append(layout->line, "─");
	layout->line_open = true;
	layout_break(layout);
}

void
layout_quote(Layout *layout, int by)
{
	layout_break(layout);
	layout->quote += by;
}

void
layout_indent(Layout *layout, int by)
{
	layout_break(layout);
	layout->indent += by;
}

void
layout_bullet(Layout *layout, const char *text)
{
	layout_break(layout);
	g_free(layout->bullet);
	layout->bullet = g_strdup(text);
}

char *
layout_finish(Layout *layout)
{
	layout_break(layout);
	char *text = g_strndup(layout->out->str, layout->out->len);
	g_string_truncate(layout->out, 0);
	layout->wants_blank = false;
	return text;
}

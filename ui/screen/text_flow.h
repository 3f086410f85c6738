#pragma once
/*
 * A text as lines of a width: blocks of clean text, wrapped at blanks, only as far as somebody looks. Pure;
 * one thread at a time.
 */
#include <stdbool.h>

#include "index/clean_text.h"
#include "ui/screen/theme.h"

typedef struct TextFlow TextFlow;

typedef struct TextLine {
	const CleanText *text; /* belongs to the flow */
	size_t offset, length; /* bytes of it */
	size_t indent;         /* columns left blank before it */
	Style style;
} TextLine;

TextFlow *text_flow_new(void);
void text_flow_free(TextFlow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TextFlow, text_flow_free)

/* Adds a text in one style. Takes TEXT over. */
void text_flow_add(TextFlow *flow, CleanText *text, Style style);

/* The same for a text of one line: where it is wrapped, the lines after the first are indented. */
void text_flow_add_indented(TextFlow *flow, CleanText *text, Style style);

/* How a line of a text looks, and how far it is indented where it is wrapped. */
typedef struct TextLook {
	Style style;
	size_t indent;
} TextLook;

/* LINE: where it begins, up to a line break or NUL. *STATE: 0 at the text's first line, kept from line to line. */
typedef TextLook (*TextStyler)(const char *line, unsigned *state);

/* Adds a text each of whose lines looks as STYLER says. Takes TEXT over. */
void text_flow_add_styled(TextFlow *flow, CleanText *text, TextStyler styler);

/* Lines are at most this wide from now on. */
void text_flow_set_width(TextFlow *flow, size_t columns);

/* Line NUMBER from 0 on; false: there are fewer. */
bool text_flow_line(TextFlow *flow, size_t number, TextLine *line);

/* How many lines there are, if no more than LIMIT; else some number above it. */
size_t text_flow_length(TextFlow *flow, size_t limit);

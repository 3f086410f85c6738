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

/* Adds a text, whose lines that begin with '>' are drawn as QUOTE and all others as STYLE. Takes TEXT over. */
void text_flow_add(TextFlow *flow, CleanText *text, Style style, Style quote);

/* The same for a text of one line: where it is wrapped, the lines after the first are indented. */
void text_flow_add_indented(TextFlow *flow, CleanText *text, Style style);

/* Lines are at most this wide from now on. */
void text_flow_set_width(TextFlow *flow, size_t columns);

/* Line NUMBER from 0 on; false: there are fewer. */
bool text_flow_line(TextFlow *flow, size_t number, TextLine *line);

/* How many lines there are, if no more than LIMIT; else some number above it. */
size_t text_flow_length(TextFlow *flow, size_t limit);

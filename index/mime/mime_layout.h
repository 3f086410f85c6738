#pragma once
/*
 * Lays words out in lines of a width, with quote marks, indents and list marks ahead of them. Knows
 * nothing of HTML. Any thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Layout Layout;

Layout *layout_new(int width);
void layout_free(Layout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layout, layout_free)

/* Adds UTF-8 text: runs of blanks are one, lines break where they are full; PRE keeps both. */
void layout_text(Layout *layout, const char *text, bool pre);

/* Adds a text that sticks to the word before it, and is broken nowhere. */
void layout_mark(Layout *layout, const char *text);

/* Ends the line; a blank line follows (never two). Does nothing at the start. */
void layout_break(Layout *layout);
void layout_paragraph(Layout *layout);

/* Ends the line even if it is empty: <br>. */
void layout_line(Layout *layout);

/* A line of dashes. */
void layout_rule(Layout *layout);

/* Changes the depth of quoting, and the indent, of the lines to come. */
void layout_quote(Layout *layout, int by);
void layout_indent(Layout *layout, int by);

/* Text that stands in the indent of the next line: a bullet, a number. */
void layout_bullet(Layout *layout, const char *text);

/* What was laid out. The layout is empty afterwards. The caller owns the result. */
char *layout_finish(Layout *layout);

/* Cells of the terminal that a UTF-8 text takes, roughly. */
int layout_columns(const char *text);

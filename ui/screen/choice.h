#pragma once
/*
 * A short list with a cursor, as panes have it that offer something of one message: where the cursor is, what is
 * in sight, and the commands that move it. UI thread.
 */
#include "ui/screen/pane.h"

/* Stands first in the state of such a pane. */
typedef struct ChoicePane {
	Pane base;
	size_t length, cursor, top;
} ChoicePane;

void choice_set_length(ChoicePane *choice, size_t length); /* the cursor goes to the top */
void choice_move_to(ChoicePane *choice, int64_t place);    /* the last one, if there are fewer */
void choice_resize(Pane *pane, int rows, int columns);     /* for the pane's class */

/* Draws the line behind row NUMBER, if the cursor is on it, and returns the style for its text, else STYLE. */
Style choice_draw_cursor(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number,
	bool focused, Style style);

void choice_run_down(Pane *pane, int count);
void choice_run_up(Pane *pane, int count);
void choice_run_page_down(Pane *pane, int count);
void choice_run_page_up(Pane *pane, int count);
void choice_run_first(Pane *pane, int count);
void choice_run_last(Pane *pane, int count);

/* The rows of a command table for these. */
#define CHOICE_COMMANDS                                                                       \
	{ "down", "j Down", NULL, "a line down", choice_run_down },                           \
		{ "up", "k Up", NULL, "a line up", choice_run_up },                           \
		{ "page-down", "PgDn C-f Space", NULL, "a page down", choice_run_page_down }, \
		{ "page-up", "PgUp C-b Backspace", NULL, "a page up", choice_run_page_up },   \
		{ "first", "gg Home", NULL, "to the top", choice_run_first },                 \
	{                                                                                     \
		"last", "G End", NULL, "to the end", choice_run_last                          \
	}

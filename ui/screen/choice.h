#pragma once
/*
 * Lines of which one is chosen: where the cursor is, what is in sight, and the commands that move both. For the panes
 * whose lines are all known: folders, parts, links, help, messages, jobs. UI thread.
 */
#include "ui/screen/pane.h"

/* Stands first in the state of such a pane. */
typedef struct ChoicePane {
	Pane base;
	size_t length, cursor, top; /* lines */
	/* Can the cursor be on this line? What follows up to the next such line belongs to it. NULL: on each. */
	bool (*is_stop)(const struct ChoicePane *choice, size_t line);
} ChoicePane;

/* Other lines than before: the first is at the top, the cursor on the first where it can be. */
void choice_set_length(ChoicePane *choice, size_t length);
/* The same lines, though more or fewer; what the cursor was on is line CURSOR now, which is kept in sight. */
void choice_renew(ChoicePane *choice, size_t length, size_t cursor);
/* To this line, else to one that the cursor can be on: before it, if there is one. */
void choice_move_to(ChoicePane *choice, size_t line);
/* Is there a line under the cursor? */
bool choice_has_current(const ChoicePane *choice);

void choice_resize(Pane *pane, int rows, int columns); /* for the pane's class */

/* Selects and scrolls; true: the line under the cursor is to be opened. */
bool choice_take_mouse(ChoicePane *choice, int row, MouseAction action);
/* The same for the class of a pane that opens nothing. */
void choice_on_mouse(Pane *pane, int row, int column, MouseAction action);

/* Draws what is in sight; DRAW_LINE draws one, on row LINE - choice->top. */
void choice_draw(const ChoicePane *choice, Canvas *canvas, const Area *area, bool focused,
	void (*draw_line)(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t line,
		bool focused));

/* Draws the row behind a line, if the cursor is on it, and returns the style for its text, else STYLE. */
Style choice_draw_cursor(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t line,
	bool focused, Style style);

void choice_run_down(Pane *pane, int count);
void choice_run_up(Pane *pane, int count);
void choice_run_page_down(Pane *pane, int count);
void choice_run_page_up(Pane *pane, int count);
void choice_run_half_down(Pane *pane, int count);
void choice_run_half_up(Pane *pane, int count);
void choice_run_first(Pane *pane, int count);
void choice_run_last(Pane *pane, int count);

/* The rows of a command table for these; keys that an earlier row has are not theirs. */
#define CHOICE_COMMANDS                                                                       \
	{ "down", "j Down", NULL, "move down", choice_run_down },                             \
		{ "up", "k Up", NULL, "move up", choice_run_up },                             \
		{ "page-down", "PgDn C-f Space", NULL, "a page down", choice_run_page_down }, \
		{ "page-up", "PgUp C-b Backspace", NULL, "a page up", choice_run_page_up },   \
		{ "half-down", "C-d", NULL, "half a page down", choice_run_half_down },       \
		{ "half-up", "C-u", NULL, "half a page up", choice_run_half_up },             \
		{ "first", "gg Home", NULL, "to the top", choice_run_first },                 \
	{                                                                                     \
		"last", "G End", NULL, "to the end", choice_run_last                          \
	}

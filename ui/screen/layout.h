#pragma once
/*
 * Where everything is, by the size of the screen (DESIGN §6). Pure.
 */
#include <stdbool.h>

#include "ui/screen/canvas.h"

typedef enum PaneNumber {
	PANE_FOLDERS,
	PANE_LIST,
	PANE_READER,
	PANE_PARTS, /* from here on: of the open message, in the reader's place */
	PANE_LINKS,
	PANE_HELP, /* from here on: over all others */
	PANE_MESSAGES,
	PANE_JOBS,
	PANE_PENDING,
	PANE_PROMPT, /* drawn over the status line: never has an area, nor the focus */
	PANE_COUNT,
} PaneNumber;

enum { LAYOUT_MINIMUM_ROWS = 10, LAYOUT_MINIMUM_COLUMNS = 40 };

typedef struct Layout {
	bool too_small;
	Area all, top, status, hints;
	Area panes[PANE_COUNT]; /* no rows: not to be seen */
	Area column_rules[2];   /* no rows: not there */
	Area row_rule;
} Layout;

bool layout_is_over(PaneNumber pane);      /* does it take the place of all others? */
bool layout_is_in_reader(PaneNumber pane); /* does it take the reader's? */

/* READING: a message is open. FOCUS: the pane that must be seen. */
void layout_set(Layout *layout, int rows, int columns, bool reading, PaneNumber focus);

#include "ui/screen/layout.h"

enum {
	WIDE_COLUMNS = 140,
	MIDDLE_COLUMNS = 80,
	WIDE_FOLDERS = 24,
	MIDDLE_FOLDERS = 20,
	SPLIT_ROWS = 36, /* from here on an open message leaves the list in sight */
};

static void
set_wide(Layout *layout, Area body)
{
	int rest = body.columns - WIDE_FOLDERS - 2;
	int list = rest * 45 / 100;
	layout->panes[PANE_FOLDERS] = (Area){ body.row, 0, body.rows, WIDE_FOLDERS };
	layout->column_rules[0] = (Area){ body.row, WIDE_FOLDERS, body.rows, 1 };
	layout->panes[PANE_LIST] = (Area){ body.row, WIDE_FOLDERS + 1, body.rows, list };
	layout->column_rules[1] = (Area){ body.row, WIDE_FOLDERS + 1 + list, body.rows, 1 };
	layout->panes[PANE_READER] =
		(Area){ body.row, WIDE_FOLDERS + 2 + list, body.rows, rest - list };
}

static void
set_middle(Layout *layout, Area body, int screen_rows, bool reading)
{
	Area right = { body.row, MIDDLE_FOLDERS + 1, body.rows, body.columns - MIDDLE_FOLDERS - 1 };
	layout->panes[PANE_FOLDERS] = (Area){ body.row, 0, body.rows, MIDDLE_FOLDERS };
	layout->column_rules[0] = (Area){ body.row, MIDDLE_FOLDERS, body.rows, 1 };
	if (!reading) {
		layout->panes[PANE_LIST] = right;
		return;
	}
	if (screen_rows < SPLIT_ROWS) {
		layout->panes[PANE_READER] = right;
		return;
	}
	int list = body.rows / 3 - 1;
	layout->panes[PANE_LIST] = (Area){ right.row, right.column, list, right.columns };
	layout->row_rule = (Area){ right.row + list, right.column, 1, right.columns };
	layout->panes[PANE_READER] =
		(Area){ right.row + list + 1, right.column, right.rows - list - 1, right.columns };
}

bool
layout_is_over(PaneNumber pane)
{
	return pane >= PANE_HELP;
}

bool
layout_is_in_reader(PaneNumber pane)
{
	return pane >= PANE_PARTS && pane < PANE_HELP;
}

/* What shows something of the open message takes the reader's place. */
static void
set_in_place(Layout *layout, PaneNumber focus)
{
	if (!layout_is_in_reader(focus))
		return;
	layout->panes[focus] = layout->panes[PANE_READER];
	layout->panes[PANE_READER] = (Area){ 0 };
}

void
layout_set(Layout *layout, int rows, int columns, bool reading, PaneNumber focus)
{
	*layout = (Layout){ .all = { 0, 0, rows, columns } };
	if (rows < LAYOUT_MINIMUM_ROWS || columns < LAYOUT_MINIMUM_COLUMNS) {
		layout->too_small = true;
		return;
	}
	layout->top = (Area){ 0, 0, 1, columns };
	layout->status = (Area){ rows - 2, 0, 1, columns };
	layout->hints = (Area){ rows - 1, 0, 1, columns };
	Area body = { 1, 0, rows - 3, columns };
	if (layout_is_over(focus))
		layout->panes[focus] = body;
	else if (columns >= WIDE_COLUMNS)
		set_wide(layout, body);
	else if (columns >= MIDDLE_COLUMNS)
		set_middle(layout, body, rows, reading);
	else
		layout->panes[focus] = body;
	if (columns >= MIDDLE_COLUMNS)
		set_in_place(layout, focus);
}

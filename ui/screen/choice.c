#include "ui/screen/choice.h"

void
choice_move_to(ChoicePane *choice, int64_t place)
{
	int64_t last = (int64_t)choice->length - 1;
	size_t rows = (size_t)MAX(choice->base.rows, 1);
	choice->cursor = (size_t)CLAMP(place, 0, MAX(last, 0));
	if (choice->cursor < choice->top)
		choice->top = choice->cursor;
	if (choice->cursor >= choice->top + rows)
		choice->top = choice->cursor - rows + 1;
}

static void
move_by(Pane *pane, int64_t lines)
{
	ChoicePane *choice = (ChoicePane *)pane;
	choice_move_to(choice, (int64_t)choice->cursor + lines);
}

void
choice_set_length(ChoicePane *choice, size_t length)
{
	choice->length = length;
	choice->top = 0;
	choice_move_to(choice, 0);
}

void
choice_resize(Pane *pane, int rows, int columns)
{
	move_by(pane, 0);
}

Style
choice_draw_cursor(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number,
	bool focused, Style style)
{
	if (number != choice->cursor)
		return style;
	Style cursor = focused ? STYLE_CURSOR : STYLE_CURSOR_AWAY;
	int row = (int)(number - choice->top);
	canvas_fill(canvas, area, row, 0, area->columns, cursor);
	if (focused)
		canvas_set_cursor(canvas, area, row, 0, false);
	return cursor;
}

void
choice_run_down(Pane *pane, int count)
{
	move_by(pane, MAX(count, 1));
}

void
choice_run_up(Pane *pane, int count)
{
	move_by(pane, -MAX(count, 1));
}

void
choice_run_page_down(Pane *pane, int count)
{
	move_by(pane, (int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

void
choice_run_page_up(Pane *pane, int count)
{
	move_by(pane, -(int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

void
choice_run_first(Pane *pane, int count)
{
	choice_move_to((ChoicePane *)pane, 0);
}

void
choice_run_last(Pane *pane, int count)
{
	choice_move_to((ChoicePane *)pane, INT32_MAX);
}

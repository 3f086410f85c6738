#include "ui/screen/choice.h"

static bool
is_stop(const ChoicePane *choice, size_t line)
{
	return line < choice->length && (!choice->is_stop || choice->is_stop(choice, line));
}

bool
choice_has_current(const ChoicePane *choice)
{
	return is_stop(choice, choice->cursor);
}

/* The nearest line from LINE on, STEP by STEP, that the cursor can be on; FALLBACK if there is none. */
static size_t
find_stop(const ChoicePane *choice, int64_t line, int step, size_t fallback)
{
	for (; line >= 0 && line < (int64_t)choice->length; line += step) {
		if (is_stop(choice, (size_t)line))
			return (size_t)line;
	}
	return fallback;
}

static size_t
next_stop(const ChoicePane *choice, size_t line, int step)
{
	return find_stop(choice, (int64_t)line + step, step, line);
}

/* ---- what is in sight ---- */

static size_t
height_of(const ChoicePane *choice)
{
	return (size_t)MAX(choice->base.rows, 1);
}

static void
set_top(ChoicePane *choice, int64_t top)
{
	int64_t last = (int64_t)choice->length - (int64_t)height_of(choice);
	choice->top = (size_t)CLAMP(top, 0, MAX(last, 0));
}

/* With all that belongs to the line, and above the first one with what stands there, as far as there is room. */
static void
keep_in_sight(ChoicePane *choice)
{
	size_t height = height_of(choice), cursor = choice->cursor;
	size_t next = next_stop(choice, cursor, 1);
	size_t end = next > cursor ? next : choice->length;
	bool is_first = next_stop(choice, cursor, -1) == cursor;
	size_t top = choice->top;
	if (end > top + height)
		top = end - height;
	if (cursor < top)
		top = cursor;
	if (is_first && cursor < height)
		top = 0;
	set_top(choice, (int64_t)top);
}

static void
move_to(ChoicePane *choice, size_t line)
{
	choice->cursor = line;
	keep_in_sight(choice);
}

void
choice_move_to(ChoicePane *choice, size_t line)
{
	size_t wanted = MIN(line, choice->length ? choice->length - 1 : 0);
	size_t after = find_stop(choice, (int64_t)wanted, 1, 0);
	move_to(choice, find_stop(choice, (int64_t)wanted, -1, after));
}

void
choice_set_length(ChoicePane *choice, size_t length)
{
	choice->length = length;
	choice->cursor = find_stop(choice, 0, 1, 0);
	choice->top = 0;
}

void
choice_renew(ChoicePane *choice, size_t length, size_t cursor)
{
	bool is_same = choice->length == length && choice->cursor == cursor;
	choice->length = length;
	if (!is_same || !is_stop(choice, cursor)) /* as many lines may be others */
		choice_move_to(choice, cursor);
}

void
choice_resize(Pane *pane, int rows, int columns)
{
	keep_in_sight((ChoicePane *)pane);
}

/* ---- drawing ---- */

void
choice_draw(const ChoicePane *choice, Canvas *canvas, const Area *area, bool focused,
	void (*draw_line)(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t line,
		bool focused))
{
	size_t end = MIN(choice->top + (size_t)area->rows, choice->length);
	for (size_t line = choice->top; line < end; line++)
		draw_line(choice, canvas, area, line, focused);
}

Style
choice_draw_cursor(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t line,
	bool focused, Style style)
{
	if (line != choice->cursor)
		return style;
	Style cursor = focused ? STYLE_CURSOR : STYLE_CURSOR_AWAY;
	int row = (int)(line - choice->top);
	canvas_fill(canvas, area, row, 0, area->columns, cursor);
	if (focused)
		canvas_set_cursor(canvas, area, row, 0, false);
	return cursor;
}

/* ---- mouse ---- */

/* The window alone moves; the cursor goes along where it would be left behind. */
static void
scroll(ChoicePane *choice, int lines)
{
	set_top(choice, (int64_t)choice->top + lines);
	size_t bottom = choice->top + height_of(choice) - 1;
	if (choice->cursor < choice->top)
		choice->cursor = find_stop(choice, (int64_t)choice->top, 1, choice->cursor);
	else if (choice->cursor > bottom)
		choice->cursor = find_stop(choice, (int64_t)bottom, -1, choice->cursor);
}

bool
choice_take_mouse(ChoicePane *choice, int row, MouseAction action)
{
	size_t line = choice->top + (size_t)row;
	if (action == MOUSE_WHEEL_UP || action == MOUSE_WHEEL_DOWN)
		scroll(choice, action == MOUSE_WHEEL_UP ? -MOUSE_WHEEL_ROWS : MOUSE_WHEEL_ROWS);
	else if (line < choice->length)
		choice->cursor = find_stop(choice, (int64_t)line, -1, choice->cursor);
	return action == MOUSE_OPEN && line == choice->cursor;
}

void
choice_on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	choice_take_mouse((ChoicePane *)pane, row, action);
}

/* ---- commands ---- */

/* At the first line: what stands above it comes in sight. */
static void
go_to(ChoicePane *choice, size_t line, int step)
{
	bool stays = line == choice->cursor;
	move_to(choice, line);
	if (stays && step < 0)
		choice->top = 0;
}

static void
move_by(Pane *pane, int step, int count)
{
	ChoicePane *choice = (ChoicePane *)pane;
	size_t line = choice->cursor;
	for (int i = 0; i < MAX(count, 1) && next_stop(choice, line, step) != line; i++)
		line = next_stop(choice, line, step);
	go_to(choice, line, step);
}

/* So many lines, of which some may be none that the cursor can be on; one of those that it can at least. */
static void
move_by_lines(Pane *pane, int step, int64_t lines)
{
	ChoicePane *choice = (ChoicePane *)pane;
	int64_t last = MAX((int64_t)choice->length - 1, 0);
	int64_t wanted = CLAMP((int64_t)choice->cursor + step * lines, 0, last);
	size_t line = find_stop(choice, wanted, -step, choice->cursor);
	bool is_on = step > 0 ? line > choice->cursor : line < choice->cursor;
	go_to(choice, is_on ? line : next_stop(choice, choice->cursor, step), step);
}

static int64_t
page_of(const Pane *pane, int count)
{
	return (int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1);
}

void
choice_run_down(Pane *pane, int count)
{
	move_by(pane, 1, count);
}

void
choice_run_up(Pane *pane, int count)
{
	move_by(pane, -1, count);
}

void
choice_run_page_down(Pane *pane, int count)
{
	move_by_lines(pane, 1, page_of(pane, count));
}

void
choice_run_page_up(Pane *pane, int count)
{
	move_by_lines(pane, -1, page_of(pane, count));
}

void
choice_run_half_down(Pane *pane, int count)
{
	move_by_lines(pane, 1, MAX(page_of(pane, count) / 2, 1));
}

void
choice_run_half_up(Pane *pane, int count)
{
	move_by_lines(pane, -1, MAX(page_of(pane, count) / 2, 1));
}

void
choice_run_first(Pane *pane, int count)
{
	move_by_lines(pane, -1, INT32_MAX);
	((ChoicePane *)pane)->top = 0;
}

void
choice_run_last(Pane *pane, int count)
{
	move_by_lines(pane, 1, INT32_MAX);
}

#include "ui/screen/canvas.h"

#include <stdarg.h>
#include <string.h>

struct Canvas {
	int rows, columns;
	CanvasCell *cells;
	int cursor_row, cursor_column;
	bool cursor_visible;
};

Canvas *
canvas_new(int rows, int columns)
{
	Canvas *canvas = g_new0(Canvas, 1);
	canvas_resize(canvas, rows, columns);
	return canvas;
}

void
canvas_free(Canvas *canvas)
{
	if (!canvas)
		return;
	g_free(canvas->cells);
	g_free(canvas);
}

static CanvasCell *
cell_at(const Canvas *canvas, int row, int column)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

static void
blank(CanvasCell *cell, Style style)
{
	*cell = (CanvasCell){ .text = " ", .width = 1, .style = (uint8_t)style };
}

void
canvas_clear(Canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->columns;
	for (size_t i = 0; i < count; i++)
		blank(&canvas->cells[i], STYLE_NORMAL);
	canvas->cursor_row = canvas->rows > 0 ? canvas->rows - 1 : 0;
	canvas->cursor_column = 0;
	canvas->cursor_visible = false;
}

void
canvas_resize(Canvas *canvas, int rows, int columns)
{
	canvas->rows = CLAMP(rows, 0, CANVAS_SIZE_LIMIT);
	canvas->columns = CLAMP(columns, 0, CANVAS_SIZE_LIMIT);
	g_free(canvas->cells);
	canvas->cells = g_new0(CanvasCell, (size_t)canvas->rows * (size_t)canvas->columns + 1);
	canvas_clear(canvas);
}

void
canvas_copy(Canvas *to, const Canvas *from)
{
	g_assert(to->rows == from->rows && to->columns == from->columns);
	memcpy(to->cells, from->cells,
		sizeof(CanvasCell) * (size_t)from->rows * (size_t)from->columns);
}

int
canvas_rows(const Canvas *canvas)
{
	return canvas->rows;
}

int
canvas_columns(const Canvas *canvas)
{
	return canvas->columns;
}

const CanvasCell *
canvas_cell(const Canvas *canvas, int row, int column)
{
	g_assert(row >= 0 && row < canvas->rows && column >= 0 && column < canvas->columns);
	return cell_at(canvas, row, column);
}

/* Half of a wide character cannot stay: what was its other half becomes a blank. */
static void
release(Canvas *canvas, int row, int column)
{
	CanvasCell *cell = cell_at(canvas, row, column);
	if (cell->width == 0 && column > 0)
		blank(cell_at(canvas, row, column - 1), cell_at(canvas, row, column - 1)->style);
	if (cell->width == 2 && column + 1 < canvas->columns)
		blank(cell_at(canvas, row, column + 1), cell_at(canvas, row, column + 1)->style);
	blank(cell, cell->style);
}

static void
put(Canvas *canvas, int row, int column, Style style, const char *text, size_t length, int width)
{
	release(canvas, row, column);
	if (width == 2)
		release(canvas, row, column + 1);
	CanvasCell *cell = cell_at(canvas, row, column);
	memset(cell->text, 0, sizeof(cell->text));
	if (length >= sizeof(cell->text)) { /* cannot be: a base and four marks are 20 bytes */
		cell->text[0] = '?';
		length = 0;
	}
	memcpy(cell->text, text, length);
	cell->width = (uint8_t)width;
	cell->style = (uint8_t)style;
	if (width == 2)
		*cell_at(canvas, row, column + 1) =
			(CanvasCell){ .width = 0, .style = (uint8_t)style };
}

/* The columns of AREA's ROW that can be drawn on, as [*first, *end) of the canvas; false: none. */
static bool
clip(const Canvas *canvas, const Area *area, int row, int column, int columns, int *first, int *end)
{
	if (row < 0 || row >= area->rows || column >= area->columns)
		return false;
	int line = area->row + row;
	if (line < 0 || line >= canvas->rows)
		return false;
	int right = MIN(column + MIN(columns, CANVAS_SIZE_LIMIT), area->columns);
	*first = MAX(area->column + MAX(column, 0), 0);
	*end = MIN(area->column + right, canvas->columns);
	return *first < *end;
}

void
canvas_fill(Canvas *canvas, const Area *area, int row, int column, int columns, Style style)
{
	int first, end;
	if (!clip(canvas, area, row, column, columns, &first, &end))
		return;
	for (int at = first; at < end; at++)
		put(canvas, area->row + row, at, style, " ", 1, 1);
}

int
canvas_draw_slice(Canvas *canvas, const Area *area, int row, int column, int columns, Style style,
	const CleanText *text, size_t offset, size_t length)
{
	int first, end;
	if (column < 0 || !clip(canvas, area, row, column, columns, &first, &end))
		return 0;
	const char *next = clean_text_utf8(text) + offset;
	const char *stop = next + length;
	int at = first;
	while (next < stop) {
		const char *group = next;
		int width;
		size_t bytes = clean_text_step(&next, &width);
		if (bytes == 0 || at + width > end)
			break;
		if (width > 0)
			put(canvas, area->row + row, at, style, group, bytes, width);
		at += width;
	}
	return at - first;
}

int
canvas_draw(Canvas *canvas, const Area *area, int row, int column, int columns, Style style,
	const CleanText *text)
{
	int room = MIN(columns, area->columns - column);
	if (room <= 0)
		return 0;
	if (clean_text_columns(text) <= (size_t)room)
		return canvas_draw_slice(
			canvas, area, row, column, room, style, text, 0, clean_text_length(text));
	g_autoptr(CleanText) cut = clean_text_clip(text, (size_t)room);
	return canvas_draw_slice(
		canvas, area, row, column, room, style, cut, 0, clean_text_length(cut));
}

int
canvas_print(Canvas *canvas, const Area *area, int row, int column, int columns, Style style,
	const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *formatted = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autoptr(CleanText) text = clean_text_new(CLEAN_BODY, formatted, -1); /* keeps blanks */
	return canvas_draw(canvas, area, row, column, columns, style, text);
}

void
canvas_draw_column_rule(Canvas *canvas, const Area *area, int column)
{
	for (int row = 0; row < area->rows; row++) {
		int first, end;
		if (clip(canvas, area, row, column, 1, &first, &end))
			put(canvas, area->row + row, first, STYLE_RULE, "│", strlen("│"), 1);
	}
}

void
canvas_draw_row_rule(Canvas *canvas, const Area *area, int row)
{
	int first, end;
	if (!clip(canvas, area, row, 0, area->columns, &first, &end))
		return;
	for (int at = first; at < end; at++)
		put(canvas, area->row + row, at, STYLE_RULE, "─", strlen("─"), 1);
}

void
canvas_set_cursor(Canvas *canvas, const Area *area, int row, int column, bool visible)
{
	canvas->cursor_row = CLAMP(area->row + row, 0, MAX(canvas->rows - 1, 0));
	canvas->cursor_column = CLAMP(area->column + column, 0, MAX(canvas->columns - 1, 0));
	canvas->cursor_visible = visible;
}

bool
canvas_cursor(const Canvas *canvas, int *row, int *column)
{
	*row = canvas->cursor_row;
	*column = canvas->cursor_column;
	return canvas->cursor_visible;
}

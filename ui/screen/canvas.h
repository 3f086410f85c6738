#pragma once
/*
 * The screen as cells. Panes draw CleanText into areas of it, by style; nothing else can be drawn. Pure:
 * terminal.c carries the cells to the terminal. Drawn anew once a turn of the loop, whole, from the state
 * alone; only what differs goes out. UI thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "index/clean_text.h"
#include "ui/screen/theme.h"

enum { CANVAS_CELL_BYTES = 26, CANVAS_SIZE_LIMIT = 1000 };

typedef struct CanvasCell {
	char text[CANVAS_CELL_BYTES]; /* one base character with its marks, NUL-terminated */
	uint8_t width;                /* 1, 2, or 0: the right half of the wide one before it */
	uint8_t style;                /* Style */
} CanvasCell;

/* A part of the canvas; what is drawn beyond its edges is cut. */
typedef struct Area {
	int row, column, rows, columns;
} Area;

typedef struct Canvas Canvas;

Canvas *canvas_new(int rows, int columns);
void canvas_free(Canvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Canvas, canvas_free)

/* All cells become blanks, the cursor is hidden. */
void canvas_resize(Canvas *canvas, int rows, int columns);
void canvas_clear(Canvas *canvas);

/* TO becomes what FROM is; both have one size. */
void canvas_copy(Canvas *to, const Canvas *from);

int canvas_rows(const Canvas *canvas);
int canvas_columns(const Canvas *canvas);
const CanvasCell *canvas_cell(const Canvas *canvas, int row, int column);

/* Blanks in a style: COLUMNS cells from COLUMN of AREA's ROW. */
void canvas_fill(Canvas *canvas, const Area *area, int row, int column, int columns, Style style);

/*
 * Draws a text of one line from COLUMN of AREA's ROW on, at most COLUMNS cells; ends with … where it is
 * cut. Returns the columns drawn.
 */
int canvas_draw(Canvas *canvas, const Area *area, int row, int column, int columns, Style style,
	const CleanText *text);

/* The same for LENGTH bytes from OFFSET of TEXT (between two steps of clean_text_step), cut without a sign. */
int canvas_draw_slice(Canvas *canvas, const Area *area, int row, int column, int columns,
	Style style, const CleanText *text, size_t offset, size_t length);

/* Formats, cleans and draws; runs of blanks stay, a line break ends it. */
int canvas_print(Canvas *canvas, const Area *area, int row, int column, int columns, Style style,
	const char *format, ...) G_GNUC_PRINTF(7, 8);

/* Lines between panes, the whole height or width of AREA. */
void canvas_draw_column_rule(Canvas *canvas, const Area *area, int column);
void canvas_draw_row_rule(Canvas *canvas, const Area *area, int row);

/* Where the terminal's cursor stands, in AREA. VISIBLE: in a line that is being typed. */
void canvas_set_cursor(Canvas *canvas, const Area *area, int row, int column, bool visible);
bool canvas_cursor(const Canvas *canvas, int *row, int *column);

#pragma once
/* How a row of a list looks (DESIGN §6 "A row"). Pure. */
#include "ui/screen/canvas.h"
#include "ui/screen/list_row.h"

typedef enum ListCursor { LIST_NO_CURSOR, LIST_CURSOR_AWAY, LIST_CURSOR } ListCursor;

/* IS_OPEN: the reader shows this message. NOW: Unix seconds, for the date. */
void list_draw_row(Canvas *canvas, const Area *area, int line, const ListRow *row,
	ListCursor cursor, bool is_open, int64_t now);

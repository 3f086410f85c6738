#pragma once
/* How a row of a list looks (DESIGN §6 "A row"). Pure. */
#include "ui/screen/canvas.h"
#include "ui/screen/list_row.h"

typedef enum ListCursor { LIST_NO_CURSOR, LIST_CURSOR_AWAY, LIST_CURSOR } ListCursor;

typedef struct ListLook {
	ListCursor cursor;
	bool is_open; /* the reader shows this message */
	bool is_marked;
	int64_t now; /* Unix seconds, for the date */
} ListLook;

void list_draw_row(
	Canvas *canvas, const Area *area, int line, const ListRow *row, const ListLook *look);

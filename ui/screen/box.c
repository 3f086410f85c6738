#include "ui/screen/box.h"

Area
box_open(Canvas *canvas, const Area *body, int rows)
{
	rows = CLAMP(rows, 0, MAX(body->rows - 2, 0));
	Area all = { body->row + body->rows - rows - 1, body->column, rows + 1, body->columns };
	canvas_draw_row_rule(canvas, &all, 0);
	for (int row = 1; row <= rows; row++)
		canvas_fill(canvas, &all, row, 0, all.columns, STYLE_BOX);
	return (Area){ all.row + 1, all.column, rows, all.columns };
}

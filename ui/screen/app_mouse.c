#include "ui/screen/app_private.h"

static bool
holds(const Area *area, int row, int column)
{
	return row >= area->row && row < area->row + area->rows && column >= area->column &&
	       column < area->column + area->columns;
}

static int
pane_at(const App *app, int row, int column)
{
	for (int i = 0; i < PANE_COUNT; i++)
		if (holds(&app->layout.panes[i], row, column))
			return i;
	return -1;
}

/* The second click on a row opens it, however long after the first; a key between them begins anew. */
static MouseAction
click(App *app, PaneNumber pane, int row)
{
	bool again = app->clicked && app->clicked_pane == pane && app->clicked_row == row;
	app->clicked = !again;
	app->clicked_pane = pane;
	app->clicked_row = row;
	if (app->focus != pane)
		app_focus(app, pane);
	return again ? MOUSE_OPEN : MOUSE_SELECT;
}

void
app_begin_input(App *app)
{
	app->attention.key = g_get_monotonic_time();
	if (app->message && app->message_is_error)
		app_say_nothing(app);
}

void
app_take_mouse(int row, int column, MouseAction action, void *data)
{
	App *app = data;
	if (app->quitting)
		return;
	app_begin_input(app);
	app_redraw(app);
	int number = app->prompt ? -1 : pane_at(app, row, column);
	if (number < 0)
		return;
	Pane *pane = app->panes[number];
	const Area *area = &app->layout.panes[number];
	if (action == MOUSE_SELECT)
		action = click(app, (PaneNumber)number, row);
	else
		app->clicked = false;
	if (pane->class->on_mouse)
		pane->class->on_mouse(pane, row - area->row, column - area->column, action);
}

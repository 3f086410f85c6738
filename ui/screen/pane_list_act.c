#include "ui/screen/app.h"
#include "ui/screen/pane_list_private.h"
#include "ui/screen/pane_reader.h"

/* What is done to messages is shown before any store knows of it; the next reading shows what came of it. */

const View *
pane_list_view(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	return shown ? shown->view : NULL;
}

ListRow *
pane_list_find(Pane *pane, const ListRow *row)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (!shown || !row)
		return shown ? list_model_current(shown->model) : NULL;
	return list_model_find(shown->model, row);
}

void
pane_list_reread(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown)
		list_model_reread(shown->model);
}

void
pane_list_change_row(Pane *pane, const ListRow *row, ActKind kind)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	ListRow *found = pane_list_find(pane, row);
	if (!found)
		return;
	bool unread = kind == ACT_UNREAD || (found->unread && kind != ACT_READ);
	bool flagged = kind == ACT_FLAG || (found->flagged && kind != ACT_UNFLAG);
	g_autoptr(ListRow) changed = list_row_new_changed(found, unread, flagged);
	list_model_replace(shown->model, changed);
	app_redraw(pane->app);
}

/* The open message goes on to the one that has taken its place. */
void
pane_list_leave_row(Pane *pane, const ListRow *row)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	const ListRow *open = pane_reader_row(app_pane(pane->app, PANE_READER));
	bool was_open = open && list_row_is_same(open, row);
	list_model_remove(shown->model, row);
	app_redraw(pane->app);
	if (was_open && list_model_current(shown->model))
		pane_list_open_current(list);
	else if (was_open)
		app_close_message(pane->app);
}

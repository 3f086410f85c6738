#include "ui/screen/app.h"
#include "ui/screen/pane_list_private.h"
#include "ui/screen/pane_reader.h"

/* What is done to messages is shown before any store knows of it. */

const View *
pane_list_view(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	return shown ? shown->view : NULL;
}

static GPtrArray *
targets_of(ListRow *row)
{
	if (!row)
		return NULL;
	return row->copy ? targets_of_row(row) : targets_new();
}

GPtrArray *
pane_list_targets(Pane *pane, ListRow *open)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (open) {
		ListRow *row = shown ? list_model_find(shown->model, open) : NULL;
		return targets_of(row ? row : open);
	}
	if (shown && marks_count(shown->marks) > 0)
		return marks_targets(shown->marks);
	return shown ? targets_of(list_model_current(shown->model)) : NULL;
}

ListRow *
pane_list_unread_row(Pane *pane, ListRow *open)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	ListRow *held = shown ? list_model_find(shown->model, open) : NULL;
	ListRow *row = held ? held : open;
	return shown && row->copy && row->unread ? row : NULL;
}

void
pane_list_reread(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown)
		list_model_reread(shown->model);
}

static bool
is_among(const GPtrArray *targets, const ListRow *row)
{
	g_autofree char *name = row ? target_name(row) : NULL;
	for (guint i = 0; name && i < targets->len; i++) {
		const Target *target = g_ptr_array_index(targets, i);
		if (g_str_equal(target->name, name))
			return true;
	}
	return false;
}

/* The open message goes on to the one that has taken its place. */
static void
leave_open(ListPane *list)
{
	if (list_model_current(pane_list_shown(list)->model))
		pane_list_open_current(list);
	else
		app_close_message(list->base.app);
}

void
pane_list_wish(Pane *pane, unsigned deed, const ListChange *change, const GPtrArray *targets)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	bool is_open = is_among(targets, pane_reader_row(app_pane(pane->app, PANE_READER)));
	list_model_wish(shown->model, deed, change, targets);
	app_redraw(pane->app);
	if (is_open && change->unread >= 0) /* by the user: it stays so */
		pane_reader_leave_flags(app_pane(pane->app, PANE_READER));
	if (is_open && change->gone)
		leave_open(list);
}

void
pane_list_unmark(Pane *pane, const GPtrArray *targets)
{
	marks_remove(pane_list_shown((ListPane *)pane)->marks, targets);
}

void
pane_list_end_wish(Pane *pane, unsigned deed, bool done)
{
	ListPane *list = (ListPane *)pane;
	for (guint i = 0; i < list->stack->len; i++)
		list_model_end_wish(
			((Shown *)g_ptr_array_index(list->stack, i))->model, deed, done);
}

#include "ui/screen/app.h"
#include "ui/screen/pane_list_private.h"

/* Marking rows. What lies beyond the rows that are held is walked through; what is typed meanwhile waits. */

/* ---- keys that wait ---- */

void
pane_list_hold(ListPane *list)
{
	list->holds = true;
	app_hold_keys(list->base.app);
}

static gboolean
on_release(gpointer data)
{
	ListPane *list = data;
	list->release = 0;
	app_release_keys(list->base.app, true);
	return G_SOURCE_REMOVE;
}

/* Not at once: what they do may be the end of the list that has just got its rows. But before all is drawn. */
void
pane_list_release(ListPane *list, bool wanted)
{
	if (!list->holds)
		return;
	list->holds = false;
	if (wanted)
		list->release = g_idle_add_full(G_PRIORITY_HIGH, on_release, list, NULL);
	else
		app_release_keys(list->base.app, false);
}

/* ---- a range ---- */

static void look_for_way(ListPane *list, bool backward);

static void
on_passed(ListRow *row, void *data)
{
	marks_extend_range(data, row);
}

/* One row of the way; true: it ends there. */
static bool
take_step(ListPane *list, ListRow *row)
{
	g_ptr_array_add(list->way, list_row_ref(row));
	const ListRow *current = list_model_current(pane_list_shown(list)->model);
	list->way_ends = current && list_row_is_same(row, current);
	return list->way_ends;
}

static bool
on_rows_after(const GPtrArray *rows, void *data)
{
	for (guint i = 0; i < rows->len; i++) {
		if (take_step(data, g_ptr_array_index(rows, i)))
			return false;
	}
	return true;
}

static bool
on_rows_before(const GPtrArray *rows, void *data)
{
	for (guint i = rows->len; i-- > 0;) {
		if (take_step(data, g_ptr_array_index(rows, i)))
			return false;
	}
	return true;
}

static void
on_way_end(bool whole, void *data)
{
	ListPane *list = data;
	Marks *marks = pane_list_shown(list)->marks;
	g_autoptr(GPtrArray) way = g_steal_pointer(&list->way);
	bool turns = whole && !list->way_ends && !list->way_turned;
	list->way_turned = turns;
	if (turns) {
		look_for_way(list, !list->way_backward);
		return;
	}
	for (guint i = 0; list->way_ends && i < way->len; i++)
		marks_extend_range(marks, g_ptr_array_index(way, i));
	if (!list->way_ends)
		marks_keep_range(marks);
}

static void
look_for_way(ListPane *list, bool backward)
{
	Shown *shown = pane_list_shown(list);
	list->way = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	list->way_ends = false;
	list->way_backward = backward;
	pane_list_hold(list);
	g_autoptr(ListRow) from = list_row_ref((ListRow *)marks_range_end(shown->marks));
	list_model_walk(shown->model, from, backward, backward ? on_rows_before : on_rows_after,
		on_way_end, list);
}

void
pane_list_follow(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	const ListRow *end = shown ? marks_range_end(shown->marks) : NULL;
	const ListRow *current = end ? list_model_current(shown->model) : NULL;
	if (!current || list_model_is_loading(shown->model) || list_row_is_same(end, current))
		return;
	if (!list_model_pass(shown->model, end, on_passed, shown->marks))
		look_for_way(list, current->date > end->date);
}

/* ---- commands ---- */

void
pane_list_mark(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	for (int i = 0; shown && i < MAX(count, 1); i++) {
		const ListRow *row = list_model_current(shown->model);
		if (!row || list_model_is_loading(shown->model))
			return;
		if (!row->copy)
			app_say_error(pane->app, "Not marked: no account has this message");
		marks_set(shown->marks, row, count > 0 || !marks_has(shown->marks, row));
		list_model_move(shown->model, 1);
		pane_list_follow((ListPane *)pane);
	}
}

static bool
on_all_rows(const GPtrArray *rows, void *data)
{
	for (guint i = 0; i < rows->len; i++)
		marks_set(data, g_ptr_array_index(rows, i), true);
	return true;
}

static void
on_all_end(bool whole, void *data)
{
	if (!whole)
		marks_clear(data);
}

void
pane_list_mark_all(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (!shown)
		return;
	if (marks_count(shown->marks) > 0) {
		marks_clear(shown->marks);
		return;
	}
	pane_list_hold((ListPane *)pane);
	list_model_walk(shown->model, NULL, false, on_all_rows, on_all_end, shown->marks);
}

void
pane_list_mark_range(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	ListRow *row = shown ? list_model_current(shown->model) : NULL;
	if (row && marks_range_end(shown->marks))
		marks_keep_range(shown->marks);
	else if (row)
		marks_begin_range(shown->marks, row);
}

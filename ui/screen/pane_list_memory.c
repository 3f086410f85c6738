#include "ui/screen/app.h"
#include "ui/screen/list_store.h"
#include "ui/screen/pane_list_private.h"

/* Where views were left, from one run to the next. Searches are found anew each time. */

enum { SAVE_SECONDS = 30 };

static void
remember_all(ListPane *list)
{
	for (guint i = 0; i < list->stack->len; i++)
		pane_list_remember(list, g_ptr_array_index(list->stack, i));
}

static gboolean
on_time(gpointer data)
{
	ListPane *list = data;
	remember_all(list);
	view_memory_save(app_memory(list->base.app), app_asker(list->base.app));
	return G_SOURCE_CONTINUE;
}

void
pane_list_end_memory(ListPane *list)
{
	if (list->timer)
		remember_all(list);
	g_clear_handle_id(&list->timer, g_source_remove);
}

static char *
name_of(const View *view)
{
	return g_strdup_printf(
		"%s%s", view_is_folder(view) ? "folder " : "", clean_text_utf8(view->title));
}

static int
account_named(App *app, const char *name)
{
	for (size_t i = 0; i < app_account_count(app); i++) {
		if (g_strcmp0(app_account_config(app, i)->name, name) == 0)
			return (int)i;
	}
	return -1;
}

static void
recall_marks(App *app, Shown *shown, const ViewPlace *place)
{
	GHashTableIter iter;
	gpointer name, mark;
	g_hash_table_iter_init(&iter, place->marks);
	while (g_hash_table_iter_next(&iter, &name, &mark)) {
		int account = account_named(app, name);
		if (account >= 0)
			list_store_set_seen(shown->source, account, mark);
	}
}

static void
recall_fold(int64_t thread, bool folded, void *data)
{
	list_folds_set(data, thread, folded);
}

static const ViewPlace *
known_place(ListPane *list, const View *view)
{
	if (!list->timer)
		list->timer = g_timeout_add_seconds(SAVE_SECONDS, on_time, list);
	g_autofree char *name = name_of(view);
	return view_memory_find(app_memory(list->base.app), name);
}

ListOrder
pane_list_remembered_order(ListPane *list, const View *view)
{
	const ViewPlace *place = view_is_found(view) ? NULL : known_place(list, view);
	return place ? place->order : view->order;
}

void
pane_list_recall(ListPane *list, Shown *shown)
{
	App *app = list->base.app;
	const ViewPlace *place = view_is_held(shown->view) ? NULL : known_place(list, shown->view);
	if (!place)
		return;
	recall_marks(app, shown, place);
	ListFolds *folds = list_store_folds(shown->source);
	list_store_set_flat(shown->source, place->flat);
	list_folds_set_rule(folds, list_folds_rule(place->folds));
	list_folds_each(place->folds, recall_fold, folds);
	int account = account_named(app, place->account);
	bool starts = list->stack->len == 1 && !list->begun; /* the program begins on the newest */
	g_autoptr(ListRow) row = place->key && account >= 0 && !starts
	                                 ? list_row_new_named(account, place->key)
	                                 : NULL;
	if (row)
		list_model_go_to_row(shown->model, row);
	else
		list_model_lay_out(shown->model);
}

/* How the rows are laid out, and what of them was there. */
static ViewPlace *
layout_of(App *app, const Shown *shown)
{
	ViewPlace *place = view_place_new();
	ListFolds *folds = list_store_folds(shown->source);
	place->flat = list_store_is_flat(shown->source);
	list_folds_set_rule(place->folds, list_folds_rule(folds));
	list_folds_each(folds, recall_fold, place->folds);
	for (size_t i = 0; i < app_account_count(app); i++) {
		PageMark mark;
		if (list_store_mark(shown->source, (int)i, &mark))
			view_place_set_mark(place, app_account_config(app, i)->name, &mark);
	}
	return place;
}

/* The row under the cursor, or the newest one. */
static void
set_row(ViewPlace *place, App *app, const ListModel *model)
{
	g_clear_pointer(&place->account, g_free);
	g_clear_pointer(&place->key, g_free);
	const ListRow *row = list_model_current(model);
	if (!row || !row->copy || list_model_is_at_newest(model))
		return;
	place->account = g_strdup(app_account_config(app, (size_t)row->copy->account)->name);
	place->key = g_strdup(row->copy->key);
}

/* A sorted list has no layout; the one by date that it will be again keeps its own. */
void
pane_list_remember(ListPane *list, const Shown *shown)
{
	if (view_is_found(shown->view) || !list->timer)
		return;
	App *app = list->base.app;
	const ViewPlace *known = known_place(list, shown->view);
	ViewPlace *place = !view_is_held(shown->view) ? layout_of(app, shown)
	                   : known                    ? view_place_copy(known)
	                                              : view_place_new();
	place->order = shown->view->order;
	if (!pane_list_is_sorting(shown))
		set_row(place, app, shown->model);
	g_autofree char *name = name_of(shown->view);
	view_memory_put(app_memory(app), name, place);
}

#include "ui/screen/pane_list.h"

#include <string.h>

#include "ui/screen/app.h"
#include "ui/screen/list_draw.h"
#include "ui/screen/list_empty.h"
#include "ui/screen/list_search.h"
#include "ui/screen/list_store.h"
#include "ui/screen/pane_folders.h"
#include "ui/screen/pane_list_private.h"
#include "ui/screen/pane_reader.h"
#include "ui/screen/words.h"

Shown *
pane_list_shown(const ListPane *list)
{
	return list->stack->len ? g_ptr_array_index(list->stack, list->stack->len - 1) : NULL;
}

static void
shown_free(void *data)
{
	Shown *shown = data;
	list_model_free(shown->model);
	marks_free(shown->marks);
	list_empty_free(shown->empty);
	clean_text_unref(shown->title);
	view_free(shown->view);
	g_free(shown);
}

/* ---- opening ---- */

void
pane_list_open_current(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	ListRow *row = shown ? list_model_current(shown->model) : NULL;
	if (!row)
		return;
	list_model_hold(shown->model);
	app_open_message(list->base.app, row);
}

static void
on_change(void *data)
{
	ListPane *list = data;
	app_redraw(list->base.app);
	pane_list_follow(list);
	pane_list_take_wishes(list);
}

static void
on_progress(void *data)
{
	app_redraw(((ListPane *)data)->base.app);
}

static CleanText *
title_of(const View *view)
{
	if (list_order_is_by_date(view->order))
		return clean_text_ref(view->title);
	return clean_text_format(CLEAN_IDENTITY, "%s [%s]", clean_text_utf8(view->title),
		list_order_words(view->order));
}

/* Puts VIEW, which is copied, on the stack. */
static Shown *
add_shown(ListPane *list, const View *view)
{
	Asker *asker = app_asker(list->base.app);
	Shown *shown = g_new0(Shown, 1);
	shown->view = view_copy(view);
	shown->title = title_of(view);
	shown->source = view_is_held(view) ? list_search_new(asker, view, on_progress, list)
	                                   : list_store_new(asker, view);
	g_ptr_array_add(list->stack, shown);
	shown->model = list_model_new(shown->source, on_change, list);
	shown->marks = marks_new();
	list_model_set_height(shown->model, list->base.rows);
	pane_list_recall(list, shown);
	return shown;
}

void
pane_list_push(ListPane *list, const View *view)
{
	g_autoptr(View) ordered = view_new_ordered(view, pane_list_remembered_order(list, view));
	pane_list_drop_wishes(list);
	add_shown(list, ordered);
	list->begun = true;
}

/* The cursor stays on its message, unless it was not used: then it is where the list begins. */
void
pane_list_reorder(ListPane *list, ListOrder order)
{
	Shown *shown = pane_list_shown(list);
	if (!shown || list_order_is_same(shown->view->order, order))
		return;
	pane_list_drop_wishes(list);
	pane_list_remember(list, shown);
	bool is_used = !list_model_is_at_newest(shown->model);
	ListRow *current = is_used ? list_model_current(shown->model) : NULL;
	g_autoptr(ListRow) row = current ? list_row_ref(current) : NULL;
	g_autoptr(View) view = view_new_ordered(shown->view, order);
	g_ptr_array_set_size(list->stack, (gint)list->stack->len - 1);
	shown = add_shown(list, view);
	if (row)
		list_model_go_to_row(shown->model, row);
	app_redraw(list->base.app);
}

/* Its rows may have changed. What was walked through is, as far as there are other rows. */
static void
reread(Shown *shown)
{
	if (shown->view->narrow || !list_order_is_by_date(shown->view->order))
		list_search_renew(shown->source);
	list_model_reread(shown->model);
}

/* Leaves what lies over the first KEPT views. */
static void
leave_to(ListPane *list, guint kept)
{
	for (guint i = kept; i < list->stack->len; i++)
		pane_list_remember(list, g_ptr_array_index(list->stack, i));
	g_ptr_array_set_size(list->stack, (gint)kept);
}

static void
mark_folder(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	if (shown)
		pane_folders_mark(app_pane(list->base.app, PANE_FOLDERS), shown->view);
}

/* The view it began with stays at the bottom, over it one folder, over that one search. */
static void
drop_for(ListPane *list, const View *wanted)
{
	guint kept = list->stack->len;
	Shown *first = kept ? g_ptr_array_index(list->stack, 0) : NULL;
	if (!first)
		return;
	if (view_is_same(first->view, wanted))
		kept = 0;
	else if (wanted->kind != VIEW_SEARCH)
		kept = 1;
	while (wanted->kind == VIEW_SEARCH && kept > 1 &&
		view_is_found(((Shown *)g_ptr_array_index(list->stack, kept - 1))->view))
		kept--;
	leave_to(list, kept);
}

void
pane_list_show(Pane *pane, const View *view)
{
	ListPane *list = (ListPane *)pane;
	g_autoptr(View) wanted = view_copy(view); /* may belong to what goes */
	drop_for(list, wanted);
	g_clear_pointer(&list->folder, g_free);
	g_clear_pointer(&list->pass, view_free);
	pane_list_push(list, wanted);
	mark_folder(list);
}

bool
pane_list_can_go_back(Pane *pane)
{
	return ((ListPane *)pane)->stack->len > 1;
}

bool
pane_list_back(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	if (!pane_list_can_go_back(pane))
		return false;
	g_clear_pointer(&list->pass, view_free);
	pane_list_drop_wishes(list);
	leave_to(list, list->stack->len - 1);
	reread(pane_list_shown(list));
	mark_folder(list);
	app_redraw(pane->app);
	return true;
}

int
pane_list_account(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	return shown ? shown->view->account : VIEW_ALL_ACCOUNTS;
}

bool
pane_list_has_row(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	return shown && list_model_current(shown->model);
}

void
pane_list_go_to(Pane *pane, const ListRow *row)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown)
		list_model_go_to_row(shown->model, row);
}

/* ---- for the reader ---- */

void
pane_list_open_next(Pane *pane, int step)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	if (!shown)
		return;
	ListRow *before = list_model_current(shown->model);
	list_model_move(shown->model, step);
	if (list_model_is_loading(shown->model)) {
		list->open_next = true;
		return;
	}
	if (list_model_current(shown->model) == before)
		app_say_for_now(pane->app,
			step > 0 ? "This is the last message" : "This is the first message");
	else
		pane_list_open_current(list);
}

/* ---- drawing ---- */

const CleanText *
pane_list_title(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	return shown ? shown->title : list->none->title;
}

static char *
search_counts(const Shown *shown)
{
	bool finished;
	size_t hits = list_search_hits(shown->source, &finished);
	g_autofree char *words = words_count((int64_t)hits, "message");
	const char *more = hits >= LIST_SEARCH_LIMIT ? "first " : "";
	return g_strdup_printf("%s%s%s", more, words, finished ? "" : " …");
}

static char *
view_counts(const ListPane *list, const Shown *shown)
{
	if (view_is_found(shown->view))
		return search_counts(shown);
	const FolderEntry *entry = folder_list_find(app_folders(list->base.app), shown->view, NULL);
	if (!entry)
		return g_strdup("");
	g_autofree char *messages = words_count(entry->messages, "message");
	g_autofree char *unread = words_number(entry->unread);
	return g_strdup_printf("%s, %s unread", messages, unread);
}

char *
pane_list_counts_text(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	g_autofree char *counts = shown ? view_counts((ListPane *)pane, shown) : g_strdup("");
	unsigned count = shown ? marks_count(shown->marks) : 0;
	if (count == 0)
		return g_steal_pointer(&counts);
	g_autofree char *marked = words_number(count);
	return g_strdup_printf("%s marked%s%s", marked, *counts ? " · " : "", counts);
}

static void
draw_empty(ListPane *list, Canvas *canvas, const Area *area)
{
	Shown *shown = pane_list_shown(list);
	const View *view = shown ? shown->view : NULL;
	if (shown && !shown->empty && list_model_is_empty(shown->model))
		shown->empty = list_empty_new(list->base.app, view);
	const CleanText *why = shown ? list_model_why(shown->model) : NULL;
	if (shown && pane_list_is_sorting(shown)) {
		g_autofree char *text = pane_list_sort_text(shown);
		canvas_print(canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "%s", text);
		return;
	}
	bool known = !shown || why || list_model_is_empty(shown->model);
	if (known)
		list_empty_draw(
			shown ? shown->empty : NULL, list->base.app, view, why, canvas, area);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	if (focused)
		canvas_set_cursor(
			canvas, area, shown ? list_model_cursor_line(shown->model) : 0, 0, false);
	if (!shown && list->folder)
		return;
	if (!shown || !list_model_row(shown->model, 0)) {
		draw_empty(list, canvas, area);
		return;
	}
	const ListRow *open = pane_reader_row(app_pane(pane->app, PANE_READER));
	for (int line = 0; line < area->rows; line++) {
		const ListRow *row = list_model_row(shown->model, line);
		if (!row)
			break;
		ListCursor cursor = LIST_NO_CURSOR;
		if (line == list_model_cursor_line(shown->model))
			cursor = focused ? LIST_CURSOR : LIST_CURSOR_AWAY;
		ListLook look = { cursor, open && list_row_is_same(row, open),
			marks_has(shown->marks, row), now };
		list_draw_row(canvas, area, line, row, &look);
	}
}

static void
resize(Pane *pane, int rows, int columns)
{
	ListPane *list = (ListPane *)pane;
	for (guint i = 0; i < list->stack->len; i++) {
		Shown *shown = g_ptr_array_index(list->stack, i);
		list_model_set_height(shown->model, rows);
	}
}

/* The index is asked again when an agent says that there is something new, not at each commit. */
static bool
is_change(const Event *event, const View *view)
{
	if (event->kind == EVENT_MAIL)
		return view->kind != VIEW_SEARCH;
	return event->kind == EVENT_AGENT && g_str_equal(event->name, "changed");
}

static void
on_event(Pane *pane, const Event *event)
{
	ListPane *list = (ListPane *)pane;
	if (event->kind == EVENT_FOLDERS && list->folder)
		pane_list_start_in_folder(list);
	Shown *shown = pane_list_shown(list);
	if (!shown)
		return;
	if (is_change(event, shown->view)) {
		reread(shown);
		g_clear_pointer(&shown->empty, list_empty_free);
	}
}

static bool
cancel(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	pane_list_drop_wishes(list);
	if (shown && pane_list_is_sorting(shown)) {
		pane_list_reorder(list, (ListOrder){ FIELD_DATE, false });
		return true;
	}
	if (!shown || list_model_cancel(shown->model))
		return shown != NULL;
	if (marks_count(shown->marks) > 0) {
		marks_clear(shown->marks);
		return false;
	}
	if (shown->view->narrow)
		pane_list_back(pane);
	return false;
}

/* What a command is about may be on its way. */
static bool
hold(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	bool waits =
		shown && (list->seeking || list->to_unread || list_model_is_loading(shown->model));
	if (waits)
		pane_list_hold(list);
	return waits;
}

static char *
job(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown && pane_list_is_sorting(shown))
		return pane_list_sort_text(shown);
	if (!shown || !list_model_is_loading(shown->model) || shown->view->kind != VIEW_SEARCH)
		return NULL;
	return g_strdup_printf("search for %s", shown->view->query);
}

static void
free_pane(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	pane_list_end_memory(list);
	g_clear_handle_id(&list->release, g_source_remove);
	g_ptr_array_unref(list->stack);
	view_free(list->none);
	view_free(list->pass);
	g_free(list->folder);
	g_free(list);
}

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	if (!shown)
		return;
	if (action == MOUSE_WHEEL_UP || action == MOUSE_WHEEL_DOWN) {
		list_model_scroll(shown->model,
			action == MOUSE_WHEEL_UP ? -MOUSE_WHEEL_ROWS : MOUSE_WHEEL_ROWS);
		pane_list_follow(list);
		return;
	}
	if (!list_model_row(shown->model, row))
		return;
	list_model_move(shown->model, row - list_model_cursor_line(shown->model));
	pane_list_follow(list);
	if (action == MOUSE_OPEN)
		pane_list_open_current(list);
}

static void
begin(Pane *pane)
{
	ListPane *list = (ListPane *)pane;
	list->stack = g_ptr_array_new_with_free_func(shown_free);
	list->none = view_new(VIEW_INBOXES, VIEW_ALL_ACCOUNTS, "");
}

const PaneClass pane_list_class = {
	.name = "list",
	.size = sizeof(ListPane),
	.begin = begin,
	.commands = pane_list_commands,
	.draw = draw,
	.resize = resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.cancel = cancel,
	.hold = hold,
	.job = job,
	.free = free_pane,
};

#include "ui/screen/list_model_private.h"

/* Where the window ends, and what is asked for beyond. */

static void
set_edge(ListRow **edge, ListRow *row)
{
	ListRow *before = *edge;
	*edge = row ? list_row_ref(row) : NULL;
	list_row_unref(before);
}

ListRow *
list_model_edge(const ListModel *model, bool newer)
{
	const ListWindow *window = &model->window;
	int length = list_window_length(window);
	ListRow *hidden = newer ? model->newer : model->older;
	if (hidden || length == 0)
		return hidden;
	return list_window_at(window, newer ? 0 : length - 1);
}

void
list_model_set_edges(ListModel *model, ListRow *newer, ListRow *older)
{
	set_edge(&model->newer, newer);
	set_edge(&model->older, older);
}

/* What a page of these rows ends with is where the window ends, also if it is not shown. */
void
list_model_take_edges(ListModel *model, Asking asked, const GPtrArray *rows)
{
	bool replaces = asked == ASKING_START || asked == ASKING_END || asked == ASKING_AGAIN ||
	                asked == ASKING_FOLDED;
	if (replaces && rows->len == 0)
		list_model_set_edges(model, NULL, NULL);
	if (rows->len == 0 || asked == ASKING_UNREAD)
		return;
	ListRow *first = g_ptr_array_index(rows, 0);
	ListRow *last = g_ptr_array_index(rows, rows->len - 1);
	list_model_set_edges(model, asked == ASKING_OLDER ? model->newer : first,
		asked == ASKING_NEWER ? model->older : last);
}

/* Given up rows come again: the edge is what is held. */
static void
trim(ListModel *model)
{
	ListWindow *window = &model->window;
	int length = list_window_length(window);
	const ListRow *first = length ? list_window_at(window, 0) : NULL;
	const ListRow *last = length ? list_window_at(window, length - 1) : NULL;
	list_window_trim(window);
	length = list_window_length(window);
	if (length && list_window_at(window, 0) != first)
		set_edge(&model->newer, NULL);
	if (length && list_window_at(window, length - 1) != last)
		set_edge(&model->older, NULL);
}

/* What lies next to the screen should be here before it is wanted. */
void
list_model_prefetch(ListModel *model)
{
	if (model->asking != ASKING_NOTHING || !model->loaded || model->why)
		return;
	if (model->stale) {
		list_model_reread(model);
		return;
	}
	const ListWindow *window = &model->window;
	size_t limit = (size_t)window->height * 2;
	int behind = list_window_length(window) - window->cursor;
	if (!window->at_end && behind <= window->height) {
		ListAsk ask = { .from = list_model_edge(model, false), .limit = limit };
		list_model_ask(model, ASKING_OLDER, &ask);
	} else if (!window->at_start && window->top < window->height &&
		   list_model_edge(model, true)) {
		ListAsk ask = {
			.from = list_model_edge(model, true), .backward = true, .limit = limit
		};
		list_model_ask(model, ASKING_NEWER, &ask);
	}
}

void
list_model_settle(ListModel *model)
{
	list_window_keep_cursor(&model->window);
	trim(model);
	list_model_prefetch(model);
}

#include "ui/screen/list_model_private.h"

/* Rows that are not for the window, however many: page by page, each asked for behind the last. */

enum { WALK_ROWS = 1000 };

static void
ask_next(ListModel *model, const ListRow *from)
{
	ListAsk ask = { .from = from, .backward = model->walk.backward, .limit = WALK_ROWS };
	list_model_ask(model, ASKING_WALK, &ask);
}

void
list_model_walk(ListModel *model, const ListRow *from, bool backward,
	bool (*on_rows)(const GPtrArray *rows, void *data), void (*on_end)(bool whole, void *data),
	void *data)
{
	list_model_begin_move(model);
	model->walk = (ListWalk){ backward, on_rows, on_end, data };
	ask_next(model, from);
}

void
list_model_take_walk(ListModel *model, const ListPage *page, const GPtrArray *rows)
{
	bool goes_on = model->walk.on_rows(rows, model->walk.data);
	if (goes_on && !page->end && page->rows->len > 0) {
		guint last = model->walk.backward ? 0 : page->rows->len - 1;
		ask_next(model, g_ptr_array_index(page->rows, last));
		return;
	}
	list_model_end_walk(model, true);
	list_model_settle(model);
}

void
list_model_end_walk(ListModel *model, bool whole)
{
	ListWalk walk = model->walk;
	model->walk = (ListWalk){ 0 };
	if (walk.on_end)
		walk.on_end(whole, walk.data);
}

#include "ui/screen/list_model_private.h"

enum { FIRST_HEIGHT = 24 };

void
list_source_free(ListSource *source)
{
	if (source)
		source->class->free(source);
}

void
list_model_ask(ListModel *model, Asking asking, const ListAsk *ask)
{
	if (model->asking == ASKING_AGAIN && asking != ASKING_AGAIN)
		model->stale = true; /* overtaken; to be done yet */
	model->asking = asking;
	model->asked = list_wishes_now(model->wishes);
	model->source->class->ask(model->source, ask);
}

void
list_model_ask_start(ListModel *model)
{
	ListAsk ask = { .limit = (size_t)model->window.height * 3 };
	list_model_ask(model, ASKING_START, &ask);
}

static void
take_unread(ListModel *model, const ListPage *page)
{
	if (page->rows->len == 0)
		return;
	ListWindow *window = &model->window;
	ListRow *row = g_ptr_array_index(page->rows, 0);
	int found = list_window_find(window, row);
	if (found >= 0) {
		window->cursor = found;
		return;
	}
	list_window_begin_at_row(window, row);
	list_model_set_edges(model, NULL, NULL);
}

static void
go_on_moving(ListModel *model)
{
	int64_t rows = model->pending;
	model->pending = 0;
	if (rows)
		list_model_move(model, rows);
}

void
list_model_ask_row(ListModel *model, const ListRow *row)
{
	ListAsk ask = { .from = row, .anywhere = true, .limit = (size_t)model->window.height * 3 };
	list_model_ask(model, ASKING_ROW, &ask);
}

/* The row may have moved out of the window with its thread: the cursor goes after it. */
static void
take_again(ListModel *model, const ListPage *page)
{
	ListRow *current = list_window_current(&model->window);
	g_autoptr(ListRow) kept = current ? list_row_ref(current) : NULL;
	int line = list_model_cursor_line(model);
	if (list_window_renew(&model->window, page) || !kept->copy)
		return;
	model->line = line;
	list_model_ask_row(model, kept);
}

static void
take_row(ListModel *model, const ListPage *page)
{
	if (page->rows->len > 0)
		list_window_begin_here(&model->window, page, model->line);
	else if (list_window_length(&model->window) == 0)
		list_model_ask_start(model); /* nothing was shown yet */
}

static void
take_date(ListModel *model, const ListPage *page)
{
	if (page->rows->len > 0)
		list_window_begin_here(&model->window, page, 0);
	else
		list_model_end(model);
}

static void
take_older(ListModel *model, const ListPage *page)
{
	list_window_add_older(&model->window, page);
}

static void
take_newer(ListModel *model, const ListPage *page)
{
	list_window_add_newer(&model->window, page);
}

static void
take_start(ListModel *model, const ListPage *page)
{
	list_window_begin_at_newest(&model->window, page);
}

static void
take_end(ListModel *model, const ListPage *page)
{
	list_window_begin_at_oldest(&model->window, page);
}

static void (*const takers[])(ListModel *model, const ListPage *page) = {
	[ASKING_OLDER] = take_older,
	[ASKING_NEWER] = take_newer,
	[ASKING_START] = take_start,
	[ASKING_END] = take_end,
	[ASKING_AGAIN] = take_again,
	[ASKING_FOLDED] = take_again,
	[ASKING_UNREAD] = take_unread,
	[ASKING_ROW] = take_row,
	[ASKING_DATE] = take_date,
};

void
list_model_ask_unread(ListModel *model, const ListRow *from)
{
	ListAsk ask = {
		.from = from, .backward = model->seek_backward, .unread = true, .limit = 1
	};
	list_model_ask(model, ASKING_UNREAD, &ask);
}

/* Moves and a search that were typed ahead of a page; moves go on from what is found. */
static void
take_page(ListModel *model, Asking asked, const ListPage *page)
{
	takers[asked](model, page);
	if (model->seek_next) {
		model->seek_next = false;
		list_model_ask_unread(model, list_model_current(model));
	} else {
		go_on_moving(model);
	}
	list_model_settle(model);
}

/* The caller owns them. */
static GPtrArray *
wished_rows(const ListModel *model, const GPtrArray *rows)
{
	GPtrArray *wished = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	for (guint i = 0; i < rows->len; i++) {
		ListRow *row = g_ptr_array_index(rows, i);
		ListRow *shown = list_wishes_apply(model->wishes, row, model->asked);
		if (shown)
			g_ptr_array_add(wished, shown);
	}
	return wished;
}

/* What was found may have been read, or be gone, by a wish: then it is looked for from there on. */
static bool
seek_on(ListModel *model, const GPtrArray *found, const GPtrArray *wished)
{
	const ListRow *row = wished->len ? g_ptr_array_index(wished, 0) : NULL;
	if (found->len == 0 || (row && (row->unread || row->thread_unread > 0)))
		return false;
	list_model_ask_unread(model, g_ptr_array_index(found, 0));
	return true;
}

static void
take_failure(ListModel *model, const CleanText *why)
{
	model->why = clean_text_ref((CleanText *)why);
	model->pending = 0;
	model->seek_next = false;
	list_model_end_walk(model, false);
}

static void
on_page(const ListPage *page, void *data)
{
	ListModel *model = data;
	Asking asked = model->asking;
	if (asked == ASKING_NOTHING)
		return; /* nobody waits for it any more */
	model->asking = ASKING_NOTHING;
	model->loaded = true;
	g_clear_pointer(&model->why, clean_text_unref);
	g_autoptr(GPtrArray) rows = wished_rows(model, page->rows);
	if (asked == ASKING_UNREAD && !page->why && seek_on(model, page->rows, rows))
		return;
	bool was_sought = asked == ASKING_UNREAD || page->why;
	void (*on_sought)(bool found, void *data) =
		was_sought ? g_steal_pointer(&model->on_sought) : NULL;
	if (page->why) {
		take_failure(model, page->why);
	} else if (asked == ASKING_WALK) {
		list_model_take_walk(model, page, rows);
	} else {
		ListPage wished = { rows, page->end, NULL };
		list_model_take_edges(model, asked, page->rows);
		take_page(model, asked, &wished);
		list_wishes_came(model->wishes, model->asked);
	}
	model->on_change(model->data);
	if (on_sought) /* last: it may open another list in place of this */
		on_sought(page->rows->len > 0, model->sought_data);
}

static void
on_growth(void *data)
{
	ListModel *model = data;
	model->window.at_end = false;
	list_model_prefetch(model);
	model->on_change(model->data);
}

static void
on_renewal(void *data)
{
	list_model_reread(data);
}

ListModel *
list_model_new(ListSource *source, void (*on_change)(void *data), void *data)
{
	ListModel *model = g_new0(ListModel, 1);
	model->source = source;
	model->wishes = list_wishes_new(source->lags);
	model->on_change = on_change;
	model->data = data;
	list_window_init(&model->window, FIRST_HEIGHT);
	source->on_page = on_page;
	source->on_growth = on_growth;
	source->on_renewal = on_renewal;
	source->data = model;
	list_model_ask_start(model);
	return model;
}

void
list_model_free(ListModel *model)
{
	if (!model)
		return;
	list_source_free(model->source);
	list_window_clear(&model->window);
	list_wishes_free(model->wishes);
	list_row_unref(model->newer);
	list_row_unref(model->older);
	clean_text_unref(model->why);
	g_free(model);
}

void
list_model_set_height(ListModel *model, int height)
{
	if (height < 1 || height == model->window.height)
		return;
	model->window.height = height;
	list_model_settle(model);
}

/* ---- what was done ---- */

void
list_model_wish(ListModel *model, unsigned deed, const ListChange *change, const GPtrArray *targets)
{
	list_wishes_add(model->wishes, deed, change, targets);
	list_model_set_edges(model, list_model_edge(model, true), list_model_edge(model, false));
	model->window.held = model->window.held || change->gone;
	list_window_take_wishes(&model->window, model->wishes);
	list_model_settle(model);
}

void
list_model_end_wish(ListModel *model, unsigned deed, bool done)
{
	if (list_wishes_end(model->wishes, deed, done))
		list_model_reread(model);
}

static void
ask_again(ListModel *model, Asking asking)
{
	model->stale = false;
	size_t screen = (size_t)model->window.height * 3;
	bool fresh = model->window.at_start || list_window_length(&model->window) == 0;
	ListAsk ask = {
		.from = fresh ? NULL : list_window_at(&model->window, 0),
		.inclusive = true,
		.limit = MAX(model->window.rows->len, screen),
	};
	list_model_ask(model, asking, &ask);
}

void
list_model_reread(ListModel *model)
{
	if (model->asking != ASKING_NOTHING && model->asking != ASKING_AGAIN) {
		model->stale = true;
		return;
	}
	ask_again(model, ASKING_AGAIN);
}

void
list_model_refold(ListModel *model)
{
	list_model_begin_move(model);
	ask_again(model, ASKING_FOLDED);
}

bool
list_model_cancel(ListModel *model)
{
	if (!list_model_is_loading(model))
		return false;
	list_model_begin_move(model);
	model->asking = ASKING_NOTHING;
	model->source->class->cancel(model->source);
	if (!model->loaded)
		model->why = clean_text_new(
			CLEAN_LINE, "Cancelled before anything came: open it again", -1);
	model->loaded = true;
	return true;
}

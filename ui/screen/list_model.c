#include "ui/screen/list_model_private.h"

enum { ASK_LIMIT = 2000, FIRST_HEIGHT = 24 };

static void model_ask(ListModel *model, Asking asking, const ListAsk *ask);

void
list_source_free(ListSource *source)
{
	if (source)
		source->class->free(source);
}

/* What lies next to the screen should be here before it is wanted. */
static void
prefetch(ListModel *model)
{
	if (model->asking != ASKING_NOTHING || !model->loaded || model->why)
		return;
	if (model->stale) {
		list_model_reread(model);
		return;
	}
	size_t limit = (size_t)model->window.height * 2;
	if (!model->window.at_end &&
		list_window_length(&model->window) - model->window.cursor <= model->window.height) {
		ListAsk ask = { .from = list_window_length(&model->window)
			                        ? list_window_at(&model->window,
							  list_window_length(&model->window) - 1)
			                        : NULL,
			.limit = limit };
		model_ask(model, ASKING_OLDER, &ask);
	} else if (!model->window.at_start && model->window.top < model->window.height &&
		   list_window_length(&model->window) > 0) {
		ListAsk ask = {
			.from = list_window_at(&model->window, 0), .backward = true, .limit = limit
		};
		model_ask(model, ASKING_NEWER, &ask);
	}
}

static void
settle(ListModel *model)
{
	list_window_keep_cursor(&model->window);
	list_window_trim(&model->window);
	prefetch(model);
}

/* ---- questions ---- */

static void
model_ask(ListModel *model, Asking asking, const ListAsk *ask)
{
	if (model->asking == ASKING_AGAIN && asking != ASKING_AGAIN)
		model->stale = true; /* overtaken; to be done yet */
	model->asking = asking;
	model->limit = ask->limit;
	model->source->class->ask(model->source, ask);
}

static void
ask_start(ListModel *model)
{
	ListAsk ask = { .limit = (size_t)model->window.height * 3 };
	model_ask(model, ASKING_START, &ask);
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
}

static void
go_on_moving(ListModel *model)
{
	int64_t rows = model->pending;
	model->pending = 0;
	if (rows)
		list_model_move(model, rows);
}

static void
ask_row(ListModel *model, const ListRow *row)
{
	ListAsk ask = { .from = row, .anywhere = true, .limit = (size_t)model->window.height * 3 };
	model_ask(model, ASKING_ROW, &ask);
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
	ask_row(model, kept);
}

static void
take_row(ListModel *model, const ListPage *page)
{
	if (page->rows->len > 0)
		list_window_begin_here(&model->window, page, model->line);
	else if (list_window_length(&model->window) == 0)
		ask_start(model); /* nothing was shown yet */
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

static void
ask_unread(ListModel *model, const ListRow *from)
{
	ListAsk ask = {
		.from = from, .backward = model->seek_backward, .unread = true, .limit = 1
	};
	model_ask(model, ASKING_UNREAD, &ask);
}

/* Moves and a search that were typed ahead of a page; moves go on from what is found. */
static void
take_page(ListModel *model, Asking asked, const ListPage *page)
{
	takers[asked](model, page);
	if (model->seek_next) {
		model->seek_next = false;
		ask_unread(model, list_model_current(model));
	} else {
		go_on_moving(model);
	}
	settle(model);
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
	bool was_sought = asked == ASKING_UNREAD || page->why;
	void (*on_sought)(bool found, void *data) =
		was_sought ? g_steal_pointer(&model->on_sought) : NULL;
	if (page->why) {
		model->why = clean_text_ref((CleanText *)page->why);
		model->pending = 0;
		model->seek_next = false;
	} else {
		take_page(model, asked, page);
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
	prefetch(model);
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
	model->on_change = on_change;
	model->data = data;
	list_window_init(&model->window, FIRST_HEIGHT);
	source->on_page = on_page;
	source->on_growth = on_growth;
	source->on_renewal = on_renewal;
	source->data = model;
	ask_start(model);
	return model;
}

void
list_model_free(ListModel *model)
{
	if (!model)
		return;
	list_source_free(model->source);
	list_window_clear(&model->window);
	clean_text_unref(model->why);
	g_free(model);
}

void
list_model_set_height(ListModel *model, int height)
{
	if (height < 1 || height == model->window.height)
		return;
	model->window.height = height;
	settle(model);
}

/* ---- moving ---- */

void
list_model_stop_seeking(ListModel *model)
{
	model->on_sought = NULL;
	model->seek_next = false;
	if (model->asking != ASKING_UNREAD)
		return;
	model->asking = ASKING_NOTHING;
	model->pending = 0;
}

/* A move takes the place of one that waits for its answer. */
static void
drop_wishes(ListModel *model)
{
	list_model_stop_seeking(model);
	model->window.held = true;
	model->pending = 0;
	if (list_model_is_jumping(model) && model->loaded)
		model->asking = ASKING_NOTHING;
}

static void
ask_beyond(ListModel *model, bool backward)
{
	Asking asking = backward ? ASKING_NEWER : ASKING_OLDER;
	if (model->asking == asking)
		return; /* under way; the move goes on with its answer */
	ListAsk ask = {
		.from = list_window_at(
			&model->window, backward ? 0 : list_window_length(&model->window) - 1),
		.backward = backward,
		.limit = (size_t)MIN(ABS(model->pending) + model->window.height * 2, ASK_LIMIT),
	};
	model_ask(model, asking, &ask);
}

void
list_model_move(ListModel *model, int64_t rows)
{
	model->window.held = true;
	if (list_model_is_jumping(model)) {
		model->pending += rows; /* from where the jump ends */
		return;
	}
	rows += model->pending; /* keys are faster than pages: none of them is lost */
	drop_wishes(model);
	if (list_window_length(&model->window) == 0)
		return;
	int64_t wanted = model->window.cursor + rows;
	int64_t reached = CLAMP(wanted, 0, list_window_length(&model->window) - 1);
	model->window.cursor = (int)reached;
	bool backward = wanted < reached;
	if (wanted != reached && !(backward ? model->window.at_start : model->window.at_end)) {
		model->pending = wanted - reached;
		list_window_keep_cursor(&model->window);
		ask_beyond(model, backward);
		return;
	}
	settle(model);
}

void
list_model_scroll(ListModel *model, int64_t rows)
{
	int line = model->window.cursor - model->window.top;
	list_model_move(model, rows);
	model->window.top = model->window.cursor - line;
	list_window_keep_cursor(&model->window);
	prefetch(model);
}

void
list_model_home(ListModel *model)
{
	drop_wishes(model);
	if (!model->loaded || !model->window.at_start) {
		ask_start(
			model); /* also in place of a row that was asked for before anything came */
		return;
	}
	model->window.cursor = 0;
	settle(model);
}

void
list_model_end(ListModel *model)
{
	drop_wishes(model);
	if (!model->window.at_end) {
		ListAsk ask = { .backward = true, .limit = (size_t)model->window.height * 3 };
		model_ask(model, ASKING_END, &ask);
		return;
	}
	model->window.cursor = MAX(list_window_length(&model->window) - 1, 0);
	settle(model);
}

void
list_model_go_to_row(ListModel *model, const ListRow *row)
{
	const ListWindow *window = &model->window;
	bool shows_rows = list_window_length(window) > 0;
	/* with nothing on screen yet, the newer rows above are to be seen, too */
	model->line = shows_rows ? list_model_cursor_line(model) : window->height / 2;
	drop_wishes(model);
	ask_row(model, row);
}

void
list_model_lay_out(ListModel *model)
{
	const ListRow *row = list_model_current(model);
	if (row && model->window.held)
		list_model_go_to_row(model, row);
	else
		ask_start(model);
}

void
list_model_go_to_date(ListModel *model, int64_t date)
{
	drop_wishes(model);
	ListAsk ask = { .has_date = true, .date = date, .limit = (size_t)model->window.height * 3 };
	model_ask(model, ASKING_DATE, &ask);
}

void
list_model_seek_unread(ListModel *model, bool backward, bool from_edge,
	void (*on_done)(bool found, void *data), void *data)
{
	model->window.held = true;
	bool waits = list_model_is_jumping(model) && model->asking != ASKING_UNREAD;
	if (!waits)
		drop_wishes(model);
	model->on_sought = on_done;
	model->sought_data = data;
	model->seek_next = waits && !from_edge;
	model->seek_backward = backward;
	if (!model->seek_next) /* else from where the jump ends */
		ask_unread(model, from_edge ? NULL : list_model_current(model));
}

void
list_model_replace(ListModel *model, ListRow *row)
{
	list_window_replace(&model->window, row);
}

void
list_model_remove(ListModel *model, const ListRow *row)
{
	model->window.held = true;
	list_window_remove(&model->window, row);
	settle(model);
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
	model_ask(model, asking, &ask);
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
	drop_wishes(model);
	ask_again(model, ASKING_FOLDED);
}

bool
list_model_cancel(ListModel *model)
{
	if (!list_model_is_loading(model))
		return false;
	drop_wishes(model);
	model->asking = ASKING_NOTHING;
	model->source->class->cancel(model->source);
	if (!model->loaded)
		model->why = clean_text_new(
			CLEAN_LINE, "Cancelled before anything came: open it again", -1);
	model->loaded = true;
	return true;
}

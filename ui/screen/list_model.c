#include "ui/screen/list_model.h"

enum { WINDOW_PAGES = 8, ASK_LIMIT = 2000, FIRST_HEIGHT = 24 };

typedef enum Asking {
	ASKING_NOTHING,
	ASKING_OLDER,  /* rows for the end of the window */
	ASKING_NEWER,  /* rows for its beginning */
	ASKING_START,  /* a new window at the newest */
	ASKING_END,    /* a new window at the oldest */
	ASKING_AGAIN,  /* the same window */
	ASKING_UNREAD, /* one row, then a window from it */
} Asking;

struct ListModel {
	ListSource *source;
	void (*on_change)(void *data);
	void *data;
	int height;

	GPtrArray *rows; /* of ListRow: the window, newest first */
	bool at_start, at_end;
	bool loaded; /* some answer has come */
	int cursor;  /* index in rows; 0 if there are none */
	int top;     /* index of the first line on the screen */

	Asking asking;
	size_t limit;    /* of the question under way */
	int64_t pending; /* rows still to move when the answer comes */
	bool stale;      /* to be read again when nothing else is asked */
	void (*on_sought)(bool found, void *data);
	void *sought_data;
	bool seek_next, seek_backward; /* a search for an unread row waits for the end of a jump */
	CleanText *why;
};

static void model_ask(ListModel *model, Asking asking, const ListAsk *ask);

void
list_source_free(ListSource *source)
{
	if (source)
		source->class->free(source);
}

/* ---- the window ---- */

/* Is a jump under way? Its answer decides where the cursor is. */
static bool
is_jumping(const ListModel *model)
{
	return model->asking == ASKING_START || model->asking == ASKING_END ||
	       model->asking == ASKING_UNREAD;
}

static int
count(const ListModel *model)
{
	return (int)model->rows->len;
}

static ListRow *
row_at(const ListModel *model, int index)
{
	return g_ptr_array_index(model->rows, (guint)index);
}

static void
keep_cursor_on_screen(ListModel *model)
{
	model->cursor = CLAMP(model->cursor, 0, MAX(count(model) - 1, 0));
	int last_top = MAX(count(model) - model->height, 0);
	model->top = CLAMP(model->top, model->cursor - model->height + 1, model->cursor);
	model->top = CLAMP(model->top, 0, MAX(last_top, 0));
}

/* Rows far from the cursor are given up; they come again by key. */
static void
trim(ListModel *model)
{
	int allowed = WINDOW_PAGES * model->height;
	int behind = count(model) - 1 - model->cursor;
	if (behind > allowed) {
		g_ptr_array_remove_range(model->rows, (guint)(model->cursor + allowed),
			(guint)(behind - allowed + 1));
		model->at_end = false;
	}
	int before = model->cursor - allowed;
	if (before > 0 && model->top >= before) {
		g_ptr_array_remove_range(model->rows, 0, (guint)before);
		model->cursor -= before;
		model->top -= before;
		model->at_start = false;
	}
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
	size_t limit = (size_t)model->height * 2;
	if (!model->at_end && count(model) - model->cursor <= model->height) {
		ListAsk ask = { .from = count(model) ? row_at(model, count(model) - 1) : NULL,
			.limit = limit };
		model_ask(model, ASKING_OLDER, &ask);
	} else if (!model->at_start && model->top < model->height && count(model) > 0) {
		ListAsk ask = { .from = row_at(model, 0), .backward = true, .limit = limit };
		model_ask(model, ASKING_NEWER, &ask);
	}
}

static void
settle(ListModel *model)
{
	keep_cursor_on_screen(model);
	trim(model);
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
add_older(ListModel *model, const ListPage *page)
{
	for (guint i = 0; i < page->rows->len; i++)
		g_ptr_array_add(model->rows, list_row_ref(g_ptr_array_index(page->rows, i)));
	model->at_end = page->end;
}

static void
add_newer(ListModel *model, const ListPage *page)
{
	for (guint i = 0; i < page->rows->len; i++)
		g_ptr_array_insert(
			model->rows, (gint)i, list_row_ref(g_ptr_array_index(page->rows, i)));
	model->cursor += (int)page->rows->len;
	model->top += (int)page->rows->len;
	model->at_start = page->end;
}

static void
replace(ListModel *model, const ListPage *page)
{
	g_ptr_array_set_size(model->rows, 0);
	add_older(model, page);
}

static int
find_row(const ListModel *model, const ListRow *row)
{
	for (int i = 0; row && i < count(model); i++) {
		if (list_row_is_same(row_at(model, i), row))
			return i;
	}
	return -1;
}

/*
 * The row under the cursor keeps its line, unless the newest rows were in sight: then new ones are to be
 * seen, and it moves down with them.
 */
static void
replace_around_cursor(ListModel *model, const ListPage *page)
{
	ListRow *held = list_model_current(model);
	g_autoptr(ListRow) kept = held ? list_row_ref(held) : NULL;
	int line = model->cursor - model->top;
	bool newest_seen = model->at_start && model->top == 0;
	bool was_start = model->at_start;
	replace(model, page);
	model->at_start = was_start || !kept;
	int found = find_row(model, kept);
	if (found >= 0)
		model->cursor = found;
	model->cursor = CLAMP(model->cursor, 0, MAX(count(model) - 1, 0));
	model->top = newest_seen && model->cursor < model->height ? 0 : model->cursor - line;
}

static void
ask_start(ListModel *model)
{
	ListAsk ask = { .limit = (size_t)model->height * 3 };
	model_ask(model, ASKING_START, &ask);
}

static void
take_unread(ListModel *model, const ListPage *page)
{
	if (page->rows->len == 0)
		return;
	const ListRow *row = g_ptr_array_index(page->rows, 0);
	int found = find_row(model, row);
	if (found >= 0) {
		model->cursor = found;
		return;
	}
	g_ptr_array_set_size(model->rows, 0);
	g_ptr_array_add(model->rows, list_row_ref((ListRow *)row));
	model->cursor = model->top = 0;
	model->at_start = model->at_end = false;
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
on_page(const ListPage *page, void *data)
{
	ListModel *model = data;
	Asking asked = model->asking;
	if (asked == ASKING_NOTHING)
		return; /* nobody waits for it any more */
	model->asking = ASKING_NOTHING;
	model->loaded = true;
	g_clear_pointer(&model->why, clean_text_unref);
	if (page->why) {
		model->why = clean_text_ref((CleanText *)page->why);
		model->pending = 0;
		model->on_change(model->data);
		return;
	}
	switch (asked) {
	case ASKING_NOTHING:
	case ASKING_OLDER:
		add_older(model, page);
		break;
	case ASKING_NEWER:
		add_newer(model, page);
		break;
	case ASKING_START:
		replace(model, page);
		model->cursor = model->top = 0;
		model->at_start = true;
		break;
	case ASKING_END:
		replace(model, page);
		model->at_start = page->end;
		model->at_end = true;
		model->cursor = MAX(count(model) - 1, 0);
		model->top = model->cursor;
		break;
	case ASKING_AGAIN:
		replace_around_cursor(model, page);
		break;
	case ASKING_UNREAD:
		take_unread(model, page);
		break;
	}
	go_on_moving(model);
	void (*on_sought)(bool found, void *data) =
		asked == ASKING_UNREAD ? model->on_sought : NULL;
	if (on_sought)
		model->on_sought = NULL;
	if (model->seek_next)
		list_model_seek_unread(
			model, model->seek_backward, false, model->on_sought, model->sought_data);
	settle(model);
	model->on_change(model->data);
	if (on_sought) /* last: it may open another list in place of this */
		on_sought(page->rows->len > 0, model->sought_data);
}

static void
on_growth(void *data)
{
	ListModel *model = data;
	model->at_end = false;
	prefetch(model);
	model->on_change(model->data);
}

ListModel *
list_model_new(ListSource *source, void (*on_change)(void *data), void *data)
{
	ListModel *model = g_new0(ListModel, 1);
	model->source = source;
	model->on_change = on_change;
	model->data = data;
	model->height = FIRST_HEIGHT;
	model->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	model->at_start = true;
	source->on_page = on_page;
	source->on_growth = on_growth;
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
	g_ptr_array_unref(model->rows);
	clean_text_unref(model->why);
	g_free(model);
}

void
list_model_set_height(ListModel *model, int height)
{
	if (height < 1 || height == model->height)
		return;
	model->height = height;
	settle(model);
}

/* ---- looking ---- */

const ListRow *
list_model_row(const ListModel *model, int line)
{
	int index = model->top + line;
	return line >= 0 && index < count(model) ? row_at(model, index) : NULL;
}

ListRow *
list_model_current(const ListModel *model)
{
	return model->cursor < count(model) ? row_at(model, model->cursor) : NULL;
}

int
list_model_cursor_line(const ListModel *model)
{
	return model->cursor - model->top;
}

bool
list_model_is_loading(const ListModel *model)
{
	return !model->loaded || model->pending != 0 || is_jumping(model);
}

bool
list_model_is_empty(const ListModel *model)
{
	return model->loaded && count(model) == 0 && model->at_start && model->at_end;
}

const CleanText *
list_model_why(const ListModel *model)
{
	return model->why;
}

/* ---- moving ---- */

/* A move takes the place of one that waits for its answer. */
static void
drop_wishes(ListModel *model)
{
	model->pending = 0;
	model->on_sought = NULL;
	model->seek_next = false;
	if (is_jumping(model) && model->loaded)
		model->asking = ASKING_NOTHING;
}

static void
ask_beyond(ListModel *model, bool backward)
{
	Asking asking = backward ? ASKING_NEWER : ASKING_OLDER;
	if (model->asking == asking)
		return; /* under way; the move goes on with its answer */
	ListAsk ask = {
		.from = row_at(model, backward ? 0 : count(model) - 1),
		.backward = backward,
		.limit = (size_t)MIN(ABS(model->pending) + model->height * 2, ASK_LIMIT),
	};
	model_ask(model, asking, &ask);
}

void
list_model_move(ListModel *model, int64_t rows)
{
	if (is_jumping(model)) {
		model->pending += rows; /* from where the jump ends */
		return;
	}
	rows += model->pending; /* keys are faster than pages: none of them is lost */
	drop_wishes(model);
	if (count(model) == 0)
		return;
	int64_t wanted = model->cursor + rows;
	int64_t reached = CLAMP(wanted, 0, count(model) - 1);
	model->cursor = (int)reached;
	bool backward = wanted < reached;
	if (wanted != reached && !(backward ? model->at_start : model->at_end)) {
		model->pending = wanted - reached;
		keep_cursor_on_screen(model);
		ask_beyond(model, backward);
		return;
	}
	settle(model);
}

void
list_model_scroll(ListModel *model, int64_t rows)
{
	int line = model->cursor - model->top;
	list_model_move(model, rows);
	model->top = model->cursor - line;
	keep_cursor_on_screen(model);
	prefetch(model);
}

void
list_model_home(ListModel *model)
{
	drop_wishes(model);
	if (!model->at_start) {
		ask_start(model);
		return;
	}
	model->cursor = 0;
	settle(model);
}

void
list_model_end(ListModel *model)
{
	drop_wishes(model);
	if (!model->at_end) {
		ListAsk ask = { .backward = true, .limit = (size_t)model->height * 3 };
		model_ask(model, ASKING_END, &ask);
		return;
	}
	model->cursor = MAX(count(model) - 1, 0);
	settle(model);
}

void
list_model_seek_unread(ListModel *model, bool backward, bool from_edge,
	void (*on_done)(bool found, void *data), void *data)
{
	bool waits = model->asking == ASKING_START || model->asking == ASKING_END;
	if (!waits)
		drop_wishes(model);
	model->on_sought = on_done;
	model->sought_data = data;
	model->seek_next = waits && !from_edge;
	model->seek_backward = backward;
	if (model->seek_next)
		return; /* from where the jump ends */
	ListAsk ask = {
		.from = from_edge ? NULL : list_model_current(model),
		.backward = backward,
		.unread = true,
		.limit = 1,
	};
	model_ask(model, ASKING_UNREAD, &ask);
}

void
list_model_reread(ListModel *model)
{
	if (model->asking != ASKING_NOTHING && model->asking != ASKING_AGAIN) {
		model->stale = true;
		return;
	}
	model->stale = false;
	size_t screen = (size_t)model->height * 3;
	bool fresh = model->at_start || count(model) == 0;
	ListAsk ask = {
		.from = fresh ? NULL : row_at(model, 0),
		.inclusive = true,
		.limit = MAX(model->rows->len, screen),
	};
	model_ask(model, ASKING_AGAIN, &ask);
}

bool
list_model_cancel(ListModel *model)
{
	if (!list_model_is_loading(model))
		return false;
	drop_wishes(model);
	model->asking = ASKING_NOTHING;
	model->source->class->cancel(model->source);
	return true;
}

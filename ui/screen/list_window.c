#include "ui/screen/list_window.h"

enum { WINDOW_PAGES = 8 };

void
list_window_init(ListWindow *window, int height)
{
	*window = (ListWindow){ .height = height, .at_start = true };
	window->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
}

void
list_window_clear(ListWindow *window)
{
	g_ptr_array_unref(window->rows);
}

int
list_window_length(const ListWindow *window)
{
	return (int)window->rows->len;
}

ListRow *
list_window_at(const ListWindow *window, int index)
{
	return g_ptr_array_index(window->rows, (guint)index);
}

ListRow *
list_window_current(const ListWindow *window)
{
	bool is_row = window->cursor < list_window_length(window);
	return is_row ? list_window_at(window, window->cursor) : NULL;
}

int
list_window_find(const ListWindow *window, const ListRow *row)
{
	for (int i = 0; row && i < list_window_length(window); i++) {
		if (list_row_is_same(list_window_at(window, i), row))
			return i;
	}
	return -1;
}

void
list_window_take_wishes(ListWindow *window, const ListWishes *wishes)
{
	unsigned now = list_wishes_now(wishes);
	int kept = 0, cursor = window->cursor;
	for (int i = 0; i < list_window_length(window); i++) {
		g_autoptr(ListRow) row = list_window_at(window, i);
		ListRow *shown = list_wishes_apply(wishes, row, now);
		if (shown)
			window->rows->pdata[kept++] = shown;
		else if (i < window->cursor)
			cursor--;
	}
	for (int i = kept; i < list_window_length(window); i++)
		window->rows->pdata[i] = NULL;
	g_ptr_array_set_size(window->rows, kept);
	window->cursor = cursor;
}

int
list_window_find_thread(const ListWindow *window, const ListRow *row)
{
	for (int i = 0; row->thread_messages && i < list_window_length(window); i++) {
		const ListRow *other = list_window_at(window, i);
		if (other->thread_messages && other->thread == row->thread)
			return i;
	}
	return -1;
}

static void
clamp_cursor(ListWindow *window)
{
	window->cursor = CLAMP(window->cursor, 0, MAX(list_window_length(window) - 1, 0));
}

void
list_window_keep_cursor(ListWindow *window)
{
	clamp_cursor(window);
	int last_top = MAX(list_window_length(window) - window->height, 0);
	window->top = CLAMP(window->top, window->cursor - window->height + 1, window->cursor);
	window->top = CLAMP(window->top, 0, last_top);
}

void
list_window_trim(ListWindow *window)
{
	int allowed = WINDOW_PAGES * window->height;
	int behind = list_window_length(window) - 1 - window->cursor;
	if (behind > allowed) {
		g_ptr_array_remove_range(window->rows, (guint)(window->cursor + allowed),
			(guint)(behind - allowed + 1));
		window->at_end = false;
	}
	int before = window->cursor - allowed;
	if (before > 0 && window->top >= before) {
		g_ptr_array_remove_range(window->rows, 0, (guint)before);
		window->cursor -= before;
		window->top -= before;
		window->at_start = false;
	}
}

/* ---- what a page does to it ---- */

void
list_window_add_older(ListWindow *window, const ListPage *page)
{
	for (guint i = 0; i < page->rows->len; i++)
		g_ptr_array_add(window->rows, list_row_ref(g_ptr_array_index(page->rows, i)));
	window->at_end = page->end;
}

void
list_window_add_newer(ListWindow *window, const ListPage *page)
{
	for (guint i = 0; i < page->rows->len; i++)
		g_ptr_array_insert(
			window->rows, (gint)i, list_row_ref(g_ptr_array_index(page->rows, i)));
	window->cursor += (int)page->rows->len;
	window->top += (int)page->rows->len;
	if (window->line > 0)
		window->top = window->cursor - window->line;
	window->line = 0;
	window->at_start = page->end;
}

static void
replace(ListWindow *window, const ListPage *page)
{
	g_ptr_array_set_size(window->rows, 0);
	window->line = 0;
	list_window_add_older(window, page);
}

void
list_window_begin_at_newest(ListWindow *window, const ListPage *page)
{
	replace(window, page);
	window->cursor = window->top = 0;
	window->at_start = true;
}

void
list_window_begin_at_oldest(ListWindow *window, const ListPage *page)
{
	replace(window, page);
	window->at_start = page->end;
	window->at_end = true;
	window->cursor = MAX(list_window_length(window) - 1, 0);
	window->top = window->cursor;
}

void
list_window_begin_at_row(ListWindow *window, ListRow *row)
{
	g_ptr_array_set_size(window->rows, 0);
	g_ptr_array_add(window->rows, list_row_ref(row));
	window->cursor = window->top = 0;
	window->at_start = window->at_end = false;
}

void
list_window_begin_here(ListWindow *window, const ListPage *page, int line)
{
	replace(window, page);
	window->cursor = window->top = 0;
	window->line = line;
	window->at_start = false;
}

/* Where a row stands now, or the thread it is shown in if that was folded or opened; -1: nowhere. */
static int
find_again(const ListWindow *window, const ListRow *row)
{
	int same = row ? list_window_find(window, row) : -1;
	bool opened = same >= 0 && row->folded && !list_window_at(window, same)->folded;
	if (!row || (same >= 0 && !opened))
		return same;
	int thread = list_window_find_thread(window, row);
	bool folds = thread >= 0 && (row->folded || list_window_at(window, thread)->folded);
	return folds ? thread : same;
}

/* The row keeps its line, unless the newest rows were in sight: then new ones are to be seen, and it moves
 * down with them. */
bool
list_window_renew(ListWindow *window, const ListPage *page)
{
	bool follows = !window->held && window->at_start;
	ListRow *current = follows ? NULL : list_window_current(window);
	g_autoptr(ListRow) kept = current ? list_row_ref(current) : NULL;
	int line = window->cursor - window->top;
	bool newest_seen = window->at_start && window->top == 0;
	bool was_start = window->at_start;
	replace(window, page);
	window->at_start = was_start || !kept;
	int found = find_again(window, kept);
	if (found >= 0)
		window->cursor = found;
	clamp_cursor(window);
	bool to_top = newest_seen && window->cursor < window->height;
	window->top = to_top ? 0 : window->cursor - line;
	return !kept || found >= 0;
}

#include "ui/screen/list_question.h"

/* Messages by date, one a line: a page is a range of keys in each store. */

enum { SEEK_STEP = 500 };

/*
 * Where each account goes on from a row of a merged list, in which rows of one second stand in the order
 * of accounts. Exclusive keys; an inclusive question begins one id earlier.
 */
static PageKey
key_after(const MessageRow *row, int account, bool inclusive)
{
	if (account == row->account)
		return (PageKey){ row->date, row->id + (inclusive ? 1 : 0) };
	return (PageKey){ row->date, account < row->account ? INT64_MIN : INT64_MAX };
}

/* FROM: NULL: what the ask says of dates, or the beginning. */
static GPtrArray *
read_rows(const ListQuestion *question, const MessageRow *from, bool inclusive, size_t limit,
	GError **error)
{
	const ListAsk *ask = &question->ask;
	PageAsk page = view_page(question->view);
	page.has_key = from || ask->has_date;
	page.backward = ask->backward;
	page.limit = limit;
	g_autofree PageKey *keys = g_new0(PageKey, question->count + 1);
	for (size_t i = 0; i < question->count; i++)
		keys[i] = from ? key_after(from, question->numbers[i], inclusive)
		               : (PageKey){ ask->date, INT64_MAX };
	return envelopes_merged_page(question->stores, question->count, &page, keys, error);
}

/* Adds the first unread message of a page. */
static bool
take_unread(ListQuestion *question, GPtrArray *page, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	while (page->len > 0 && question->rows->len == 0) {
		MessageRow *copy =
			g_ptr_array_steal_index(page, question->ask.backward ? page->len - 1 : 0);
		if (!list_row_copy_is_unread(copy)) {
			message_row_free(copy);
			continue;
		}
		g_ptr_array_set_size(rows, 0);
		if (!list_question_add(question, copy, rows, error))
			return false;
		if (rows->len > 0 && ((ListRow *)rows->pdata[0])->unread)
			g_ptr_array_add(question->rows, list_row_ref(rows->pdata[0]));
	}
	return true;
}

/* All of a page. */
static bool
take_all(ListQuestion *question, GPtrArray *page, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	while (page->len > 0) {
		if (!list_question_add(question, g_ptr_array_steal_index(page, 0), rows, error))
			return false;
	}
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_insert(question->rows, question->ask.backward ? (gint)i : -1,
			list_row_ref(g_ptr_array_index(rows, i)));
	return true;
}

/* From page to page, as some of a merged list's rows are copies of others: until there is something to show. */
static bool
walk(ListQuestion *question, const MessageRow *from, bool inclusive, GError **error)
{
	const ListAsk *ask = &question->ask;
	size_t limit = ask->unread ? SEEK_STEP : ask->limit;
	g_autoptr(MessageRow) last = NULL; /* as FROM, but ours */
	while (question->rows->len == 0 && !question->end &&
		!list_question_is_cancelled(question)) {
		g_autoptr(GPtrArray) page = read_rows(question, from, inclusive, limit, error);
		if (!page)
			return false;
		question->end = page->len < limit;
		const MessageRow *edge =
			page->len ? g_ptr_array_index(page, ask->backward ? 0 : page->len - 1)
				  : NULL;
		PageKey key = edge ? (PageKey){ edge->date, edge->id } : (PageKey){ 0, 0 };
		int account = edge ? edge->account : 0;
		if (!(ask->unread ? take_unread : take_all)(question, page, error))
			return false;
		g_clear_pointer(&last, message_row_free);
		last = g_new0(MessageRow, 1);
		last->date = key.date;
		last->id = key.id;
		last->account = account;
		from = last;
		inclusive = false;
	}
	return true;
}

bool
list_flat_answer(ListQuestion *question, GError **error)
{
	const ListAsk *ask = &question->ask;
	g_autoptr(MessageRow) now = NULL;
	if (ask->anywhere) {
		size_t store;
		now = list_question_from(question, &store, error);
		if (!now)
			return true; /* no rows; an error stands in *error */
	}
	const MessageRow *from = now ? now : ask->from ? ask->from->copy : NULL;
	return walk(question, from, ask->inclusive || now, error);
}

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

static const PageView views[] = {
	[VIEW_INBOXES] = PAGE_ROLE,
	[VIEW_FLAGGED] = PAGE_FLAGGED,
	[VIEW_FOLDER] = PAGE_FOLDER,
};

/* FROM: NULL: what the ask says of dates, or the beginning. */
static GPtrArray *
read_rows(const ListQuestion *question, const MessageRow *from, bool inclusive, size_t limit,
	GError **error)
{
	const ListAsk *ask = &question->ask;
	PageAsk page = {
		.view = views[question->view->kind],
		.folder = question->view->folder,
		.role = ROLE_INBOX,
		.has_key = from || ask->has_date,
		.backward = ask->backward,
		.limit = limit,
	};
	g_autofree PageKey *keys = g_new0(PageKey, question->count + 1);
	for (size_t i = 0; i < question->count; i++)
		keys[i] = from ? key_after(from, question->numbers[i], inclusive)
		               : (PageKey){ ask->date, INT64_MAX };
	return envelopes_merged_page(question->stores, question->count, &page, keys, error);
}

/* Walks page by page until an unread row comes; `true` with no rows: there is none. */
static bool
seek_unread(ListQuestion *question, GError **error)
{
	bool backward = question->ask.backward;
	const MessageRow *from = question->ask.from ? question->ask.from->copy : NULL;
	g_autoptr(GPtrArray) last = NULL; /* owns FROM */
	while (!list_question_is_cancelled(question)) {
		GPtrArray *page = read_rows(question, from, false, SEEK_STEP, error);
		if (!page)
			return false;
		if (last)
			g_ptr_array_unref(last);
		last = page;
		for (guint i = 0; i < page->len; i++) {
			guint at = backward ? page->len - 1 - i : i;
			if (!list_row_copy_is_unread(g_ptr_array_index(page, at)))
				continue;
			g_ptr_array_add(question->rows,
				list_question_row(question, g_ptr_array_steal_index(page, at)));
			return true;
		}
		if (page->len < SEEK_STEP)
			break;
		from = g_ptr_array_index(page, backward ? 0 : page->len - 1);
	}
	return true;
}

bool
list_flat_answer(ListQuestion *question, GError **error)
{
	const ListAsk *ask = &question->ask;
	if (ask->unread)
		return seek_unread(question, error);
	g_autoptr(MessageRow) now = NULL;
	if (ask->anywhere) {
		size_t store;
		now = list_question_from(question, &store, error);
		if (!now)
			return true; /* no rows; an error stands in *error */
	}
	const MessageRow *from = now ? now : ask->from ? ask->from->copy : NULL;
	g_autoptr(GPtrArray) copies =
		read_rows(question, from, ask->inclusive || now, ask->limit, error);
	if (!copies)
		return false;
	question->end = copies->len < ask->limit;
	while (copies->len > 0)
		g_ptr_array_add(question->rows,
			list_question_row(question, g_ptr_array_steal_index(copies, 0)));
	return true;
}

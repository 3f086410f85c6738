#include "ui/screen/list_store.h"

#include "backend/error.h"

enum { SEEK_STEP = 500 };

typedef struct StoreSource {
	ListSource base;
	Asker *asker;
	View *view;
} StoreSource;

/* One question on its way through the store's thread. */
typedef struct Question {
	StoreSource *source; /* touched on the UI thread only */
	View *view;
	ListAsk ask; /* with `from` replaced by our reference */
	ListRow *from;
	GPtrArray *rows; /* of ListRow */
	bool end;
	CleanText *why;
} Question;

static void
question_free(void *data)
{
	Question *question = data;
	view_free(question->view);
	list_row_unref(question->from);
	g_ptr_array_unref(question->rows);
	clean_text_unref(question->why);
	g_free(question);
}

/* ---- store thread ---- */

typedef struct Stores {
	Envelopes **all;
	int *numbers; /* of their accounts */
	size_t count;
} Stores;

static void
stores_clear(Stores *stores)
{
	g_free(stores->all);
	g_free(stores->numbers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stores, stores_clear)

/* Those that exist: an account that was never synced is an empty list, not a fault. */
static bool
find_stores(Asker *asker, const View *view, Stores *stores, GError **error)
{
	size_t total = asker_account_count(asker);
	stores->all = g_new0(Envelopes *, total + 1);
	stores->numbers = g_new0(int, total + 1);
	for (size_t i = 0; i < total; i++) {
		if (view->account != VIEW_ALL_ACCOUNTS && view->account != (int)i)
			continue;
		g_autoptr(GError) why = NULL;
		Envelopes *store = asker_store(asker, i, &why);
		if (store) {
			stores->numbers[stores->count] = (int)i;
			stores->all[stores->count++] = store;
		} else if (!g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	return true;
}

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

static GPtrArray *
read_rows(const Stores *stores, const PageAsk *ask, const MessageRow *from, bool inclusive,
	GError **error)
{
	PageAsk page = *ask;
	if (stores->count == 0)
		return g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	if (stores->count == 1) {
		page.has_key = from != NULL;
		if (from)
			page.key = key_after(from, stores->numbers[0], inclusive);
		return envelopes_page(stores->all[0], &page, error);
	}
	g_autofree PageKey *keys = g_new0(PageKey, stores->count);
	for (size_t i = 0; from && i < stores->count; i++)
		keys[i] = key_after(from, stores->numbers[i], inclusive);
	page.has_key = from != NULL;
	return envelopes_merged_page(stores->all, stores->count, &page, from ? keys : NULL, error);
}

static ListRow *
make_row(Asker *asker, MessageRow *copy)
{
	const AccountConfig *config = asker_account(asker, (size_t)copy->account);
	return list_row_new(copy, config->incoming.scheme == SERVER_LOCAL);
}

static void
keep_rows(Asker *asker, Question *question, GPtrArray *copies)
{
	while (copies->len > 0) {
		MessageRow *copy = g_ptr_array_steal_index(copies, 0);
		g_ptr_array_add(question->rows, make_row(asker, copy));
	}
}

/* Walks page by page until an unread row comes; `true` with no rows: there is none. */
static bool
seek_unread(Asker *asker, Question *question, const Stores *stores, PageAsk *ask,
	GCancellable *cancel, GError **error)
{
	ask->limit = SEEK_STEP;
	MessageRow *from = question->from ? question->from->copy : NULL;
	g_autoptr(GPtrArray) last = NULL; /* owns FROM */
	while (!g_cancellable_is_cancelled(cancel)) {
		GPtrArray *page = read_rows(stores, ask, from, false, error);
		if (!page)
			return false;
		if (last)
			g_ptr_array_unref(last);
		last = page;
		for (guint i = 0; i < page->len; i++) {
			guint at = ask->backward ? page->len - 1 - i : i;
			if (!list_row_copy_is_unread(g_ptr_array_index(page, at)))
				continue;
			g_ptr_array_add(
				question->rows, make_row(asker, g_ptr_array_steal_index(page, at)));
			return true;
		}
		if (page->len < SEEK_STEP)
			break;
		from = g_ptr_array_index(page, ask->backward ? 0 : page->len - 1);
	}
	return true;
}

static bool
answer(Asker *asker, Question *question, GCancellable *cancel, GError **error)
{
	g_auto(Stores) stores = { 0 };
	if (!find_stores(asker, question->view, &stores, error))
		return false;
	static const PageView views[] = {
		[VIEW_INBOXES] = PAGE_ROLE,
		[VIEW_FLAGGED] = PAGE_FLAGGED,
		[VIEW_FOLDER] = PAGE_FOLDER,
	};
	PageAsk ask = {
		.view = views[question->view->kind],
		.folder = question->view->folder,
		.role = ROLE_INBOX,
		.backward = question->ask.backward,
		.limit = question->ask.limit,
	};
	if (question->ask.unread)
		return seek_unread(asker, question, &stores, &ask, cancel, error);
	g_autoptr(GPtrArray) copies = read_rows(&stores, &ask,
		question->from ? question->from->copy : NULL, question->ask.inclusive, error);
	if (!copies)
		return false;
	question->end = copies->len < question->ask.limit;
	keep_rows(asker, question, copies);
	return true;
}

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	Question *question = data;
	g_autoptr(GError) error = NULL;
	if (!answer(asker, question, cancel, &error))
		question->why = clean_text_new(
			CLEAN_LINE, error ? error->message : "the store cannot be read", -1);
}

/* ---- UI thread ---- */

static void
done(void *data)
{
	Question *question = data;
	ListPage page = { question->rows, question->end, question->why };
	question->source->base.on_page(&page, question->source->base.data);
}

static void
store_ask(ListSource *base, const ListAsk *ask)
{
	StoreSource *source = (StoreSource *)base;
	Question *question = g_new0(Question, 1);
	question->source = source;
	question->view = view_copy(source->view);
	question->ask = *ask;
	question->from = ask->from ? list_row_ref((ListRow *)ask->from) : NULL;
	question->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	Job job = { .owner = source, .run = run, .done = done, .free = question_free };
	asker_ask(source->asker, ASK_STORE, &job, question);
}

static void
store_cancel(ListSource *base)
{
	StoreSource *source = (StoreSource *)base;
	asker_cancel(source->asker, source);
}

static void
store_free(ListSource *base)
{
	StoreSource *source = (StoreSource *)base;
	asker_cancel(source->asker, source);
	view_free(source->view);
	g_free(source);
}

static const ListSourceClass store_class = { store_ask, store_cancel, store_free };

ListSource *
list_store_new(Asker *asker, const View *view)
{
	StoreSource *source = g_new0(StoreSource, 1);
	source->base.class = &store_class;
	source->asker = asker;
	source->view = view_copy(view);
	return &source->base;
}

#include "ui/screen/list_question.h"
#include "ui/screen/list_tree.h"

/*
 * Threads by their newest message, the newest thread on top; in a thread the message that began it, then what
 * answers it, as a tree. A folded one is its newest message: that is what it stands there for, and it is found at once.
 */

enum { BATCH = 32, UNREAD_BATCH = 500 };

/* A walk over the threads of all stores: where it is, and which way it goes. */
typedef struct Walk {
	PageKey key;
	bool has_key, backward, end;
} Walk;

/* ---- threads over accounts ---- */

static int
compare_keys(PageKey one, PageKey other)
{
	if (one.date != other.date)
		return one.date > other.date ? -1 : 1;
	return (one.id < other.id) - (one.id > other.id);
}

static PageKey
key_of(const ThreadRow *thread)
{
	return (PageKey){ thread->newest, thread->thread };
}

static int
compare_threads(gconstpointer a, gconstpointer b)
{
	return compare_keys(key_of(*(ThreadRow *const *)a), key_of(*(ThreadRow *const *)b));
}

/* Adds what the other stores have of a thread. *here: it is this store's place that it stands at. */
static bool
add_others(
	const ListQuestion *question, size_t store, ThreadRow *thread, bool *here, GError **error)
{
	*here = true;
	PageKey own = key_of(thread);
	for (size_t i = 0; i < question->count; i++) {
		ThreadRow other = { 0 };
		if (i == store || question->folders[i] == 0)
			continue;
		if (!envelopes_thread(question->stores[i], question->folders[i], thread->thread,
			    &other, error))
			return false;
		if (other.messages == 0)
			continue;
		int order = compare_keys(key_of(&other), own);
		*here = *here && (order > 0 || (order == 0 && i > store));
		thread->messages += other.messages;
		thread->unread += other.unread;
		thread->flagged += other.flagged;
	}
	return true;
}

/* A thread as it is now in all stores; messages 0: it is gone. */
static bool
find_thread(const ListQuestion *question, int64_t name, ThreadRow *thread, GError **error)
{
	*thread = (ThreadRow){ .thread = name };
	for (size_t i = 0; i < question->count; i++) {
		ThreadRow part;
		if (!envelopes_thread(
			    question->stores[i], question->folders[i], name, &part, error))
			return false;
		if (part.messages == 0)
			continue;
		thread->newest = thread->messages ? MAX(thread->newest, part.newest) : part.newest;
		thread->messages += part.messages;
		thread->unread += part.unread;
		thread->flagged += part.flagged;
	}
	return true;
}

/* How far all stores have told: none may have more before this key. */
static void
set_bound(Walk *walk, const GPtrArray *page, PageKey *bound, bool *has_bound)
{
	PageKey last = key_of(g_ptr_array_index(page, walk->backward ? 0 : page->len - 1));
	int order = *has_bound ? compare_keys(last, *bound) : 0;
	if (!*has_bound || (walk->backward ? order > 0 : order < 0))
		*bound = last;
	*has_bound = true;
}

static bool
is_beyond(const Walk *walk, PageKey key, PageKey bound)
{
	int order = compare_keys(key, bound);
	return walk->backward ? order < 0 : order > 0;
}

/* What is kept of one store's page, in the bound. */
static bool
keep_threads(const ListQuestion *question, size_t store, GPtrArray *page, GPtrArray *kept,
	GError **error)
{
	while (page->len > 0) {
		g_autofree ThreadRow *thread = g_ptr_array_steal_index(page, page->len - 1);
		bool here;
		if (!add_others(question, store, thread, &here, error))
			return false;
		if (here)
			g_ptr_array_add(kept, g_steal_pointer(&thread));
	}
	return true;
}

/* The next threads of the walk, the newest first; the caller owns them. Few or none do not mean its end. */
static GPtrArray *
next_threads(const ListQuestion *question, Walk *walk, size_t limit, GError **error)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	PageKey bound = { 0, 0 };
	bool has_bound = false;
	for (size_t i = 0; i < question->count; i++) {
		g_autoptr(GPtrArray) page =
			envelopes_threads(question->stores[i], question->folders[i], walk->has_key,
				walk->key, walk->backward, limit, error);
		if (!page)
			return NULL;
		if (page->len == limit)
			set_bound(walk, page, &bound, &has_bound);
		if (!keep_threads(question, i, page, kept, error))
			return NULL;
	}
	for (guint i = kept->len; has_bound && i-- > 0;) {
		if (is_beyond(walk, key_of(g_ptr_array_index(kept, i)), bound))
			g_ptr_array_remove_index(kept, i);
	}
	g_ptr_array_sort(kept, compare_threads);
	walk->key = bound;
	walk->has_key = has_bound;
	walk->end = !has_bound;
	return g_steal_pointer(&kept);
}

/* ---- the rows of a thread ---- */

static ListRow *
name_row(ListRow *row, const ThreadRow *thread)
{
	row->thread = thread->thread;
	row->thread_newest = thread->newest;
	row->thread_messages = thread->messages;
	return row;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const ListRow *left = *(ListRow *const *)a, *right = *(ListRow *const *)b;
	if (left->date != right->date)
		return left->date < right->date ? -1 : 1;
	if (left->copy->account != right->copy->account)
		return left->copy->account < right->copy->account ? -1 : 1;
	return (left->copy->id > right->copy->id) - (left->copy->id < right->copy->id);
}

/* The message that the thread is named after stands first, whatever its clock said. */
static void
put_root_first(GPtrArray *rows, int64_t thread)
{
	for (guint i = 0; i < rows->len; i++) {
		ListRow *row = g_ptr_array_index(rows, i);
		if (row->copy->id_hash != thread)
			continue;
		g_ptr_array_insert(rows, 0, g_ptr_array_steal_index(rows, i));
		return;
	}
}

/* With what other folders know of the messages between, where that can matter. */
static bool
lay_out(const ListQuestion *question, int64_t thread, GPtrArray *rows, GError **error)
{
	g_autoptr(GHashTable) between = NULL;
	if (rows->len > 2 && list_tree_has_gaps(rows))
		between = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	for (size_t i = 0; between && i < question->count; i++) {
		if (!envelopes_thread_parents(question->stores[i], thread, between, error))
			return false;
	}
	if (rows->len > 0)
		list_tree_lay_out(rows, between);
	return true;
}

static GPtrArray *
open_thread(ListQuestion *question, const ThreadRow *thread, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	for (size_t i = 0; i < question->count; i++) {
		if (question->folders[i] == 0)
			continue;
		g_autoptr(GPtrArray) copies = envelopes_thread_messages(
			question->stores[i], question->folders[i], thread->thread, error);
		if (!copies)
			return NULL;
		while (copies->len > 0) {
			MessageRow *copy = g_ptr_array_steal_index(copies, copies->len - 1);
			if (!list_question_add(question, copy, rows, error))
				return NULL;
		}
	}
	g_ptr_array_sort(rows, compare_rows);
	put_root_first(rows, thread->thread);
	if (!lay_out(question, thread->thread, rows, error))
		return NULL;
	for (guint i = 0; i < rows->len; i++)
		name_row(g_ptr_array_index(rows, i), thread);
	return g_steal_pointer(&rows);
}

/* In how many stores is it? */
static size_t
count_holders(const ListQuestion *question, int64_t thread)
{
	size_t holders = 0;
	for (size_t i = 0; i < question->count; i++) {
		ThreadRow part;
		if (envelopes_thread(
			    question->stores[i], question->folders[i], thread, &part, NULL))
			holders += part.messages > 0;
	}
	return holders;
}

static ListRow *
fold_row(ListRow *row, const ThreadRow *thread)
{
	row->folded = true;
	row->thread_unread = thread->unread;
	row->unread = thread->unread > 0;
	row->flagged = thread->flagged > 0;
	return row;
}

static bool
add_folded(ListQuestion *question, const ThreadRow *thread, GPtrArray *rows, GError **error)
{
	for (size_t i = 0; i < question->count; i++) {
		g_autoptr(GError) why = NULL;
		MessageRow *copy = envelopes_thread_newest(
			question->stores[i], question->folders[i], thread, &why);
		if (why) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (!copy)
			continue;
		g_autoptr(GPtrArray) own =
			g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
		if (!list_question_add(question, copy, own, error))
			return false;
		if (own->len > 0)
			g_ptr_array_add(
				rows, fold_row(name_row(g_ptr_array_steal_index(own, 0), thread),
					      thread));
		return true;
	}
	return true;
}

/* Several accounts have it: its messages are counted, not their copies. */
static bool
add_folded_merged(ListQuestion *question, const ThreadRow *thread, GPtrArray *rows, GError **error)
{
	g_autoptr(GPtrArray) all = open_thread(question, thread, error);
	if (!all || all->len == 0)
		return all != NULL;
	ThreadRow counted = { thread->thread, thread->newest, all->len, 0, 0 };
	ListRow *newest = g_ptr_array_index(all, 0);
	for (guint i = 0; i < all->len; i++) {
		ListRow *row = g_ptr_array_index(all, i);
		counted.unread += row->unread;
		counted.flagged += row->flagged;
		if (row->date >= newest->date)
			newest = row;
	}
	ListRow *row = name_row(list_row_ref(newest), &counted);
	g_ptr_array_add(rows, fold_row(row, &counted));
	return true;
}

static bool
add_thread(ListQuestion *question, const ThreadRow *thread, GPtrArray *rows, GError **error)
{
	if (list_folds_has(question->folds, thread->thread, thread->messages, thread->unread))
		return (question->count > 1 && count_holders(question, thread->thread) > 1
				? add_folded_merged
				: add_folded)(question, thread, rows, error);
	GPtrArray *own = open_thread(question, thread, error);
	if (own)
		g_ptr_array_extend_and_steal(rows, own);
	return own != NULL;
}

/* ---- a page ---- */

/* Rows that come next on the way: all of them, or the first one that is unread. */
static void
take(ListQuestion *question, GPtrArray *rows)
{
	bool backward = question->ask.backward;
	for (guint i = 0; i < rows->len; i++) {
		guint at = question->ask.unread && backward ? rows->len - 1 - i : i;
		ListRow *row = g_ptr_array_index(rows, at);
		if (question->ask.unread && (question->rows->len > 0 || !row->unread))
			continue;
		g_ptr_array_insert(question->rows, backward && !question->ask.unread ? (gint)i : -1,
			list_row_ref(row));
	}
}

/* Where the row FROM stands among those of its thread; a fold stands for all of them; -1: nowhere. */
static int
place_of(const GPtrArray *rows, const MessageRow *from)
{
	for (guint i = 0; i < rows->len; i++) {
		const ListRow *row = g_ptr_array_index(rows, i);
		if (row->folded ||
			(row->copy->account == from->account && row->copy->id == from->id))
			return (int)i;
	}
	return -1;
}

/* Begins in the thread of FROM, with what is left of it. */
static bool
begin_in(ListQuestion *question, const MessageRow *from, PageKey key, Walk *walk, GError **error)
{
	const ListAsk *ask = &question->ask;
	walk->has_key = true;
	ThreadRow thread;
	if (!find_thread(question, key.id, &thread, error))
		return false;
	if (ask->anywhere)
		key.date = thread.newest;
	walk->key = key;
	if (thread.messages == 0 || compare_keys(key_of(&thread), key) != 0)
		return true; /* it went, or stands elsewhere now */
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	if (!add_thread(question, &thread, rows, error))
		return false;
	int place = place_of(rows, from);
	if (ask->anywhere && ask->from->folded)
		place = 0; /* it stood for the whole of it */
	int first = ask->backward ? 0 : ask->inclusive ? 0 : place + (ask->anywhere ? 0 : 1);
	int end = ask->backward ? MAX(place, 0) : (int)rows->len;
	if (!ask->backward && !ask->inclusive && place < 0)
		first = end; /* it went; what stood below it is not known */
	g_ptr_array_set_size(rows, end);
	g_ptr_array_remove_range(rows, 0, (guint)MIN(first, end));
	take(question, rows);
	return true;
}

static bool
begin(ListQuestion *question, Walk *walk, GError **error)
{
	const ListAsk *ask = &question->ask;
	walk->backward = ask->backward;
	if (ask->has_date) {
		walk->has_key = true;
		walk->key = (PageKey){ ask->date, INT64_MAX };
	}
	if (!ask->from)
		return true;
	if (!ask->anywhere)
		return begin_in(question, ask->from->copy,
			(PageKey){ ask->from->thread_newest, ask->from->thread }, walk, error);
	size_t store;
	g_autoptr(MessageRow) now = list_question_from(question, &store, error);
	walk->end = !now; /* no rows; an error stands in *error */
	return !now || begin_in(question, now, (PageKey){ 0, now->thread }, walk, error);
}

static bool
go_on(ListQuestion *question, Walk *walk, GError **error)
{
	size_t limit = question->ask.unread ? UNREAD_BATCH : BATCH;
	g_autoptr(GPtrArray) threads = next_threads(question, walk, limit, error);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	for (guint i = 0; threads && i < threads->len; i++) {
		const ThreadRow *thread = g_ptr_array_index(threads, i);
		if (question->ask.unread && thread->unread == 0)
			continue;
		if (!add_thread(question, thread, rows, error))
			return false;
	}
	take(question, rows);
	return threads != NULL;
}

/* What is farthest from where it began is what a later page brings. */
static void
cut(ListQuestion *question, const Walk *walk)
{
	size_t limit = question->ask.limit;
	GPtrArray *rows = question->rows;
	question->end = walk->end && rows->len <= limit;
	if (rows->len <= limit)
		return;
	guint surplus = rows->len - (guint)limit;
	g_ptr_array_remove_range(rows, question->ask.backward ? 0 : (guint)limit, surplus);
}

bool
list_threads_answer(ListQuestion *question, GError **error)
{
	Walk walk = { 0 };
	if (!begin(question, &walk, error))
		return false;
	while (!walk.end && question->rows->len < question->ask.limit) {
		if (list_question_is_cancelled(question))
			return true;
		if (!go_on(question, &walk, error))
			return false;
	}
	cut(question, &walk);
	return true;
}

#include "ui/screen/list_search.h"

#include <string.h>

#include "ui/screen/list_hits.h"

enum { FIRST_BATCH = 60, BATCH = 500 };

/*
 * What the search has found. The UI thread owns it; batches on their way hold a reference, and are dropped
 * when the source has gone.
 */
typedef struct Found {
	GPtrArray *hits;             /* of ListHit, never changed once added */
	struct SearchSource *source; /* NULL: gone */
} Found;

typedef struct SearchSource {
	ListSource base;
	Asker *asker;
	View *view;
	Found *found;
	bool finished;
	CleanText *why;
	/* a question that waits for hits */
	bool waiting;
	ListAsk ask;
	ListRow *from;
} SearchSource;

static void
clear_found(void *data)
{
	Found *found = data;
	g_ptr_array_unref(found->hits);
}

static void
found_unref(Found *found)
{
	g_rc_box_release_full(found, clear_found);
}

/* ---- the search, on the index thread ---- */

typedef struct Search {
	Asker *asker;
	Found *found; /* the UI thread's; only handed back */
	View *view;
	GPtrArray *batch; /* of ListHit */
	size_t sent;
	CleanText *why;
} Search;

typedef struct Batch {
	Found *found;
	GPtrArray *hits;
} Batch;

static void on_batch(void *data);

static void
send_batch(Search *search)
{
	if (search->batch->len == 0)
		return;
	Batch *batch = g_new(Batch, 1);
	batch->found = search->found;
	batch->hits = search->batch;
	search->sent += batch->hits->len;
	search->batch = g_ptr_array_new_with_free_func(list_hit_free);
	asker_post(search->asker, on_batch, batch);
}

static bool
on_hit(ListHit *hit, void *data)
{
	Search *search = data;
	g_ptr_array_add(search->batch, hit);
	if (search->batch->len >= (search->sent == 0 ? FIRST_BATCH : BATCH))
		send_batch(search);
	return search->sent + search->batch->len < LIST_SEARCH_LIMIT;
}

/* What was found is shown before the rest is looked through. */
static void
on_step(void *data)
{
	Search *search = data;
	if (search->sent == 0)
		send_batch(search);
}

static void
run_search(Asker *asker, GCancellable *cancel, void *data)
{
	Search *search = data;
	g_autoptr(GError) error = NULL;
	ListFinder finder = { asker, cancel, search->view, LIST_SEARCH_LIMIT, on_hit, on_step,
		search };
	(search->view->kind == VIEW_SEARCH ? list_hits_search : list_hits_narrow)(&finder, &error);
	if (error)
		search->why = clean_text_new(CLEAN_LINE, error->message, -1);
	send_batch(search);
}

/* ---- the join, on the store thread ---- */

typedef struct Join {
	Found *found;    /* the UI thread's */
	GPtrArray *hits; /* of ListHit, borrowed: they live as long as `found`, which we hold */
	int64_t place;   /* of the first */
	bool unread, backward;
	GPtrArray *rows; /* of ListRow */
	bool end;
	CleanText *why;
} Join;

static void
join_free(void *data)
{
	Join *join = data;
	found_unref(join->found);
	g_ptr_array_unref(join->hits);
	g_ptr_array_unref(join->rows);
	clean_text_unref(join->why);
	g_free(join);
}

/* A message without a Message-ID has another name in the index; its file's name holds the store's. */
static MessageRow *
find_by_file(Envelopes *store, const char *file)
{
	if (!file)
		return NULL;
	g_autofree char *key = g_path_get_basename(file);
	key[strcspn(key, ":")] = '\0';
	if (g_str_has_suffix(key, ",P"))
		key[strlen(key) - 2] = '\0';
	return envelopes_by_key(store, key, NULL);
}

static void
add_copies(GPtrArray *copies, Envelopes *store, const ListHit *hit)
{
	g_autoptr(GPtrArray) found = envelopes_copies(store, hit->message_id, NULL);
	while (found && found->len > 0)
		g_ptr_array_add(copies, g_ptr_array_steal_index(found, 0));
}

/* A folder shows its copy. */
static ListRow *
join_copy(Asker *asker, const ListHit *hit, int64_t place)
{
	Envelopes *store = asker_store(asker, (size_t)hit->account, NULL);
	MessageRow *copy = store ? envelopes_by_key(store, hit->key, NULL) : NULL;
	if (!copy)
		return list_row_new_unknown(hit->from, hit->subject, hit->date, NULL, place);
	const AccountConfig *config = asker_account(asker, (size_t)hit->account);
	ListRow *row = list_row_new(copy, config->incoming.scheme == SERVER_LOCAL);
	row->place = place;
	return row;
}

static ListRow *
join_hit(Asker *asker, const ListHit *hit, int64_t place)
{
	if (hit->key)
		return join_copy(asker, hit, place);
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		Envelopes *store = asker_store(asker, i, NULL);
		if (!store)
			continue;
		guint before = copies->len;
		add_copies(copies, store, hit);
		MessageRow *other = copies->len == before ? find_by_file(store, hit->file) : NULL;
		if (other)
			g_ptr_array_add(copies, other);
	}
	if (copies->len > 0)
		return list_row_new_merged(copies, place);
	return list_row_new_unknown(hit->from, hit->subject, hit->date, hit->file, place);
}

static void
run_join(Asker *asker, GCancellable *cancel, void *data)
{
	Join *join = data;
	for (guint i = 0; i < join->hits->len && !g_cancellable_is_cancelled(cancel); i++) {
		guint at = join->unread && join->backward ? join->hits->len - 1 - i : i;
		ListRow *row = join_hit(
			asker, g_ptr_array_index(join->hits, at), join->place + (int64_t)at);
		if (join->unread && !row->unread) {
			list_row_unref(row);
			continue;
		}
		g_ptr_array_add(join->rows, row);
		if (join->unread)
			return;
	}
}

/* ---- UI thread ---- */

static void
on_joined(void *data)
{
	Join *join = data;
	SearchSource *source = join->found->source;
	ListPage page = { join->rows, join->end, join->why };
	if (source)
		source->base.on_page(&page, source->base.data);
}

/* The first hit that is no newer than DATE. */
static int64_t
place_of_date(const SearchSource *source, int64_t date)
{
	const GPtrArray *hits = source->found->hits;
	guint low = 0;
	for (guint high = hits->len; low < high;) {
		guint middle = low + (high - low) / 2;
		if (((const ListHit *)g_ptr_array_index(hits, middle))->date > date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The hits a question is about, as [*first, *end). */
static void
range_of(const SearchSource *source, const ListAsk *ask, const ListRow *from, int64_t *first,
	int64_t *end)
{
	int64_t total = (int64_t)source->found->hits->len;
	int64_t limit = ask->unread ? total : (int64_t)ask->limit;
	if (ask->backward) {
		*end = from ? from->place + (ask->inclusive ? 1 : 0) : total;
		*end = MIN(*end, total);
		*first = MAX(*end - limit, 0);
	} else {
		*first = from ? from->place + (ask->inclusive || ask->anywhere ? 0 : 1) : 0;
		if (ask->has_date)
			*first = place_of_date(source, ask->date);
		*first = MIN(*first, total);
		*end = MIN(*first + limit, total);
	}
}

static void
tell_why(SearchSource *source)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	ListPage page = { none, true, source->why };
	source->base.on_page(&page, source->base.data);
}

/* Answers the question that waits, if there is something to say now. */
static void
answer(SearchSource *source)
{
	if (!source->waiting)
		return;
	int64_t first, end;
	range_of(source, &source->ask, source->from, &first, &end);
	bool old = source->from && source->from->place < (int64_t)source->found->hits->len;
	bool nothing_yet = first == end && !(source->ask.backward && old);
	bool partial = source->ask.backward && !source->from; /* the end is not known yet */
	if (!source->finished && (nothing_yet || partial || source->ask.unread))
		return;
	source->waiting = false;
	if (source->why && source->found->hits->len == 0) {
		tell_why(source);
		return;
	}
	Join *join = g_new0(Join, 1);
	join->found = g_rc_box_acquire(source->found);
	join->hits = g_ptr_array_new();
	for (int64_t i = first; i < end; i++)
		g_ptr_array_add(join->hits, g_ptr_array_index(source->found->hits, (guint)i));
	join->place = first;
	join->unread = source->ask.unread;
	join->backward = source->ask.backward;
	join->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	join->end = source->ask.backward
	                    ? first == 0
	                    : source->finished && end == (int64_t)source->found->hits->len;
	Job job = { .owner = source, .run = run_join, .done = on_joined, .free = join_free };
	asker_ask(source->asker, ASK_STORE, &job, join);
}

/* An answer may have closed the list. */
static void
tell_growth(const Found *found)
{
	if (found->source)
		found->source->base.on_growth(found->source->base.data);
}

static void
on_batch(void *data)
{
	Batch *batch = data;
	SearchSource *source = batch->found->source;
	if (source) {
		while (batch->hits->len > 0)
			g_ptr_array_add(
				source->found->hits, g_ptr_array_steal_index(batch->hits, 0));
		answer(source);
		tell_growth(batch->found);
	}
	g_ptr_array_unref(batch->hits);
	g_free(batch);
}

static void
on_searched(void *data)
{
	Search *search = data;
	SearchSource *source = search->found->source;
	if (!source)
		return;
	source->finished = true;
	source->why = g_steal_pointer(&search->why);
	answer(source);
	tell_growth(search->found);
}

static void
search_free(void *data)
{
	Search *search = data;
	found_unref(search->found);
	view_free(search->view);
	g_ptr_array_unref(search->batch);
	clean_text_unref(search->why);
	g_free(search);
}

static void
source_ask(ListSource *base, const ListAsk *ask)
{
	SearchSource *source = (SearchSource *)base;
	asker_cancel(source->asker, source);
	source->waiting = true;
	source->ask = *ask;
	list_row_unref(source->from);
	source->from = ask->from ? list_row_ref((ListRow *)ask->from) : NULL;
	answer(source);
}

static void
source_cancel(ListSource *base)
{
	SearchSource *source = (SearchSource *)base;
	asker_cancel(source->asker, &source->view);
	source->finished = true;
	answer(source);
}

static void
source_free(ListSource *base)
{
	SearchSource *source = (SearchSource *)base;
	asker_cancel(source->asker, &source->view);
	asker_cancel(source->asker, source);
	source->found->source = NULL;
	found_unref(source->found);
	list_row_unref(source->from);
	clean_text_unref(source->why);
	view_free(source->view);
	g_free(source);
}

static const ListSourceClass search_class = { source_ask, source_cancel, source_free };

ListSource *
list_search_new(Asker *asker, const View *view)
{
	SearchSource *source = g_new0(SearchSource, 1);
	source->base.class = &search_class;
	source->asker = asker;
	source->view = view_copy(view);
	source->found = g_rc_box_new0(Found);
	source->found->hits = g_ptr_array_new_with_free_func(list_hit_free);
	source->found->source = source;
	Search *search = g_new0(Search, 1);
	search->asker = asker;
	search->found = g_rc_box_acquire(source->found);
	search->view = view_copy(view);
	search->batch = g_ptr_array_new_with_free_func(list_hit_free);
	Job job = {
		.owner = &source->view, .run = run_search, .done = on_searched, .free = search_free
	};
	asker_ask(asker, ASK_INDEX, &job, search);
	return &source->base;
}

size_t
list_search_hits(const ListSource *base, bool *finished)
{
	const SearchSource *source = (const SearchSource *)base;
	*finished = source->finished;
	return source->found->hits->len;
}

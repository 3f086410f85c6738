#include "ui/screen/list_search.h"

#include <string.h>

#include "ui/screen/list_join.h"
#include "ui/screen/list_search_run.h"

typedef struct SearchSource {
	ListSource base;
	Asker *asker;
	View *view;
	GArray *hits; /* of ListHit, in order; shared with joins: their texts live as long as it */
	ListSearch *search; /* under way; NULL: none */
	GArray *fresh; /* what that has found, to take the place of `hits`; NULL: it adds to them */
	bool finished; /* nothing will be added to them */
	bool again;    /* to be looked for once more, after the search that is under way */
	char *stamp;   /* of what was looked through */
	int percent;
	CleanText *why;
	void (*on_progress)(void *data);
	void *data;
	/* a question */
	bool waiting;    /* for hits */
	bool unanswered; /* its rows are being made */
	ListAsk ask;
	ListRow *from;
} SearchSource;

/* ---- where a row stands ---- */

static bool
is_of(const ListHit *hit, const ListRow *row)
{
	const MessageRow *copy = row->copy;
	if (!hit->text && copy)
		return copy->account == hit->account && copy->id == hit->id;
	if (!hit->text) /* it is gone */
		return row->date == hit->date;
	return (copy && g_strcmp0(copy->message_id, hit->text->message_id) == 0) ||
	       (row->file && g_strcmp0(row->file, hit->text->file) == 0);
}

/* -1: nowhere. It stands where it stood, unless they were looked for again. */
static int64_t
find_place(const SearchSource *source, const ListRow *row)
{
	const GArray *hits = source->hits;
	if (row->place >= 0 && row->place < (int64_t)hits->len &&
		is_of(&g_array_index(hits, ListHit, (guint)row->place), row))
		return row->place;
	for (guint i = 0; i < hits->len; i++) {
		if (is_of(&g_array_index(hits, ListHit, i), row))
			return i;
	}
	return -1;
}

/* The first hit that is no newer than DATE. */
static int64_t
place_of_date(const SearchSource *source, int64_t date)
{
	guint low = 0;
	for (guint high = source->hits->len; low < high;) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(source->hits, ListHit, middle).date > date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where a row that is not there would be: what stands there now comes after it. */
static int64_t
place_near(const SearchSource *source, const ListRow *row)
{
	return list_order_is_by_date(source->view->order) ? place_of_date(source, row->date)
	                                                  : MAX(row->place, 0);
}

/* The hits a question is about, as [*first, *end). */
static void
range_of(const SearchSource *source, int64_t *first, int64_t *end)
{
	const ListAsk *ask = &source->ask;
	const ListRow *from = source->from;
	int64_t total = (int64_t)source->hits->len;
	int64_t limit = ask->unread ? total : (int64_t)ask->limit;
	int64_t found = from ? find_place(source, from) : -1;
	int64_t place = found >= 0 || !from ? MAX(found, 0)
	                : ask->anywhere     ? total /* it is not in the list */
	                                    : place_near(source, from);
	bool is_after = found >= 0 && !ask->inclusive && !ask->anywhere;
	if (ask->backward) {
		*end = from ? place + (ask->inclusive ? 1 : 0) : total;
		*end = MIN(*end, total);
		*first = MAX(*end - limit, 0);
		return;
	}
	*first = place + (is_after ? 1 : 0);
	if (ask->has_date)
		*first = place_of_date(source, ask->date);
	*first = MIN(*first, total);
	*end = MIN(*first + limit, total);
}

/* ---- answers ---- */

typedef struct Asked {
	SearchSource *source; /* the asker drops the question when it goes */
	GArray *hits;         /* our reference */
	ListJoin *join;
	bool end;
} Asked;

static void
run_join(Asker *asker, GCancellable *cancel, void *data)
{
	list_join_run(((Asked *)data)->join, asker, cancel);
}

static void
on_joined(void *data)
{
	Asked *asked = data;
	SearchSource *source = asked->source;
	ListPage page = { asked->join->rows, asked->end, NULL };
	source->unanswered = false;
	source->base.on_page(&page, source->base.data);
}

static void
asked_free(void *data)
{
	Asked *asked = data;
	list_join_free(asked->join);
	g_array_unref(asked->hits);
	g_free(asked);
}

static void
tell_why(SearchSource *source)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	ListPage page = { none, true, source->why };
	source->base.on_page(&page, source->base.data);
}

/* Is there something to say before all is found? */
static bool
can_answer(const SearchSource *source, int64_t first, int64_t end)
{
	const ListAsk *ask = &source->ask;
	if (source->finished)
		return true;
	bool sorted = !list_order_is_by_date(source->view->order);
	if (sorted || ask->unread || (ask->backward && !source->from))
		return false;
	bool old = source->from && find_place(source, source->from) >= 0;
	return first < end || (ask->backward && old);
}

/* Answers the question that waits, if there is something to say now. */
static void
answer(SearchSource *source)
{
	int64_t first, end;
	if (!source->waiting)
		return;
	range_of(source, &first, &end);
	if (!can_answer(source, first, end))
		return;
	source->waiting = false;
	if (source->why && source->hits->len == 0) {
		tell_why(source);
		return;
	}
	Asked *asked = g_new0(Asked, 1);
	asked->source = source;
	asked->hits = g_array_ref(source->hits);
	asked->join = list_join_new(source->view);
	asked->join->place = first;
	asked->join->unread = source->ask.unread;
	asked->join->backward = source->ask.backward;
	if (end > first)
		g_array_append_vals(asked->join->hits,
			&g_array_index(source->hits, ListHit, (guint)first), (guint)(end - first));
	asked->end = source->ask.backward ? first == 0
	                                  : source->finished && end == (int64_t)source->hits->len;
	source->unanswered = true;
	Job job = { .owner = source, .run = run_join, .done = on_joined, .free = asked_free };
	asker_ask(source->asker, ASK_STORE, &job, asked);
}

/* ---- hits ---- */

/* Takes HITS over; many come as one array, which is not copied. */
static void
add_hits(GArray **to, GArray *hits)
{
	if ((*to)->len == 0) {
		g_array_unref(*to);
		*to = hits;
		return;
	}
	g_array_append_vals(*to, hits->data, hits->len);
	g_array_set_clear_func(hits, NULL); /* their texts have moved */
	g_array_unref(hits);
}

static void
on_hits(GArray *hits, void *data)
{
	SearchSource *source = data;
	if (source->fresh) {
		add_hits(&source->fresh, hits);
		return;
	}
	add_hits(&source->hits, hits);
	answer(source);
	source->base.on_growth(source->base.data);
}

static void
on_percent(int percent, void *data)
{
	SearchSource *source = data;
	source->percent = percent;
	if (!source->fresh && !source->finished)
		source->on_progress(source->data);
}

/* A question under way was about what was there before. */
static void
take_fresh(SearchSource *source)
{
	g_array_unref(source->hits);
	source->hits = g_steal_pointer(&source->fresh);
	source->waiting = source->waiting || source->unanswered;
}

/* Why nothing was found; NULL: it was looked for. */
static void
set_why(SearchSource *source, const CleanText *why)
{
	clean_text_unref(source->why);
	source->why = why ? clean_text_ref((CleanText *)why) : NULL;
}

static void
on_end(const CleanText *why, const char *stamp, bool unchanged, void *data)
{
	SearchSource *source = data;
	bool renewed = source->fresh != NULL;
	g_clear_pointer(&source->search, list_search_leave);
	g_free(source->stamp);
	source->stamp = why ? NULL : g_strdup(stamp); /* not all of that was looked through */
	source->finished = true;
	if (renewed && !why && !unchanged)
		take_fresh(source);
	g_clear_pointer(&source->fresh, g_array_unref);
	if (!renewed || !why)
		set_why(source, why);
	answer(source);
	(renewed ? source->base.on_renewal : source->base.on_growth)(source->base.data);
	if (source->again)
		list_search_renew(&source->base);
}

static const ListSearchCalls search_calls = { on_hits, on_percent, on_end };

static void
begin(SearchSource *source)
{
	const View *view = source->view;
	source->again = false;
	source->percent = -1;
	source->search = list_search_run(source->asker, view, source->stamp,
		view_is_found(view) ? LIST_SEARCH_LIMIT : 0, &search_calls, source);
}

/* ---- as a source ---- */

static void
source_ask(ListSource *base, const ListAsk *ask)
{
	SearchSource *source = (SearchSource *)base;
	asker_cancel(source->asker, source);
	source->unanswered = false;
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
	g_clear_pointer(&source->search, list_search_leave);
	g_clear_pointer(&source->fresh, g_array_unref);
	source->finished = true;
	answer(source);
}

static void
source_free(ListSource *base)
{
	SearchSource *source = (SearchSource *)base;
	list_search_leave(source->search);
	asker_cancel(source->asker, source);
	g_array_unref(source->hits);
	g_clear_pointer(&source->fresh, g_array_unref);
	list_row_unref(source->from);
	clean_text_unref(source->why);
	view_free(source->view);
	g_free(source->stamp);
	g_free(source);
}

static const ListSourceClass search_class = { source_ask, source_cancel, source_free };

ListSource *
list_search_new(Asker *asker, const View *view, void (*on_progress)(void *data), void *data)
{
	SearchSource *source = g_new0(SearchSource, 1);
	source->base.class = &search_class;
	source->base.lags = true;
	source->asker = asker;
	source->view = view_copy(view);
	source->hits = list_hits_new();
	source->on_progress = on_progress;
	source->data = data;
	begin(source);
	return &source->base;
}

size_t
list_search_hits(const ListSource *base, bool *finished)
{
	const SearchSource *source = (const SearchSource *)base;
	*finished = source->finished;
	return source->hits->len;
}

int
list_search_percent(const ListSource *base)
{
	const SearchSource *source = (const SearchSource *)base;
	return source->search && !source->finished ? source->percent : -1;
}

void
list_search_renew(ListSource *base)
{
	SearchSource *source = (SearchSource *)base;
	source->again = source->search != NULL;
	if (source->again)
		return;
	source->fresh = list_hits_new();
	begin(source);
}

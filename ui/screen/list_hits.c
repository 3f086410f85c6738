#include "ui/screen/list_hits.h"

#include "index/case_fold.h"
#include "ui/screen/list_hits_private.h"

void
list_hit_clear(void *data)
{
	ListHitText *text = ((ListHit *)data)->text;
	if (!text)
		return;
	g_free(text->message_id);
	g_free(text->from);
	g_free(text->subject);
	g_free(text->file);
	g_free(text);
}

GArray *
list_hits_new(void)
{
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(ListHit));
	g_array_set_clear_func(hits, list_hit_clear);
	return hits;
}

/* ---- in the index ---- */

typedef struct Searching {
	const ListFinder *finder;
	GPtrArray *stores; /* of ListPlace: they know how large a message is */
} Searching;

static int64_t
size_of(const Searching *searching, const QueryHit *found)
{
	for (guint i = 0; i < searching->stores->len; i++) {
		const ListPlace *place = g_ptr_array_index(searching->stores, i);
		g_autoptr(GPtrArray) copies =
			envelopes_copies(place->store, found->message_id, NULL);
		if (copies && copies->len > 0)
			return ((MessageRow *)g_ptr_array_index(copies, 0))->size;
	}
	return 0;
}

static bool
on_query_hit(const QueryHit *found, void *data)
{
	const Searching *searching = data;
	const ListFinder *finder = searching->finder;
	ListHit hit = { .date = found->date, .text = g_new0(ListHitText, 1) };
	hit.text->message_id = g_strdup(found->message_id);
	hit.text->from = g_strdup(found->from);
	hit.text->subject = g_strdup(found->subject);
	hit.text->file = g_strdup(found->files ? found->files[0] : NULL);
	if (finder->sorter)
		list_sorter_add(finder->sorter, found->from, found->subject,
			size_of(searching, found), found->date);
	bool goes_on = finder->on_hit(&hit, finder->data);
	asker_let_in(finder->asker);
	return goes_on && !g_cancellable_is_cancelled(finder->cancel);
}

static bool
search(const ListFinder *finder, GError **error)
{
	g_autoptr(GPtrArray) stores = g_ptr_array_new_with_free_func(list_place_free);
	bool by_size = finder->view->order.field == FIELD_SIZE;
	Query *query = asker_query(finder->asker, error);
	if (!query || (by_size && !list_places_open(finder, stores, error)))
		return false;
	Searching searching = { finder, stores };
	return query_search(query, finder->view->query, finder->limit, on_query_hit, &searching,
		finder->cancel, error);
}

/* ---- in the stores ---- */

typedef struct Walk {
	const ListFinder *finder;
	GPtrArray *places;
	char *wanted;      /* what the rows must hold, folded; NULL: nothing */
	bool merges;       /* messages are shown, not copies */
	GHashTable *known; /* hashes of their Message-IDs */
	int64_t done, total;
	bool goes_on;
	/* one step */
	ListPlace *place;
} Walk;

static bool
is_wanted(const Walk *walk, const BriefRow *row)
{
	return !walk->wanted || case_fold_holds(row->subject, walk->wanted) ||
	       case_fold_holds(row->from_name, walk->wanted) ||
	       case_fold_holds(row->from_addr, walk->wanted);
}

static bool
is_copy_of_known(const Walk *walk, int64_t message)
{
	return walk->merges && message &&
	       !g_hash_table_add(walk->known, (gpointer)(uintptr_t)message);
}

/* Sorted, rows need not wait for those of other stores. */
static void
on_row(const BriefRow *row, void *data)
{
	Walk *walk = data;
	const ListFinder *finder = walk->finder;
	walk->done++;
	if (!walk->goes_on || !is_wanted(walk, row))
		return;
	ListHit hit = { .date = row->date, .id = row->id, .account = walk->place->account };
	if (!finder->sorter) {
		PlacedHit placed = { hit, row->message };
		g_array_append_val(walk->place->hits, placed);
		return;
	}
	if (is_copy_of_known(walk, row->message))
		return;
	const char *sender = row->from_name && *row->from_name ? row->from_name : row->from_addr;
	list_sorter_add(finder->sorter, sender, row->subject, row->size, row->date);
	walk->goes_on = finder->on_hit(&hit, finder->data);
}

/* One step. */
static bool
look_on(Walk *walk, ListPlace *place, GError **error)
{
	const ListFinder *finder = walk->finder;
	g_array_set_size(place->hits, 0);
	place->at = 0;
	walk->place = place;
	if (!envelopes_brief_page(
		    place->store, &place->ask, on_row, walk, &place->ask.key, &place->end, error))
		return false;
	place->ask.has_key = true;
	finder->on_step(walk->done, walk->total, finder->data);
	asker_let_in(finder->asker);
	walk->goes_on = walk->goes_on && !g_cancellable_is_cancelled(finder->cancel);
	return true;
}

static const PlacedHit *
waiting_hit(const ListPlace *place)
{
	return place->at < place->hits->len ? &g_array_index(place->hits, PlacedHit, place->at)
	                                    : NULL;
}

/* *next: the place whose next hit is the newest; NULL: all are at their end. */
static bool
find_next(Walk *walk, ListPlace **next, GError **error)
{
	*next = NULL;
	for (guint i = 0; i < walk->places->len; i++) {
		ListPlace *place = g_ptr_array_index(walk->places, i);
		while (!waiting_hit(place) && !place->end && walk->goes_on) {
			if (!look_on(walk, place, error))
				return false;
		}
		const PlacedHit *hit = waiting_hit(place);
		if (hit && (!*next || hit->hit.date > waiting_hit(*next)->hit.date))
			*next = place;
	}
	return true;
}

static bool
tell_all(Walk *walk, GError **error)
{
	while (walk->goes_on) {
		ListPlace *next;
		if (!find_next(walk, &next, error))
			return false;
		if (!next)
			return true;
		const PlacedHit *hit = waiting_hit(next);
		next->at++;
		if (walk->goes_on && !is_copy_of_known(walk, hit->message))
			walk->goes_on = walk->finder->on_hit(&hit->hit, walk->finder->data);
	}
	return true;
}

/* Have the stores what they had when this was asked before? */
static bool
take_stamp(ListFinder *finder, const GPtrArray *places, int64_t *total, GError **error)
{
	char *stamp;
	if (!list_places_stamp(finder, places, total, &stamp, error))
		return false;
	finder->unchanged = stamp && g_strcmp0(stamp, finder->stamp) == 0;
	g_free(finder->stamp);
	finder->stamp = stamp;
	return true;
}

static bool
walk_stores(ListFinder *finder, GError **error)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(list_place_free);
	g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
	g_autofree char *wanted = finder->view->narrow ? case_fold(finder->view->narrow) : NULL;
	Walk walk = { .finder = finder,
		.places = places,
		.wanted = wanted,
		.merges = finder->view->account == VIEW_ALL_ACCOUNTS,
		.known = known,
		.goes_on = true };
	return list_places_open(finder, places, error) &&
	       take_stamp(finder, places, &walk.total, error) &&
	       (finder->unchanged || tell_all(&walk, error));
}

bool
list_hits_find(ListFinder *finder, GError **error)
{
	return (finder->view->kind == VIEW_SEARCH ? search(finder, error)
						  : walk_stores(finder, error));
}

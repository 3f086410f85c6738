#include "ui/screen/list_hits.h"

#include "backend/error.h"
#include "index/paths.h"

enum { STEP = 5000 };

void
list_hit_free(void *data)
{
	ListHit *hit = data;
	g_free(hit->message_id);
	g_free(hit->from);
	g_free(hit->subject);
	g_free(hit->file);
	g_free(hit->key);
	g_free(hit);
}

/* ---- in the index ---- */

static bool
on_query_hit(const QueryHit *found, void *data)
{
	const ListFinder *finder = data;
	ListHit *hit = g_new0(ListHit, 1);
	hit->message_id = g_strdup(found->message_id);
	hit->from = g_strdup(found->from);
	hit->subject = g_strdup(found->subject);
	hit->file = g_strdup(found->files ? found->files[0] : NULL);
	hit->date = found->date;
	bool goes_on = finder->on_hit(hit, finder->data);
	asker_let_in(finder->asker);
	return goes_on && !g_cancellable_is_cancelled(finder->cancel);
}

bool
list_hits_search(const ListFinder *finder, GError **error)
{
	Query *query = asker_query(finder->asker, error);
	return query && query_search(query, finder->view->query, finder->limit, on_query_hit,
				(void *)finder, finder->cancel, error);
}

/* ---- in the stores ---- */

/* A store is looked through beside the thread that answers for what is seen meanwhile: by a connection of our own. */
typedef struct Place {
	Envelopes *store;
	PageAsk ask;
	bool end;
	GPtrArray *rows; /* of MessageRow: found and not yet told */
} Place;

static void
place_free(void *data)
{
	Place *place = data;
	envelopes_close(place->store);
	g_clear_pointer(&place->rows, g_ptr_array_unref);
	g_free(place);
}

static bool
open_places(const ListFinder *finder, GPtrArray *places, GError **error)
{
	static const PageView views[] = { [VIEW_INBOXES] = PAGE_ROLE,
		[VIEW_FLAGGED] = PAGE_FLAGGED,
		[VIEW_FOLDER] = PAGE_FOLDER };
	const View *view = finder->view;
	for (size_t i = 0; i < asker_account_count(finder->asker); i++) {
		if (view->account != VIEW_ALL_ACCOUNTS && view->account != (int)i)
			continue;
		g_autofree char *state = paths_account_state(asker_account(finder->asker, i)->name);
		g_autofree char *path = g_build_filename(state, "state.db", NULL);
		g_autoptr(GError) why = NULL;
		Envelopes *store = envelopes_open(path, (int)i, &why);
		if (!store && g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
			continue;
		if (!store) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		Place *place = g_new0(Place, 1);
		place->store = store;
		place->ask = (PageAsk){ .view = views[view->kind],
			.folder = view->folder,
			.role = ROLE_INBOX,
			.limit = STEP };
		place->rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
		g_ptr_array_add(places, place);
	}
	return true;
}

/* One step. */
static bool
look_on(const ListFinder *finder, Place *place, GError **error)
{
	g_clear_pointer(&place->rows, g_ptr_array_unref);
	place->rows = envelopes_narrowed_page(place->store, &place->ask, finder->view->narrow,
		&place->ask.key, &place->end, error);
	place->ask.has_key = true;
	finder->on_step(finder->data);
	asker_let_in(finder->asker);
	return place->rows != NULL;
}

/* The place whose next row is the newest; NULL: all are at their end. */
static Place *
next_place(const ListFinder *finder, const GPtrArray *places, GError **error)
{
	Place *next = NULL;
	for (guint i = 0; i < places->len; i++) {
		Place *place = g_ptr_array_index(places, i);
		while (place->rows->len == 0 && !place->end) {
			if (g_cancellable_is_cancelled(finder->cancel) ||
				!look_on(finder, place, error))
				return NULL;
		}
		if (place->rows->len == 0)
			continue;
		const MessageRow *row = g_ptr_array_index(place->rows, 0);
		const MessageRow *best = next ? g_ptr_array_index(next->rows, 0) : NULL;
		if (!best || row->date > best->date)
			next = place;
	}
	return next;
}

static ListHit *
hit_of(const ListFinder *finder, const MessageRow *row)
{
	ListHit *hit = g_new0(ListHit, 1);
	bool merges = finder->view->account == VIEW_ALL_ACCOUNTS && row->message_id;
	hit->message_id = merges ? g_strdup(row->message_id) : NULL;
	hit->key = merges ? NULL : g_strdup(row->key);
	hit->account = row->account;
	hit->from = g_strdup(row->from_name ? row->from_name : row->from_addr);
	hit->subject = g_strdup(row->subject);
	hit->date = row->date;
	return hit;
}

bool
list_hits_narrow(const ListFinder *finder, GError **error)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(place_free);
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!open_places(finder, places, error))
		return false;
	g_autoptr(GError) why = NULL;
	Place *place;
	bool goes_on = true;
	while (goes_on && !g_cancellable_is_cancelled(finder->cancel) &&
		(place = next_place(finder, places, &why))) {
		g_autoptr(MessageRow) row = g_ptr_array_steal_index(place->rows, 0);
		ListHit *hit = hit_of(finder, row);
		bool is_copy =
			hit->message_id && !g_hash_table_add(told, g_strdup(hit->message_id));
		if (is_copy)
			list_hit_free(hit);
		else
			goes_on = finder->on_hit(hit, finder->data);
	}
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	return !why;
}

#include "backend/error.h"
#include "index/paths.h"
#include "ui/screen/list_hits_private.h"

enum { STEP = 5000 };

void
list_place_free(void *data)
{
	ListPlace *place = data;
	envelopes_close(place->store);
	g_array_unref(place->hits);
	g_free(place);
}

/* Takes STORE over. */
static ListPlace *
place_new(const View *view, Envelopes *store, int account)
{
	ListPlace *place = g_new0(ListPlace, 1);
	place->store = store;
	place->account = account;
	place->ask = view_page(view);
	place->ask.limit = STEP;
	place->hits = g_array_new(FALSE, FALSE, sizeof(PlacedHit));
	return place;
}

bool
list_places_open(const ListFinder *finder, GPtrArray *places, GError **error)
{
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
		g_ptr_array_add(places, place_new(view, store, (int)i));
	}
	return true;
}

/* A message that comes raises a mark, one that goes alone lowers the sum. */
bool
list_places_stamp(const ListFinder *finder, const GPtrArray *places, int64_t *total, char **stamp,
	GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	*total = 0;
	for (guint i = 0; i < places->len; i++) {
		const ListPlace *place = g_ptr_array_index(places, i);
		PageMark mark;
		int64_t position, rows, folder = place->ask.folder;
		if (!envelopes_position(place->store, &place->ask, &position, &rows, error) ||
			(place->ask.view == PAGE_ROLE &&
				!envelopes_role_folder(
					place->store, place->ask.role, &folder, error)) ||
			!envelopes_mark(place->store, folder, &mark, error))
			return false;
		*total += rows;
		g_string_append_printf(text,
			"%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
			place->account, rows, mark.uid, mark.id);
	}
	/* Flagged rows come and go with a flag alone. */
	*stamp = finder->view->kind == VIEW_FLAGGED ? NULL : g_strdup(text->str);
	return true;
}

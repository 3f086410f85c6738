#include "backend/core/push.h"

/*
 * What was sent and not answered (a crash, a cut, a server that does not say where it put things): looked for by its
 * header where it was sent, then in all other folders, because another client may have moved it since. A command that
 * must not be done twice is sent again only after that proved that it was not done.
 */
enum { WINDOW = 2000 };

typedef struct Ask {
	Push *push;
	GArray *doubts;    /* of PushedOp */
	GHashTable *ahead; /* folder → the UID that nobody had when it was searched; 0: not known */
	int64_t folder;
	uint32_t first;
	GPtrArray *rows;
	bool moves;
	size_t found;
	const PushedOp *op;
	bool gone;
} Ask;

static bool
ask_doubts(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	g_clear_pointer(&ask->doubts, g_array_unref);
	ask->doubts = store_doubtful_ops(store, error);
	return ask->doubts != NULL;
}

static bool
ask_window(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_doubt_window(store, ask->folder, &ask->first, error);
}

static bool
ask_match(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_match_doubt(store, ask->folder, ask->rows, ask->moves, &ask->found, error);
}

static bool
ask_end(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_end_doubt(store, ask->op, ask->gone, error);
}

/* The survey of this round says that nothing came there since. */
static bool
has_nothing_new(const Push *push, int64_t id, uint32_t first)
{
	const GPtrArray *folders = push->round->folders;
	for (guint i = 0; push->everywhere && folders && i < folders->len; i++) {
		const RoundFolder *folder = folders->pdata[i];
		if (folder->known->id == id)
			return folder->surveyed && folder->uidnext && folder->uidnext <= first &&
			       !folder->dirty;
	}
	return false;
}

static void
remember(Ask *ask, int64_t folder, uint32_t ahead)
{
	g_hash_table_insert(ask->ahead, (gpointer)(intptr_t)folder, GUINT_TO_POINTER(ahead));
}

static bool
fetch_window(Ask *ask, uint32_t first, uint32_t last, GError **error)
{
	Push *push = ask->push;
	g_autofree char *set =
		last ? g_strdup_printf("%u:%u", first, last) : g_strdup_printf("%u:*", first);
	RemoteCommand command = { .verb = REMOTE_FETCH_HEADERS, .set = set };
	g_ptr_array_set_size(push->rows, 0);
	if (!remote_command(push->round->remote, &command, NULL, error))
		return false;
	ask->rows = push->rows;
	return push->rows->len == 0 || disk_ask(push->round->disk, ask_match, ask, error);
}

/* *usable: its UIDs are those that we know. */
static bool
select_anew(Push *push, const StoreFolder *folder, bool *usable, GError **error)
{
	push->selected = 0; /* what came since SELECT is wanted, too */
	if (!push_select(push, folder, usable, error))
		return false;
	/* one that was never read has no windows that could be wrong */
	*usable = *usable || (!folder->uidvalidity && folder->state == FOLDER_OK);
	return true;
}

/* *searched: it was; not if its UIDs are others than we know, so that the windows say nothing. */
static bool
look_in(Ask *ask, const StoreFolder *folder, bool *searched, GError **error)
{
	Push *push = ask->push;
	*searched = true;
	ask->folder = folder->id;
	if (!disk_ask(push->round->disk, ask_window, ask, error))
		return false;
	if (!ask->first)
		return true;
	remember(ask, folder->id, ask->first);
	if (has_nothing_new(push, folder->id, ask->first))
		return true;
	if (!select_anew(push, folder, searched, error))
		return false;
	if (!*searched)
		return true;
	uint32_t next = push->state.uidnext;
	remember(ask, folder->id, next);
	if (!next)
		return fetch_window(ask, ask->first, 0, error);
	for (uint32_t first = ask->first; first < next; first += MIN(WINDOW, next - first))
		if (!fetch_window(ask, first, MIN(next - 1, first + WINDOW - 1), error))
			return false;
	return true;
}

/* *searched: the folder was read; one that cannot be leaves the doubt. */
static bool
try_folder(Ask *ask, const StoreFolder *folder, bool *searched, GError **error)
{
	*searched = false;
	if (folder->state == FOLDER_HELD || look_in(ask, folder, searched, error))
		return true;
	*searched = false;
	return push_forgive(ask->push, folder, error);
}

static bool
is_aim(const GArray *doubts, int64_t folder)
{
	for (guint i = 0; i < doubts->len; i++)
		if (g_array_index(doubts, PushedOp, i).to == folder)
			return true;
	return false;
}

/* AIMS: the folders that operations in doubt were sent to; else all others. */
static bool
look_everywhere(Ask *ask, bool aims, bool *whole, GError **error)
{
	GPtrArray *folders = ask->push->folders;
	g_autoptr(GArray) begun = g_array_ref(ask->doubts);
	for (guint i = 0; i < folders->len && ask->doubts->len > 0; i++) {
		const StoreFolder *folder = folders->pdata[i];
		bool searched;
		if (is_aim(begun, folder->id) != aims)
			continue;
		if (!try_folder(ask, folder, &searched, error) ||
			!disk_ask(ask->push->round->disk, ask_doubts, ask, error))
			return false;
		*whole = *whole && searched;
	}
	return true;
}

/* What another client moved while we looked may have gone from where we were to look to where we had looked. */
static bool
has_moved(Ask *ask, const StoreFolder *folder, bool *moved, GError **error)
{
	uint32_t ahead =
		GPOINTER_TO_UINT(g_hash_table_lookup(ask->ahead, (gpointer)(intptr_t)folder->id));
	bool usable;
	*moved = true;
	if (!ahead) {
		*moved = false;
		return true;
	}
	if (!select_anew(ask->push, folder, &usable, error))
		return push_forgive(ask->push, folder, error);
	*moved = !usable || ask->push->state.uidnext > ahead;
	return true;
}

/* *whole: nothing came anywhere since it was searched. */
static bool
look_back(Ask *ask, bool *whole, GError **error)
{
	GPtrArray *folders = ask->push->folders;
	for (guint i = 0; i < folders->len && *whole && ask->doubts->len > 0; i++) {
		bool moved;
		if (!has_moved(ask, folders->pdata[i], &moved, error))
			return false;
		*whole = !moved;
	}
	return true;
}

/* Is the source still there? */
static bool
look_at_source(Ask *ask, GError **error)
{
	Push *push = ask->push;
	const StoreFolder *from = push_folder(push, ask->op->from);
	bool usable;
	/* a source that a folder numbered anew has not any more */
	ask->gone = ask->op->kind != OP_APPEND && !ask->op->uid;
	if (ask->op->kind == OP_APPEND || !from || ask->gone)
		return true;
	if (!push_select(push, from, &usable, error))
		return false;
	g_autofree char *set = g_strdup_printf("%u", ask->op->uid);
	RemoteCommand search = { .verb = REMOTE_SEARCH, .set = set };
	g_array_set_size(push->numbers, 0);
	if (!usable)
		return true;
	if (!remote_command(push->round->remote, &search, NULL, error))
		return false;
	ask->gone = push->numbers->len == 0;
	return true;
}

static bool
end_all(Ask *ask, GError **error)
{
	Push *push = ask->push;
	g_autoptr(GArray) doubts = g_array_ref(ask->doubts);
	for (guint i = 0; i < doubts->len; i++) {
		ask->op = &g_array_index(doubts, PushedOp, i);
		const StoreFolder *from = push_folder(push, ask->op->from);
		if (!look_at_source(ask, error)) {
			if (!push_forgive(push, from, error))
				return false;
			continue;
		}
		if (!disk_ask(push->round->disk, ask_end, ask, error))
			return false;
	}
	return true;
}

/* A copy is taken for done by what lies elsewhere only while its source is there: else that is the source, moved. */
static bool
end_copies(Ask *ask, GError **error)
{
	g_autoptr(GArray) doubts = g_array_ref(ask->doubts);
	for (guint i = 0; i < doubts->len; i++) {
		ask->op = &g_array_index(doubts, PushedOp, i);
		if (ask->op->kind != OP_COPY)
			continue;
		if (!look_at_source(ask, error)) {
			if (!push_forgive(ask->push, push_folder(ask->push, ask->op->from), error))
				return false;
			continue;
		}
		if (ask->gone && !disk_ask(ask->push->round->disk, ask_end, ask, error))
			return false;
	}
	return disk_ask(ask->push->round->disk, ask_doubts, ask, error);
}

bool
push_doubts(Push *push, GError **error)
{
	g_autoptr(GHashTable) ahead = g_hash_table_new(NULL, NULL);
	Ask ask = { .push = push,
		.ahead = ahead,
		.moves = remote_capabilities(push->round->remote) & IMAP_MOVE };
	bool whole = true;
	bool ok = disk_ask(push->round->disk, ask_doubts, &ask, error) &&
	          look_everywhere(&ask, true, &whole, error);
	if (ok && push->everywhere && ask.doubts->len > 0)
		ok = (!whole || end_copies(&ask, error)) &&
		     look_everywhere(&ask, false, &whole, error) &&
		     look_back(&ask, &whole, error) && (!whole || end_all(&ask, error));
	g_clear_pointer(&ask.doubts, g_array_unref);
	return ok;
}

#include "backend/core/push.h"

#include <string.h>

#include "backend/core/pass.h"

/* ---- folders ---- */

const StoreFolder *
push_folder(const Push *push, int64_t id)
{
	for (guint i = 0; i < push->folders->len; i++) {
		const StoreFolder *folder = push->folders->pdata[i];
		if (folder->id == id)
			return folder;
	}
	return NULL;
}

bool
push_select(Push *push, const StoreFolder *folder, bool *usable, GError **error)
{
	if (push->selected != folder->id) {
		push->selected = 0;
		push->round->examined = 0;
		if (!remote_select(push->round->remote, folder->remote, true, &push->state, error))
			return false;
		push->selected = folder->id;
	}
	bool went_back = push->state.uidnext && push->state.uidnext < folder->uidnext;
	*usable = push->state.uidvalidity == folder->uidvalidity && !went_back &&
	          folder->state != FOLDER_REMATCH;
	return true;
}

void
push_touch(Push *push, int64_t id)
{
	GPtrArray *folders = push->round->folders;
	for (guint i = 0; folders && i < folders->len; i++) {
		RoundFolder *folder = folders->pdata[i];
		if (folder->known->id == id && folder->known->state != FOLDER_HELD)
			folder->dirty = true;
	}
}

void
push_tell(Push *push, const StoreFolder *folder, size_t more)
{
	const RoundOwner *owner = push->round->owner;
	push->done += (int64_t)more;
	push->total = MAX(push->total, push->done);
	owner->progress(folder->name, "push", push->done, push->total, owner->data);
}

bool
push_forgive(Push *push, const StoreFolder *folder, GError **error)
{
	const RoundOwner *owner = push->round->owner;
	bool alone = g_error_matches(*error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED) ||
	             g_error_matches(*error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE);
	if (!alone || !remote_is_usable(push->round->remote))
		return false;
	push->selected = 0;
	owner->trouble(folder ? folder->name : "", *error, owner->data);
	g_clear_error(error);
	return true;
}

/* ---- what the server says meanwhile ---- */

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	Push *push = data;
	if (!fetch->uid)
		return true;
	if (fetch->header) {
		g_ptr_array_add(push->rows, new_row_of(fetch));
	} else if (fetch->has_flags) {
		char **keywords = g_strdupv((char **)fetch->keywords);
		FlagChange change = { fetch->uid, fetch->flags, keywords, fetch->modseq };
		g_ptr_array_add(push->keywords, keywords);
		g_array_append_val(push->changes, change);
	}
	return true;
}

static bool
on_search(const uint32_t *numbers, size_t count, void *data)
{
	Push *push = data;
	g_array_append_vals(push->numbers, numbers, (guint)count);
	return true;
}

/* ---- all of it ---- */

static bool
ask_folders(Store *store, void *data, GError **error)
{
	Push *push = data;
	push->folders = store_folders(store, error);
	for (guint i = push->folders ? push->folders->len : 0; i > 0; i--)
		if (!((StoreFolder *)push->folders->pdata[i - 1])->remote)
			g_ptr_array_remove_index(push->folders, i - 1);
	return push->folders != NULL;
}

static bool
ask_follow(Store *store, void *data, GError **error)
{
	size_t renamed;
	return store_follow(store, &renamed, error);
}

/* What the server copies has the flags that the source has there, and not what is wished of the copy. */
static bool
push_places(Push *push, GError **error)
{
	int64_t before = push->done;
	return push_moves(push, OP_MOVE, error) && push_moves(push, OP_COPY, error) &&
	       (push->done == before || push_flags(push, error));
}

static bool
run(Push *push, GError **error)
{
	return push_doubts(push, error) && push_flags(push, error) && push_places(push, error) &&
	       push_appends(push, error) && push_purges(push, error) &&
	       disk_ask(push->round->disk, ask_follow, NULL, error);
}

bool
round_push(Round *round, bool everywhere, GError **error)
{
	static const ImapHandlers handlers = { .on_fetch = on_fetch, .on_search = on_search };
	Push push = { .round = round,
		.everywhere = everywhere,
		.numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.rows = g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free),
		.changes = g_array_new(FALSE, FALSE, sizeof(FlagChange)),
		.keywords = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev) };
	remote_hear(round->remote, &handlers, &push);
	bool ok = disk_ask(round->disk, ask_folders, &push, error) && run(&push, error);
	remote_hear(round->remote, NULL, NULL);
	round->examined = 0;
	g_clear_pointer(&push.folders, g_ptr_array_unref);
	g_array_unref(push.numbers);
	g_ptr_array_unref(push.rows);
	g_array_unref(push.changes);
	g_ptr_array_unref(push.keywords);
	return ok;
}

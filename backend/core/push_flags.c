#include "backend/core/push.h"
#include "backend/core/uidset.h"

/*
 * Each STORE is pipelined with a FETCH of the same messages: an OK of the STORE proves nothing (it is said of a message
 * that is gone, too), the flags that the FETCH tells are what is agreed.
 */
typedef struct Ask {
	Push *push;
	int64_t folder;
	GArray *folders;   /* of int64_t */
	GPtrArray *pushes; /* of FlagPush */
	const GArray *uids;
	const char *why;
} Ask;

static bool
ask_dirty(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	ask->folders = store_dirty_folders(store, error);
	return ask->folders != NULL;
}

static bool
ask_pushes(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	const ImapSelected *state = &ask->push->state;
	ask->pushes = store_push_flags(
		store, ask->folder, state->permanent_flags, state->keywords_allowed, error);
	return ask->pushes != NULL;
}

static bool
ask_confirm(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	const GArray *changes = ask->push->changes;
	return store_merge_flags(store, ask->folder, (FlagChange *)(void *)changes->data,
		changes->len, 0, NULL, error);
}

static bool
ask_park(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_park_flags(store, ask->folder, ask->uids, ask->why, error);
}

static bool
send_store(Push *push, const char *set, const FlagPush *flags, bool clear, unsigned *sent,
	GError **error)
{
	char **words = clear ? flags->remove : flags->add;
	unsigned bits = clear ? flags->clear : flags->set;
	if (!bits && !*words)
		return true;
	RemoteCommand command = { .verb = REMOTE_STORE,
		.set = set,
		.clear = clear,
		.flags = bits,
		.keywords = (const char *const *)words };
	(*sent)++;
	return remote_send(push->round->remote, &command, error);
}

/* What the server says to the last of the commands under way; *refused: its words, if it said no. */
static bool
read_one(Push *push, uint64_t messages, char **refused, const char *what, GError **error)
{
	ImapDone done = { 0 };
	g_autoptr(GError) why = NULL;
	if (!remote_read(push->round->remote, messages, &done, error))
		return false;
	if (done.result != IMAP_OK)
		imap_refused(&done, what, &why);
	imap_done_clear(&done);
	/* what passes by itself is no refusal */
	if (why && !g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (why && !*refused)
		*refused = g_strdup(why->message);
	return true;
}

static bool
push_set(Ask *ask, const StoreFolder *folder, const char *set, const FlagPush *flags,
	char **refused, GError **error)
{
	Push *push = ask->push;
	unsigned sent = 1;
	RemoteCommand fetch = { .verb = REMOTE_FETCH_FLAGS, .set = set };
	g_array_set_size(push->changes, 0);
	g_ptr_array_set_size(push->keywords, 0);
	if (!send_store(push, set, flags, false, &sent, error) ||
		!send_store(push, set, flags, true, &sent, error) ||
		!remote_send(push->round->remote, &fetch, error))
		return false;
	for (unsigned i = 0; i < sent; i++)
		if (!read_one(push, flags->uids->len, refused, folder->name, error))
			return false;
	return disk_ask(push->round->disk, ask_confirm, ask, error);
}

static bool
park(Ask *ask, const FlagPush *flags, const char *why, GError **error)
{
	ask->uids = flags->uids;
	ask->why = why;
	return disk_ask(ask->push->round->disk, ask_park, ask, error);
}

static bool
push_group(Ask *ask, const StoreFolder *folder, const FlagPush *flags, GError **error)
{
	Push *push = ask->push;
	if (push->state.read_only)
		return park(ask, flags, "the server lets nobody change this folder", error);
	g_autoptr(GPtrArray) sets =
		uidset_write((uint32_t *)(void *)flags->uids->data, flags->uids->len, 0, 0);
	g_autofree char *refused = NULL;
	for (guint i = 0; i < sets->len; i++)
		if (round_is_cancelled(push->round, error) ||
			!push_set(ask, folder, sets->pdata[i], flags, &refused, error))
			return false;
	push_tell(push, folder, flags->uids->len);
	return !refused || park(ask, flags, refused, error);
}

static bool
push_folder_flags(Push *push, const StoreFolder *folder, GError **error)
{
	bool usable;
	Ask ask = { .push = push, .folder = folder->id };
	if (!push_select(push, folder, &usable, error))
		return false;
	if (!usable)
		return true;
	bool ok = disk_ask(push->round->disk, ask_pushes, &ask, error);
	for (guint i = 0; ok && i < ask.pushes->len; i++)
		ok = push_group(&ask, folder, ask.pushes->pdata[i], error);
	g_clear_pointer(&ask.pushes, g_ptr_array_unref);
	push_touch(push, folder->id);
	push->round->owner->changed(folder->name, push->round->owner->data);
	return ok;
}

bool
push_flags(Push *push, GError **error)
{
	Ask ask = { .push = push };
	if (!disk_ask(push->round->disk, ask_dirty, &ask, error))
		return false;
	bool ok = true;
	for (guint i = 0; ok && i < ask.folders->len; i++) {
		const StoreFolder *folder =
			push_folder(push, g_array_index(ask.folders, int64_t, i));
		ok = !folder || push_folder_flags(push, folder, error) ||
		     push_forgive(push, folder, error);
	}
	g_array_unref(ask.folders);
	return ok;
}

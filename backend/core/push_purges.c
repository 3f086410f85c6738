#include <string.h>

#include "backend/core/push.h"
#include "backend/core/uidset.h"

/*
 * What is to go for ever: \Deleted, then UID EXPUNGE. Without UIDPLUS an EXPUNGE takes all that has \Deleted, so it is
 * sent only when a search names none but ours; else they keep it, and are not shown here.
 */
typedef struct Ask {
	GArray *waiting;     /* of PushedOp */
	const PushedOp *ops; /* of one folder */
	size_t count;
	GArray *uids, *gone; /* of uint32_t */
	GArray *deleted; /* of uint32_t: all of the folder that have \Deleted, as far as it was asked for */
	GArray *unmarked; /* of int64_t: operations */
	int64_t folder;
} Ask;

static bool
ask_waiting(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	ask->waiting = store_waiting_ops(store, OP_PURGE, error);
	return ask->waiting != NULL;
}

static bool
ask_marked(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	g_autofree int64_t *ids = g_new(int64_t, ask->count);
	for (size_t i = 0; i < ask->count; i++)
		ids[i] = ask->ops[i].id;
	return store_mark_purged(store, ids, ask->count, true, error);
}

/* Another client took the mark away: it is set again the next time. */
static bool
ask_unmarked(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_mark_purged(
		store, (int64_t *)(void *)ask->unmarked->data, ask->unmarked->len, false, error);
}

static bool
ask_gone(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_vanished(
		store, ask->folder, (uint32_t *)(void *)ask->gone->data, ask->gone->len, error);
}

/* One command for each text that the UIDs need. */
static bool
for_all(Push *push, const GArray *uids, RemoteVerb verb, GError **error)
{
	g_autoptr(GPtrArray) sets = uidset_write((uint32_t *)(void *)uids->data, uids->len, 0, 0);
	for (guint i = 0; i < sets->len; i++) {
		RemoteCommand command = { .verb = verb, .set = sets->pdata[i], .deleted = true };
		if (!remote_command(push->round->remote, &command, NULL, error))
			return false;
	}
	return true;
}

static bool
mark(Push *push, Ask *ask, GError **error)
{
	g_autoptr(GArray) fresh = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (size_t i = 0; i < ask->count; i++)
		if (!ask->ops[i].marked)
			g_array_append_val(fresh, ask->ops[i].uid);
	uidset_sort(fresh);
	return fresh->len == 0 || (for_all(push, fresh, REMOTE_STORE, error) &&
					  disk_ask(push->round->disk, ask_marked, ask, error));
}

static int
compare_uids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

static bool
same_uids(const GArray *left, const GArray *right)
{
	return left->len == right->len &&
	       memcmp(left->data, right->data, left->len * sizeof(uint32_t)) == 0;
}

static bool
expunge(Push *push, Ask *ask, GError **error)
{
	Remote *remote = push->round->remote;
	if (remote_capabilities(remote) & IMAP_UIDPLUS)
		return for_all(push, ask->uids, REMOTE_EXPUNGE, error);
	RemoteCommand search = { .verb = REMOTE_SEARCH_DELETED };
	RemoteCommand all = { .verb = REMOTE_EXPUNGE_ALL };
	g_array_set_size(push->numbers, 0);
	if (!remote_command(remote, &search, NULL, error))
		return false;
	uidset_sort(push->numbers);
	g_array_append_vals(ask->deleted, push->numbers->data, push->numbers->len);
	return !same_uids(push->numbers, ask->uids) || remote_command(remote, &all, NULL, error);
}

static bool
has(const GArray *uids, uint32_t uid)
{
	return g_array_binary_search((GArray *)uids, &uid, compare_uids, NULL);
}

/* Believed is what a search does not name any more. What it names and has no \Deleted was saved by another client. */
static bool
confirm(Push *push, Ask *ask, GError **error)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GArray) unmarked = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_set_size(push->numbers, 0);
	if (!for_all(push, ask->uids, REMOTE_SEARCH, error))
		return false;
	uidset_sort(push->numbers);
	for (size_t i = 0; i < ask->count; i++) {
		const PushedOp *op = &ask->ops[i];
		if (!has(push->numbers, op->uid))
			g_array_append_val(gone, op->uid);
		else if (!has(ask->deleted, op->uid))
			g_array_append_val(unmarked, op->id);
	}
	ask->gone = gone;
	ask->unmarked = unmarked;
	Disk *disk = push->round->disk;
	return (gone->len == 0 || disk_ask(disk, ask_gone, ask, error)) &&
	       (unmarked->len == 0 || disk_ask(disk, ask_unmarked, ask, error));
}

static bool
purge_folder(Push *push, Ask *ask, const StoreFolder *folder, GError **error)
{
	bool usable;
	if (!push_select(push, folder, &usable, error))
		return false;
	if (!usable)
		return true;
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (size_t i = 0; i < ask->count; i++)
		g_array_append_val(uids, ask->ops[i].uid);
	uidset_sort(uids);
	g_autoptr(GArray) deleted = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	ask->uids = uids;
	ask->deleted = deleted;
	ask->folder = folder->id;
	push_touch(push, folder->id);
	return mark(push, ask, error) && expunge(push, ask, error) && confirm(push, ask, error);
}

bool
push_purges(Push *push, GError **error)
{
	Ask ask = { 0 };
	if (!disk_ask(push->round->disk, ask_waiting, &ask, error))
		return false;
	g_autoptr(GArray) waiting = ask.waiting;
	for (guint first = 0; first < waiting->len; first += (guint)ask.count) {
		ask.ops = &g_array_index(waiting, PushedOp, first);
		ask.count = 1;
		while (first + ask.count < waiting->len && ask.ops[ask.count].from == ask.ops->from)
			ask.count++;
		const StoreFolder *folder = push_folder(push, ask.ops->from);
		if (!folder)
			continue;
		if (!purge_folder(push, &ask, folder, error) && !push_forgive(push, folder, error))
			return false;
		push_tell(push, folder, ask.count);
	}
	return true;
}

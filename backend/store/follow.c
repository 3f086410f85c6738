#include <errno.h>
#include <string.h>

#include "backend/store/store_private.h"

/*
 * Files follow the database: the row was changed and committed, now its file gets the name and the
 * folder. A file that is not where or what we last saw was touched by somebody else: the scan merges first.
 */
enum { BATCH = 500 };

typedef struct Following {
	Store *store;
	int64_t from, to; /* folders whose directories are open */
	int from_subs[2], to_subs[2];
	bool to_touched[2], from_touched[2];
	bool only_finds; /* what was renamed already, and renames nothing */
} Following;

static bool
open_subs(Store *store, int64_t folder, int subs[2], GError **error)
{
	g_autofree char *path = folder_path_of(store, folder, error);
	g_auto(TreeFd) maildir = path ? tree_open(store->tree, path, error) : -1;
	if (maildir < 0)
		return false;
	for (int sub = SUB_NEW; sub <= SUB_CUR; sub++) {
		subs[sub] = tree_open(maildir, sub_names[sub], error);
		if (subs[sub] < 0)
			return false;
	}
	return true;
}

static bool
sync_touched(Following *following, GError **error)
{
	bool fine = true;
	for (int sub = SUB_NEW; sub <= SUB_CUR; sub++) {
		if (fine && following->to_touched[sub])
			fine = tree_sync(following->to_subs[sub], error);
		if (fine && following->from_touched[sub] && following->from != following->to)
			fine = tree_sync(following->from_subs[sub], error);
		following->to_touched[sub] = following->from_touched[sub] = false;
	}
	return fine;
}

/* *ENTERED false: they cannot be opened, so that there is nothing to find there. */
static bool
enter(Following *following, int64_t from, int64_t to, bool *entered, GError **error)
{
	g_autoptr(GError) shut = NULL;
	*entered = following->from == from && following->to == to;
	if (*entered)
		return true;
	if (!sync_touched(following, error))
		return false;
	tree_close_subs(following->from_subs);
	tree_close_subs(following->to_subs);
	following->from = following->to = 0;
	*entered = open_subs(following->store, from, following->from_subs, &shut) &&
	           open_subs(following->store, to, following->to_subs, &shut);
	if (*entered) {
		following->from = from;
		following->to = to;
	} else if (!following->only_finds)
		g_propagate_error(error, g_steal_pointer(&shut));
	return *entered || following->only_finds;
}

/* 0: the file has no longer the name and place that the row says, but those that are wanted. */
static int
find_renamed(const Following *following, int sub, const char *old, int wanted, const char *name)
{
	bool is_done = !tree_is_file(following->from_subs[sub], old, NULL) &&
	               tree_is_file(following->to_subs[wanted], name, NULL);
	return is_done ? 0 : ENOENT;
}

/* MOVED false: somebody else was at it. */
static bool
rename_file(Following *following, StoreRow *row, bool *moved, GError **error)
{
	RowSub sub;
	bool entered;
	*moved = false;
	if (!enter(following, row->lfolder, row->folder, &entered, error))
		return false;
	if (!entered)
		return true;
	g_autofree char *old = row_file_name(row);
	g_autofree char *name = row_wanted_name(row, &sub);
	int result = following->only_finds ? find_renamed(following, row->sub, old, (int)sub, name)
	                                   : tree_rename(following->from_subs[row->sub], old,
						     following->to_subs[sub], name);
	if (result == ENOENT || result == EEXIST)
		return true;
	if (result != 0)
		return tree_fail(error, result, "rename", old);
	following->from_touched[row->sub] = true;
	following->to_touched[sub] = true;
	row->sub = (int)sub;
	*moved = true;
	return true;
}

static bool
read_batch(Store *store, int64_t after, GPtrArray *batch, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT " ROW_COLUMNS " FROM msg INDEXED BY m_follow WHERE part<>0 AND st=0"
		" AND (ff<>loc OR lfolder<>folder) AND id>? ORDER BY id LIMIT ?",
		"in", after, (int)BATCH);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		StoreRow *row = g_new0(StoreRow, 1);
		row_read(rows, row);
		g_ptr_array_add(batch, row);
	}
	return rows != NULL;
}

static bool
commit(Store *store, GPtrArray *moved, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < moved->len; i++) {
		const StoreRow *row = moved->pdata[i];
		if (!sql_run(store->sql, error,
			    "UPDATE msg SET ff=?,lfolder=?,sub=?,fname=NULL WHERE id=?", "nini",
			    (int)row->loc, row->folder, row->sub, row->id) ||
			!index_queue_put(store, row->key, row->date, true, error))
			return false;
	}
	return transaction_commit(&transaction, error);
}

static bool
is_free(Store *store, const StoreRow *row, bool *free, GError **error)
{
	bool from, to;
	if (!folder_is_held(store, row->lfolder, &from, error) ||
		!folder_is_held(store, row->folder, &to, error))
		return false;
	*free = !from && !to;
	return true;
}

static bool
follow_batch(Following *following, GPtrArray *batch, size_t *renamed, GError **error)
{
	g_autoptr(GPtrArray) moved = g_ptr_array_new();
	bool fine = true;
	for (guint i = 0; i < batch->len && fine; i++) {
		StoreRow *row = batch->pdata[i];
		bool free, done = false;
		fine = is_free(following->store, row, &free, error) &&
		       (!free || rename_file(following, row, &done, error));
		if (done)
			g_ptr_array_add(moved, row);
	}
	*renamed += moved->len;
	fine = fine && sync_touched(following, error) &&
	       (moved->len == 0 || commit(following->store, moved, error));
	following->store->renamed_unsaid |= !fine && moved->len > 0;
	return fine;
}

static bool
follow_all(Following *following, size_t *renamed, GError **error)
{
	int64_t after = 0;
	bool fine = true;
	for (bool more = !following->store->held; more && fine;) {
		g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(row_free);
		fine = read_batch(following->store, after, batch, error);
		more = batch->len > 0;
		if (fine && more) {
			after = ((StoreRow *)batch->pdata[batch->len - 1])->id;
			fine = follow_batch(following, batch, renamed, error);
		}
	}
	tree_close_subs(following->from_subs);
	tree_close_subs(following->to_subs);
	return fine;
}

bool
store_follow(Store *store, size_t *renamed, GError **error)
{
	store_assert_thread(store);
	Following following = { .store = store, .from_subs = { -1, -1 }, .to_subs = { -1, -1 } };
	size_t count = 0;
	bool fine = follow_all(&following, &count, error);
	if (renamed)
		*renamed = count;
	return fine;
}

bool
follow_recover(Store *store, GError **error)
{
	Following following = {
		.store = store, .from_subs = { -1, -1 }, .to_subs = { -1, -1 }, .only_finds = true
	};
	size_t count = 0;
	store->renamed_unsaid = false;
	bool fine = follow_all(&following, &count, error);
	store->renamed_unsaid = !fine;
	return fine;
}

#include <errno.h>
#include <string.h>

#include "backend/store/store_private.h"

/*
 * Bodies that lie durable in tmp get their names: all renames, then the directories are synced, then one
 * transaction says that they are here. A crash between leaves files that recover() adopts.
 */
void
placed_body_free(PlacedBody *body)
{
	if (!body)
		return;
	g_free(body->key);
	g_free(body);
}

typedef struct Placing {
	Store *store;
	int64_t folder; /* whose directories are open */
	int tmp, subs[2];
	bool touched[2];
	GPtrArray *rows; /* of StoreRow: renamed, not yet committed */
} Placing;

static bool
leave_folder(Placing *placing, GError **error)
{
	bool fine = true;
	for (int sub = SUB_NEW; sub <= SUB_CUR; sub++) {
		if (placing->touched[sub] && fine)
			fine = tree_sync(placing->subs[sub], error);
		placing->touched[sub] = false;
		tree_close(&placing->subs[sub]);
	}
	tree_close(&placing->tmp);
	placing->folder = 0;
	return fine;
}

static bool
enter_folder(Placing *placing, int64_t folder, GError **error)
{
	if (placing->folder == folder)
		return true;
	if (placing->folder && !leave_folder(placing, error))
		return false;
	g_autofree char *path = folder_path_of(placing->store, folder, error);
	g_auto(TreeFd) maildir = path ? tree_open(placing->store->tree, path, error) : -1;
	if (maildir < 0)
		return false;
	placing->folder = folder;
	placing->tmp = tree_open(maildir, "tmp", error);
	for (int sub = SUB_NEW; sub <= SUB_CUR && placing->tmp >= 0; sub++)
		placing->subs[sub] = tree_open(maildir, sub_names[sub], error);
	return placing->tmp >= 0 && placing->subs[SUB_NEW] >= 0 && placing->subs[SUB_CUR] >= 0;
}

/* A body belongs to a row without one, a stub to a row without anything. */
static bool
is_wanted(const StoreRow *row, const PlacedBody *body)
{
	bool lacks = row->st == ROW_FETCHING || (row->part == PART_STUB && !body->stub);
	return lacks && row->sfolder == body->folder && g_str_equal(row->key, body->key);
}

/* The whole message is here: its stub goes, if it lies where we put it. Elsewhere the scan finds it. */
static void
remove_stub(const Placing *placing, const StoreRow *row)
{
	g_autofree char *name = row_file_name(row);
	if (row->part == PART_STUB && row->lfolder == placing->folder)
		unlinkat(placing->subs[row->sub], name, 0);
}

/* *sub: where the file is now. */
static bool
place_file(Placing *placing, const PlacedBody *body, const StoreRow *row, RowSub *sub, bool *placed,
	GError **error)
{
	StoreRow wanted = *row;
	wanted.part = body->stub ? PART_STUB : PART_FULL;
	g_autofree char *name = row_wanted_name(&wanted, sub);
	int result = tree_rename(placing->tmp, row->key, placing->subs[*sub], name);
	if (result == EEXIST) {
		unlinkat(placing->tmp, row->key, 0);
		result = 0;
	}
	if (result == ENOENT) {
		/* Renamed by a call that failed afterwards; or gone: then it is fetched again. */
		*placed = tree_is_file(placing->subs[*sub], name, NULL);
		placing->touched[*sub] |= *placed;
	} else if (result != 0) {
		return tree_fail(error, result, "put into its folder", name);
	} else {
		placing->touched[*sub] = true;
		*placed = true;
	}
	return true;
}

static bool
place_one(Placing *placing, const PlacedBody *body, GError **error)
{
	g_autofree StoreRow *row = g_new0(StoreRow, 1);
	RowSub sub = SUB_NEW;
	bool found, placed = false, fine = true;
	if (!enter_folder(placing, body->folder, error) ||
		!row_by_id(placing->store, body->row, row, &found, error))
		return false;
	if (found && is_wanted(row, body))
		fine = place_file(placing, body, row, &sub, &placed, error);
	else
		unlinkat(placing->tmp, body->key, 0);
	if (!placed) {
		row_clear(row);
		return fine;
	}
	remove_stub(placing, row);
	row->part = body->stub ? PART_STUB : PART_FULL;
	row->sub = (int)sub;
	row->lfolder = placing->folder;
	g_ptr_array_add(placing->rows, g_steal_pointer(&row));
	return fine;
}

static bool
commit_row(Store *store, const StoreRow *row, GError **error)
{
	StoreRow before = *row;
	before.st = ROW_FETCHING;
	before.part = PART_NOTHING;
	counters_change(store->counters, &before, row);
	return sql_run(store->sql, error,
		       "UPDATE msg SET st=0,part=?,lfolder=?,ff=loc,sub=?,fname=NULL WHERE "
		       "id=?",
		       "nini", row->part, row->lfolder, row->sub, row->id) &&
	       sql_run(store->sql, error, "DELETE FROM quarantine WHERE folder=? AND uid=?", "ii",
		       row->sfolder, (int64_t)row->uid) &&
	       index_queue_put(store, row->key, row->date, false, error);
}

static bool
commit_rows(Store *store, GPtrArray *placed, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < placed->len; i++) {
		StoreRow *row = placed->pdata[i];
		row->st = ROW_LIVE;
		row->ff = row->loc;
		if (!commit_row(store, row, error))
			return false;
	}
	return transaction_commit(&transaction, error);
}

static int
by_folder(gconstpointer a, gconstpointer b)
{
	const PlacedBody *left = *(const PlacedBody *const *)a;
	const PlacedBody *right = *(const PlacedBody *const *)b;
	return (left->folder > right->folder) - (left->folder < right->folder);
}

bool
store_place(Store *store, const GPtrArray *bodies, size_t *placed, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(bodies->len);
	for (guint i = 0; i < bodies->len; i++)
		g_ptr_array_add(sorted, bodies->pdata[i]);
	g_ptr_array_sort(sorted, by_folder);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
	Placing placing = { .store = store, .tmp = -1, .subs = { -1, -1 }, .rows = rows };
	bool fine = true;
	for (guint i = 0; i < sorted->len && fine; i++)
		fine = place_one(&placing, sorted->pdata[i], error);
	fine = leave_folder(&placing, fine ? error : NULL) && fine;
	if (!fine || (rows->len > 0 && !commit_rows(store, rows, error))) {
		store->unswept |= rows->len > 0;
		return false;
	}
	if (placed)
		*placed = rows->len;
	return true;
}

#include <errno.h>

#include "backend/store/deeds_private.h"

/*
 * A copy is a row of its own, first without a file: its transaction commits, then the file gets a second name under the
 * new key, then the row says so. Between them it is like a row whose body is being fetched, so that a file under its
 * key is never one that nobody knows, which would be appended. After a crash what lies there is adopted, and if nothing
 * does, the rest is done anew: till then LIM names the row of the source.
 */
bool
copy_row(Store *store, const StoreRow *source, int64_t folder, char **key, GError **error)
{
	*key = maildir_key_new(source->idate);
	StoreRow row = { .folder = folder,
		.key = *key,
		.base = store->local ? source->loc : 0,
		.loc = source->loc,
		.st = ROW_FETCHING,
		.thread = source->thread,
		.date = source->date };
	if (!sql_run(store->sql, error,
		    "INSERT INTO "
		    "msg(folder,key,base,loc,bkw,lkw,st,size,idate,midh,hdrh,date,dated,"
		    "thread,from_name,from_addr,subject,mid,list,attach,parent)"
		    " SELECT ?1,?2,?3,loc,CASE WHEN ?4 THEN lkw ELSE '' "
		    "END,lkw,1,size,idate,midh,hdrh,"
		    "date,dated,thread,from_name,from_addr,subject,mid,list,attach,parent FROM msg"
		    " WHERE id=?5",
		    "itnni", folder, row.key, (int)row.base, (int)store->local, source->id))
		return false;
	row.id = sql_last_id(store->sql);
	counters_change(store->counters, NULL, &row);
	if (store->local)
		return sql_run(store->sql, error, "UPDATE msg SET op=NULL,lim=?2 WHERE id=?1", "ii",
			row.id, source->id);
	/* where the server has none yet, the file is appended like the first */
	return op_queue(store, &row, OP_COPY, error) &&
	       sql_run(store->sql, error, "UPDATE op SET src=?1 WHERE id=?2", "ii", source->id,
		       row.op) &&
	       sql_run(store->sql, error, "UPDATE msg SET op=?1,lim=?2 WHERE id=?3", "iii", row.op,
		       source->id, row.id);
}

/* ---- files ---- */

typedef struct Copying {
	Store *store;
	FileFinder *finder;
	GPtrArray *rows;     /* of StoreRow: those that have their file now, not yet committed */
	GPtrArray *lost;     /* of StoreRow: those that get none */
	GHashTable *touched; /* folder*2+sub of files that were made, of int64_t */
	bool deed;           /* what fails is no copy; else it is tried again later */
	GError *error;       /* the first */
} Copying;

static int
open_part(Copying *copying, int64_t folder, const char *part, GError **error)
{
	g_autofree char *path = folder_path_of(copying->store, folder, error);
	g_autofree char *below = path ? g_build_filename(path, part, NULL) : NULL;
	return below ? tree_open(copying->store->tree, below, error) : -1;
}

/* Where a file can have no second name. */
static int
copy_through_tmp(Copying *copying, int old, const char *old_name, const StoreRow *row, int new,
	const char *name, GError **error)
{
	g_auto(TreeFd) tmp = open_part(copying, row->folder, "tmp", error);
	if (tmp < 0)
		return EIO;
	int result = tree_copy(old, old_name, tmp, row->key);
	return result ? result : tree_rename(tmp, row->key, new, name);
}

static bool
make_file(Copying *copying, const FoundFile *from, StoreRow *row, GError **error)
{
	RowSub sub;
	g_autofree char *name = row_wanted_name(row, &sub);
	g_auto(TreeFd) old = open_part(copying, from->folder, sub_names[from->sub], error);
	g_auto(TreeFd) new = old < 0 ? -1 : open_part(copying, row->folder, sub_names[sub], error);
	if (new < 0)
		return false;
	int64_t part = row->folder * 2 + (int64_t)sub;
	g_hash_table_add(copying->touched, g_memdup2(&part, sizeof part));
	row->sub = (int)sub;
	int result = tree_link(old, from->name, new, name);
	if (result == EPERM || result == EMLINK || result == EOPNOTSUPP || result == EXDEV)
		result = copy_through_tmp(copying, old, from->name, row, new, name, error);
	/* Of an earlier try: nobody else has this key. */
	if (result == 0 || result == EEXIST)
		return true;
	if (!*error)
		tree_fail(error, result, "copy", from->name);
	return false;
}

/* Can what has no file come from the server yet? */
static bool
is_served(const Store *store, const StoreRow *source)
{
	return !store->local && source->key && source->uid;
}

static bool
copy_file(Copying *copying, const char *key, GError **error)
{
	Store *store = copying->store;
	g_autoptr(GError) own = NULL;
	StoreRow *row = g_new0(StoreRow, 1);
	g_auto(StoreRow) source = { 0 };
	g_auto(FoundFile) file = { 0 };
	bool found, known, there = false;
	if (!row_by_key(store, key, row, &found, error) || !found ||
		!row_by_id(store, row->lim, &source, &known, error)) {
		row_free(row);
		return !error || !*error;
	}
	bool looked = source.part != PART_FULL ||
	              file_finder_search(copying->finder, &source, &file, &there, &own);
	if (looked && there && make_file(copying, &file, row, &own)) {
		g_ptr_array_add(copying->rows, row);
		return true;
	}
	bool stays = is_served(store, &source) || (own && !copying->deed);
	if (own && stays)
		g_info("%s: a copy has no file yet: %s", store->account, own->message);
	else if (own && !copying->error)
		copying->error = g_steal_pointer(&own);
	if (stays)
		row_free(row);
	else
		g_ptr_array_add(copying->lost, row);
	return true;
}

static bool
sync_touched(Copying *copying, GError **error)
{
	GHashTableIter iter;
	void *part;
	g_hash_table_iter_init(&iter, copying->touched);
	while (g_hash_table_iter_next(&iter, &part, NULL)) {
		int64_t number = *(int64_t *)part;
		g_auto(TreeFd) directory =
			open_part(copying, number / 2, sub_names[number % 2], error);
		if (directory < 0 || !tree_sync(directory, error))
			return false;
	}
	return true;
}

static bool
say_it_is_here(Store *store, const StoreRow *before, GError **error)
{
	StoreRow row = *before;
	row.st = ROW_LIVE;
	row.part = PART_FULL;
	row.lfolder = row.folder;
	row.ff = row.loc;
	row.lim = 0;
	return row_save(store, before, &row, error) &&
	       index_queue_put(store, row.key, row.date, false, error);
}

static bool
commit(Copying *copying, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, copying->store, error))
		return false;
	for (guint i = 0; i < copying->rows->len; i++)
		if (!say_it_is_here(copying->store, copying->rows->pdata[i], error))
			return false;
	for (guint i = 0; i < copying->lost->len; i++)
		if (!row_delete(copying->store, copying->lost->pdata[i], error))
			return false;
	return transaction_commit(&transaction, error);
}

static bool
copy_all(Store *store, const GPtrArray *keys, bool deed, size_t *lost, GError **error)
{
	g_autoptr(FileFinder) finder = file_finder_new(store);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
	g_autoptr(GPtrArray) without = g_ptr_array_new_with_free_func(row_free);
	g_autoptr(GHashTable) touched =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	Copying copying = { store, finder, rows, without, touched, deed, NULL };
	bool fine = true;
	for (guint i = 0; fine && i < keys->len; i++)
		fine = copy_file(&copying, keys->pdata[i], error);
	fine = fine && sync_touched(&copying, error) && commit(&copying, error);
	*lost = without->len;
	if (!copying.error)
		return fine;
	if (!fine)
		g_error_free(copying.error);
	else
		g_propagate_error(error, copying.error);
	return false;
}

bool
copy_files(Store *store, const GPtrArray *keys, size_t *lost, GError **error)
{
	*lost = 0;
	return keys->len == 0 || copy_all(store, keys, true, lost, error);
}

/* What a crash, or a disk that failed, left undone. */
bool
copies_recover(Store *store, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	size_t lost;
	{
		g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
			"SELECT key FROM msg INDEXED BY m_work WHERE st=1 AND sfolder IS NULL"
			" AND lim<>0",
			"");
		int step;
		while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
			if (step < 0)
				return false;
			g_ptr_array_add(keys, sql_text(rows, 0));
		}
		if (!rows)
			return false;
	}
	return keys->len == 0 || copy_all(store, keys, false, &lost, error);
}

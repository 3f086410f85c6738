#include <errno.h>

#include "backend/store/deeds_private.h"

/*
 * A copy is a row of its own, first without a file: its transaction commits, then the file gets a second name under the
 * new key, then the row says so. Between them it is like a row whose body is being fetched: what lies under its key is
 * adopted, and if nothing does, the server has it.
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

static bool
link_file(Store *store, const FoundFile *from, StoreRow *row, bool *linked, GError **error)
{
	RowSub sub;
	g_autofree char *name = row_wanted_name(row, &sub);
	g_autofree char *from_path = folder_path_of(store, from->folder, error);
	g_autofree char *to_path = from_path ? folder_path_of(store, row->folder, error) : NULL;
	if (!to_path)
		return false;
	g_autofree char *source = g_build_filename(from_path, sub_names[from->sub], NULL);
	g_autofree char *target = g_build_filename(to_path, sub_names[sub], NULL);
	g_auto(TreeFd) from_directory = tree_open(store->tree, source, error);
	g_auto(TreeFd) to_directory =
		from_directory < 0 ? -1 : tree_open(store->tree, target, error);
	if (to_directory < 0)
		return false;
	int result = tree_link(from_directory, from->name, to_directory, name);
	*linked = result == 0;
	row->sub = (int)sub;
	if (result == ENOENT || result == EPERM || result == EMLINK || result == EOPNOTSUPP)
		return true;
	return result == 0 ? tree_sync(to_directory, error)
	                   : tree_fail(error, result, "copy", from->name);
}

static bool
say_it_is_here(Store *store, StoreRow *row, int part, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	StoreRow before = *row;
	row->st = ROW_LIVE;
	row->part = part;
	row->lfolder = row->folder;
	row->ff = row->loc;
	row->lim = 0;
	return transaction_begin(&transaction, store, error) &&
	       row_save(store, &before, row, error) &&
	       index_queue_put(store, row->key, row->date, false, error) &&
	       transaction_commit(&transaction, error);
}

/* Nobody else has it: a copy that could not be made is none. */
static bool
forget_row(Store *store, const StoreRow *row, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	return transaction_begin(&transaction, store, error) && row_delete(store, row, error) &&
	       transaction_commit(&transaction, error);
}

static bool
copy_file(Store *store, FileFinder *finder, const char *key, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	g_auto(StoreRow) source = { 0 };
	g_auto(FoundFile) file = { 0 };
	bool found, there = false, linked = false;
	if (!row_by_key(store, key, &row, &found, error) ||
		!row_by_id(store, row.lim, &source, &found, error) ||
		(source.part == PART_FULL &&
			!file_finder_search(finder, &source, &file, &there, error) && *error))
		return false;
	if (there && !link_file(store, &file, &row, &linked, error))
		return false;
	if (linked)
		return say_it_is_here(store, &row, PART_FULL, error);
	return !store->local || forget_row(store, &row, error);
}

bool
copy_files(Store *store, const GPtrArray *keys, GError **error)
{
	g_autoptr(FileFinder) finder = file_finder_new(store);
	for (guint i = 0; i < keys->len; i++)
		if (!copy_file(store, finder, keys->pdata[i], error))
			return false;
	return true;
}

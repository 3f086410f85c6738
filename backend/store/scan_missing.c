#include "backend/store/scan_private.h"

/*
 * Files that are gone. The most that this can ask of a server is a move to Trash, where the mail is fetched again; and
 * when much is gone at once, a wrong disk or a restored backup is likelier than a wish, so the folder is held.
 */

bool
are_many_missing(size_t missing, size_t all)
{
	enum { FEW = 20, SHARE = 10 };
	return missing > FEW && missing * SHARE > all;
}

static GArray *
find_missing(Scan *scan, int64_t folder, size_t *files, GError **error)
{
	g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(SqlRows) rows = sql_ask(scan->store->sql, error,
		"SELECT id,st FROM msg INDEXED BY m_file WHERE part<>0 AND lfolder=?", "i", folder);
	int step;
	*files = 0;
	while (rows && (step = sql_next(scan->store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		int64_t id = sqlite3_column_int64(rows, 0);
		(*files)++;
		if (sqlite3_column_int(rows, 1) == ROW_LIVE &&
			!g_hash_table_contains(scan->seen, (gpointer)(intptr_t)id))
			g_array_append_val(missing, id);
	}
	return rows ? g_steal_pointer(&missing) : NULL;
}

/* Where there is no Trash, or in it, the file just comes back. */
static bool
want_in_trash(Store *store, StoreRow *row, GError **error)
{
	int64_t trash;
	FolderRole role;
	if (!folder_by_role(store, ROLE_TRASH, &trash, error) ||
		!folder_role(store, row->folder, &role, error))
		return false;
	if (!trash || role == ROLE_TRASH || role == ROLE_JUNK)
		return true;
	row->folder = trash;
	return op_settle(store, row, error);
}

static bool
forget_file(Scan *scan, FileFinder *finder, int64_t id, GError **error)
{
	Store *store = scan->store;
	g_auto(StoreRow) row = { 0 };
	g_auto(FoundFile) file = { 0 };
	bool found, there;
	if (!row_by_id(store, id, &row, &found, error))
		return false;
	if (!found)
		return true;
	/* One last look everywhere: a file may move while its folder is read. */
	if (!file_finder_search(finder, &row, &file, &there, error))
		return false;
	if (there)
		return true;
	RowOp op;
	if (!op_read(store, &row, &op, error))
		return false;
	/* never infer anything while an operation is on its way: the next scan looks again */
	if (op.state == OP_SENT)
		return sql_run(store->sql, error,
			"UPDATE folder SET scan_ns=0 WHERE id=? AND scan_ns<>0", "i", row.lfolder);
	scan->pending++;
	scan->changed++;
	if (!index_queue_remove(store, row.key, error))
		return false;
	if (!row.uid)
		return row_delete(store, &row, error);
	StoreRow before = row;
	if (!want_in_trash(store, &row, error))
		return false;
	row.part = PART_NOTHING;
	row.st = ROW_FETCHING;
	row.lfolder = 0;
	row.ff = 0;
	row.sub = SUB_NEW;
	g_clear_pointer(&row.fname, g_free);
	before.fname = NULL;
	g_clear_pointer(&row.ffx, g_free);
	before.ffx = NULL;
	return row_save(store, &before, &row, error);
}

static bool
hold(Scan *scan, int64_t folder, size_t missing, size_t files, GError **error)
{
	g_autofree char *sentence =
		g_strdup_printf("%zu of %zu files of this folder are gone from the disk at once. "
				"Nothing is fetched or removed until they are back (is the right "
				"disk mounted?), or `curlew rebuild --accept` takes them as gone.",
			missing, files);
	return folder_hold(scan->store, folder, HOLD_FILES_GONE, sentence, error);
}

static bool
set_free(Scan *scan, int64_t folder, GError **error)
{
	return sql_run(scan->store->sql, error,
		"UPDATE folder SET state=" STATE_WHEN_FREE
		",hold=0,err=NULL WHERE id=? AND state=3 AND hold IN (3,4)",
		"i", folder);
}

/* The user takes what is gone for gone, this once. A match that waits for the same word keeps it. */
static bool
is_accepted(Scan *scan, int64_t folder, bool *accepted, GError **error)
{
	int64_t hold;
	bool fine = sql_number(scan->store->sql, error, &hold, 0,
		"SELECT hold FROM folder WHERE id=? AND state IN (0,1)", "i", folder);
	*accepted = hold == HOLD_ACCEPTED;
	return fine;
}

static bool
use_up_word(Scan *scan, int64_t folder, GError **error)
{
	return sql_run(scan->store->sql, error, "UPDATE folder SET hold=0 WHERE id=?", "i", folder);
}

bool
scan_missing_of(Scan *scan, int64_t folder, bool act, bool *any, GError **error)
{
	size_t files;
	g_autoptr(GArray) missing = find_missing(scan, folder, &files, error);
	if (!missing)
		return false;
	*any |= missing->len > 0;
	bool accepted, many = are_many_missing(missing->len, files);
	if (!is_accepted(scan, folder, &accepted, error))
		return false;
	if (many && !accepted && !scan->store->local)
		return hold(scan, folder, missing->len, files, error);
	if (!set_free(scan, folder, error))
		return false;
	if (!act || (accepted && !use_up_word(scan, folder, error)))
		return !act;
	if (missing->len == 0)
		return true;
	g_autoptr(FileFinder) finder = file_finder_new(scan->store);
	for (guint i = 0; i < missing->len; i++)
		if (!forget_file(scan, finder, g_array_index(missing, int64_t, i), error))
			return false;
	return true;
}

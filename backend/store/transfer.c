#include "backend/store/transfer.h"

#include "backend/store/deeds_private.h"

/* The side that gives. */

void
transfer_free(Transfer *transfer)
{
	g_free(transfer->key);
	g_free(transfer->account);
	g_free(transfer->folder);
	g_free(transfer->deed);
	g_free(transfer->file);
	g_free(transfer->wanted);
	g_strfreev(transfer->tags);
	g_free(transfer);
}

/* ---- wished ---- */

bool
transfer_waits(Store *store, const StoreRow *row, bool *waits, GError **error)
{
	int64_t count;
	bool fine = sql_number(store->sql, error, &count, 0,
		"SELECT count(*) FROM transfer WHERE msg=? AND given=0", "i", row->id);
	*waits = count > 0;
	return fine;
}

/* Is it here, or can it come? */
static bool
can_be_given(const StoreRow *row)
{
	return row->st == ROW_LIVE ? row->part == PART_FULL || row->uid
	                           : row->st == ROW_FETCHING && row->uid;
}

/* What moves lies in Trash here meanwhile; what is there already stays. */
bool
doing_transfer(Doing *doing, const Deed *deed, int64_t trash, StoreRow *row, GError **error)
{
	Store *store = doing->store;
	bool waits;
	if (!transfer_waits(store, row, &waits, error))
		return false;
	if (waits || !can_be_given(row)) {
		doing->done->kept++;
		return true;
	}
	g_autofree char *key = maildir_key_new(row->idate);
	const RowWish wish = { .folder = trash };
	g_auto(RowWish) inverse = { 0 };
	bool changed;
	if (!sql_run(store->sql, error,
		    "INSERT INTO transfer(key,msg,account,folder,deed,back) VALUES(?,?,?,?,?,?)",
		    "tittti", key, row->id, deed->account, deed->folder, deed->id, row->folder) ||
		!doing_wish(doing, row, &wish, &inverse, &changed, error))
		return false;
	doing->done->done += !changed;
	inverse.end = WISH_RECALLED;
	inverse.source = g_steal_pointer(&key);
	return doing_keep(doing, row->key, &inverse, error);
}

bool
transfer_recall(Store *store, const char *key, GError **error)
{
	return sql_run(store->sql, error, "DELETE FROM transfer WHERE key=?", "t", key);
}

/* ---- on their way ---- */

static bool
find_file(Store *store, FileFinder *finder, const StoreRow *row, Transfer *transfer, GError **error)
{
	g_auto(FoundFile) file = { 0 };
	bool there = false;
	if (!file_finder_search(finder, row, &file, &there, error))
		return false;
	g_autofree char *path = there ? folder_path_of(store, file.folder, error) : NULL;
	if (there && !path)
		return false;
	if (there)
		transfer->file =
			g_build_filename(store->mail, path, sub_names[file.sub], file.name, NULL);
	return true;
}

static bool
describe(Store *store, FileFinder *finder, int64_t id, Transfer *transfer, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (transfer->given)
		return true;
	if (!row_by_id(store, id, &row, &found, error))
		return false;
	if (!found)
		return true;
	transfer->flags = row.loc & MAIL_ALL_FLAGS;
	transfer->tags = g_strsplit(row.lkw, " ", -1);
	if (row.part != PART_FULL) {
		transfer->wanted = g_strdup(row.key);
		return true;
	}
	return find_file(store, finder, &row, transfer, error);
}

GPtrArray *
store_transfers(Store *store, GError **error)
{
	store_assert_thread(store);
	g_autoptr(FileFinder) finder = file_finder_new(store);
	g_autoptr(GPtrArray) transfers =
		g_ptr_array_new_with_free_func((GDestroyNotify)transfer_free);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT msg,key,account,folder,deed,given FROM transfer ORDER BY rowid", "");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		Transfer *transfer = g_new0(Transfer, 1);
		transfer->key = sql_text(rows, 1);
		transfer->account = sql_text(rows, 2);
		transfer->folder = sql_text(rows, 3);
		transfer->deed = sql_text(rows, 4);
		transfer->given = sqlite3_column_int(rows, 5) != 0;
		g_ptr_array_add(transfers, transfer);
		if (!describe(store, finder, sqlite3_column_int64(rows, 0), transfer, error))
			return NULL;
		if (!transfer->given && !transfer->file && !transfer->wanted)
			g_ptr_array_remove_index(transfers, transfers->len - 1);
	}
	return rows ? g_steal_pointer(&transfers) : NULL;
}

bool
store_transfers_given(Store *store, const char *const *keys, bool over, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (; *keys; keys++)
		if (!(over ? transfer_recall(store, *keys, error)
			   : sql_run(store->sql, error, "UPDATE transfer SET given=1 WHERE key=?",
				     "t", *keys)))
			return false;
	return transaction_commit(&transaction, error);
}

/* ---- refused ---- */

typedef struct Refused {
	int64_t row, back;
} Refused;

static GArray *
refused_rows(Store *store, const char *deed, GError **error)
{
	g_autoptr(GArray) refused = g_array_new(FALSE, FALSE, sizeof(Refused));
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT msg,back FROM transfer WHERE deed=? AND given=0", "t", deed);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		Refused one = { sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1) };
		g_array_append_val(refused, one);
	}
	return rows ? g_steal_pointer(&refused) : NULL;
}

static bool
put_back(Doing *doing, const Refused *refused, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	const RowWish wish = { .folder = refused->back };
	return row_by_id(doing->store, refused->row, &row, &found, error) &&
	       (!found || row.st > ROW_FETCHING || doing_apply(doing, &row, &wish, error));
}

bool
store_transfers_refused(Store *store, const char *deed, DeedDone *done, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	*done = (DeedDone){ 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	Doing doing;
	doing_begin(&doing, store, NULL, done);
	g_autoptr(GArray) refused = refused_rows(store, deed, error);
	bool ok = refused && sql_run(store->sql, error, "DELETE FROM deed WHERE id=?", "t", deed) &&
	          sql_run(store->sql, error, "DELETE FROM transfer WHERE deed=? AND given=0", "t",
			  deed);
	for (guint i = 0; ok && i < refused->len; i++)
		ok = put_back(&doing, &g_array_index(refused, Refused, i), error);
	ok = ok && doing_end(&doing, &transaction, error);
	doing_clear(&doing);
	if (!ok)
		deed_done_clear(done);
	return ok;
}

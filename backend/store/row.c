#include <string.h>

#include "backend/store/store_private.h"

const char *const sub_names[2] = { [SUB_NEW] = "new", [SUB_CUR] = "cur" };

void
row_read(SqlRows *rows, StoreRow *row)
{
	int at = 0;
	row->id = sqlite3_column_int64(rows, at++);
	row->folder = sqlite3_column_int64(rows, at++);
	row->lfolder = sqlite3_column_int64(rows, at++);
	row->thread = sqlite3_column_int64(rows, at++);
	row->date = sqlite3_column_int64(rows, at++);
	row->op = sqlite3_column_int64(rows, at++);
	row->lim = sqlite3_column_int64(rows, at++);
	row->modseq = sqlite3_column_int64(rows, at++);
	row->size = sqlite3_column_int64(rows, at++);
	row->idate = sqlite3_column_int64(rows, at++);
	row->uid = (uint32_t)sqlite3_column_int64(rows, at++);
	row->base = (unsigned)sqlite3_column_int(rows, at++);
	row->loc = (unsigned)sqlite3_column_int(rows, at++);
	row->ff = (unsigned)sqlite3_column_int(rows, at++);
	row->doubt = (unsigned)sqlite3_column_int(rows, at++);
	row->part = sqlite3_column_int(rows, at++);
	row->st = sqlite3_column_int(rows, at++);
	row->was = sqlite3_column_int(rows, at++);
	row->sub = sqlite3_column_int(rows, at++) == SUB_CUR ? SUB_CUR : SUB_NEW;
	row->key = sql_text(rows, at++);
	row->fname = sql_text(rows, at++);
	row->ffx = sql_text(rows, at++);
	row->bkw = sql_text(rows, at++);
	row->lkw = sql_text(rows, at++);
	const void *hash = sqlite3_column_blob(rows, at);
	memset(row->hdrh, 0, sizeof row->hdrh);
	if (hash && sqlite3_column_bytes(rows, at) == HEADER_IDENTITY_SIZE)
		memcpy(row->hdrh, hash, HEADER_IDENTITY_SIZE);
	row->midh = sqlite3_column_int64(rows, ++at);
	row->sfolder = sqlite3_column_int64(rows, ++at);
	row->dkw = sql_text(rows, ++at);
}

void
row_clear(StoreRow *row)
{
	g_clear_pointer(&row->key, g_free);
	g_clear_pointer(&row->fname, g_free);
	g_clear_pointer(&row->ffx, g_free);
	g_clear_pointer(&row->bkw, g_free);
	g_clear_pointer(&row->lkw, g_free);
	g_clear_pointer(&row->dkw, g_free);
}

void
row_free(gpointer row)
{
	if (!row)
		return;
	row_clear(row);
	g_free(row);
}

static bool
read_one(Store *store, SqlRows *rows, StoreRow *row, bool *found, GError **error)
{
	*found = false;
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1) {
		row_clear(row);
		row_read(rows, row);
		*found = true;
	}
	sql_end(rows);
	return step >= 0;
}

bool
row_by_id(Store *store, int64_t id, StoreRow *row, bool *found, GError **error)
{
	SqlRows *rows =
		sql_ask(store->sql, error, "SELECT " ROW_COLUMNS " FROM msg WHERE id=?", "i", id);
	return read_one(store, rows, row, found, error);
}

bool
row_by_key(Store *store, const char *key, StoreRow *row, bool *found, GError **error)
{
	SqlRows *rows =
		sql_ask(store->sql, error, "SELECT " ROW_COLUMNS " FROM msg WHERE key=?", "t", key);
	return read_one(store, rows, row, found, error);
}

bool
row_by_uid(Store *store, int64_t folder, uint32_t uid, StoreRow *row, bool *found, GError **error)
{
	SqlRows *rows = sql_ask(store->sql, error,
		"SELECT " ROW_COLUMNS " FROM msg INDEXED BY m_uid WHERE sfolder=? AND uid=?", "ii",
		folder, (int64_t)uid);
	return read_one(store, rows, row, found, error);
}

bool
row_save(Store *store, const StoreRow *before, const StoreRow *row, GError **error)
{
	counters_change(store->counters, before, row);
	/* what the server could not keep was that of a wish; this may be another */
	return sql_run(store->sql, error,
		"UPDATE msg SET okl=CASE WHEN loc=? THEN okl END,okw=CASE WHEN lkw=? THEN okw END,"
		"folder=?,sfolder=?,lfolder=?,op=?,lim=?,modseq=?,uid=?,base=?,loc=?,ff=?,doubt=?,"
		"part=?,st=?,was=?,sub=?,key=?,fname=?,ffx=?,bkw=?,lkw=?,dkw=? WHERE id=?",
		"ntizzziiznnnnnnnntttt"
		"tti",
		(int)row->loc, row->lkw, row->folder, row->sfolder, row->lfolder, row->op, row->lim,
		row->modseq, (int64_t)row->uid, (int)row->base, (int)row->loc, (int)row->ff,
		(int)row->doubt, row->part, row->st, row->was, row->sub, row->key, row->fname,
		row->ffx, row->bkw, row->lkw, row->dkw ? row->dkw : "", row->id);
}

bool
row_delete(Store *store, const StoreRow *row, GError **error)
{
	counters_change(store->counters, row, NULL);
	return sql_run(store->sql, error, "DELETE FROM op WHERE msg=?", "i", row->id) &&
	       sql_run(store->sql, error, "DELETE FROM transfer WHERE msg=?", "i", row->id) &&
	       sql_run(store->sql, error, "DELETE FROM msg WHERE id=?", "i", row->id);
}

char *
row_file_name(const StoreRow *row)
{
	if (row->fname)
		return g_strdup(row->fname);
	return maildir_name_build(
		row->key, row->part == PART_STUB, row->ff, row->ffx, row->sub == SUB_NEW);
}

char *
row_wanted_name(const StoreRow *row, RowSub *sub)
{
	*sub = row->loc == 0 && !row->ffx ? SUB_NEW : SUB_CUR;
	return maildir_name_build(
		row->key, row->part == PART_STUB, row->loc, row->ffx, *sub == SUB_NEW);
}

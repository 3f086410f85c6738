#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/push_private.h"
#include "backend/store/rebuild.h"

/*
 * What left the server is first in limbo, neither listed nor found: it was probably moved by another client and
 * comes back under another UID. After one more whole cycle it is a tomb, its file goes to the graveyard, then its row goes.
 */

/* In lim of a tomb: its file was not there, and a scan comes before its row goes. */
enum { LIM_LOOKED_FOR = 100 };

GArray *
store_uids(Store *store, int64_t folder, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT uid FROM msg INDEXED BY m_uid WHERE sfolder=? AND uid IS NOT NULL ORDER BY "
		"uid",
		"i", folder);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		uint32_t uid = (uint32_t)sqlite3_column_int64(rows, 0);
		g_array_append_val(uids, uid);
	}
	return rows ? g_steal_pointer(&uids) : NULL;
}

/* What was to go is gone. A row without a file is that of a copy that a move left behind. */
static bool
end_purge(Store *store, const StoreRow *before, StoreRow *row, GError **error)
{
	if (row->part == PART_NOTHING)
		return row_delete(store, before, error);
	row->st = ROW_TOMB;
	return op_delete(store, row, error) && row_save(store, before, row, error);
}

/* What became of a row whose operation is on its way, its answer decides. */
static bool
is_on_its_way(Store *store, const StoreRow *row, bool *sent, GError **error)
{
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	*sent = op.state == OP_SENT && op.kind != OP_PURGE;
	return true;
}

bool
limbo_take(Store *store, StoreRow *row, GError **error)
{
	StoreRow before = *row;
	bool sent;
	if (!is_on_its_way(store, row, &sent, error))
		return false;
	row->uid = 0;
	row->sfolder = 0;
	if (sent)
		return row_save(store, &before, row, error);
	if (row->st == ROW_PURGING)
		return end_purge(store, &before, row, error);
	row->was = row->st;
	row->st = ROW_LIMBO;
	row->lim = 0;
	return row_save(store, &before, row, error) &&
	       (row->part == PART_NOTHING || index_queue_remove(store, row->key, error));
}

static bool
vanish(Store *store, StoreRow *row, GError **error)
{
	bool sent;
	return is_on_its_way(store, row, &sent, error) && (sent || limbo_take(store, row, error));
}

bool
store_vanished(Store *store, int64_t folder, const uint32_t *uids, size_t count, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error) ||
		!folder_check_uids(store, folder, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found;
		if (!row_by_uid(store, folder, uids[i], &row, &found, error) ||
			(found && !vanish(store, &row, error)) ||
			!sql_run(store->sql, error,
				"DELETE FROM quarantine WHERE folder=? AND uid=?", "ii", folder,
				(int64_t)uids[i]))
			return false;
	}
	return transaction_commit(&transaction, error);
}

/* ---- the end of a cycle ---- */

static GArray *
rows_in(Store *store, RowState state, GError **error)
{
	return sql_numbers(store->sql, error,
		"SELECT id FROM msg INDEXED BY m_limbo WHERE st IN (2,4) AND st=?", "n",
		(int)state);
}

/*
 * The same mail, seen under another UID before it was seen to leave: a row of later. Else another row of it: one that
 * was in limbo itself may have taken the new UID, as an older copy may that has nothing to do with it.
 */
static bool
find_twin(Store *store, const StoreRow *row, StoreRow *twin, bool *found, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT " ROW_COLUMNS " FROM msg INDEXED BY m_thread WHERE thread=? AND midh IS ?"
		" AND hdrh=? AND st IN (0,1) AND uid IS NOT NULL AND id<>?"
		" ORDER BY id DESC LIMIT 1",
		"izbi", row->thread, row->midh, row->hdrh, (size_t)HEADER_IDENTITY_SIZE, row->id);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	*found = step == 1;
	if (step == 1)
		row_read(rows, twin);
	return step >= 0;
}

static bool
hand_over(Store *store, const StoreRow *row, StoreRow *twin, unsigned set, unsigned clear,
	GError **error)
{
	StoreRow before = *twin;
	/* what was changed here, and no more: the twin's own keywords are newer than this row's */
	g_autofree char *told = pending_keywords_base(row);
	char *keywords = merge_server_keywords(told, twin->lkw, row->lkw);
	g_free(twin->lkw);
	twin->lkw = keywords;
	twin->loc = (twin->loc | set) & ~clear;
	if (twin->loc == before.loc && g_str_equal(told, row->lkw))
		return true;
	return row_save(store, &before, twin, error) &&
	       (twin->part == PART_NOTHING || index_queue_flags(store, twin->key, error));
}

/* Of its new place nothing is here yet, and nobody did anything to it that waits. */
static bool
is_fresh(const StoreRow *row, const StoreRow *twin)
{
	return twin->id > row->id && twin->st == ROW_FETCHING && twin->part == PART_NOTHING &&
	       !twin->op;
}

static bool
may_rejoin(Store *store, const StoreRow *row, const StoreRow *twin, bool *may, GError **error)
{
	bool doubtful = false;
	*may = row->part != PART_NOTHING && is_fresh(row, twin);
	if (*may && !doubt_concerns(store, twin->sfolder, twin->uid, twin->hdrh, &doubtful, error))
		return false;
	*may = *may && !doubtful;
	return true;
}

static bool
rejoin(Store *store, int64_t id, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	g_auto(StoreRow) twin = { 0 };
	bool found, has_twin, may = false;
	unsigned set, clear;
	if (!row_by_id(store, id, &row, &found, error) ||
		!find_twin(store, &row, &twin, &has_twin, error) ||
		(has_twin && !may_rejoin(store, &row, &twin, &may, error)))
		return false;
	if (!may)
		return true;
	g_auto(GStrv) keywords = g_strsplit(twin.bkw, " ", -1);
	const NewRow new = { .uid = twin.uid,
		.has_flags = true,
		.flags = twin.base,
		.keywords = keywords,
		.modseq = (uint64_t)twin.modseq };
	merge_pending_flags((FlagState){ twin.base, twin.loc, twin.doubt }, &set, &clear);
	return row_delete(store, &twin, error) &&
	       row_re_home(store, twin.sfolder, &new, &row, error) &&
	       hand_over(store, &twin, &row, set, clear, error);
}

bool
store_rejoin(Store *store, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GArray) limbo = rows_in(store, ROW_LIMBO, error);
	if (!limbo || limbo->len == 0)
		return limbo != NULL;
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < limbo->len; i++)
		if (!rejoin(store, g_array_index(limbo, int64_t, i), error))
			return false;
	return transaction_commit(&transaction, error);
}

/* A move that waits, with the whole body here: the wish is stronger than the server's expunge. */
static bool
append_instead(Store *store, StoreRow *row, bool *kept, GError **error)
{
	StoreRow before = *row;
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	*kept = op.kind == OP_MOVE && !op.asks && row->part == PART_FULL;
	if (!*kept)
		return true;
	if (!op_delete(store, row, error) || !op_queue(store, row, OP_APPEND, error))
		return false;
	row->st = ROW_LIVE;
	/* the mark was of the message that went, and none is ever told to the server */
	row->loc &= ~(row->base & (unsigned)MAIL_DELETED);
	row->base = 0;
	row->doubt = 0;
	g_free(row->bkw);
	row->bkw = g_strdup("");
	g_free(row->dkw);
	row->dkw = g_strdup("");
	return row_save(store, &before, row, error) &&
	       index_queue_put(store, row->key, row->date, false, error);
}

static bool
age(Store *store, int64_t id, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	g_auto(StoreRow) twin = { 0 };
	bool found, has_twin, kept = false;
	if (!row_by_id(store, id, &row, &found, error) ||
		!find_twin(store, &row, &twin, &has_twin, error))
		return false;
	bool moved = has_twin && twin.id > row.id;
	bool buried = moved || row.lim >= 1;
	if (buried && !moved && !append_instead(store, &row, &kept, error))
		return false;
	if (kept)
		return true;
	unsigned set, clear;
	merge_pending_flags((FlagState){ row.base, row.loc, row.doubt }, &set, &clear);
	if (buried && has_twin && !hand_over(store, &row, &twin, set, clear, error))
		return false;
	return sql_run(store->sql, error, "UPDATE msg SET lim=coalesce(lim,0)+1,st=? WHERE id=?",
		"ni", buried ? ROW_TOMB : ROW_LIMBO, id);
}

/* Another program moved this file, and not the one that stands for the same message. */
static bool
hand_over_place(Store *store, const StoreRow *row, StoreRow *twin, int64_t folder, GError **error)
{
	StoreRow before = *twin;
	if (folder == row->lfolder || (twin->id < row->id && twin->sfolder != row->lfolder))
		return true;
	twin->folder = folder;
	return op_settle(store, twin, error) && row_save(store, &before, twin, error);
}

/*
 * What was done to the file at the last moment goes to the twin; before the file goes, whose name and place say it.
 */
static bool
give_last_change(Store *store, const StoreRow *row, const FoundFile *file, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	MaildirName parts;
	if (!maildir_name_parse(file->name, &parts))
		return true;
	unsigned flags = parts.flags;
	maildir_name_clear(&parts);
	g_auto(StoreRow) twin = { 0 };
	bool found;
	if (flags == row->ff && file->folder == row->lfolder)
		return true;
	if (!find_twin(store, row, &twin, &found, error) || !found)
		return !error || !*error;
	return transaction_begin(&transaction, store, error) &&
	       hand_over_place(store, row, &twin, file->folder, error) &&
	       hand_over(store, row, &twin, flags & ~row->ff, row->ff & ~flags, error) &&
	       sql_run(store->sql, error, "UPDATE msg SET ff=?,lfolder=? WHERE id=?", "nii",
		       (int)flags, file->folder, row->id) &&
	       transaction_commit(&transaction, error);
}

/* A file that is not there may have another name since the last scan: the next one looks for it first. */
static bool
waits_for_scan(const StoreRow *row, bool scanned)
{
	return row->part != PART_NOTHING && (!scanned || row->lim != LIM_LOOKED_FOR);
}

static bool
bury(Store *store, FileFinder *finder, int64_t id, bool scanned, size_t *buried, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	g_auto(FoundFile) file = { 0 };
	bool found, there = false;
	if (!row_by_id(store, id, &row, &found, error))
		return false;
	if (!found)
		return true;
	if (row.part != PART_NOTHING && !file_finder_search(finder, &row, &file, &there, error))
		return false;
	if (!there && waits_for_scan(&row, scanned))
		return sql_run(store->sql, error, "UPDATE msg SET lim=? WHERE id=?", "ni",
			(int)LIM_LOOKED_FOR, id);
	(*buried)++;
	g_autofree char *path = there ? folder_path_of(store, file.folder, error) : NULL;
	if (there && (!path || !give_last_change(store, &row, &file, error) ||
			     !graveyard_take(store, &file, path, error)))
		return false;
	g_auto(Transaction) transaction = { 0 };
	return transaction_begin(&transaction, store, error) && row_delete(store, &row, error) &&
	       transaction_commit(&transaction, error);
}

bool
limbo_bury_all(Store *store, bool scanned, size_t *buried, GError **error)
{
	g_autoptr(GArray) tombs = rows_in(store, ROW_TOMB, error);
	if (!tombs)
		return false;
	g_autoptr(FileFinder) finder = file_finder_new(store);
	*buried = 0;
	for (guint i = 0; i < tombs->len; i++)
		if (!bury(store, finder, g_array_index(tombs, int64_t, i), scanned, buried, error))
			return false;
	return true;
}

bool
store_end_cycle(Store *store, size_t *removed, GError **error)
{
	size_t buried = 0;
	store_assert_thread(store);
	g_autoptr(GArray) limbo = store->held ? g_array_new(FALSE, FALSE, sizeof(int64_t))
	                                      : rows_in(store, ROW_LIMBO, error);
	if (!limbo)
		return false;
	if (limbo->len > 0) {
		g_auto(Transaction) transaction = { 0 };
		if (!transaction_begin(&transaction, store, error))
			return false;
		for (guint i = 0; i < limbo->len; i++)
			if (!age(store, g_array_index(limbo, int64_t, i), error))
				return false;
		if (!transaction_commit(&transaction, error))
			return false;
	}
	if (!store->held && (!limbo_bury_all(store, true, &buried, error) ||
				    !graveyard_expire(store, buried > 0, error) ||
				    !rebuild_ask_appends(store, error)))
		return false;
	if (removed)
		*removed = buried;
	return recount_daily(store, error);
}

#include <string.h>

#include "backend/store/push_private.h"

/*
 * What was sent and not answered is looked for by what it is: first where it was sent, then wherever another client may
 * have moved it since. UIDs below the window were there before, so they are something else.
 */
typedef struct Doubt {
	int64_t id, row, newest_row;
	uint32_t first;
	bool found;
	uint8_t identity[HEADER_IDENTITY_SIZE];
} Doubt;

GArray *
store_doubtful_ops(Store *store, GError **error)
{
	store_assert_thread(store);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT o.id,o.msg,o.kind,s.uid,s.sfolder,o.dst,0,0 FROM op o JOIN msg m ON "
		"m.id=o.msg LEFT JOIN msg s ON s.id=CASE o.kind WHEN 3 THEN o.src ELSE o.msg END"
		" WHERE o.state=1 ORDER BY o.id",
		"");
	return ops_read(store, rows, error);
}

static GArray *
doubts_of(Store *store, int64_t folder, GError **error)
{
	g_autoptr(GArray) doubts = g_array_new(FALSE, TRUE, sizeof(Doubt));
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT o.id,o.msg,o.win,m.hdrh FROM op o JOIN msg m ON m.id=o.msg WHERE o.state=1"
		" ORDER BY o.dst<>?,o.id",
		"i", folder);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		Doubt doubt = { .id = sqlite3_column_int64(rows, 0),
			.row = sqlite3_column_int64(rows, 1) };
		windows_read((const char *)sqlite3_column_text(rows, 2), folder, &doubt.newest_row,
			&doubt.first);
		const void *identity = sqlite3_column_blob(rows, 3);
		if (!identity || sqlite3_column_bytes(rows, 3) != HEADER_IDENTITY_SIZE)
			continue;
		memcpy(doubt.identity, identity, HEADER_IDENTITY_SIZE);
		g_array_append_val(doubts, doubt);
	}
	return rows ? g_steal_pointer(&doubts) : NULL;
}

bool
store_doubt_window(Store *store, int64_t folder, uint32_t *first, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GArray) doubts = doubts_of(store, folder, error);
	*first = 0;
	for (guint i = 0; doubts && i < doubts->len; i++) {
		uint32_t window = g_array_index(doubts, Doubt, i).first;
		*first = *first ? MIN(*first, window) : window;
	}
	return doubts != NULL;
}

/* Was this UID nobody's when the operation was sent? */
static bool
may_be(Store *store, const Doubt *doubt, int64_t folder, uint32_t uid, bool *possible,
	GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool known;
	if (!row_by_uid(store, folder, uid, &row, &known, error))
		return false;
	*possible = !known || (row.id != doubt->row && row.id > doubt->newest_row);
	return true;
}

static bool
fits(Store *store, const Doubt *doubt, int64_t folder, uint32_t uid, const uint8_t *identity,
	bool *does, GError **error)
{
	*does = uid >= doubt->first &&
	        memcmp(identity, doubt->identity, sizeof doubt->identity) == 0;
	return !*does || may_be(store, doubt, folder, uid, does, error);
}

bool
doubt_concerns(Store *store, int64_t folder, uint32_t uid, const uint8_t *identity, bool *does,
	GError **error)
{
	g_autoptr(GArray) doubts = doubts_of(store, folder, error);
	*does = false;
	for (guint i = 0; doubts && i < doubts->len && !*does; i++)
		if (!fits(store, &g_array_index(doubts, Doubt, i), folder, uid, identity, does,
			    error))
			return false;
	return doubts != NULL;
}

static bool
take(Store *store, Doubt *doubt, int64_t folder, const NewRow *new, bool moves, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool changed = false;
	FlagChange change = { new->uid, new->flags, new->keywords, new->modseq };
	doubt->found = true;
	return op_finish(store, doubt->id, folder, new->uid, !moves, &row, error) &&
	       (!new->has_flags || !row.key || flags_merge(store, &row, &change, &changed, error));
}

static bool
match(Store *store, GArray *doubts, int64_t folder, const NewRow *new, bool moves, size_t *found,
	GError **error)
{
	uint8_t identity[HEADER_IDENTITY_SIZE];
	header_identity(new->header, new->internal_date, new->size, identity);
	for (guint i = 0; i < doubts->len; i++) {
		Doubt *doubt = &g_array_index(doubts, Doubt, i);
		bool is_it;
		if (doubt->found)
			continue;
		if (!fits(store, doubt, folder, new->uid, identity, &is_it, error))
			return false;
		if (!is_it)
			continue;
		(*found)++;
		return take(store, doubt, folder, new, moves, error);
	}
	return true;
}

bool
store_match_doubt(Store *store, int64_t folder, const GPtrArray *rows, bool moves, size_t *found,
	GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	*found = 0;
	if (!transaction_begin(&transaction, store, error))
		return false;
	g_autoptr(GArray) doubts = doubts_of(store, folder, error);
	for (guint i = 0; doubts && i < rows->len; i++) {
		const NewRow *new = rows->pdata[i];
		if (new->uid && !match(store, doubts, folder, new, moves, found, error))
			return false;
	}
	return doubts && transaction_commit(&transaction, error);
}

bool
store_end_doubt(Store *store, const PushedOp *op, bool gone, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!transaction_begin(&transaction, store, error) ||
		!row_by_id(store, op->row, &row, &found, error))
		return false;
	if (!found || !gone || op->kind != OP_MOVE)
		return sql_run(store->sql, error, "UPDATE op SET state=0,win=NULL WHERE id=?", "i",
			       op->id) &&
		       transaction_commit(&transaction, error);
	StoreRow before = row;
	row.was = row.st;
	row.st = ROW_LIMBO;
	row.lim = 0;
	row.uid = 0;
	row.sfolder = 0;
	return op_delete(store, &row, error) && row_save(store, &before, &row, error) &&
	       (row.part == PART_NOTHING || index_queue_remove(store, row.key, error)) &&
	       transaction_commit(&transaction, error);
}

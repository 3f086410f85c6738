#include "backend/store/deeds_private.h"

/* What the server refused: tried again, or forgotten. */

static GArray *
parked_rows(Store *store, const char *const *keys, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT m.id,m.key FROM op o JOIN msg m ON m.id=o.msg WHERE o.state=2 OR o.tries<0",
		"");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_autofree char *key = sql_text(rows, 1);
		int64_t id = sqlite3_column_int64(rows, 0);
		if (!keys || g_strv_contains(keys, key))
			g_array_append_val(ids, id);
	}
	return rows ? g_steal_pointer(&ids) : NULL;
}

/* Refused flags have nothing to be sent again but themselves. */
static bool
retry(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	StoreRow before = *row;
	if (!op_read(store, row, &op, error))
		return false;
	if (op.kind == OP_FLAGS)
		return op_delete(store, row, error) && row_save(store, &before, row, error);
	return sql_run(store->sql, error,
		"UPDATE op SET state=0,tries=0,not_before=0,err=NULL WHERE id=?", "i", row->op);
}

bool
store_retry(Store *store, const char *const *keys, size_t *count, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	g_autoptr(GArray) ids = parked_rows(store, keys, error);
	for (guint i = 0; ids && i < ids->len; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found;
		if (!row_by_id(store, g_array_index(ids, int64_t, i), &row, &found, error) ||
			!retry(store, &row, error))
			return false;
	}
	if (!ids || !transaction_commit(&transaction, error))
		return false;
	*count = ids->len;
	return true;
}

static bool
forget_parked(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	StoreRow before = *row;
	return op_read(store, row, &op, error) &&
	       (op.state != OP_PARKED ||
		       (op_delete(store, row, error) && row_save(store, &before, row, error)));
}

/* The server's state, as far as it is known, is what is wanted. */
static bool
drop(Doing *doing, StoreRow *row, GError **error)
{
	RowOp op;
	if (!op_read(doing->store, row, &op, error))
		return false;
	RowWish wish = { 0 };
	g_auto(GStrv) told = g_strsplit(row->bkw, " ", -1);
	g_auto(GStrv) wanted = g_strsplit(row->lkw, " ", -1);
	/* what is asked is all that differs; what was refused, the operation alone */
	if (op.kind == OP_FLAGS || (op.asks && op.kind == OP_MOVE)) {
		wish = (RowWish){ .set = row->base, .clear = MAIL_ALL_FLAGS & ~row->base };
		wish.add = told;
		wish.remove = wanted;
	}
	if (op.kind == OP_MOVE)
		wish.folder = row->sfolder;
	if (op.kind != OP_FLAGS && op.kind != OP_MOVE)
		wish.end = op.kind == OP_PURGE ? WISH_KEPT : WISH_UNCOPIED;
	/* Where nothing is left to be wished (the server came to want the same), it was asked for all the same. */
	return doing_apply(doing, row, &wish, error) && forget_parked(doing->store, row, error);
}

bool
store_drop(Store *store, const char *const *keys, DeedDone *done, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	*done = (DeedDone){ 0 };
	if (!deeds_are_possible(store, error) || !transaction_begin(&transaction, store, error))
		return false;
	Doing doing;
	doing_begin(&doing, store, NULL, done);
	g_autoptr(GArray) ids = parked_rows(store, keys, error);
	bool ok = ids != NULL;
	for (guint i = 0; ok && i < ids->len; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found;
		ok = row_by_id(store, g_array_index(ids, int64_t, i), &row, &found, error) &&
		     drop(&doing, &row, error);
	}
	ok = ok && doing_end(&doing, &transaction, error);
	doing_clear(&doing);
	if (!ok)
		deed_done_clear(done);
	return ok;
}

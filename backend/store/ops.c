#include "backend/store/store_private.h"

bool
op_queue(Store *store, StoreRow *row, OpKind kind, int64_t from, int64_t to, GError **error)
{
	if (!sql_run(store->sql, error, "INSERT INTO op(kind,msg,src,dst,made) VALUES(?,?,?,?,?)",
		    "niiii", (int)kind, row->id, from, to, g_get_real_time() / G_USEC_PER_SEC))
		return false;
	row->op = sql_last_id(store->sql);
	return true;
}

bool
op_delete(Store *store, StoreRow *row, GError **error)
{
	bool fine = sql_run(store->sql, error, "DELETE FROM op WHERE id=?", "i", row->op);
	row->op = 0;
	return fine;
}

bool
op_read(Store *store, const StoreRow *row, int *kind, int *state, int64_t *to, GError **error)
{
	*kind = 0;
	*state = OP_QUEUED;
	*to = 0;
	if (!row->op)
		return true;
	g_autoptr(SqlRows) rows = sql_ask(
		store->sql, error, "SELECT kind,state,dst FROM op WHERE id=?", "i", row->op);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1) {
		*kind = sqlite3_column_int(rows, 0);
		*state = sqlite3_column_int(rows, 1);
		*to = sqlite3_column_int64(rows, 2);
	}
	return step >= 0;
}

bool
op_aim(Store *store, const StoreRow *row, int64_t to, GError **error)
{
	return sql_run(store->sql, error, "UPDATE op SET dst=? WHERE id=?", "ii", to, row->op);
}

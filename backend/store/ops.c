#include "backend/store/store_private.h"

bool
op_queue(Store *store, StoreRow *row, OpKind kind, GError **error)
{
	if (!sql_run(store->sql, error, "INSERT INTO op(kind,msg,made) VALUES(?,?,?)", "nii",
		    (int)kind, row->id, g_get_real_time() / G_USEC_PER_SEC))
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
op_read(Store *store, const StoreRow *row, RowOp *op, GError **error)
{
	*op = (RowOp){ 0 };
	if (!row->op)
		return true;
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT kind,state,dst,kind=4 AND fl IS NOT NULL,tries<0 FROM op WHERE id=?", "i",
		row->op);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1)
		*op = (RowOp){ .kind = sqlite3_column_int(rows, 0),
			.state = sqlite3_column_int(rows, 1),
			.to = sqlite3_column_int64(rows, 2),
			.marked = sqlite3_column_int(rows, 3) != 0,
			.asks = sqlite3_column_int(rows, 4) != 0 };
	return step >= 0;
}

/* What the server is to do for the row; 0: nothing. */
static int
wanted_kind(const Store *store, const StoreRow *row)
{
	if (store->local)
		return 0;
	if (row->st == ROW_PURGING)
		return OP_PURGE;
	/* of a row that no server has, nothing is to be moved */
	return row->sfolder && row->folder != row->sfolder ? OP_MOVE : 0;
}

bool
op_settle(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	if (row->st == ROW_LIMBO)
		return true;
	if (!op_read(store, row, &op, error))
		return false;
	bool waits = !row->uid && (op.kind == OP_APPEND || op.kind == OP_COPY);
	int wanted = wanted_kind(store, row);
	if (op.state == OP_SENT || waits || (op.kind == wanted && op.state == OP_QUEUED) ||
		(op.kind == OP_FLAGS && !wanted))
		return true;
	return (!op.kind || op_delete(store, row, error)) &&
	       (!wanted || op_queue(store, row, wanted, error));
}

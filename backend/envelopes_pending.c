#include "backend/envelopes_private.h"

/* What waits for the server: rows with an operation, and rows of which flags alone differ. */

void
pending_row_free(PendingRow *row)
{
	if (!row)
		return;
	message_row_free(row->message);
	g_free(row->why);
	g_free(row);
}

/* What left the server waits for nothing. */
#define STILL_HERE      " AND m.st IN (0,1,3)"
#define PENDING_COLUMNS MESSAGE_COLUMNS ",o.kind,o.made,o.err,m.sfolder,o.tries"
#define NEWEST          " ORDER BY m.date DESC,m.id DESC LIMIT ?1"

static const PendingWhat what_of[] = {
	[OP_APPEND] = PENDING_APPEND,
	[OP_MOVE] = PENDING_MOVE,
	[OP_COPY] = PENDING_COPY,
	[OP_PURGE] = PENDING_PURGE,
	[OP_FLAGS] = PENDING_FLAGS,
};

static PendingRow *
read_pending(const Envelopes *envelopes, SqlRows *rows)
{
	PendingRow *row = g_new0(PendingRow, 1);
	int at = MESSAGE_COLUMN_COUNT;
	row->message = envelopes_read_message(envelopes, rows);
	unsigned kind = (unsigned)sqlite3_column_int(rows, at++);
	row->what = kind < G_N_ELEMENTS(what_of) ? what_of[kind] : PENDING_FLAGS;
	row->since = sqlite3_column_int64(rows, at++);
	row->why = sql_text(rows, at++);
	row->from = sqlite3_column_int64(rows, at++);
	int tries = sqlite3_column_int(rows, at++);
	row->asked = tries < 0; /* OP_ASKS */
	row->tries = MAX(tries, 0);
	return row;
}

GPtrArray *
envelopes_pending(Envelopes *envelopes, size_t limit, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)pending_row_free);
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT * FROM (SELECT " PENDING_COLUMNS " FROM op o INDEXED BY op_parked"
		" JOIN msg m ON m.id=o.msg WHERE o.state=2" STILL_HERE NEWEST
		") UNION ALL SELECT * FROM (SELECT " PENDING_COLUMNS
		" FROM msg m INDEXED BY m_waits LEFT JOIN op o ON o.id=m.op WHERE " ROW_WAITS
		" AND o.state IS NOT 2" STILL_HERE NEWEST ") LIMIT ?1",
		"i", (int64_t)limit);
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(found, read_pending(envelopes, rows));
	}
	return rows ? g_steal_pointer(&found) : NULL;
}

bool
envelopes_count_pending(Envelopes *envelopes, int64_t *pending, int64_t *refused, GError **error)
{
	return sql_number(envelopes->sql, error, pending, 0,
		       "SELECT count(*) FROM msg m INDEXED BY m_waits WHERE " ROW_WAITS STILL_HERE,
		       "") &&
	       sql_number(envelopes->sql, error, refused, 0,
		       "SELECT count(*) FROM op o INDEXED BY op_parked JOIN msg m ON m.id=o.msg"
		       " WHERE o.state=2" STILL_HERE,
		       "");
}

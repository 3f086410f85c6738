#include "backend/envelopes_private.h"

/* What waits for the server: operations, each with its row, and rows of which flags alone differ. */

void
pending_row_free(PendingRow *row)
{
	if (!row)
		return;
	message_row_free(row->message);
	g_free(row->why);
	g_free(row);
}

/* A row stands here once: its flags follow its operation. What left the server waits for nothing. */
#define WAITING                                                                         \
	" FROM (SELECT msg,kind,made,err,state FROM op WHERE msg IS NOT NULL UNION ALL" \
	" SELECT id,9,NULL,NULL,0 FROM msg INDEXED BY m_dirty WHERE " ROW_IS_DIRTY      \
	" AND op IS NULL AND st IN (0,1)) w JOIN msg m ON m.id=w.msg WHERE m.st IN (0,1,3)"

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
	return row;
}

GPtrArray *
envelopes_pending(Envelopes *envelopes, size_t limit, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)pending_row_free);
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS ",w.kind,w.made,w.err,m.sfolder" WAITING
		" ORDER BY w.state=2 DESC,m.date DESC,m.id DESC LIMIT ?",
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
	g_autoptr(SqlRows) rows = sql_ask(
		envelopes->sql, error, "SELECT count(*),coalesce(sum(w.state=2),0)" WAITING, "");
	if (!rows || sql_next(envelopes->sql, rows, error) != 1)
		return false;
	*pending = sqlite3_column_int64(rows, 0);
	*refused = sqlite3_column_int64(rows, 1);
	return true;
}

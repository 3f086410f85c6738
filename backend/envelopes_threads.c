#include "backend/envelopes_private.h"

#define THREAD_COLUMNS "SELECT thread,newest,total,unread,flagged FROM fthread WHERE folder=?"

static void
read_thread(SqlRows *rows, ThreadRow *thread)
{
	thread->thread = sqlite3_column_int64(rows, 0);
	thread->newest = sqlite3_column_int64(rows, 1);
	thread->messages = sqlite3_column_int64(rows, 2);
	thread->unread = sqlite3_column_int64(rows, 3);
	thread->flagged = sqlite3_column_int64(rows, 4);
}

GPtrArray *
envelopes_threads(Envelopes *envelopes, int64_t folder, bool has_key, PageKey key, bool backward,
	size_t limit, GError **error)
{
	static const char older[] = THREAD_COLUMNS
		" AND (newest,thread)<(?,?) ORDER BY newest DESC,thread DESC LIMIT ?";
	static const char newer[] =
		THREAD_COLUMNS " AND (newest,thread)>(?,?) ORDER BY newest,thread LIMIT ?";
	if (!has_key)
		key = backward ? (PageKey){ G_MININT64, G_MININT64 }
		               : (PageKey){ G_MAXINT64, G_MAXINT64 };
	g_autoptr(GPtrArray) threads = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error, backward ? newer : older, "iiii",
		folder, key.date, key.id, (int64_t)limit);
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		ThreadRow *thread = g_new0(ThreadRow, 1);
		read_thread(rows, thread);
		g_ptr_array_add(threads, thread);
	}
	if (!rows)
		return NULL;
	if (backward)
		envelopes_reverse(threads);
	return g_steal_pointer(&threads);
}

GPtrArray *
envelopes_thread_messages(Envelopes *envelopes, int64_t folder, int64_t thread, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS
		" FROM msg m INDEXED BY m_thread WHERE m.thread=?1 AND" LISTED
		" AND (?2=0 OR m.folder=?2) ORDER BY m.date DESC,m.id DESC",
		"ii", thread, folder);
	return envelopes_read_messages(envelopes, rows, error);
}

bool
envelopes_thread_parents(Envelopes *envelopes, int64_t thread, GHashTable *parents, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT midh,parent FROM msg m INDEXED BY m_thread"
		" WHERE thread=? AND midh IS NOT NULL AND parent IS NOT NULL AND" LISTED,
		"i", thread);
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		int64_t pair[] = { sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1) };
		g_hash_table_replace(parents, g_memdup2(&pair[0], sizeof pair[0]),
			g_memdup2(&pair[1], sizeof pair[1]));
	}
	return rows != NULL;
}

bool
envelopes_thread(
	Envelopes *envelopes, int64_t folder, int64_t thread, ThreadRow *found, GError **error)
{
	*found = (ThreadRow){ .thread = thread };
	g_autoptr(SqlRows) rows = sql_ask(
		envelopes->sql, error, THREAD_COLUMNS " AND thread=?", "ii", folder, thread);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	if (step == 1)
		read_thread(rows, found);
	return step >= 0;
}

/* By the date, which the list's index has: not all of a long thread is looked at. */
MessageRow *
envelopes_thread_newest(
	Envelopes *envelopes, int64_t folder, const ThreadRow *thread, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS " FROM msg m INDEXED BY m_list WHERE m.folder=? AND "
		"m.date=? AND m.thread=? AND" LISTED " ORDER BY m.id DESC LIMIT 1",
		"iii", folder, thread->newest, thread->thread);
	g_autoptr(GPtrArray) messages = envelopes_read_messages(envelopes, rows, error);
	return messages && messages->len ? g_ptr_array_steal_index(messages, 0) : NULL;
}

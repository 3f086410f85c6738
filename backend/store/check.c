#include "backend/store/store_private.h"
#include "backend/store/sums.h"

/* Each question gives a row for each difference, as a text. */
static const char *const questions[] = {
	"SELECT 'folder '||f.name||': sums '||f.total||' '||f.unread||' '||f.flagged||' "
	"'||f.bodies||' '"
	"||f.uids||', counted '||c.total||' '||c.unread||' '||c.flagged||' '||c.bodies||' '||c.uids"
	" FROM folder f JOIN (" COUNTED_FOLDERS ") c"
	" ON c.folder=f.id WHERE (f.total,f.unread,f.flagged,f.bodies,f.uids)<>"
	"(c.total,c.unread,c.flagged,c.bodies,c.uids)",

	"SELECT 'thread '||thread||' of folder '||folder||' is not what its messages sum up to' "
	"FROM"
	" (SELECT * FROM (SELECT " SUMS_OF_THREAD " FROM fthread EXCEPT " COUNTED_THREADS ")"
	" UNION SELECT * FROM (SELECT * FROM (" COUNTED_THREADS ") EXCEPT"
	" SELECT " SUMS_OF_THREAD " FROM fthread))",

	"SELECT 'days '||bucket||' of folder '||folder||' are miscounted' FROM"
	" (SELECT * FROM (SELECT " SUMS_OF_DAYS " FROM fdate EXCEPT " COUNTED_DAYS ")"
	" UNION SELECT * FROM (SELECT * FROM (" COUNTED_DAYS ") EXCEPT SELECT " SUMS_OF_DAYS
	" FROM fdate))",

	"SELECT 'row '||id||' ('||key||') says its file is here but not where' FROM msg"
	" WHERE part<>0 AND lfolder IS NULL",
	"SELECT 'row '||id||' ('||key||') is live without a file' FROM msg WHERE st=0 AND part=0",
	"SELECT 'row '||id||' ('||key||') is in limbo with a UID' FROM msg"
	" WHERE st IN (2,4) AND uid IS NOT NULL",
	"SELECT 'row '||id||' ('||key||') has an operation that is not there' FROM msg WHERE op IS "
	"NOT"
	" NULL AND op NOT IN (SELECT id FROM op)",
	"SELECT 'operation '||id||' has no row' FROM op WHERE msg IS NOT NULL AND msg NOT IN"
	" (SELECT id FROM msg)",
	"SELECT 'the index queue has a body of no row: '||key FROM ixq WHERE act<>2 AND key NOT IN"
	" (SELECT key FROM msg)",
};

static bool
ask(Store *store, const char *question, GPtrArray *faults, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error, question, "");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		g_ptr_array_add(faults, sql_text(rows, 0));
	}
	return rows != NULL;
}

static bool
check_threads(Store *store, GPtrArray *faults, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(
		store->sql, error, "SELECT id,midh,thread FROM msg WHERE midh IS NOT NULL", "");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		int64_t root =
			step < 0 ? 0
				 : threads_root(store->sql, sqlite3_column_int64(rows, 1), error);
		if (!root)
			return false;
		if (root != sqlite3_column_int64(rows, 2))
			g_ptr_array_add(
				faults, g_strdup_printf("row %" G_GINT64_FORMAT
							" is not in the thread its id belongs to",
						(int64_t)sqlite3_column_int64(rows, 0)));
	}
	return rows != NULL;
}

GPtrArray *
store_check(Store *store, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
	int64_t queue;
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++)
		if (!ask(store, questions[i], faults, error))
			return NULL;
	if (!check_threads(store, faults, error) ||
		!sql_number(store->sql, error, &queue, 0, "SELECT count(*) FROM ixq", ""))
		return NULL;
	if (queue != store->index_queue)
		g_ptr_array_add(faults, g_strdup_printf("the index queue has %" G_GINT64_FORMAT
							" rows, %" G_GINT64_FORMAT " counted",
						queue, store->index_queue));
	return g_steal_pointer(&faults);
}

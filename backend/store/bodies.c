#include <string.h>

#include "backend/store/store_private.h"

enum { FIRST_DELAY = 3600, LONGEST_DELAY = 86400 };

void
wanted_body_free(WantedBody *body)
{
	if (!body)
		return;
	g_free(body->key);
	g_free(body);
}

static WantedBody *
read_body(SqlRows *rows)
{
	WantedBody *body = g_new0(WantedBody, 1);
	body->row = sqlite3_column_int64(rows, 0);
	body->uid = (uint32_t)sqlite3_column_int64(rows, 1);
	body->key = sql_text(rows, 2);
	body->size = sqlite3_column_int64(rows, 3);
	body->internal_date = sqlite3_column_int64(rows, 4);
	return body;
}

/* Of the folder ?1, no larger than ?2, no older than ?3, not set aside at ?4. */
#define WANTED                                                                           \
	" AND sfolder=?1 AND (?2=0 OR size<=?2) AND (?3=0 OR idate>=?3) AND NOT EXISTS(" \
	"SELECT 1 FROM quarantine q WHERE q.folder=?1 AND q.uid=msg.uid AND q.next>?4)"
#define OF_NOTHING(columns) "SELECT " columns " FROM msg INDEXED BY m_work WHERE st=1" WANTED
#define OF_STUBS(columns)   "SELECT " columns " FROM msg INDEXED BY m_stub WHERE part=1" WANTED
#define COLUMNS             "id,uid,key,size,idate"
#define PAGE                " ORDER BY uid DESC LIMIT ?6"

static const char bodies_sql[] =
	OF_NOTHING(COLUMNS) " AND uid<?5 UNION ALL " OF_STUBS(COLUMNS) " AND uid<?5" PAGE;
static const char stubs_sql[] = OF_NOTHING(COLUMNS) " AND uid<?5" PAGE;
static const char count_bodies_sql[] =
	"SELECT (" OF_NOTHING("count(*)") ")+(" OF_STUBS("count(*)") ")";
static const char count_stubs_sql[] = OF_NOTHING("count(*)");

bool
store_count_wanted(
	Store *store, int64_t folder, const BodyWish *wish, int64_t *count, GError **error)
{
	store_assert_thread(store);
	return sql_number(store->sql, error, count, 0,
		wish->stubs ? count_stubs_sql : count_bodies_sql, "iiii", folder, wish->max_size,
		wish->since, g_get_real_time() / G_USEC_PER_SEC);
}

GPtrArray *
store_wanted_bodies(Store *store, int64_t folder, const BodyWish *wish, uint32_t before,
	size_t limit, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GPtrArray) bodies =
		g_ptr_array_new_with_free_func((GDestroyNotify)wanted_body_free);
	bool known;
	if (!folder_knows_uids(store, folder, &known, error))
		return NULL;
	if (!known)
		return g_steal_pointer(&bodies);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error, wish->stubs ? stubs_sql : bodies_sql,
		"iiiiii", folder, wish->max_size, wish->since, g_get_real_time() / G_USEC_PER_SEC,
		before ? (int64_t)before : G_MAXINT64, (int64_t)limit);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(bodies, read_body(rows));
	}
	return rows ? g_steal_pointer(&bodies) : NULL;
}

/* The row's file below the mail root; NULL without an error if it is not here. */
static char *
present_file(Store *store, const StoreRow *row, GError **error)
{
	g_autoptr(FileFinder) finder = file_finder_new(store);
	g_auto(FoundFile) file = { 0 };
	bool found = false;
	if (row->part != PART_FULL || !file_finder_search(finder, row, &file, &found, error) ||
		!found)
		return NULL;
	g_autofree char *path = folder_path_of(store, file.folder, error);
	return path ? g_build_filename(store->path, path, sub_names[file.sub], file.name, NULL)
	            : NULL;
}

static WantedBody *
gone(GError **error)
{
	if (!error || !*error)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
			"this message is gone from the server");
	return NULL;
}

WantedBody *
store_wanted_body(Store *store, const char *key, int64_t *folder_id, char **file, GError **error)
{
	store_assert_thread(store);
	g_auto(StoreRow) row = { 0 };
	bool found;
	*file = NULL;
	*folder_id = 0;
	if (!row_by_key(store, key, &row, &found, error))
		return NULL;
	if (!found)
		return gone(error);
	*folder_id = row.sfolder;
	if (row.part == PART_FULL) {
		*file = present_file(store, &row, error);
		return *file ? NULL : gone(error);
	}
	if ((row.st != ROW_FETCHING && row.part != PART_STUB) || !row.uid)
		return gone(error);
	WantedBody *body = g_new0(WantedBody, 1);
	body->row = row.id;
	body->uid = row.uid;
	body->key = g_steal_pointer(&row.key);
	body->size = row.size;
	body->internal_date = row.idate;
	return body;
}

bool
store_quarantine(Store *store, int64_t folder, uint32_t uid, const char *why, GError **error)
{
	store_assert_thread(store);
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	return sql_run(store->sql, error,
		"INSERT INTO quarantine(folder,uid,why,tries,next) VALUES(?1,?2,?3,1,?4+?5)"
		" ON CONFLICT(folder,uid) DO UPDATE SET why=excluded.why,tries=tries+1,"
		"next=?4+min(?6,?5<<min(tries,10))",
		"iitinn", folder, (int64_t)uid, why, now, (int)FIRST_DELAY, (int)LONGEST_DELAY);
}

int
store_open_tmp(Store *store, int64_t folder, GError **error)
{
	store_assert_thread(store);
	if (!folder_check_free(store, folder, error))
		return -1;
	g_autofree char *path = folder_path_of(store, folder, error);
	if (!path)
		return -1;
	g_autofree char *tmp = g_build_filename(path, "tmp", NULL);
	return tree_open(store->tree, tmp, error);
}

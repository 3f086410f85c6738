#include "backend/store/store_private.h"

/*
 * What a transaction changes in the sums is gathered here and written once, at its end: a window of 500
 * new rows touches a folder's row once. All functions that change a row go through counters_change.
 */
typedef struct FolderSums {
	int64_t total, unread, flagged, bodies, uids;
} FolderSums;

typedef struct ThreadKey {
	int64_t folder, thread;
} ThreadKey;

typedef struct ThreadSums {
	ThreadKey key;
	int64_t total, unread, flagged, newest;
	bool recount; /* a row left: the newest may be another now */
} ThreadSums;

typedef struct DateSums {
	ThreadKey key; /* folder and date >> DATE_SHIFT */
	int64_t total;
} DateSums;

enum { DATE_SHIFT = 17 };

struct Counters {
	GHashTable *folders; /* int64_t → FolderSums */
	GHashTable *threads; /* ThreadKey → ThreadSums */
	GHashTable *dates;   /* ThreadKey → DateSums */
};

static guint
hash_thread(gconstpointer key)
{
	const ThreadKey *thread = key;
	return (guint)(thread->thread ^ thread->thread >> 32) * 31 + (guint)thread->folder;
}

static gboolean
same_thread(gconstpointer a, gconstpointer b)
{
	const ThreadKey *left = a, *right = b;
	return left->folder == right->folder && left->thread == right->thread;
}

Counters *
counters_new(void)
{
	Counters *counters = g_new0(Counters, 1);
	counters->folders = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	counters->threads = g_hash_table_new_full(hash_thread, same_thread, NULL, g_free);
	counters->dates = g_hash_table_new_full(hash_thread, same_thread, NULL, g_free);
	return counters;
}

void
counters_free(Counters *counters)
{
	if (!counters)
		return;
	g_hash_table_unref(counters->folders);
	g_hash_table_unref(counters->threads);
	g_hash_table_unref(counters->dates);
	g_free(counters);
}

void
counters_forget(Counters *counters)
{
	g_hash_table_remove_all(counters->folders);
	g_hash_table_remove_all(counters->threads);
	g_hash_table_remove_all(counters->dates);
}

static FolderSums *
folder_sums(Counters *counters, int64_t folder)
{
	FolderSums *sums = g_hash_table_lookup(counters->folders, &folder);
	if (!sums) {
		sums = g_new0(FolderSums, 1);
		g_hash_table_insert(counters->folders, g_memdup2(&folder, sizeof folder), sums);
	}
	return sums;
}

static ThreadSums *
thread_sums(Counters *counters, int64_t folder, int64_t thread)
{
	ThreadKey key = { folder, thread };
	ThreadSums *sums = g_hash_table_lookup(counters->threads, &key);
	if (!sums) {
		sums = g_new0(ThreadSums, 1);
		sums->key = key;
		sums->newest = G_MININT64;
		g_hash_table_insert(counters->threads, &sums->key, sums);
	}
	return sums;
}

static void
count_date(Counters *counters, const StoreRow *row, int sign)
{
	ThreadKey key = { row->folder, row->date >> DATE_SHIFT };
	DateSums *sums = g_hash_table_lookup(counters->dates, &key);
	if (!sums) {
		sums = g_new0(DateSums, 1);
		sums->key = key;
		g_hash_table_insert(counters->dates, &sums->key, sums);
	}
	sums->total += sign;
}

static void
count(Counters *counters, const StoreRow *row, int sign)
{
	/* What is to be purged is the server's still. */
	if (row && row->uid)
		folder_sums(counters, row->sfolder)->uids += sign;
	if (!row || (row->st != ROW_LIVE && row->st != ROW_FETCHING))
		return;
	FolderSums *folder = folder_sums(counters, row->folder);
	ThreadSums *thread = thread_sums(counters, row->folder, row->thread);
	int unread = row->loc & MAIL_SEEN ? 0 : sign, flagged = row->loc & MAIL_FLAGGED ? sign : 0;
	count_date(counters, row, sign);
	folder->total += sign;
	folder->unread += unread;
	folder->flagged += flagged;
	folder->bodies += row->part == PART_FULL ? sign : 0;
	thread->total += sign;
	thread->unread += unread;
	thread->flagged += flagged;
	if (sign > 0)
		thread->newest = MAX(thread->newest, row->date);
	else
		thread->recount = true;
}

void
counters_change(Counters *counters, const StoreRow *before, const StoreRow *after)
{
	bool stays = before && after && before->folder == after->folder &&
	             before->thread == after->thread && before->date == after->date;
	bool recount = false;
	if (stays)
		recount = thread_sums(counters, after->folder, after->thread)->recount;
	count(counters, before, -1);
	count(counters, after, 1);
	/* A row that only changed its flags cannot have changed which is the newest. */
	bool listed = stays && before->st <= ROW_FETCHING && after->st <= ROW_FETCHING;
	if (listed)
		thread_sums(counters, after->folder, after->thread)->recount = recount;
}

static bool
write_folder(Sql *sql, int64_t folder, const FolderSums *sums, GError **error)
{
	return sql_run(sql, error,
		"UPDATE folder SET total=total+?,unread=unread+?,flagged=flagged+?,bodies=bodies+?,"
		"uids=uids+? WHERE id=?",
		"iiiiii", sums->total, sums->unread, sums->flagged, sums->bodies, sums->uids,
		folder);
}

static bool
recount_newest(Sql *sql, const ThreadSums *sums, GError **error)
{
	return sql_run(sql, error, "DELETE FROM fthread WHERE folder=? AND thread=? AND total<=0",
		       "ii", sums->key.folder, sums->key.thread) &&
	       sql_run(sql, error,
		       "UPDATE fthread SET newest=coalesce((SELECT max(date) FROM msg INDEXED BY "
		       "m_thread WHERE thread=?2 AND folder=?1 AND st IN (0,1)),newest)"
		       " WHERE folder=?1 AND thread=?2",
		       "ii", sums->key.folder, sums->key.thread);
}

static bool
write_thread(Sql *sql, const ThreadSums *sums, GError **error)
{
	if (!sums->total && !sums->unread && !sums->flagged && !sums->recount &&
		sums->newest == G_MININT64)
		return true;
	if (!sql_run(sql, error,
		    "INSERT INTO fthread(folder,thread,newest,total,unread,flagged) "
		    "VALUES(?,?,?,?,?,?)"
		    " ON CONFLICT(folder,thread) DO UPDATE SET newest=max(newest,excluded.newest),"
		    "total=total+excluded.total,unread=unread+excluded.unread,"
		    "flagged=flagged+excluded.flagged",
		    "iiiiii", sums->key.folder, sums->key.thread, sums->newest, sums->total,
		    sums->unread, sums->flagged))
		return false;
	return !sums->recount || recount_newest(sql, sums, error);
}

static bool
write_date(Sql *sql, const DateSums *sums, GError **error)
{
	if (sums->total == 0)
		return true;
	return sql_run(sql, error,
		       "INSERT INTO fdate(folder,bucket,total) VALUES(?,?,?) ON "
		       "CONFLICT(folder,bucket)"
		       " DO UPDATE SET total=total+excluded.total",
		       "iii", sums->key.folder, sums->key.thread, sums->total) &&
	       (sums->total > 0 ||
		       sql_run(sql, error,
			       "DELETE FROM fdate WHERE folder=? AND bucket=? AND total=0", "ii",
			       sums->key.folder, sums->key.thread));
}

bool
counters_write(Counters *counters, Sql *sql, GError **error)
{
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, counters->folders);
	while (g_hash_table_iter_next(&iter, &key, &value))
		if (!write_folder(sql, *(int64_t *)key, value, error))
			return false;
	g_hash_table_iter_init(&iter, counters->threads);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (!write_thread(sql, value, error))
			return false;
	g_hash_table_iter_init(&iter, counters->dates);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (!write_date(sql, value, error))
			return false;
	counters_forget(counters);
	return true;
}

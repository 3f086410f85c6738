#include "backend/core/merge.h"
#include "backend/store/rebuild.h"

/* Removals and flags go before all bodies: the order is by date, newest first. */
#define AHEAD_OF_ALL (G_GINT64_CONSTANT(1) << 60)

static bool
take_out(Store *store, const char *key, int act, GError **error)
{
	if (!sql_run(store->sql, error, "DELETE FROM ixq WHERE key=? AND act=?", "tn", key, act))
		return false;
	store->index_queue_change -= sql_changes(store->sql);
	return true;
}

static bool
put_in(Store *store, const char *key, int act, bool idle, int64_t date, GError **error)
{
	store->index_queue_change++;
	return sql_run(store->sql, error, "INSERT INTO ixq(act,key,idle,date) VALUES(?,?,?,?)",
		"ntni", act, key, (int)idle, date);
}

static bool
is_adopted(Store *store, const char *key, bool *adopted, GError **error)
{
	int64_t waits;
	bool fine = sql_number(store->sql, error, &waits, 0,
		"SELECT count(*) FROM ixq WHERE key=? AND act=4", "t", key);
	*adopted = waits > 0;
	return fine;
}

bool
index_queue_adopt(Store *store, const char *key, int64_t date, GError **error)
{
	return take_out(store, key, INDEX_PUT, error) && take_out(store, key, INDEX_FLAGS, error) &&
	       take_out(store, key, INDEX_ADOPT, error) &&
	       put_in(store, key, INDEX_ADOPT, false, date, error);
}

bool
index_queue_put(Store *store, const char *key, int64_t date, bool idle, GError **error)
{
	int64_t hurried = 0;
	bool adopted;
	if (!is_adopted(store, key, &adopted, error))
		return false;
	if (adopted)
		return index_queue_adopt(store, key, date, error);
	if (idle && !sql_number(store->sql, error, &hurried, 0,
			    "SELECT idle=0 FROM ixq WHERE key=? AND act=1", "t", key))
		return false;
	/* another file, another try: it was gone when the indexer came, or is another now */
	return sql_run(store->sql, error,
		       "UPDATE msg SET unsearchable=NULL WHERE key=? AND unsearchable IS NOT NULL",
		       "t", key) &&
	       take_out(store, key, INDEX_REMOVE, error) &&
	       take_out(store, key, INDEX_PUT, error) &&
	       put_in(store, key, INDEX_PUT, idle && !hurried, date, error);
}

bool
index_queue_flags(Store *store, const char *key, GError **error)
{
	const int64_t none = -1;
	int64_t date;
	bool adopted;
	if (!is_adopted(store, key, &adopted, error))
		return false;
	if (adopted)
		return index_queue_adopt(store, key, AHEAD_OF_ALL, error);
	if (!sql_number(store->sql, error, &date, none,
		    "SELECT max(date,0) FROM ixq WHERE key=? AND act=1 AND idle=0", "t", key))
		return false;
	/* The body that waits carries the flags of then; or it is on its way with those of before, so it is asked again. */
	if (date != none)
		return take_out(store, key, INDEX_PUT, error) &&
		       put_in(store, key, INDEX_PUT, false, date, error);
	return take_out(store, key, INDEX_FLAGS, error) &&
	       put_in(store, key, INDEX_FLAGS, false, AHEAD_OF_ALL, error);
}

bool
index_queue_remove(Store *store, const char *key, GError **error)
{
	return take_out(store, key, INDEX_PUT, error) && take_out(store, key, INDEX_FLAGS, error) &&
	       take_out(store, key, INDEX_ADOPT, error) &&
	       take_out(store, key, INDEX_REMOVE, error) &&
	       put_in(store, key, INDEX_REMOVE, false, AHEAD_OF_ALL, error);
}

void
index_item_free(IndexItem *item)
{
	if (!item)
		return;
	g_free(item->key);
	g_free(item->file);
	g_free(item->tags);
	g_free(item);
}

static bool
read_queue(
	Store *store, bool idle, size_t limit, GHashTable *taken, GPtrArray *items, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT id,act,key FROM ixq INDEXED BY ixq_order WHERE idle=?"
		" ORDER BY date DESC,id LIMIT ?",
		"ni", (int)idle, (int64_t)(limit + (taken ? g_hash_table_size(taken) : 0)));
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		int64_t queue = sqlite3_column_int64(rows, 0);
		if (items->len == limit || (taken && g_hash_table_contains(taken, &queue)))
			continue;
		IndexItem *item = g_new0(IndexItem, 1);
		item->queue = queue;
		item->act = (IndexAct)sqlite3_column_int(rows, 1);
		item->key = sql_text(rows, 2);
		g_ptr_array_add(items, item);
	}
	return rows != NULL;
}

/* KEEP false: there is nothing to tell any more (the row went, or its file did: the scan will say). */
static bool
resolve(Store *store, FileFinder *finder, IndexItem *item, bool *keep, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	*keep = true;
	if (item->act == INDEX_REMOVE)
		return true;
	if (!row_by_key(store, item->key, &row, &found, error))
		return false;
	if (!found || row.part == PART_NOTHING || row.st != ROW_LIVE) {
		*keep = false;
		return true;
	}
	item->flags = row.loc;
	item->tags = g_strdup(row.lkw);
	if (item->act == INDEX_FLAGS)
		return true;
	g_auto(FoundFile) file = { 0 };
	if (!file_finder_look(finder, &row, &file, keep, error))
		return false;
	if (!*keep)
		return true;
	g_autofree char *folder = folder_path_of(store, file.folder, error);
	if (!folder)
		return false;
	item->file = g_build_filename(store->path, folder, sub_names[file.sub], file.name, NULL);
	return true;
}

GPtrArray *
store_index_batch(Store *store, bool idle, size_t limit, GHashTable *taken, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GPtrArray) items =
		g_ptr_array_new_with_free_func((GDestroyNotify)index_item_free);
	for (;;) {
		g_autoptr(FileFinder) finder = file_finder_new(store);
		g_autoptr(GArray) void_items = g_array_new(FALSE, FALSE, sizeof(int64_t));
		if (!read_queue(store, idle, limit, taken, items, error))
			return NULL;
		bool any = items->len > 0;
		for (guint i = 0; i < items->len;) {
			IndexItem *item = items->pdata[i];
			bool keep;
			if (!resolve(store, finder, item, &keep, error))
				return NULL;
			if (keep) {
				i++;
				continue;
			}
			g_array_append_val(void_items, item->queue);
			g_ptr_array_remove_index(items, i);
		}
		if (void_items->len && !store_index_done(store, (const int64_t *)void_items->data,
					       void_items->len, error))
			return NULL;
		/* A batch of nothing but leftovers is no end of the queue. */
		if (items->len > 0 || !any)
			return g_steal_pointer(&items);
	}
}

bool
store_index_done(Store *store, const int64_t *queue, size_t count, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!sql_run(store->sql, error, "DELETE FROM ixq WHERE id=?", "i", queue[i]))
			return false;
		store->index_queue_change -= sql_changes(store->sql);
	}
	return transaction_commit(&transaction, error);
}

static bool
add_tags(Store *store, StoreRow *row, const char *const *tags, GError **error)
{
	StoreRow before = *row;
	g_autofree char *old = row->lkw;
	row->lkw = merge_edit_keywords(old, tags, NULL);
	g_autofree char *told = store->local ? g_steal_pointer(&row->bkw) : NULL;
	if (store->local)
		row->bkw = g_strdup(row->lkw);
	bool differs = row->uid && !row->op && !g_str_equal(row->lkw, row->bkw);
	bool asks = differs && row_has_words_to_tell(row);
	return (!asks || rebuild_ask_flags(store, row, error)) &&
	       row_save(store, &before, row, error) &&
	       (!differs || asks || row_tells_nothing(store, row, error));
}

static bool
take_tags(Store *store, const AdoptedTags *adopted, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!row_by_key(store, adopted->key, &row, &found, error) ||
		(found && !add_tags(store, &row, adopted->tags, error)) ||
		!sql_run(store->sql, error, "DELETE FROM ixq WHERE id=?", "i", adopted->queue))
		return false;
	store->index_queue_change -= sql_changes(store->sql);
	g_autofree char *known = merge_keyword_set(adopted->tags);
	return !found || g_str_equal(known, row.lkw) ||
	       index_queue_flags(store, adopted->key, error);
}

bool
store_take_tags(Store *store, const AdoptedTags *adopted, size_t count, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_tags(store, &adopted[i], error))
			return false;
	return transaction_commit(&transaction, error);
}

bool
store_not_searchable(Store *store, const char *key, const char *why, GError **error)
{
	store_assert_thread(store);
	return sql_run(store->sql, error, "UPDATE msg SET unsearchable=? WHERE key=?", "tt",
		why ? why : "no mail by the index's rules", key);
}

int64_t
store_index_queue(Store *store)
{
	store_assert_thread(store);
	return store->index_queue;
}

bool
store_requeue_index(Store *store, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	int64_t count;
	if (!transaction_begin(&transaction, store, error) ||
		!sql_run(store->sql, error, "DELETE FROM ixq WHERE act NOT IN (2,4)", "") ||
		!sql_run(store->sql, error,
			"INSERT INTO ixq(act,key,idle,date) SELECT 1,key,0,date FROM msg"
			" WHERE part<>0 AND st=0 AND key NOT IN (SELECT key FROM ixq WHERE act=4)",
			"") ||
		!sql_run(store->sql, error,
			"UPDATE msg SET unsearchable=NULL WHERE unsearchable IS NOT NULL", "") ||
		!sql_number(store->sql, error, &count, 0, "SELECT count(*) FROM ixq", ""))
		return false;
	store->index_queue_change = count - store->index_queue;
	return transaction_commit(&transaction, error);
}

#include <string.h>

#include "backend/store/deeds_private.h"

/*
 * Taking a deed back: what each of its rows was changed by is applied the other way round, as a wish like any other, and
 * what that changed takes its place, so that it can be done again.
 */
char *
store_newest_deed(Store *store, bool undone, int64_t *since, GError **error)
{
	store_assert_thread(store);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT id,made FROM deed WHERE undone=?1 ORDER BY"
		" CASE WHEN ?1 THEN id END, id DESC LIMIT 1",
		"n", (int)undone);
	if (!rows || sql_next(store->sql, rows, error) != 1)
		return NULL;
	if (since)
		*since = sqlite3_column_int64(rows, 1);
	return sql_text(rows, 0);
}

/* Of char *: the texts, the last first. */
static GPtrArray *
read_deed(Store *store, const char *id, bool undone, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT inverse FROM deed WHERE id=? AND undone=? ORDER BY seq DESC", "tn", id,
		(int)undone);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(texts, sql_text(rows, 0));
	}
	return rows ? g_steal_pointer(&texts) : NULL;
}

/* What left the server or is to leave it has no place any more; its flags count if it comes back. */
static bool
can_take_back(const StoreRow *row, const RowWish *wish)
{
	if (row->st <= ROW_FETCHING)
		return true;
	if (row->st == ROW_TOMB || wish->folder)
		return false;
	return wish->end == WISH_STAYS || (wish->end == WISH_KEPT && row->st == ROW_PURGING);
}

/* A copy that nobody heard of is gone when it is taken back; made again, it is another one. */
static bool
copy_again(Doing *doing, GHashTable *renamed, const char *key, const StoreRow *source,
	int64_t folder, GError **error)
{
	if (!doing_copy(doing, source, folder, error))
		return false;
	const char *now = doing->copied->pdata[doing->copied->len - 1];
	g_hash_table_insert(renamed, g_strdup(key), g_strdup(now));
	return true;
}

static bool
take_back(Doing *doing, GHashTable *renamed, JsonObject *entry, GError **error)
{
	g_auto(RowWish) wish = { 0 };
	g_auto(StoreRow) row = { 0 };
	const char *key;
	bool found = false;
	if (!row_wish_read(entry, &wish, &key))
		return true;
	bool copies = wish.end == WISH_COPIED;
	if (!row_by_key(doing->store, copies ? wish.source : key, &row, &found, error))
		return false;
	if (!found || !can_take_back(&row, &wish)) {
		doing->done->gone++;
		return true;
	}
	if (copies)
		return copy_again(doing, renamed, key, &row, wish.folder, error);
	size_t done = doing->done->done;
	if (!doing_apply(doing, &row, &wish, error))
		return false;
	doing->done->kept += done == doing->done->done;
	return true;
}

static bool
take_all_back(Doing *doing, GHashTable *renamed, const GPtrArray *texts, GError **error)
{
	for (guint i = 0; i < texts->len; i++) {
		const char *text = texts->pdata[i];
		g_autoptr(JsonObject) object = json_line_parse(text, strlen(text), error);
		JsonArray *rows = object ? json_array(object, "rows") : NULL;
		if (!rows)
			return false;
		for (guint at = json_array_get_length(rows); at > 0; at--)
			if (!take_back(doing, renamed, json_object_at(rows, at - 1), error))
				return false;
	}
	return true;
}

/* ---- what other deeds know of a copy that was made again ---- */

typedef struct Kept {
	char *id, *text;
	int64_t seq;
} Kept;

static void
kept_free(void *data)
{
	Kept *kept = data;
	g_free(kept->id);
	g_free(kept->text);
	g_free(kept);
}

static GPtrArray *
read_kept(Store *store, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(kept_free);
	g_autoptr(SqlRows) rows =
		sql_ask(store->sql, error, "SELECT id,seq,inverse FROM deed WHERE undone=1", "");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		Kept *kept = g_new0(Kept, 1);
		kept->id = sql_text(rows, 0);
		kept->seq = sqlite3_column_int64(rows, 1);
		kept->text = sql_text(rows, 2);
		g_ptr_array_add(all, kept);
	}
	return rows ? g_steal_pointer(&all) : NULL;
}

static bool
rename_in(JsonObject *entry, GHashTable *renamed)
{
	static const char *const members[] = { "key", "source" };
	bool any = false;
	for (size_t i = 0; entry && i < G_N_ELEMENTS(members); i++) {
		const char *key = json_text(entry, members[i]);
		const char *now = key ? g_hash_table_lookup(renamed, key) : NULL;
		if (now)
			json_set_text(entry, members[i], now);
		any = any || now;
	}
	return any;
}

static bool
rename_copies(Store *store, GHashTable *renamed, GError **error)
{
	if (g_hash_table_size(renamed) == 0)
		return true;
	g_autoptr(GPtrArray) all = read_kept(store, error);
	for (guint i = 0; all && i < all->len; i++) {
		const Kept *kept = all->pdata[i];
		g_autoptr(JsonObject) object =
			json_line_parse(kept->text, strlen(kept->text), error);
		JsonArray *rows = object ? json_array(object, "rows") : NULL;
		if (!rows)
			return false;
		bool any = false;
		for (guint at = 0; at < json_array_get_length(rows); at++)
			any |= rename_in(json_object_at(rows, at), renamed);
		g_autofree char *text = any ? json_line_write(object) : NULL;
		if (any && !sql_run(store->sql, error,
				   "UPDATE deed SET inverse=? WHERE id=? AND seq=?", "tti", text,
				   kept->id, kept->seq))
			return false;
	}
	return all != NULL;
}

bool
store_undo(Store *store, const char *id, bool redo, DeedDone *done, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	*done = (DeedDone){ 0 };
	if (!deeds_are_possible(store, error) || !transaction_begin(&transaction, store, error))
		return false;
	g_autofree char *own = id ? g_strdup(id) : store_newest_deed(store, redo, NULL, error);
	g_autoptr(GPtrArray) texts = own ? read_deed(store, own, redo, error) : NULL;
	if (!texts || texts->len == 0) {
		if (!error || !*error)
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
				"there is nothing to %s", redo ? "do again" : "undo");
		return false;
	}
	Doing doing;
	doing_begin(&doing, store, own, done);
	doing.undone = !redo;
	g_autoptr(GHashTable) renamed =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	bool ok = sql_run(store->sql, error, "DELETE FROM deed WHERE id=?", "t", own) &&
	          take_all_back(&doing, renamed, texts, error) &&
	          rename_copies(store, renamed, error) && doing_end(&doing, &transaction, error);
	doing_clear(&doing);
	if (!ok)
		deed_done_clear(done);
	return ok;
}

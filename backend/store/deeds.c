#include <string.h>

#include "backend/store/deeds_private.h"
#include "backend/store/rebuild.h"

/* Deeds: which rows one is about, and what is kept of it. */
enum { KEYS_MOST = 1000, INVERSES_IN_ONE = 500, DEEDS_KEPT = 200 };

void
deed_done_clear(DeedDone *done)
{
	g_clear_pointer(&done->id, g_free);
	g_clear_pointer(&done->folders, g_ptr_array_unref);
}

/* ---- a deed under way ---- */

bool
deeds_are_possible(const Store *store, GError **error)
{
	if (store->held)
		g_set_error_literal(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, store->held);
	return !store->held;
}

void
doing_begin(Doing *doing, Store *store, const char *id, DeedDone *done)
{
	*done = (DeedDone){ .id = g_strdup(id), .folders = g_ptr_array_new_with_free_func(g_free) };
	*doing = (Doing){ .store = store,
		.id = id,
		.inverses = json_array_new(),
		.copied = g_ptr_array_new_with_free_func(g_free),
		.done = done,
		.folders = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL) };
}

void
doing_clear(Doing *doing)
{
	json_array_unref(doing->inverses);
	g_ptr_array_unref(doing->copied);
	g_hash_table_unref(doing->folders);
}

void
doing_touch(Doing *doing, int64_t folder)
{
	if (folder)
		g_hash_table_add(doing->folders, g_memdup2(&folder, sizeof folder));
}

static bool
write_inverses(Doing *doing, GError **error)
{
	if (!doing->id || json_array_get_length(doing->inverses) == 0)
		return true;
	g_autoptr(JsonObject) object = json_object_new();
	json_set_array(object, "rows", json_array_ref(doing->inverses));
	g_autofree char *text = json_line_write(object);
	json_array_unref(doing->inverses);
	doing->inverses = json_array_new();
	return sql_run(doing->store->sql, error,
		"INSERT INTO deed(id,seq,inverse,made,undone) VALUES(?1,"
		"(SELECT coalesce(max(seq),0)+1 FROM deed WHERE id=?1),?2,?3,?4)",
		"ttin", doing->id, text, g_get_real_time(), (int)doing->undone);
}

bool
doing_keep(Doing *doing, const char *key, const RowWish *inverse, GError **error)
{
	if (!doing->id)
		return true;
	json_array_add_object_element(doing->inverses, row_wish_write(inverse, key));
	return json_array_get_length(doing->inverses) < INVERSES_IN_ONE ||
	       write_inverses(doing, error);
}

bool
doing_wish(Doing *doing, StoreRow *row, const RowWish *wish, RowWish *inverse, bool *changed,
	GError **error)
{
	int64_t before = row->folder;
	*changed = false;
	if (!row_wish_apply(doing->store, row, wish, inverse, changed, error))
		return false;
	if (!*changed)
		return true;
	doing->done->done++;
	doing_touch(doing, before);
	doing_touch(doing, row->folder);
	return true;
}

bool
doing_apply(Doing *doing, StoreRow *row, const RowWish *wish, GError **error)
{
	g_auto(RowWish) inverse = { 0 };
	bool changed;
	if (!doing_wish(doing, row, wish, &inverse, &changed, error))
		return false;
	/* what was recalled from another account is not given again, nor taken there again */
	return !changed || wish->end == WISH_RECALLED || row_wish_is_empty(&inverse) ||
	       doing_keep(doing, row->key, &inverse, error);
}

bool
doing_copy(Doing *doing, const StoreRow *source, int64_t folder, GError **error)
{
	char *key = NULL;
	const RowWish inverse = { .end = WISH_UNCOPIED, .source = source->key };
	if (!copy_row(doing->store, source, folder, &key, error))
		return false;
	g_ptr_array_add(doing->copied, key);
	doing->done->done++;
	doing_touch(doing, folder);
	return doing_keep(doing, key, &inverse, error);
}

static bool
name_folders(Doing *doing, GError **error)
{
	GHashTableIter iter;
	void *id;
	g_hash_table_iter_init(&iter, doing->folders);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		g_autoptr(SqlRows) rows = sql_ask(doing->store->sql, error,
			"SELECT name FROM folder WHERE id=?", "i", *(int64_t *)id);
		if (!rows || sql_next(doing->store->sql, rows, error) < 0)
			return false;
		g_ptr_array_add(doing->done->folders, sql_text(rows, 0));
	}
	return true;
}

static bool
forget_old_deeds(Store *store, GError **error)
{
	return sql_run(store->sql, error,
		"DELETE FROM deed WHERE id NOT IN"
		" (SELECT DISTINCT id FROM deed ORDER BY id DESC LIMIT ?)",
		"n", (int)DEEDS_KEPT);
}

bool
doing_end(Doing *doing, Transaction *transaction, GError **error)
{
	size_t lost = 0;
	if (!name_folders(doing, error) || !write_inverses(doing, error) ||
		!forget_old_deeds(doing->store, error) || !transaction_commit(transaction, error) ||
		!copy_files(doing->store, doing->copied, &lost, error))
		return false;
	doing->done->done -= lost;
	doing->done->gone += lost;
	return true;
}

/* ---- what it is about ---- */

typedef struct Aim {
	const Deed *deed;
	int64_t folder;
} Aim;

static bool
find_folder(Store *store, const Deed *deed, int64_t *folder, GError **error)
{
	bool moves = deed->kind == DEED_MOVE, away = deed->account != NULL;
	bool to_trash = deed->kind == DEED_DELETE || (moves && away);
	bool placed = !away && (moves || deed->kind == DEED_COPY);
	FolderRole role = to_trash ? ROLE_TRASH : deed->role;
	*folder = 0;
	if (!to_trash && !placed)
		return true;
	bool named = placed && deed->folder;
	if (!(named ? sql_number(store->sql, error, folder, 0, "SELECT id FROM folder WHERE name=?",
			      "t", deed->folder)
		    : folder_by_role(store, role, folder, error)))
		return false;
	if (*folder)
		return true;
	const char *word = folder_role_word(role);
	if (named)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE, "%s has no folder \"%s\"",
			store->account, deed->folder);
	else
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
			"%s has no %s folder; name it in the config: %s = \"…\"", store->account,
			word ? word : "such", word ? word : "role");
	return false;
}

static bool
is_in_bin(Store *store, const StoreRow *row, bool *is, GError **error)
{
	FolderRole role;
	bool fine = folder_role(store, row->folder, &role, error);
	*is = role == ROLE_TRASH || role == ROLE_JUNK;
	return fine;
}

/* Deleted is what is not in the bin; purged what is, and is not wanted elsewhere, nor of a lost state. */
static bool
stays(Store *store, DeedKind kind, const StoreRow *row, bool *refused, GError **error)
{
	bool in_bin, waits, unmatched;
	*refused = false;
	if (kind != DEED_DELETE && kind != DEED_PURGE)
		return true;
	if (!is_in_bin(store, row, &in_bin, error) || !transfer_waits(store, row, &waits, error) ||
		!row_is_unmatched(store, row, &unmatched, error))
		return false;
	*refused = kind == DEED_DELETE ? in_bin : !in_bin || waits || unmatched;
	return true;
}

static bool
do_row(Doing *doing, const Aim *aim, StoreRow *row, GError **error)
{
	const Deed *deed = aim->deed;
	RowWish wish = { 0 };
	bool refused;
	if (deed->account)
		return doing_transfer(doing, deed, aim->folder, row, error);
	if (!stays(doing->store, deed->kind, row, &refused, error))
		return false;
	if (refused || (aim->folder && aim->folder == row->folder)) {
		doing->done->kept++;
		return true;
	}
	switch (deed->kind) {
	case DEED_FLAG:
	case DEED_TAG:
		wish.set = deed->set & MAIL_ALL_FLAGS;
		wish.clear = deed->clear & MAIL_ALL_FLAGS;
		wish.add = deed->add;
		wish.remove = deed->remove;
		break;
	case DEED_COPY:
		return doing_copy(doing, row, aim->folder, error);
	case DEED_PURGE:
		wish.end = WISH_PURGED;
		break;
	default:
		wish.folder = aim->folder;
	}
	return doing_apply(doing, row, &wish, error);
}

static bool
do_copies(Doing *doing, const Aim *aim, const StoreRow *named, GError **error)
{
	g_autoptr(GArray) ids = row_copies(doing->store, named, error);
	for (guint i = 0; ids && i < ids->len; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found;
		if (!row_by_id(doing->store, g_array_index(ids, int64_t, i), &row, &found, error) ||
			(found && row.st != ROW_TOMB && !do_row(doing, aim, &row, error)))
			return false;
	}
	return ids != NULL;
}

static bool
do_key(Doing *doing, const Aim *aim, const char *key, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!row_by_key(doing->store, key, &row, &found, error))
		return false;
	/* a message that left one folder, and may be in another, keeps what is wished of its copies */
	bool all = aim->deed->kind == DEED_FLAG || aim->deed->kind == DEED_TAG;
	if (!found || (row.st > ROW_FETCHING && !(all && row.st == ROW_LIMBO))) {
		doing->done->gone++;
		return true;
	}
	return all ? do_copies(doing, aim, &row, error) : do_row(doing, aim, &row, error);
}

static bool
run(Doing *doing, Aim *aim, const char *const *keys, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, doing->store, error) ||
		!find_folder(doing->store, aim->deed, &aim->folder, error))
		return false;
	/* What was taken back cannot be done again after something else was done. */
	if (doing->id && !sql_run(doing->store->sql, error,
				 "DELETE FROM deed WHERE undone=1 AND id<>?", "t", doing->id))
		return false;
	for (size_t i = 0; keys[i]; i++)
		if (!do_key(doing, aim, keys[i], error))
			return false;
	return doing_end(doing, &transaction, error);
}

bool
store_do(Store *store, const Deed *deed, const char *const *keys, DeedDone *done, GError **error)
{
	Aim aim = { .deed = deed };
	Doing doing;
	*done = (DeedDone){ 0 };
	if (g_strv_length((char **)keys) > KEYS_MOST) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
			"more than %d messages in one question", KEYS_MOST);
		return false;
	}
	if (!deeds_are_possible(store, error))
		return false;
	doing_begin(&doing, store, deed->id, done);
	bool ok = run(&doing, &aim, keys, error);
	doing_clear(&doing);
	if (!ok)
		deed_done_clear(done);
	return ok;
}

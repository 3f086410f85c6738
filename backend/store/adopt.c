#include <errno.h>

#include "backend/store/deeds_private.h"
#include "backend/store/transfer.h"

/*
 * The side that gets. Files are put into the tree like those of another program, and a scan takes them in: so a crash
 * leaves what any scan ends, and asking again finds the rows.
 */
typedef struct Adopting {
	Store *store;
	const char *deed;
	int64_t folder;
	const Adoption *adoptions;
	size_t count;
	DeedDone *done;
} Adopting;

/* It came, and what became of it since is of no interest. */
static bool
is_told(const Adopting *adopting, const char *key, bool *told, GError **error)
{
	int64_t count;
	bool fine = sql_number(adopting->store->sql, error, &count, 0,
		"SELECT count(*) FROM deed WHERE id=? AND instr(inverse,?)", "tt", adopting->deed,
		key);
	*told = count > 0;
	return fine;
}

/* ---- files ---- */

static int
open_below(Store *store, const char *path, const char *part, GError **error)
{
	g_autofree char *below = g_build_filename(path, part, NULL);
	return tree_open(store->tree, below, error);
}

static bool
put_file(const Adoption *adoption, int tmp, int cur, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(adoption->file);
	g_autofree char *old = g_path_get_basename(adoption->file);
	g_autofree char *name =
		maildir_name_build(adoption->key, false, adoption->flags, NULL, false);
	g_auto(TreeFd) from = tree_open_root(directory, error);
	if (from < 0)
		return false;
	int result = tree_copy(from, old, tmp, adoption->key);
	if (result == 0)
		result = tree_rename(tmp, adoption->key, cur, name);
	return result == 0 || result == EEXIST || tree_fail(error, result, "take in", old);
}

static bool
put_files(const Adopting *adopting, GError **error)
{
	Store *store = adopting->store;
	g_autofree char *path = folder_path_of(store, adopting->folder, error);
	g_auto(TreeFd) tmp = path ? open_below(store, path, "tmp", error) : -1;
	g_auto(TreeFd) cur = tmp < 0 ? -1 : open_below(store, path, "cur", error);
	if (cur < 0)
		return false;
	for (size_t i = 0; i < adopting->count; i++) {
		g_auto(StoreRow) row = { 0 };
		const char *key = adopting->adoptions[i].key;
		bool found, told;
		if (!row_by_key(store, key, &row, &found, error) ||
			!is_told(adopting, key, &told, error) ||
			(!found && !told && !put_file(&adopting->adoptions[i], tmp, cur, error)))
			return false;
	}
	return tree_sync(cur, error);
}

/* ---- that they are a deed ---- */

static bool
tell(Doing *doing, const Adopting *adopting, const Adoption *adoption, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	const RowWish wish = { .add = adoption->tags };
	const RowWish inverse = { .end = WISH_UNCOPIED };
	bool found, told;
	if (!row_by_key(doing->store, adoption->key, &row, &found, error) ||
		!is_told(adopting, adoption->key, &told, error))
		return false;
	if (!found && !told)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"%s: a message was put into its tree and is not found there",
			doing->store->account);
	if (!found || told)
		return told;
	return doing_apply(doing, &row, &wish, error) &&
	       doing_keep(doing, row.key, &inverse, error);
}

static bool
tell_all(const Adopting *adopting, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, adopting->store, error))
		return false;
	Doing doing;
	doing_begin(&doing, adopting->store, adopting->deed, adopting->done);
	doing_touch(&doing, adopting->folder);
	bool ok = true;
	for (size_t i = 0; ok && i < adopting->count; i++)
		ok = tell(&doing, adopting, &adopting->adoptions[i], error);
	ok = ok && doing_end(&doing, &transaction, error);
	doing_clear(&doing);
	if (!ok)
		deed_done_clear(adopting->done);
	return ok;
}

bool
store_adopt(Store *store, const char *deed, const char *folder, const Adoption *adoptions,
	size_t count, DeedDone *done, GError **error)
{
	Adopting adopting = { store, deed, 0, adoptions, count, done };
	*done = (DeedDone){ 0 };
	store_assert_thread(store);
	if (!deeds_are_possible(store, error) ||
		!sql_number(store->sql, error, &adopting.folder, 0,
			"SELECT id FROM folder WHERE name=?", "t", folder))
		return false;
	if (!adopting.folder) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE, "%s has no folder \"%s\"",
			store->account, folder);
		return false;
	}
	return folder_check_free(store, adopting.folder, error) && put_files(&adopting, error) &&
	       store_scan(store, adopting.folder, NULL, error) && tell_all(&adopting, error);
}

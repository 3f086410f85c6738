#include <string.h>
#include <unistd.h>

#include "backend/store/store_private.h"

/*
 * Between "a row with its key chosen" and "the row says its file is here" stand the write, the rename and
 * the sync of the directory. What is found under a chosen key, in whatever folder another program may
 * have put it by now, is that body: it is adopted, not fetched again.
 */
typedef struct Sweep {
	Store *store;
	int64_t folder; /* 0: a directory no row of folder knows */
	RowSub sub;
	size_t adopted;
	GError *error;
} Sweep;

/* Only files of ours: other programs may be writing theirs right now. */
static bool
is_own_name(Store *store, const char *name)
{
	const char *at = name;
	while (g_ascii_isdigit(*at))
		at++;
	if (at == name || *at++ != '.')
		return false;
	for (int i = 0; i < 16; i++, at++)
		if (!g_ascii_isxdigit(*at))
			return false;
	return g_str_has_prefix(at, store->own_host);
}

static bool
visit_tmp(int directory, const char *name, void *data)
{
	Sweep *sweep = data;
	if (is_own_name(sweep->store, name) && tree_is_file(directory, name, NULL))
		unlinkat(directory, name, 0);
	return true;
}

static bool
adopt(Sweep *sweep, const char *name, const MaildirName *parts, GError **error)
{
	Store *store = sweep->store;
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!row_by_key(store, parts->key, &row, &found, error))
		return false;
	if (!found || row.st != ROW_FETCHING || row.part != PART_NOTHING || parts->partial)
		return true;
	StoreRow before = row;
	RowSub sub;
	row.st = ROW_LIVE;
	row.part = PART_FULL;
	/* As and where we wrote it: what was changed since, the scan takes for a wish. */
	row.lfolder = row.sfolder ? row.sfolder : row.folder;
	row.ff = row.loc;
	row.lim = 0;
	g_clear_pointer(&row.fname, g_free);
	g_free(row_wanted_name(&row, &sub));
	row.sub = (int)sub;
	sweep->adopted++;
	return row_save(store, &before, &row, error) &&
	       index_queue_put(store, row.key, row.date, false, error);
}

static bool
visit_file(int directory, const char *name, void *data)
{
	Sweep *sweep = data;
	MaildirName parts;
	if (!maildir_name_parse(name, &parts))
		return true;
	bool fine =
		!tree_is_file(directory, name, NULL) || adopt(sweep, name, &parts, &sweep->error);
	maildir_name_clear(&parts);
	return fine;
}

static bool
sweep_folder(int maildir, const char *path, void *data)
{
	Sweep *sweep = data;
	g_auto(TreeFd) tmp = tree_open(maildir, "tmp", NULL);
	if (tmp >= 0)
		tree_list(tmp, visit_tmp, sweep, NULL);
	if (!sql_number(sweep->store->sql, &sweep->error, &sweep->folder, 0,
		    "SELECT id FROM folder WHERE path=?", "t", path))
		return false;
	for (int sub = SUB_NEW; sweep->folder && sub <= SUB_CUR; sub++) {
		g_auto(TreeFd) directory = tree_open(maildir, sub_names[sub], NULL);
		size_t before = sweep->adopted;
		sweep->sub = (RowSub)sub;
		if (directory < 0)
			continue;
		if (!tree_list(directory, visit_file, sweep, sweep->error ? NULL : &sweep->error) ||
			sweep->error)
			return false;
		/* The rename may not have reached the disk; the rows below say that it did. */
		if (sweep->adopted > before && !tree_sync(directory, &sweep->error))
			return false;
	}
	return true;
}

static bool
sweep_tmp_only(int maildir, const char *path, void *data)
{
	g_auto(TreeFd) tmp = tree_open(maildir, "tmp", NULL);
	if (tmp >= 0)
		tree_list(tmp, visit_tmp, data, NULL);
	return true;
}

bool
recover_bodies(Store *store, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	Sweep sweep = { .store = store };
	if (!transaction_begin(&transaction, store, error))
		return false;
	bool walked = tree_maildirs(store->tree, store->form, sweep_folder, &sweep, error);
	if (sweep.error) {
		g_propagate_error(error, sweep.error);
		return false;
	}
	if (!walked || !transaction_commit(&transaction, error))
		return false;
	store->unswept = false;
	return true;
}

bool
recover(Store *store, bool unclean, GError **error)
{
	Sweep sweep = { .store = store };
	int64_t fetching;
	size_t buried;
	if (!follow_recover(store, error))
		return false;
	if (!sql_number(store->sql, error, &fetching, 0,
		    "SELECT EXISTS(SELECT 1 FROM msg INDEXED BY m_work WHERE st=1)", ""))
		return false;
	if (!(unclean && fetching ? recover_bodies(store, error)
				  : tree_maildirs(store->tree, store->form, sweep_tmp_only, &sweep,
					    error)))
		return false;
	store->unswept = false;
	return copies_recover(store, error) && limbo_bury_all(store, false, &buried, error);
}

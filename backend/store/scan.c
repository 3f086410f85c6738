#include <errno.h>
#include <string.h>

#include "backend/store/rebuild.h"
#include "backend/store/scan_private.h"

/*
 * What other programs did to the tree, folder by folder. A directory whose times are as they were is
 * not read. What is missing is only looked at when the whole tree was read: the file may lie elsewhere.
 */
enum { COMMIT_EVERY = 1000, SETTLED_NS = 2 * 1000 * 1000 * 1000LL };

static int64_t
change_ns(int directory, struct stat *status)
{
	if (fstat(directory, status) != 0)
		return 0;
	return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

static bool
scan_begin(Scan *scan, GError **error)
{
	scan->pending = 0;
	return scan->transaction.store || transaction_begin(&scan->transaction, scan->store, error);
}

static bool
scan_commit(Scan *scan, GError **error)
{
	return !scan->transaction.store || transaction_commit(&scan->transaction, error);
}

static bool
visit_file(int directory, const char *name, void *data)
{
	Scan *scan = data;
	MaildirName parts;
	if (!maildir_name_parse(name, &parts))
		return true;
	bool fine = scan_take_file(scan, directory, name, &parts, &scan->error);
	maildir_name_clear(&parts);
	if (fine && scan->pending >= COMMIT_EVERY)
		fine = scan_commit(scan, &scan->error) && scan_begin(scan, &scan->error);
	return fine;
}

static bool
read_sub(Scan *scan, int directory, RowSub sub, GError **error)
{
	scan->sub = sub;
	GError *own = NULL;
	bool read = tree_list(directory, visit_file, scan, &own);
	if (scan->error) {
		g_clear_error(&own);
		g_propagate_error(error, g_steal_pointer(&scan->error));
		return false;
	}
	if (!read)
		g_propagate_error(error, own);
	return read;
}

/* ---- one folder ---- */

typedef struct Times {
	int64_t cur, new_, device, inode;
} Times;

static Times
times_of(const int subs[2])
{
	struct stat status = { 0 };
	Times times = { .new_ = change_ns(subs[SUB_NEW], &status) };
	times.cur = change_ns(subs[SUB_CUR], &status);
	times.device = (int64_t)status.st_dev;
	times.inode = (int64_t)status.st_ino;
	return times;
}

static bool
is_unchanged(Scan *scan, const Times *now, bool *unchanged, GError **error)
{
	int64_t count;
	bool fine = sql_number(scan->store->sql, error, &count, 0,
		"SELECT count(*) FROM folder WHERE id=? AND scan_ns=? AND scan_new_ns=? AND "
		"dir_dev=?"
		" AND dir_ino=? AND scan_ns<>0 AND state<>3",
		"iiiii", scan->folder, now->cur, now->new_, now->device, now->inode);
	*unchanged = count > 0;
	return fine;
}

/* Times within the last seconds may hide a later change: then the folder is read again next time. */
static bool
save_times(Scan *scan, const Times *before, const Times *after, bool *steady, GError **error)
{
	int64_t now = g_get_real_time() * 1000;
	*steady = before->cur == after->cur && before->new_ == after->new_;
	bool settled =
		*steady && !scan->left_one && now - MAX(after->cur, after->new_) > SETTLED_NS;
	/* Nothing is written where nothing changed: a scan of many folders costs no syncs. */
	return sql_run(scan->store->sql, error,
		"UPDATE folder SET scan_ns=?1,scan_new_ns=?2,dir_dev=?3,dir_ino=?4 WHERE id=?5"
		" AND (scan_ns IS NOT ?1 OR scan_new_ns IS NOT ?2 OR dir_dev IS NOT ?3"
		" OR dir_ino IS NOT ?4)",
		"iiiii", settled ? after->cur : (int64_t)0, settled ? after->new_ : (int64_t)0,
		after->device, after->inode, scan->folder);
}

static bool
directory_is_gone(Scan *scan, const char *path, GError **error)
{
	Store *store = scan->store;
	int64_t files;
	if (!sql_number(store->sql, error, &files, 0,
		    "SELECT count(*) FROM msg INDEXED BY m_file WHERE part<>0 AND lfolder=? AND "
		    "st<>2",
		    "i", scan->folder))
		return false;
	if (files == 0)
		return tree_make_maildir(store->tree, path, error);
	return folder_hold(store, scan->folder, HOLD_FOLDER_GONE,
		"The folder's directory is gone from this disk. Nothing is fetched or removed "
		"until it "
		"is back.",
		error);
}

static bool
open_folder(Scan *scan, const char *path, int subs[2], bool *there, GError **error)
{
	g_autoptr(GError) own = NULL;
	g_auto(TreeFd) maildir = tree_open(scan->store->tree, path, &own);
	for (int sub = SUB_NEW; sub <= SUB_CUR && maildir >= 0; sub++) {
		subs[sub] = tree_open(maildir, sub_names[sub], own ? NULL : &own);
		if (subs[sub] < 0)
			break;
	}
	*there = subs[SUB_NEW] >= 0 && subs[SUB_CUR] >= 0;
	if (*there || g_error_matches(own, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
		return true;
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

static bool
read_folder(Scan *scan, const int subs[2], GError **error)
{
	bool unchanged, steady;
	Times before = times_of(subs);
	if (!is_unchanged(scan, &before, &unchanged, error) || unchanged)
		return unchanged;
	/* Files go from new to cur, so new is read first: what moves meanwhile is seen in cur. */
	for (int sub = SUB_NEW; sub <= SUB_CUR; sub++)
		if (!read_sub(scan, subs[sub], (RowSub)sub, error))
			return false;
	Times after = times_of(subs);
	if (!save_times(scan, &before, &after, &steady, error))
		return false;
	if (steady || scan->own_renames)
		g_array_append_val(scan->read, scan->folder);
	return true;
}

/* What of a Maildir lacks is made, and the rest is read with it: what would come later would seem to be new. */
static bool
open_or_make(Scan *scan, const char *path, int subs[2], bool *there, GError **error)
{
	if (!open_folder(scan, path, subs, there, error) || *there)
		return *there;
	tree_close_subs(subs);
	return directory_is_gone(scan, path, error) && open_folder(scan, path, subs, there, error);
}

static bool
scan_folder(Scan *scan, const StoreFolder *folder, GError **error)
{
	int subs[2] = { -1, -1 };
	bool there = false;
	scan->folder = folder->id;
	scan->own_renames = scan->left_one = false;
	bool fine = scan_begin(scan, error) &&
	            open_or_make(scan, folder->path, subs, &there, error) &&
	            (!there || read_folder(scan, subs, error));
	tree_close_subs(subs);
	if (!fine)
		g_prefix_error(error, "%s: ", folder->name);
	return fine && scan_commit(scan, error);
}

/* ---- all ---- */

static bool
visit_maildir(int directory, const char *path, void *data)
{
	Scan *scan = data;
	return folder_adopt(scan->store, path, &scan->error);
}

static bool
adopt_folders(Scan *scan, GError **error)
{
	if (!scan_begin(scan, error) ||
		!tree_maildirs(scan->store->tree, scan->store->form, visit_maildir, scan, error))
		return false;
	if (scan->error) {
		g_propagate_error(error, g_steal_pointer(&scan->error));
		return false;
	}
	return scan_commit(scan, error);
}

/* Folders that a scan held may be freed by one. */
static bool
is_scanned(Scan *scan, const StoreFolder *folder, bool *scanned, GError **error)
{
	int64_t hold;
	if (!sql_number(scan->store->sql, error, &hold, 0, "SELECT hold FROM folder WHERE id=?",
		    "i", folder->id))
		return false;
	*scanned =
		folder->state != FOLDER_HELD || hold == HOLD_FILES_GONE || hold == HOLD_FOLDER_GONE;
	return true;
}

static bool
scan_all(Scan *scan, int64_t only, GError **error)
{
	if ((scan->store->local || scan->store->rebuilding) && !adopt_folders(scan, error))
		return false;
	g_autoptr(GPtrArray) folders = store_folders(scan->store, error);
	for (guint i = 0; folders && i < folders->len; i++) {
		const StoreFolder *folder = folders->pdata[i];
		bool scanned;
		if (only && folder->id != only)
			continue;
		if (!is_scanned(scan, folder, &scanned, error) ||
			(scanned && !scan_folder(scan, folder, error)))
			return false;
	}
	return folders != NULL;
}

static bool
look_for_missing(Scan *scan, bool act, bool *any, GError **error)
{
	for (guint i = 0; i < scan->read->len; i++) {
		int64_t folder = g_array_index(scan->read, int64_t, i);
		if (!scan_begin(scan, error) || !scan_missing_of(scan, folder, act, any, error) ||
			!scan_commit(scan, error))
			return false;
	}
	return true;
}

/* What is missing may have gone, under another name, to where this scan was already: then it is there now. */
static bool
look_again(Scan *scan, GError **error)
{
	bool missing = false;
	if (!look_for_missing(scan, false, &missing, error))
		return false;
	if (!missing)
		return true;
	FileFinder *first = scan->finder;
	g_autoptr(FileFinder) fresh = scan->finder = file_finder_new(scan->store);
	bool fine = scan_all(scan, 0, error);
	scan->finder = first;
	return fine;
}

bool
store_scan(Store *store, int64_t folder, size_t *changed, GError **error)
{
	store_assert_thread(store);
	store->scan_added = 0;
	if (changed)
		*changed = 0;
	if (store->held)
		return true;
	/* else what was done to those files since would be how we wrote them */
	if (store->unswept && !recover_bodies(store, error))
		return false;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GArray) read = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(FileFinder) finder = file_finder_new(store);
	Scan scan = { .store = store, .finder = finder, .seen = seen, .read = read };
	bool missing = false;
	bool fine = scan_all(&scan, folder, error) && (folder || look_again(&scan, error)) &&
	            look_for_missing(&scan, !folder, &missing, error) &&
	            (folder || rebuild_end(store, error));
	transaction_clear(&scan.transaction);
	if (!fine)
		return false;
	/* Something of one folder is gone: it may lie in another, so all are read. */
	if (missing && folder) {
		size_t more = 0;
		fine = store_scan(store, 0, &more, error);
		scan.changed += more;
	}
	store->scan_added += scan.added;
	if (changed)
		*changed = scan.changed;
	return fine;
}

size_t
store_scan_added(const Store *store)
{
	return store->scan_added;
}

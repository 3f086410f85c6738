#include <string.h>

#include "backend/store/folder_path.h"
#include "backend/store/store_private.h"

enum { FOLDERS_LIMIT = 20000 };

void
store_folder_free(StoreFolder *folder)
{
	if (!folder)
		return;
	g_free(folder->remote);
	g_free(folder->name);
	g_free(folder->path);
	g_free(folder->held_why);
	g_free(folder);
}

static StoreFolder *
read_folder(Store *store, SqlRows *rows)
{
	StoreFolder *folder = g_new0(StoreFolder, 1);
	int at = 0;
	folder->id = sqlite3_column_int64(rows, at++);
	folder->remote = sql_text(rows, at++);
	if (g_str_has_prefix(folder->remote, UNLISTED))
		g_clear_pointer(&folder->remote, g_free);
	folder->name = sql_text(rows, at++);
	folder->path = sql_text(rows, at++);
	const char *delimiter = (const char *)sqlite3_column_text(rows, at++);
	folder->delimiter = delimiter ? delimiter[0] : '\0';
	folder->role = (FolderRole)sqlite3_column_int(rows, at++);
	folder->uidvalidity = (uint32_t)sqlite3_column_int64(rows, at++);
	folder->uidnext = (uint32_t)sqlite3_column_int64(rows, at++);
	folder->uidlow = (uint32_t)sqlite3_column_int64(rows, at++);
	folder->modseq = (uint64_t)sqlite3_column_int64(rows, at++);
	folder->state = (FolderState)sqlite3_column_int(rows, at++);
	folder->rows = sqlite3_column_int64(rows, at++);
	folder->bodies = sqlite3_column_int64(rows, at++);
	if (store->held)
		folder->state = FOLDER_HELD;
	if (folder->state == FOLDER_HELD)
		folder->held_why = store->held ? g_strdup(store->held) : sql_text(rows, at);
	return folder;
}

GPtrArray *
store_folders(Store *store, GError **error)
{
	store_assert_thread(store);
	g_autoptr(GPtrArray) folders =
		g_ptr_array_new_with_free_func((GDestroyNotify)store_folder_free);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT "
		"id,rname,name,path,delim,role,uidvalidity,uidnext,uidlow,modseq,state,uids,bodies,"
		"err"
		" FROM folder ORDER BY id",
		"");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(folders, read_folder(store, rows));
	}
	return rows ? g_steal_pointer(&folders) : NULL;
}

char *
folder_path_of(Store *store, int64_t folder, GError **error)
{
	g_autoptr(SqlRows) rows =
		sql_ask(store->sql, error, "SELECT path FROM folder WHERE id=?", "i", folder);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1)
		return sql_text(rows, 0);
	if (step == 0)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "there is no such folder");
	return NULL;
}

bool
folder_by_role(Store *store, FolderRole role, int64_t *folder, GError **error)
{
	return sql_number(store->sql, error, folder, 0,
		"SELECT id FROM folder WHERE role=? ORDER BY id LIMIT 1", "n", (int)role);
}

bool
folder_role(Store *store, int64_t folder, FolderRole *role, GError **error)
{
	int64_t number;
	bool fine = sql_number(store->sql, error, &number, ROLE_NONE,
		"SELECT role FROM folder WHERE id=?", "i", folder);
	*role = fine ? (FolderRole)number : ROLE_NONE;
	return fine;
}

/* A FolderState; -1: there is no such folder. */
static bool
state_of(Store *store, int64_t folder, int64_t *state, GError **error)
{
	return sql_number(
		store->sql, error, state, -1, "SELECT state FROM folder WHERE id=?", "i", folder);
}

bool
folder_is_held(Store *store, int64_t folder, bool *held, GError **error)
{
	int64_t state;
	*held = true;
	if (store->held || (store->rebuilding && !store->local))
		return true;
	if (!state_of(store, folder, &state, error))
		return false;
	*held = state == FOLDER_HELD || state < 0;
	return true;
}

bool
folder_check_free(Store *store, int64_t folder, GError **error)
{
	bool held;
	if (!folder_is_held(store, folder, &held, error))
		return false;
	if (held)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"the folder is held or gone: nothing is changed in it");
	return !held;
}

bool
folder_knows_uids(Store *store, int64_t folder, bool *known, GError **error)
{
	int64_t state;
	*known = false;
	if (store->held)
		return true;
	if (!state_of(store, folder, &state, error))
		return false;
	*known = state == FOLDER_OK || state == FOLDER_FIRST_PASS;
	return true;
}

bool
folder_check_uids(Store *store, int64_t folder, GError **error)
{
	bool known;
	if (!folder_check_free(store, folder, error) ||
		!folder_knows_uids(store, folder, &known, error))
		return false;
	if (!known)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"the server numbered this folder anew: it is matched first");
	return known;
}

/* ---- what LIST said ---- */

static bool
is_taken(Store *store, const char *text, const char *value, bool *taken, GError **error)
{
	int64_t count;
	if (!sql_number(store->sql, error, &count, 0, text, "t", value))
		return false;
	*taken = count > 0;
	return true;
}

/* A path of its own, also on a disk that folds case. */
static char *
choose_path(Store *store, const char *own, const char *remote, char **fold, GError **error)
{
	g_autofree char *path = g_strdup(own);
	for (int attempt = 0;; attempt++) {
		g_autofree char *folded = folder_path_fold(path);
		bool taken;
		if (!is_taken(store, "SELECT count(*) FROM folder WHERE fold=?", folded, &taken,
			    error))
			return NULL;
		if (!taken) {
			*fold = g_steal_pointer(&folded);
			return g_steal_pointer(&path);
		}
		g_autofree char *salt = g_strdup_printf("%s/%d", remote, attempt);
		g_autofree char *other = folder_path_distinct(path, attempt ? salt : remote);
		g_free(path);
		path = g_steal_pointer(&other);
	}
}

char *
folder_choose_name(Store *store, const char *wanted, GError **error)
{
	g_autofree char *name = g_utf8_make_valid(wanted, -1);
	g_autofree char *base = g_strdup(name);
	for (int number = 2;; number++) {
		bool taken;
		if (!is_taken(
			    store, "SELECT count(*) FROM folder WHERE name=?", name, &taken, error))
			return NULL;
		if (!taken)
			return g_steal_pointer(&name);
		g_free(name);
		name = g_strdup_printf("%s (%d)", base, number);
	}
}

static int64_t
insert_folder(Store *store, const char *remote, const char *wanted, char delimiter, FolderRole role,
	GError **error)
{
	const char between[] = { delimiter, '\0' };
	int64_t count;
	if (!sql_number(store->sql, error, &count, 0, "SELECT count(*) FROM folder", ""))
		return 0;
	if (count >= FOLDERS_LIMIT) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"more than %d folders: the rest is left out", FOLDERS_LIMIT);
		return 0;
	}
	g_autofree char *fold = NULL;
	g_autofree char *own = folder_path_own(store, remote, wanted, delimiter, role);
	g_autofree char *path = choose_path(store, own, remote, &fold, error);
	g_autofree char *name = path ? folder_choose_name(store, wanted, error) : NULL;
	if (!name)
		return 0;
	/* A held account may have another folder in this place: nothing is made there. */
	if (!store->held && !tree_make_maildir(store->tree, path, error))
		return 0;
	if (!sql_run(store->sql, error,
		    "INSERT INTO folder(rname,name,path,fold,delim,role) VALUES(?,?,?,?,?,?)",
		    "tttttn", remote, name, path, fold, delimiter ? between : NULL, (int)role))
		return 0;
	return sql_last_id(store->sql);
}

int64_t
store_put_folder(Store *store, const char *remote, const char *name, char delimiter,
	FolderRole role, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	const char text[] = { delimiter, '\0' };
	int64_t id, bound = 0;
	if (!transaction_begin(&transaction, store, error) ||
		!sql_number(store->sql, error, &id, 0, "SELECT id FROM folder WHERE rname=?", "t",
			remote))
		return 0;
	if (id == 0 && !folder_bind(store, remote, name, delimiter, role, &bound, error))
		return 0;
	if (bound)
		id = bound;
	else if (id == 0)
		id = insert_folder(store, remote, name, delimiter, role, error);
	else if (!sql_run(store->sql, error,
			 "UPDATE folder SET role=?,delim=?,missing=0 WHERE id=?"
			 " AND (role<>?1 OR delim IS NOT ?2 OR missing<>0)",
			 "nti", (int)role, delimiter ? text : NULL, id))
		return 0;
	return id && transaction_commit(&transaction, error) ? id : 0;
}

bool
store_missing_folders(Store *store, const char *const *listed, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (; *listed; listed++)
		g_hash_table_add(names, (gpointer)*listed);
	g_autoptr(GPtrArray) folders = store_folders(store, error);
	g_auto(Transaction) transaction = { 0 };
	if (!folders || !transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < folders->len; i++) {
		const StoreFolder *folder = folders->pdata[i];
		bool there = folder->remote && g_hash_table_contains(names, folder->remote);
		if (!sql_run(store->sql, error,
			    "UPDATE folder SET missing=CASE WHEN ?1 THEN 0 ELSE missing+1 END"
			    " WHERE id=?2 AND (missing<>0 OR NOT ?1)",
			    "ni", (int)there, folder->id))
			return false;
	}
	return folder_give_up_unlisted(store, error) && transaction_commit(&transaction, error);
}

/* ---- state ---- */

static bool
set_state(Store *store, int64_t folder, FolderState state, FolderHold hold, const char *sentence,
	GError **error)
{
	return sql_run(store->sql, error, "UPDATE folder SET state=?,hold=?,err=? WHERE id=?",
		"nnti", (int)state, (int)hold, sentence, folder);
}

bool
folder_hold(Store *store, int64_t folder, FolderHold hold, const char *sentence, GError **error)
{
	return set_state(store, folder, FOLDER_HELD, hold, sentence, error);
}

bool
store_hold_folder(
	Store *store, int64_t folder, FolderState state, const char *sentence, GError **error)
{
	store_assert_thread(store);
	FolderHold hold = state == FOLDER_HELD ? HOLD_ASKED : HOLD_NONE;
	return set_state(store, folder, state, hold, sentence, error);
}

/* Its UIDs say nothing any more, until its mail is matched again. */
static bool
renumbered(Store *store, int64_t folder, GError **error)
{
	return sql_run(store->sql, error,
		"UPDATE folder SET uvchanges=uvchanges+1,state=?2 WHERE id=?1 AND state<>?2", "in",
		folder, (int)FOLDER_REMATCH);
}

bool
store_begin_folder(Store *store, int64_t folder, uint32_t uidvalidity, uint32_t uidnext, bool *held,
	GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error) ||
		!folder_is_held(store, folder, held, error))
		return false;
	if (*held)
		return true;
	int64_t known, next, uids;
	if (!sql_number(store->sql, error, &known, 0, "SELECT uidvalidity FROM folder WHERE id=?",
		    "i", folder) ||
		!sql_number(store->sql, error, &next, 0, "SELECT uidnext FROM folder WHERE id=?",
			"i", folder) ||
		!sql_number(store->sql, error, &uids, 0,
			"SELECT EXISTS(SELECT 1 FROM msg INDEXED BY m_uid WHERE sfolder=?1"
			" AND uid IS NOT NULL) OR EXISTS(SELECT 1 FROM msg INDEXED BY m_adrift"
			" WHERE folder=?1 AND part<>0 AND " ROW_IS_UNMATCHED ")",
			"i", folder))
		return false;
	bool fine = true;
	if (known == 0 && !uids)
		fine = sql_run(store->sql, error,
			"UPDATE folder SET uidvalidity=?,state=? WHERE id=?", "ini",
			(int64_t)uidvalidity, (int)FOLDER_FIRST_PASS, folder);
	else if (known != uidvalidity || (uidnext != 0 && uidnext < next))
		fine = renumbered(store, folder, error);
	return fine && transaction_commit(&transaction, error);
}

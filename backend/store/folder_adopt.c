#include <string.h>

#include "backend/store/folder_path.h"
#include "backend/store/store_private.h"

/*
 * Maildirs that lie in the tree before any server has named them: those of a local account, and those of an account
 * whose state was lost or that another program made. When a server names a folder, the one that was kept for it becomes
 * it, in the directory in which it is.
 */

static FolderRole
role_by_name(const Store *store, const char *name)
{
	static const struct {
		const char *name;
		FolderRole role;
	} roles[] = {
		{ "inbox", ROLE_INBOX },
		{ "sent", ROLE_SENT },
		{ "drafts", ROLE_DRAFTS },
		{ "trash", ROLE_TRASH },
		{ "archive", ROLE_ARCHIVE },
		{ "junk", ROLE_JUNK },
		{ "spam", ROLE_JUNK },
	};
	/* which of a server's folders is for what, the server says */
	size_t count = store->local ? G_N_ELEMENTS(roles) : 1;
	for (size_t i = 0; i < count; i++)
		if (g_ascii_strcasecmp(name, roles[i].name) == 0)
			return roles[i].role;
	return ROLE_NONE;
}

/* What keeps a new folder out of this directory on a disk that folds case; others beside it are told apart as they are. */
static char *
fold_of(Store *store, const char *path, GError **error)
{
	g_autofree char *fold = folder_path_fold(path);
	int64_t taken;
	if (!sql_number(store->sql, error, &taken, 0, "SELECT count(*) FROM folder WHERE fold=?",
		    "t", fold))
		return NULL;
	return store->local || taken ? g_strconcat("/", path, NULL) : g_steal_pointer(&fold);
}

bool
folder_adopt(Store *store, const char *path, GError **error)
{
	int64_t known;
	if (!sql_number(
		    store->sql, error, &known, 0, "SELECT id FROM folder WHERE path=?", "t", path))
		return false;
	/* one that a server named while the account was held was never read */
	if (known)
		return store->local || sql_run(store->sql, error,
					       "UPDATE folder SET state=?,hold=0,err=NULL WHERE"
					       " id=? AND uidvalidity=0",
					       "ni", (int)FOLDER_REMATCH, known);
	g_autofree char *plain = folder_path_name(path);
	g_autofree char *name = folder_choose_name(store, plain ? plain : path, error);
	g_autofree char *fold = name ? fold_of(store, path, error) : NULL;
	g_autofree char *remote = g_strconcat(store->local ? "" : UNLISTED, path, NULL);
	return fold && sql_run(store->sql, error,
			       "INSERT INTO folder(rname,name,path,fold,delim,role,state)"
			       " VALUES(?,?,?,?,'/',?,?)",
			       "ttttnn", remote, name, path, fold, (int)role_by_name(store, name),
			       (int)(store->local ? FOLDER_OK : FOLDER_REMATCH));
}

/* ---- what LIST said ---- */

/* Servers that have all folders below the inbox say so in their names; a tree as Maildir++ has it has no name for that. */
static const char *
below_inbox(const char *remote, char delimiter)
{
	static const char inbox[] = "INBOX";
	size_t length = sizeof inbox - 1;
	bool is_below = delimiter && g_ascii_strncasecmp(remote, inbox, length) == 0 &&
	                remote[length] == delimiter && remote[length + 1];
	return is_below ? remote + length + 1 : remote;
}

char *
folder_path_own(
	const Store *store, const char *remote, const char *name, char delimiter, FolderRole role)
{
	if (store->form == TREE_PLAIN)
		return folder_path_escape(name);
	/* as the server writes it: other programs that know the tree look for it there */
	return role == ROLE_INBOX ? g_strdup("")
	                          : folder_path_dotted(below_inbox(remote, delimiter), delimiter);
}

/* Where other programs put what is called REMOTE: as the server writes it, with BETWEEN between its levels. */
static char *
path_as_written(const char *remote, char delimiter, char between)
{
	char *path = g_strdup(remote);
	if (delimiter)
		g_strdelimit(path, (const char[]){ delimiter, '\0' }, between);
	return path;
}

static bool
find_kept(Store *store, const char *path, bool any_case, int64_t *id, GError **error)
{
	g_autofree char *unlisted = g_strconcat(UNLISTED, path, NULL);
	return sql_number(store->sql, error, id, 0,
		"SELECT id FROM folder WHERE rname=?1 OR (?2 AND rname=?1 COLLATE NOCASE)"
		" ORDER BY rname<>?1 LIMIT 1",
		"tn", unlisted, (int)any_case);
}

static bool
find_for(Store *store, const char *remote, const char *name, char delimiter, FolderRole role,
	int64_t *id, GError **error)
{
	g_autofree char *own = folder_path_own(store, remote, name, delimiter, role);
	g_autofree char *distinct = folder_path_distinct(own, remote);
	g_autofree char *theirs = path_as_written(remote, delimiter, '/');
	g_autofree char *flat = path_as_written(remote, delimiter, '.');
	g_autofree char *dotted = folder_path_dotted(remote, delimiter);
	g_autofree char *decoded = folder_path_dotted(name, '/');
	g_autofree char *of_mbsync = g_strconcat(".", own, NULL); /* below the inbox */
	const char *const plain[] = { own, distinct, theirs, flat, NULL };
	/* of two that may be the inbox it is the one that other programs take for it */
	const char *first = role == ROLE_INBOX ? own : dotted;
	const char *const hidden[] = { first, dotted, of_mbsync, decoded, own, distinct, NULL };
	*id = 0;
	for (const char *const *path = store->form == TREE_DOTTED ? hidden : plain; *path && !*id;
		path++)
		if (!find_kept(store, *path, role == ROLE_INBOX, id, error))
			return false;
	return true;
}

bool
folder_bind(Store *store, const char *remote, const char *name, char delimiter, FolderRole role,
	int64_t *id, GError **error)
{
	const char text[] = { delimiter, '\0' };
	if (!find_for(store, remote, name, delimiter, role, id, error) || !*id)
		return *id == 0;
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	int64_t same;
	if (!sql_number(store->sql, error, &same, 0,
		    "SELECT count(*) FROM folder WHERE id=? AND name=?", "it", *id, valid))
		return false;
	g_autofree char *chosen = same ? g_strdup(valid) : folder_choose_name(store, valid, error);
	return chosen && sql_run(store->sql, error,
				 "UPDATE folder SET rname=?,name=?,delim=?,role=?,missing=0"
				 " WHERE id=?",
				 "tttni", remote, chosen, delimiter ? text : NULL, (int)role, *id);
}

bool
folder_give_up_unlisted(Store *store, GError **error)
{
	return sql_run(store->sql, error,
		"UPDATE folder SET state=0 WHERE state=2 AND uidvalidity=0"
		" AND NOT " FOLDER_IS_LISTED,
		"");
}

#include "backend/store/store_private.h"

/*
 * A thread is named by the hash of the earliest known ancestor's Message-ID, so that accounts agree
 * without talking. tmid is a forest: an id points to the thread it belongs to, which may have been
 * merged into another since; an id without a row is a thread of its own. A mail that nobody refers to
 * therefore costs no row here.
 */

int64_t
threads_root(Sql *sql, int64_t hash, GError **error)
{
	int64_t root = hash;
	for (;;) {
		int64_t above;
		if (!sql_number(sql, error, &above, 0, "SELECT thread FROM tmid WHERE mid=?", "i",
			    root))
			return 0;
		if (above == 0 || above == root)
			break;
		root = above;
	}
	if (root != hash) {
		/* Shorten the way where it was longer than a step; only writers may, hence no failure. */
		int64_t first;
		if (sql_in_transaction(sql) &&
			sql_number(sql, error, &first, 0, "SELECT thread FROM tmid WHERE mid=?",
				"i", hash) &&
			first != root)
			sql_run(sql, NULL, "UPDATE tmid SET thread=? WHERE mid=?", "ii", root,
				hash);
	}
	return root;
}

/* Rows of thread FROM become rows of thread TO, with their sums. */
static bool
move_rows(Store *store, int64_t from, int64_t to, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT folder,date,loc,part,st,uid,sfolder FROM msg INDEXED BY m_thread WHERE "
		"thread=?",
		"i", from);
	int step;
	bool any = false;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		any = true;
		StoreRow before = {
			.folder = sqlite3_column_int64(rows, 0),
			.thread = from,
			.date = sqlite3_column_int64(rows, 1),
			.loc = (unsigned)sqlite3_column_int(rows, 2),
			.part = sqlite3_column_int(rows, 3),
			.st = sqlite3_column_int(rows, 4),
			.uid = (uint32_t)sqlite3_column_int64(rows, 5),
			.sfolder = sqlite3_column_int64(rows, 6),
		};
		StoreRow after = before;
		after.thread = to;
		counters_change(store->counters, &before, &after);
	}
	return rows && (!any || sql_run(store->sql, error, "UPDATE msg SET thread=? WHERE thread=?",
					"ii", to, from));
}

static bool
link_thread(Store *store, int64_t thread, int64_t root, GError **error)
{
	return sql_run(store->sql, error, "INSERT OR REPLACE INTO tmid(mid,thread) VALUES(?,?)",
		       "ii", thread, root) &&
	       move_rows(store, thread, root, error);
}

/* Takes one more msg-id of a message: the first names the root, all others are merged into it. */
static bool
take_candidate(Store *store, int64_t hash, int64_t *root, GError **error)
{
	int64_t thread = threads_root(store->sql, hash, error);
	if (thread == 0)
		return false;
	if (*root == 0)
		*root = thread;
	return thread == *root || link_thread(store, thread, *root, error);
}

static bool
is_among(const GPtrArray *references, const char *id)
{
	for (guint i = 0; i < references->len; i++)
		if (g_str_equal(references->pdata[i], id))
			return true;
	return false;
}

/* The last of References, as they are in order; In-Reply-To, which may name any, only without them. */
int64_t
threads_place(Store *store, const Header *header, int64_t own, const char *key, int64_t *parent,
	GError **error)
{
	int64_t root = 0;
	*parent = 0;
	if (!own) {
		/* Never grouped: what cannot be named cannot be answered. */
		g_autofree char *name = g_strconcat("key:", key, NULL);
		return header_id_hash(name);
	}
	for (guint i = 0; i < header->references->len; i++) {
		*parent = header_id_hash(header->references->pdata[i]);
		if (!take_candidate(store, *parent, &root, error))
			return 0;
	}
	if (header->in_reply_to && !is_among(header->references, header->in_reply_to)) {
		int64_t replied = header_id_hash(header->in_reply_to);
		*parent = *parent ? *parent : replied;
		if (!take_candidate(store, replied, &root, error))
			return 0;
	}
	*parent = *parent == own ? 0 : *parent;
	return take_candidate(store, own, &root, error) ? root : 0;
}

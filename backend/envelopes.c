#include <string.h>

#include "backend/envelopes_private.h"
#include "backend/error.h"
#include "backend/store/schema.h"
#include "index/header.h"
#include "index/maildir_name.h"

static const char *const role_words[] = {
	[ROLE_INBOX] = "inbox",
	[ROLE_SENT] = "sent",
	[ROLE_DRAFTS] = "drafts",
	[ROLE_TRASH] = "trash",
	[ROLE_ARCHIVE] = "archive",
	[ROLE_JUNK] = "junk",
	[ROLE_ALL] = "all",
	[ROLE_FLAGGED] = "flagged",
};

const char *
folder_role_word(FolderRole role)
{
	return (size_t)role < G_N_ELEMENTS(role_words) ? role_words[role] : NULL;
}

void
folder_row_free(FolderRow *row)
{
	if (!row)
		return;
	g_free(row->name);
	g_free(row->error);
	g_free(row);
}

void
message_row_free(MessageRow *row)
{
	if (!row)
		return;
	g_free(row->key);
	g_free(row->from_name);
	g_free(row->from_addr);
	g_free(row->subject);
	g_free(row->message_id);
	g_free(row->tags);
	g_free(row);
}

static Envelopes *
of_another_build(Envelopes *envelopes, int64_t version, GError **error)
{
	int code = version == 0 ? ACCOUNT_ERROR_GONE : ACCOUNT_ERROR_FAILED;
	g_set_error(error, ACCOUNT_ERROR, code, "the state database is %s",
		version == 0 ? "not made yet" : "of another version of curlew");
	envelopes_close(envelopes);
	return NULL;
}

Envelopes *
envelopes_open(const char *state_db, int account, GError **error)
{
	Sql *sql = sql_open(state_db, false, error);
	if (!sql)
		return NULL;
	Envelopes *envelopes = g_new0(Envelopes, 1);
	envelopes->sql = sql;
	envelopes->account = account;
	int64_t version;
	if (!sql_number(sql, error, &version, 0, "PRAGMA user_version", "")) {
		envelopes_close(envelopes);
		return NULL;
	}
	return version == SCHEMA_VERSION ? envelopes : of_another_build(envelopes, version, error);
}

void
envelopes_close(Envelopes *envelopes)
{
	if (!envelopes)
		return;
	sql_close(envelopes->sql);
	g_free(envelopes);
}

void
envelopes_interrupt(Envelopes *envelopes)
{
	sql_interrupt(envelopes->sql);
}

int64_t
envelopes_version(Envelopes *envelopes)
{
	int64_t version;
	sql_number(envelopes->sql, NULL, &version, 0, "PRAGMA data_version", "");
	return version;
}

/* ---- folders ---- */

static FolderRow *
read_folder(SqlRows *rows)
{
	FolderRow *row = g_new0(FolderRow, 1);
	int at = 0;
	row->id = sqlite3_column_int64(rows, at++);
	row->name = sql_text(rows, at++);
	row->role = (FolderRole)sqlite3_column_int(rows, at++);
	row->messages = sqlite3_column_int64(rows, at++);
	row->unread = sqlite3_column_int64(rows, at++);
	row->flagged = sqlite3_column_int64(rows, at++);
	row->bodies = sqlite3_column_int64(rows, at++);
	row->state = sqlite3_column_int(rows, at++);
	row->error = sql_text(rows, at++);
	return row;
}

GPtrArray *
envelopes_folders(Envelopes *envelopes, GError **error)
{
	g_autoptr(GPtrArray) folders =
		g_ptr_array_new_with_free_func((GDestroyNotify)folder_row_free);
	/* A sentence in meta holds the whole account. What the server lists no more stays while it has mail. */
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT id,name,role,total,unread,flagged,bodies,"
		"CASE WHEN (SELECT v FROM meta WHERE k='held') IS NULL THEN state ELSE 3 END,"
		"coalesce((SELECT v FROM meta WHERE k='held'),err) FROM folder"
		" WHERE missing=0 OR total>0"
		" ORDER BY CASE role WHEN 0 THEN 99 ELSE role END, name COLLATE NOCASE, name",
		"");
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(folders, read_folder(rows));
	}
	return rows ? g_steal_pointer(&folders) : NULL;
}

char *
envelopes_folder_name(Envelopes *envelopes, int64_t folder, GError **error)
{
	g_autoptr(SqlRows) rows =
		sql_ask(envelopes->sql, error, "SELECT name FROM folder WHERE id=?", "i", folder);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	if (step == 0)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "this folder is gone");
	return step == 1 ? sql_text(rows, 0) : NULL;
}

/* ---- rows ---- */

MessageRow *
envelopes_read_message(const Envelopes *envelopes, SqlRows *rows)
{
	MessageRow *row = g_new0(MessageRow, 1);
	int at = 0;
	row->account = envelopes->account;
	row->id = sqlite3_column_int64(rows, at++);
	row->folder = sqlite3_column_int64(rows, at++);
	row->key = sql_text(rows, at++);
	row->uid = (uint32_t)sqlite3_column_int64(rows, at++);
	row->date = sqlite3_column_int64(rows, at++);
	row->has_date = sqlite3_column_int(rows, at++) != 0;
	row->flags = (unsigned)sqlite3_column_int(rows, at++);
	row->pending = sqlite3_column_int(rows, at++) != 0;
	row->refused = sqlite3_column_int(rows, at++) != 0;
	row->here = sqlite3_column_int(rows, at++) == PART_FULL;
	row->attachment = sqlite3_column_int(rows, at++) != 0;
	row->thread = sqlite3_column_int64(rows, at++);
	row->size = sqlite3_column_int64(rows, at++);
	row->from_name = sql_text(rows, at++);
	row->from_addr = sql_text(rows, at++);
	row->subject = sql_text(rows, at++);
	row->message_id = sql_text(rows, at++);
	row->tags = sql_text(rows, at++);
	if (sqlite3_column_bytes(rows, at) >= (int)sizeof row->header_hash)
		memcpy(&row->header_hash, sqlite3_column_blob(rows, at), sizeof row->header_hash);
	row->id_hash = sqlite3_column_int64(rows, ++at);
	row->parent = sqlite3_column_int64(rows, ++at);
	return row;
}

GPtrArray *
envelopes_read_messages(Envelopes *envelopes, SqlRows *rows, GError **error)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_ptr_array_add(messages, envelopes_read_message(envelopes, rows));
	}
	return rows ? g_steal_pointer(&messages) : NULL;
}

void
envelopes_reverse(GPtrArray *array)
{
	for (guint low = 0, high = array->len; low + 1 < high; low++) {
		gpointer swap = array->pdata[low];
		array->pdata[low] = array->pdata[--high];
		array->pdata[high] = swap;
	}
}

/* ---- pages ---- */

typedef struct PageText {
	const char *older, *newer, *total, *before;
} PageText;

#define OLDER " AND (m.date,m.id)<(?2,?3) ORDER BY m.date DESC,m.id DESC LIMIT ?4"
#define NEWER " AND (m.date,m.id)>(?2,?3) ORDER BY m.date,m.id LIMIT ?4"

static const PageText in_folder = {
	.older = "SELECT " MESSAGE_COLUMNS IN_FOLDER OLDER,
	.newer = "SELECT " MESSAGE_COLUMNS IN_FOLDER NEWER,
	.total = "SELECT total FROM folder WHERE id=?1",
	/* Whole days from their sums, the rest of the key's own day one by one. */
	.before = "SELECT coalesce((SELECT sum(total) FROM fdate WHERE folder=?1 AND "
		  "bucket>?2>>17),0)"
		  "+(SELECT count(*)" IN_FOLDER
		  " AND (m.date,m.id)>(?2,?3) AND m.date<(?2>>17)+1<<17)",
};
static const PageText in_flagged = {
	.older = "SELECT " MESSAGE_COLUMNS IN_FLAGGED OLDER,
	.newer = "SELECT " MESSAGE_COLUMNS IN_FLAGGED NEWER,
	.total = "SELECT sum(flagged) FROM folder WHERE ?1=?1",
	.before = "SELECT count(*)" IN_FLAGGED " AND (m.date,m.id)>(?2,?3)",
};

bool
envelopes_role_folder(Envelopes *envelopes, FolderRole role, int64_t *folder, GError **error)
{
	return sql_number(envelopes->sql, error, folder, 0,
		"SELECT id FROM folder WHERE role=? ORDER BY id LIMIT 1", "n", (int)role);
}

bool
envelopes_folder_of(Envelopes *envelopes, const PageAsk *ask, int64_t *folder, GError **error)
{
	*folder = ask->folder;
	return ask->view != PAGE_ROLE || envelopes_role_folder(envelopes, ask->role, folder, error);
}

GPtrArray *
envelopes_page(Envelopes *envelopes, const PageAsk *ask, GError **error)
{
	const PageText *text = ask->view == PAGE_FLAGGED ? &in_flagged : &in_folder;
	const PageKey none = ask->backward ? (PageKey){ G_MININT64, G_MININT64 }
	                                   : (PageKey){ G_MAXINT64, G_MAXINT64 };
	const PageKey *key = ask->has_key ? &ask->key : &none;
	int64_t folder;
	if (!envelopes_folder_of(envelopes, ask, &folder, error))
		return NULL;
	g_autoptr(SqlRows) rows =
		sql_ask(envelopes->sql, error, ask->backward ? text->newer : text->older, "iiii",
			folder, key->date, key->id, (int64_t)ask->limit);
	GPtrArray *messages = envelopes_read_messages(envelopes, rows, error);
	if (messages && ask->backward)
		envelopes_reverse(messages);
	return messages;
}

bool
envelopes_mark(Envelopes *envelopes, int64_t folder, PageMark *mark, GError **error)
{
	return sql_number(envelopes->sql, error, &mark->uid, 0,
		       "SELECT max(uid) FROM msg INDEXED BY m_uid WHERE sfolder=? AND uid IS NOT "
		       "NULL",
		       "i", folder) &&
	       sql_number(envelopes->sql, error, &mark->id, 0, "SELECT max(id) FROM msg", "");
}

/* A header pass brings old messages after new ones: where there is a UID, it alone tells. */
bool
page_mark_is_before(const PageMark *mark, const MessageRow *row)
{
	return row->uid ? row->uid > mark->uid : row->id > mark->id;
}

bool
envelopes_position(
	Envelopes *envelopes, const PageAsk *ask, int64_t *position, int64_t *total, GError **error)
{
	const PageText *text = ask->view == PAGE_FLAGGED ? &in_flagged : &in_folder;
	int64_t folder;
	*position = 0;
	if (!envelopes_folder_of(envelopes, ask, &folder, error) ||
		!sql_number(envelopes->sql, error, total, 0, text->total, "i", folder))
		return false;
	return !ask->has_key || sql_number(envelopes->sql, error, position, 0, text->before, "iii",
					folder, ask->key.date, ask->key.id);
}

/* Which of two rows stands first: the newer; then by account, then the one seen last. */
static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const MessageRow *left = *(const MessageRow *const *)a;
	const MessageRow *right = *(const MessageRow *const *)b;
	if (left->date != right->date)
		return left->date > right->date ? -1 : 1;
	if (left->account != right->account)
		return left->account < right->account ? -1 : 1;
	return (left->id < right->id) - (left->id > right->id);
}

GPtrArray *
envelopes_merged_page(Envelopes *const *all, size_t count, const PageAsk *ask, const PageKey *keys,
	GError **error)
{
	g_autoptr(GPtrArray) merged =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	for (size_t i = 0; i < count; i++) {
		PageAsk own = *ask;
		if (ask->has_key && keys)
			own.key = keys[i];
		g_autoptr(GPtrArray) page = envelopes_page(all[i], &own, error);
		if (!page)
			return NULL;
		g_ptr_array_extend_and_steal(merged, g_steal_pointer(&page));
	}
	g_ptr_array_sort(merged, compare_rows);
	/* What is farthest from the key is what a later page brings. */
	if (merged->len > ask->limit) {
		guint surplus = merged->len - (guint)ask->limit;
		g_ptr_array_remove_range(merged, ask->backward ? 0 : (guint)ask->limit, surplus);
	}
	return g_steal_pointer(&merged);
}

/* ---- look-ups ---- */

/* The thread a hash belongs to now: threads that were merged point on. */
static bool
root_of(Envelopes *envelopes, int64_t hash, int64_t *root, GError **error)
{
	for (*root = hash;;) {
		int64_t above;
		if (!sql_number(envelopes->sql, error, &above, 0,
			    "SELECT thread FROM tmid WHERE mid=?", "i", *root))
			return false;
		if (above == 0 || above == *root)
			return true;
		*root = above;
	}
}

GPtrArray *
envelopes_copies(Envelopes *envelopes, const char *message_id, GError **error)
{
	int64_t hash = header_id_hash(message_id), thread;
	if (!root_of(envelopes, hash, &thread, error))
		return NULL;
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS " FROM msg m INDEXED BY m_thread WHERE m.thread=? AND "
		"m.midh=? AND m.mid=? AND" LISTED " ORDER BY m.date DESC,m.id DESC",
		"iit", thread, hash, message_id);
	return envelopes_read_messages(envelopes, rows, error);
}

MessageRow *
envelopes_by_key(Envelopes *envelopes, const char *key, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS " FROM msg m WHERE m.key=? AND" LISTED, "t", key);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	return step == 1 ? envelopes_read_message(envelopes, rows) : NULL;
}

MessageRow *
envelopes_by_id(Envelopes *envelopes, int64_t id, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS " FROM msg m WHERE m.id=? AND" LISTED, "i", id);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	return step == 1 ? envelopes_read_message(envelopes, rows) : NULL;
}

char *
envelopes_read_file(SqlRows *rows)
{
	RowSub sub = sqlite3_column_int(rows, 5) == SUB_CUR ? SUB_CUR : SUB_NEW;
	g_autofree char *name = sql_text(rows, 1);
	if (!name)
		name = maildir_name_build((const char *)sqlite3_column_text(rows, 2),
			sqlite3_column_int(rows, 3) == PART_STUB,
			(unsigned)sqlite3_column_int(rows, 4),
			(const char *)sqlite3_column_text(rows, 6), sub == SUB_NEW);
	return g_build_filename((const char *)sqlite3_column_text(rows, 0),
		sub == SUB_CUR ? "cur" : "new", name, NULL);
}

char *
envelopes_file(Envelopes *envelopes, const MessageRow *row, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " FILE_COLUMNS " FROM msg m JOIN folder f"
		" ON f.id=m.lfolder WHERE m.id=? AND m.key=? AND m.part<>0",
		"it", row->id, row->key);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	if (step == 0)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
			"this message is not on this disk");
	return step == 1 ? envelopes_read_file(rows) : NULL;
}

bool
envelopes_flagged_unread(Envelopes *envelopes, int64_t *count, GError **error)
{
	return sql_number(envelopes->sql, error, count, 0,
		"SELECT count(*) FROM msg m INDEXED BY m_flagged WHERE" LISTED
		" AND (m.loc & 2)<>0 AND (m.loc & 16)=0",
		"");
}

bool
envelopes_unread(Envelopes *envelopes, const PageAsk *ask, int64_t *count, GError **error)
{
	int64_t folder;
	if (ask->view == PAGE_FLAGGED)
		return envelopes_flagged_unread(envelopes, count, error);
	return envelopes_folder_of(envelopes, ask, &folder, error) &&
	       sql_number(envelopes->sql, error, count, 0, "SELECT unread FROM folder WHERE id=?",
		       "i", folder);
}

bool
envelopes_counts(Envelopes *envelopes, EnvelopesCounts *counts, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT count(*),coalesce(sum(total),0),coalesce(sum(unread),0),"
		"coalesce(sum(total-bodies),0),(SELECT count(*) FROM ixq),"
		"(SELECT count(*) FROM msg WHERE unsearchable IS NOT NULL AND st IN (0,1)),"
		"EXISTS(SELECT 1 FROM meta WHERE k='held')"
		" FROM folder WHERE missing=0 OR total>0",
		"");
	if (!rows || sql_next(envelopes->sql, rows, error) != 1)
		return false;
	counts->folders = sqlite3_column_int64(rows, 0);
	counts->messages = sqlite3_column_int64(rows, 1);
	counts->unread = sqlite3_column_int64(rows, 2);
	counts->bodies_missing = sqlite3_column_int64(rows, 3);
	counts->index_queue = sqlite3_column_int64(rows, 4);
	counts->not_searchable = sqlite3_column_int64(rows, 5);
	counts->held = sqlite3_column_int(rows, 6) != 0;
	return envelopes_count_pending(envelopes, &counts->pending, &counts->refused, error);
}

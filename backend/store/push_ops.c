#include <fcntl.h>
#include <string.h>

#include "backend/core/keywords.h"
#include "backend/core/merge.h"
#include "backend/store/push_private.h"

/*
 * Operations that wait, and how they are sent: the windows in which a message must be looked for if no answer comes are
 * durable before the command is.
 */

/* ---- what waits ---- */

/* A copy whose source the server has not: what is here is appended; where nothing is, there is nothing to copy, unless
 * it is adrift and comes back. */
static bool
replace_lost_copies(Store *store, GError **error)
{
	g_autoptr(GArray) lost = sql_numbers(store->sql, error,
		"SELECT msg FROM op WHERE kind=3 AND state=0 AND NOT EXISTS(SELECT 1 FROM"
		" msg s WHERE s.id=op.src AND (s.uid IS NOT NULL OR s.st=4))",
		"");
	if (!lost)
		return false;
	for (guint i = 0; i < lost->len; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found;
		if (!row_by_id(store, g_array_index(lost, int64_t, i), &row, &found, error))
			return false;
		if (!(row.part == PART_FULL
				    ? sql_run(store->sql, error, "UPDATE op SET kind=1 WHERE id=?",
					      "i", row.op)
				    : row_delete(store, &row, error)))
			return false;
	}
	return true;
}

#define FREE_FOLDER(id) "EXISTS(SELECT 1 FROM folder f WHERE f.id=" id " AND f.state<>3)"
#define WAITING                                                                        \
	"SELECT o.id,o.msg,o.kind,s.uid,s.sfolder,m.folder,o.tries>0,o.fl IS NOT NULL" \
	" FROM op o JOIN msg m ON m.id=o.msg LEFT JOIN msg s ON s.id="                 \
	"CASE o.kind WHEN 3 THEN o.src ELSE o.msg END WHERE "
/* Of two equal messages on their way nobody could tell which one arrived. */
#define NOT_LIKE_ONE_IN_DOUBT                                                                \
	"(m.hdrh IS NULL OR m.hdrh NOT IN (SELECT e.hdrh FROM op d JOIN msg e ON e.id=d.msg" \
	" WHERE d.state=1 AND e.hdrh IS NOT NULL))"
#define DUE                                                                                       \
	"o.kind=? AND o.state=0 AND o.not_before<=? AND m.st NOT IN (2,4)"                        \
	" AND NOT EXISTS(SELECT 1 FROM transfer t WHERE t.msg=m.id)"                              \
	" AND " NOT_LIKE_ONE_IN_DOUBT " AND (o.kind<>3 OR s.uid IS NOT NULL) AND " FREE_FOLDER(   \
		"m.folder") " AND (s.sfolder IS NULL OR " FREE_FOLDER("s.sfolder") ")"            \
										   " ORDER BY "   \
										   "s.sfolder,m." \
										   "folder,o.id"

GArray *
ops_read(Store *store, SqlRows *rows, GError **error)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(PushedOp));
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		PushedOp op = {
			.id = sqlite3_column_int64(rows, 0),
			.row = sqlite3_column_int64(rows, 1),
			.kind = (OpKind)sqlite3_column_int(rows, 2),
			.uid = (uint32_t)sqlite3_column_int64(rows, 3),
			.from = sqlite3_column_int64(rows, 4),
			.to = sqlite3_column_int64(rows, 5),
			.alone = sqlite3_column_int(rows, 6) != 0,
			.marked = sqlite3_column_int(rows, 7) != 0,
		};
		g_array_append_val(ops, op);
	}
	return rows ? g_steal_pointer(&ops) : NULL;
}

GArray *
store_waiting_ops(Store *store, OpKind kind, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (store->held || store->local)
		return g_array_new(FALSE, FALSE, sizeof(PushedOp));
	if (!transaction_begin(&transaction, store, error) ||
		(kind == OP_COPY && !replace_lost_copies(store, error)))
		return NULL;
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error, WAITING DUE, "ni", (int)kind,
		g_get_real_time() / G_USEC_PER_SEC);
	g_autoptr(GArray) ops = ops_read(store, rows, error);
	g_clear_pointer(&rows, sql_end);
	return ops && transaction_commit(&transaction, error) ? g_steal_pointer(&ops) : NULL;
}

/* ---- sending ---- */

/* "ROW FOLDER:UIDNEXT …": the newest row of all, and above what every folder's messages are new. */
static char *
windows_text(Store *store, GError **error)
{
	int64_t newest;
	if (!sql_number(store->sql, error, &newest, 0, "SELECT max(id) FROM msg", ""))
		return NULL;
	store->newest_sent = newest = MAX(newest, store->newest_sent);
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "%" G_GINT64_FORMAT, newest);
	g_autoptr(SqlRows) rows =
		sql_ask(store->sql, error, "SELECT id,max(uidnext,1) FROM folder", "");
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		g_string_append_printf(text, " %" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
			(int64_t)sqlite3_column_int64(rows, 0),
			(int64_t)sqlite3_column_int64(rows, 1));
	}
	return rows ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

void
windows_read(const char *text, int64_t folder, int64_t *newest_row, uint32_t *first)
{
	char *at = NULL;
	*newest_row = text ? g_ascii_strtoll(text, &at, 10) : 0;
	*first = 1;
	while (at && *at == ' ') {
		int64_t id = g_ascii_strtoll(at + 1, &at, 10);
		if (*at != ':')
			return;
		uint64_t uid = g_ascii_strtoull(at + 1, &at, 10);
		if (id == folder)
			*first = (uint32_t)MIN(uid, UINT32_MAX);
	}
}

/* Does it still stand as it was read? */
static bool
still_stands(Store *store, const PushedOp *op, bool *stands, GError **error)
{
	int64_t count;
	bool fine = sql_number(store->sql, error, &count, 0,
		"SELECT count(*) FROM op o JOIN msg m ON m.id=o.msg LEFT JOIN msg s ON s.id="
		"CASE o.kind WHEN 3 THEN o.src ELSE o.msg END"
		" WHERE o.id=? AND o.kind=? AND o.state=0 AND m.folder=? AND coalesce(s.uid,0)=?"
		" AND coalesce(s.sfolder,0)=? AND m.st<>4",
		"iniii", op->id, (int)op->kind, op->to, (int64_t)op->uid, op->from);
	*stands = fine && count > 0;
	return fine;
}

/* FLAGS, KEYWORDS: what the message will have on the server by this. */
static bool
mark_sent(Store *store, const PushedOp *op, const char *windows, unsigned flags,
	const char *keywords, GError **error)
{
	return sql_run(store->sql, error,
		"UPDATE op SET state=1,dst=?,win=?,fl=?,arg=?,err=NULL WHERE id=?", "itnti", op->to,
		windows, (int)flags, keywords, op->id);
}

static bool
send_one(Store *store, const PushedOp *op, const char *windows, bool *sent, GError **error)
{
	g_auto(StoreRow) source = { 0 };
	bool found = false;
	if (!still_stands(store, op, sent, error) || !*sent)
		return !*sent && (!error || !*error);
	if (op->kind == OP_COPY && !row_by_uid(store, op->from, op->uid, &source, &found, error))
		return false;
	return mark_sent(store, op, windows, source.base, found ? source.bkw : NULL, error);
}

bool
store_send_ops(Store *store, const PushedOp *ops, size_t count, GArray **begun, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	g_autoptr(GArray) sent = g_array_new(FALSE, FALSE, sizeof(PushedOp));
	g_autofree char *windows = NULL;
	if (!transaction_begin(&transaction, store, error) ||
		!(windows = windows_text(store, error)))
		return false;
	for (size_t i = 0; i < count; i++) {
		bool stands;
		if (!send_one(store, &ops[i], windows, &stands, error))
			return false;
		if (stands)
			g_array_append_val(sent, ops[i]);
	}
	if (!transaction_commit(&transaction, error))
		return false;
	*begun = g_steal_pointer(&sent);
	return true;
}

void
pushed_file_clear(PushedFile *file)
{
	tree_close(&file->file);
	g_clear_pointer(&file->keywords, g_strfreev);
}

static int
open_file(Store *store, const StoreRow *row, GError **error)
{
	g_autoptr(FileFinder) finder = file_finder_new(store);
	g_auto(FoundFile) found = { 0 };
	bool there;
	if (!file_finder_search(finder, row, &found, &there, error) || !there)
		return -1;
	g_autofree char *path = folder_path_of(store, found.folder, error);
	g_autofree char *below = path ? g_build_filename(path, sub_names[found.sub], NULL) : NULL;
	g_auto(TreeFd) directory = below ? tree_open(store->tree, below, error) : -1;
	return directory < 0 ? -1
	                     : openat(directory, found.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

static char **
keywords_to_send(const StoreRow *row, bool keywords)
{
	g_auto(GStrv) words = g_strsplit(keywords ? row->lkw : "", " ", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	for (char **word = words; *word; word++)
		if (keyword_is_shared(*word))
			g_ptr_array_add(kept, g_strdup(*word));
	g_ptr_array_add(kept, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&kept), FALSE);
}

bool
store_send_append(Store *store, const PushedOp *op, unsigned permanent, bool keywords,
	PushedFile *file, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	g_auto(StoreRow) row = { 0 };
	g_autofree char *windows = NULL;
	g_autoptr(GError) own = NULL;
	bool found, stands;
	*file = (PushedFile){ .file = -1 };
	if (!transaction_begin(&transaction, store, error) ||
		!row_by_id(store, op->row, &row, &found, error) ||
		!still_stands(store, op, &stands, error))
		return false;
	if (!found || !stands || row.part != PART_FULL ||
		(file->file = open_file(store, &row, &own)) < 0) {
		if (own)
			g_propagate_error(error, g_steal_pointer(&own));
		return !error || !*error;
	}
	file->flags = row.loc & permanent & ~(unsigned)MAIL_DELETED;
	file->keywords = keywords_to_send(&row, keywords);
	file->date = row.idate;
	g_autofree char *words = merge_keyword_set((const char *const *)file->keywords);
	if ((windows = windows_text(store, error)) &&
		mark_sent(store, op, windows, file->flags, words, error) &&
		transaction_commit(&transaction, error))
		return true;
	pushed_file_clear(file);
	return false;
}

#include "backend/core/merge.h"
#include "backend/store/push_private.h"

/* How operations end: done, not done, refused. */

/* What was sent, and what the message has on the server by that. */
typedef struct SentOp {
	int64_t row; /* 0: it was removed meanwhile */
	int64_t to;
	int kind;
	unsigned flags;
	char *keywords;
} SentOp;

static void
sent_op_clear(SentOp *sent)
{
	g_free(sent->keywords);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SentOp, sent_op_clear)

static bool
read_sent(Store *store, int64_t op, SentOp *sent, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(
		store->sql, error, "SELECT msg,kind,fl,arg,dst FROM op WHERE id=?", "i", op);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1) {
		sent->row = sqlite3_column_int64(rows, 0);
		sent->kind = sqlite3_column_int(rows, 1);
		sent->flags = (unsigned)sqlite3_column_int(rows, 2);
		sent->keywords = sql_text(rows, 3);
		sent->to = sqlite3_column_int64(rows, 4);
	}
	return step >= 0;
}

static void
set_text(char **text, const char *value)
{
	char *copy = g_strdup(value);
	g_free(*text);
	*text = copy;
}

/* A pull saw the message before its operation was known to be done: that row goes, what it knows and wants stays. */
static bool
take_in(Store *store, StoreRow *row, StoreRow *other, GError **error)
{
	unsigned set, clear;
	FlagState flags =
		merge_server_flags((FlagState){ row->base, row->loc, row->doubt }, other->base);
	merge_pending_flags((FlagState){ other->base, other->loc, other->doubt }, &set, &clear);
	row->base = flags.base;
	row->doubt = flags.doubt;
	row->loc = (flags.loc | set) & ~clear;
	row_merge_keywords(row, other->bkw);
	if (other->folder != other->sfolder && row->folder == other->sfolder)
		row->folder = other->folder;
	char *wanted = merge_server_keywords(other->bkw, row->lkw, other->lkw);
	g_free(row->lkw);
	row->lkw = wanted;
	StoreRow before = *other;
	if (other->part == PART_NOTHING)
		return row_delete(store, other, error);
	other->uid = 0;
	other->sfolder = 0;
	other->st = ROW_TOMB;
	return row_save(store, &before, other, error) &&
	       index_queue_remove(store, other->key, error);
}

/*
 * A move made as a copy left the source where it was: a row of its own, seen by nobody and without a file or an
 * identity, stands for it until it is expunged; it says what it is, for the list of what waits. Without an identity,
 * because what another client put there since has its own: in a folder that is numbered anew the ghost is not looked
 * for, and the source stays.
 */
static bool
leave_ghost(Store *store, const StoreRow *source, GError **error)
{
	g_autofree char *key = maildir_key_new(source->idate);
	StoreRow ghost = { .folder = source->sfolder,
		.sfolder = source->sfolder,
		.uid = source->uid,
		.st = ROW_PURGING,
		.thread = source->thread,
		.date = source->date,
		.key = key };
	if (!sql_run(store->sql, error,
		    "INSERT INTO "
		    "msg(folder,sfolder,uid,key,base,loc,st,date,thread,from_name,from_addr,"
		    "subject)"
		    " SELECT ?1,?1,?2,?3,0,0,?4,date,thread,from_name,from_addr,subject FROM msg"
		    " WHERE id=?5",
		    "iitni", ghost.sfolder, (int64_t)ghost.uid, key, ghost.st, source->id))
		return false;
	ghost.id = sql_last_id(store->sql);
	counters_change(store->counters, NULL, &ghost);
	return op_settle(store, &ghost, error) &&
	       sql_run(store->sql, error, "UPDATE msg SET op=? WHERE id=?", "ii", ghost.op,
		       ghost.id);
}

bool
op_finish(Store *store, int64_t op, int64_t folder, uint32_t uid, bool copied, StoreRow *row,
	GError **error)
{
	g_auto(SentOp) sent = { 0 };
	g_auto(StoreRow) other = { 0 };
	g_auto(StoreRow) before = { 0 };
	bool found, taken;
	if (!read_sent(store, op, &sent, error))
		return false;
	if (!sent.row) /* nobody wants to know */
		return true;
	if (!row_by_id(store, sent.row, row, &found, error) ||
		!row_by_id(store, sent.row, &before, &found, error) ||
		!row_by_uid(store, folder, uid, &other, &taken, error))
		return false;
	if (sent.kind != OP_MOVE) {
		row->base = sent.flags;
		row->doubt = 0;
		set_text(&row->bkw, sent.keywords ? sent.keywords : "");
		set_text(&row->dkw, "");
	}
	/* Another client moved it on: that is newer than our wish, unless that has changed since. */
	if (row->folder == sent.to)
		row->folder = folder;
	if (taken && other.id != row->id && !take_in(store, row, &other, error))
		return false;
	row->sfolder = folder;
	row->uid = uid;
	bool leaves = copied && sent.kind == OP_MOVE && before.uid;
	return op_delete(store, row, error) && op_settle(store, row, error) &&
	       row_save(store, &before, row, error) &&
	       (!leaves || leave_ghost(store, &before, error));
}

bool
store_finish_ops(Store *store, int64_t folder, const FinishedOp *ops, size_t count, bool copied,
	GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		g_auto(StoreRow) row = { 0 };
		if (!op_finish(store, ops[i].id, folder, ops[i].uid, copied, &row, error))
			return false;
	}
	return transaction_commit(&transaction, error);
}

bool
store_requeue_ops(
	Store *store, const int64_t *ops, size_t count, const char *refused, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!sql_run(store->sql, error,
			    "UPDATE op SET state=CASE WHEN ?2 IS NOT NULL AND tries>0 THEN 2 ELSE "
			    "0 END,"
			    "tries=tries+(?2 IS NOT NULL),err=?2,win=NULL WHERE id=?1 AND state<>2",
			    "it", ops[i], refused))
			return false;
	return transaction_commit(&transaction, error);
}

bool
store_mark_purged(Store *store, const int64_t *ops, size_t count, bool marked, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!sql_run(store->sql, error,
			    "UPDATE op SET fl=CASE WHEN ?2 THEN 1 END WHERE id=?1", "in", ops[i],
			    (int)marked))
			return false;
	return transaction_commit(&transaction, error);
}

#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/deeds.h"
#include "backend/store/store_private.h"
#include "index/tag_name.h"

/* What the server refused it has now, by another client: nothing waits. */
static bool
end_refusal(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	return op.kind != OP_FLAGS ||
	       (op_delete(store, row, error) &&
		       sql_run(store->sql, error, "UPDATE msg SET op=NULL WHERE id=?", "i",
			       row->id));
}

bool
flags_merge(Store *store, StoreRow *row, const FlagChange *change, bool *changed, GError **error)
{
	StoreRow before = *row;
	FlagState flags = merge_server_flags(
		(FlagState){ row->base, row->loc, row->doubt }, change->flags & MAIL_ALL_FLAGS);
	g_autofree char *keywords =
		change->keywords ? merge_keyword_set((const char *const *)change->keywords)
				 : g_strdup(row->bkw);
	g_autofree char *sure = merge_doubtful_keywords(row->bkw, row->dkw, keywords);
	g_autofree char *wanted = merge_server_keywords(sure, row->lkw, keywords);
	/* Keywords that were not told are no answer to what is in doubt. */
	const char *doubt = change->keywords ? "" : row->dkw;
	bool looks = flags.loc != row->loc || !g_str_equal(wanted, row->lkw);
	bool same = !looks && flags.base == row->base && flags.doubt == row->doubt &&
	            g_str_equal(keywords, row->bkw) && g_str_equal(doubt, row->dkw);
	row->base = flags.base;
	row->loc = flags.loc;
	row->doubt = flags.doubt;
	if (same && change->modseq <= (uint64_t)row->modseq)
		return true;
	if (looks) {
		*changed = true;
		counters_change(store->counters, &before, row);
		bool is_indexed = row->part != PART_NOTHING && row->st <= ROW_FETCHING;
		if (is_indexed && !index_queue_flags(store, row->key, error))
			return false;
	}
	bool agreed = row->loc == row->base && !*doubt && g_str_equal(wanted, keywords);
	return (!agreed || end_refusal(store, row, error)) &&
	       sql_run(store->sql, error,
		       "UPDATE msg SET "
		       "base=?,loc=?,doubt=?,bkw=?,lkw=?,dkw=?,modseq=max(coalesce(modseq,0),?)"
		       " WHERE id=?",
		       "nnntttii", (int)row->base, (int)row->loc, (int)row->doubt, keywords, wanted,
		       doubt, (int64_t)change->modseq, row->id);
}

char *
pending_keywords_base(const StoreRow *row)
{
	g_auto(GStrv) wanted = g_strsplit(row->lkw, " ", -1);
	g_autofree char *opposite =
		merge_edit_keywords(row->dkw, NULL, (const char *const *)wanted);
	return merge_doubtful_keywords(row->bkw, row->dkw, opposite);
}

void
row_merge_keywords(StoreRow *row, const char *server)
{
	g_autofree char *sure = merge_doubtful_keywords(row->bkw, row->dkw, server);
	char *wanted = merge_server_keywords(sure, row->lkw, server);
	g_free(row->lkw);
	row->lkw = wanted;
	g_free(row->bkw);
	row->bkw = g_strdup(server);
	g_free(row->dkw);
	row->dkw = g_strdup("");
}

bool
store_merge_flags(Store *store, int64_t folder, const FlagChange *changes, size_t count,
	uint64_t modseq, size_t *changed, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	size_t different = 0;
	if (!transaction_begin(&transaction, store, error) ||
		!folder_check_uids(store, folder, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		g_auto(StoreRow) row = { 0 };
		bool found, looks = false;
		if (!row_by_uid(store, folder, changes[i].uid, &row, &found, error) ||
			(found && !flags_merge(store, &row, &changes[i], &looks, error)))
			return false;
		different += looks;
	}
	if (modseq &&
		!sql_run(store->sql, error, "UPDATE folder SET modseq=max(modseq,?) WHERE id=?",
			"ii", (int64_t)modseq, folder))
		return false;
	if (!transaction_commit(&transaction, error))
		return false;
	if (changed)
		*changed = different;
	return true;
}

/* ---- tags ---- */

GArray *
row_copies(Store *store, const StoreRow *row, GError **error)
{
	if (row->midh)
		return sql_numbers(store->sql, error,
			"SELECT id FROM msg INDEXED BY m_thread WHERE thread=? AND midh=?", "ii",
			row->thread, row->midh);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(ids, row->id);
	return ids;
}

bool
store_key_of_message(Store *store, const char *message_id, char **key, GError **error)
{
	int64_t hash = header_id_hash(message_id);
	int64_t thread = threads_root(store->sql, hash, error);
	*key = NULL;
	if (!thread)
		return false;
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT key FROM msg INDEXED BY m_thread WHERE thread=? AND midh=? AND key IS NOT "
		"NULL AND st IN (0,1,4) ORDER BY st LIMIT 1",
		"ii", thread, hash);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	if (step == 1)
		*key = sql_text(rows, 0);
	return step >= 0;
}

/* Those of TAGS that no flag makes, which are not the caller's; the others go to the flags of DEED. */
static char **
take_flags(char **tags, bool given, Deed *deed)
{
	GPtrArray *others = g_ptr_array_new();
	for (; tags && *tags; tags++)
		if (!flag_tag_edit(*tags, given, &deed->set, &deed->clear))
			g_ptr_array_add(others, *tags);
	g_ptr_array_add(others, NULL);
	return (char **)g_ptr_array_free(others, FALSE);
}

bool
store_set_tags(Store *store, const char *key, char **add, char **remove, GError **error)
{
	const char *keys[] = { key, NULL };
	Deed deed = { .kind = DEED_TAG };
	DeedDone done = { 0 };
	g_autofree char **taken = deed.remove = take_flags(remove, false, &deed);
	g_autofree char **given = deed.add = take_flags(add, true, &deed);
	bool ok = store_do(store, &deed, keys, &done, error);
	bool gone = ok && done.gone;
	deed_done_clear(&done);
	if (gone)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "this message is gone");
	return ok && !gone;
}

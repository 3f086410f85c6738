#include <string.h>

#include "backend/core/keywords.h"
#include "backend/core/merge.h"
#include "backend/store/push.h"
#include "backend/store/store_private.h"

/*
 * Flags and keywords that wait. A STORE that was sent may have been done or not, whatever its answer says, until the
 * server tells the flags of that UID: so what it asks for is in doubt first, in a mask that only grows until then.
 */

void
flag_push_free(FlagPush *push)
{
	if (!push)
		return;
	g_array_unref(push->uids);
	g_strfreev(push->add);
	g_strfreev(push->remove);
	g_free(push);
}

/* Not while it is on its way elsewhere, nor before the user says so. */
#define MAY_BE_TOLD                                          \
	"NOT EXISTS(SELECT 1 FROM op WHERE op.id=msg.op AND" \
	" (state=1 OR (state=2 AND (kind=9 OR tries<0))))"

GArray *
store_dirty_folders(Store *store, GError **error)
{
	store_assert_thread(store);
	if (store->held || store->local)
		return g_array_new(FALSE, FALSE, sizeof(int64_t));
	return sql_numbers(store->sql, error,
		"SELECT id FROM folder WHERE state<>3 AND uidvalidity<>0 AND EXISTS(SELECT 1 FROM "
		"msg"
		" INDEXED BY m_dirty WHERE sfolder=folder.id AND " ROW_IS_DIRTY
		" AND st IN (0,1) AND " MAY_BE_TOLD ") ORDER BY id",
		"");
}

/* ---- what one row wants to tell ---- */

typedef struct Wish {
	unsigned set, clear;
	char *add, *remove; /* keyword sets */
} Wish;

static void
wish_clear(Wish *wish)
{
	g_free(wish->add);
	g_free(wish->remove);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wish, wish_clear)

/* The words of SET that are in none of OTHERS and may be told to a server. */
static char *
shared_words_without(const char *set, const char *others)
{
	g_auto(GStrv) words = g_strsplit(set, " ", -1);
	g_auto(GStrv) without = g_strsplit(others, " ", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	for (char **word = words; *word; word++)
		if (keyword_is_shared(*word) &&
			!g_strv_contains((const char *const *)without, *word))
			g_ptr_array_add(kept, *word);
	g_ptr_array_add(kept, NULL);
	return merge_keyword_set((const char *const *)kept->pdata);
}

static char *
union_of(const char *left, const char *right)
{
	g_auto(GStrv) words = g_strsplit(right, " ", -1);
	return merge_edit_keywords(left, (const char *const *)words, NULL);
}

/* As in merge_pending_flags: what is in doubt counts as not told. \Deleted is told to no server by a name of a file. */
static void
wish_of(const StoreRow *row, unsigned permanent, bool keywords, Wish *wish)
{
	merge_pending_flags(
		(FlagState){ row->base, row->loc, row->doubt }, &wish->set, &wish->clear);
	wish->set &= permanent & ~(unsigned)MAIL_DELETED;
	wish->clear &= permanent;
	if (!keywords) {
		wish->add = g_strdup("");
		wish->remove = g_strdup("");
		return;
	}
	g_autofree char *told = union_of(row->bkw, row->dkw);
	g_autofree char *sure = pending_keywords_base(row);
	wish->add = shared_words_without(row->lkw, sure);
	wish->remove = shared_words_without(told, row->lkw);
}

static bool
wishes_nothing(const Wish *wish)
{
	return !wish->set && !wish->clear && !*wish->add && !*wish->remove;
}

/* ---- groups ---- */

static FlagPush *
group_of(GHashTable *groups, GPtrArray *all, const Wish *wish)
{
	g_autofree char *name =
		g_strdup_printf("%u %u|%s|%s", wish->set, wish->clear, wish->add, wish->remove);
	FlagPush *push = g_hash_table_lookup(groups, name);
	if (push)
		return push;
	push = g_new0(FlagPush, 1);
	push->uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	push->set = wish->set;
	push->clear = wish->clear;
	push->add = *wish->add ? g_strsplit(wish->add, " ", -1) : g_new0(char *, 1);
	push->remove = *wish->remove ? g_strsplit(wish->remove, " ", -1) : g_new0(char *, 1);
	g_hash_table_insert(groups, g_steal_pointer(&name), push);
	g_ptr_array_add(all, push);
	return push;
}

static bool
put_in_doubt(Store *store, const StoreRow *row, const Wish *wish, GError **error)
{
	g_autofree char *words = union_of(wish->add, wish->remove);
	g_autofree char *doubtful = union_of(row->dkw, words);
	unsigned doubt = row->doubt | wish->set | wish->clear;
	if (doubt == row->doubt && g_str_equal(doubtful, row->dkw))
		return true;
	return sql_run(store->sql, error, "UPDATE msg SET doubt=?,dkw=? WHERE id=?", "nti",
		(int)doubt, doubtful, row->id);
}

bool
row_has_words_to_tell(const StoreRow *row)
{
	g_auto(Wish) wish = { 0 };
	wish_of(row, 0, true, &wish);
	return *wish.add || *wish.remove;
}

/* Doubt about what can be told to nobody would stay for ever. */
bool
row_tells_nothing(Store *store, const StoreRow *row, GError **error)
{
	return sql_run(store->sql, error,
		"UPDATE msg SET okl=loc,okw=lkw,doubt=0,dkw='' WHERE id=?", "i", row->id);
}

/* Of what may be from before the state was lost the user is asked, if there is something to be told at all. */
static bool
ask_first(Store *store, StoreRow *row, bool nothing, bool *asks, GError **error)
{
	RowOp op;
	*asks = false;
	if (!op_read(store, row, &op, error))
		return false;
	if (op.kind != OP_FLAGS || !op.asks)
		return true;
	*asks = !nothing;
	if (*asks)
		return sql_run(store->sql, error, "UPDATE op SET state=2 WHERE id=?", "i", row->op);
	return op_delete(store, row, error) &&
	       sql_run(store->sql, error, "UPDATE msg SET op=NULL WHERE id=?", "i", row->id);
}

static GPtrArray *
dirty_rows(Store *store, int64_t folder, GError **error)
{
	g_autoptr(GPtrArray) dirty = g_ptr_array_new_with_free_func(row_free);
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT " ROW_COLUMNS
		" FROM msg INDEXED BY m_dirty WHERE sfolder=? AND " ROW_IS_DIRTY
		" AND st IN (0,1) AND " MAY_BE_TOLD " ORDER BY uid",
		"i", folder);
	int step;
	while (rows && (step = sql_next(store->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		StoreRow *row = g_new0(StoreRow, 1);
		row_read(rows, row);
		g_ptr_array_add(dirty, row);
	}
	return rows ? g_steal_pointer(&dirty) : NULL;
}

GPtrArray *
store_push_flags(Store *store, int64_t folder, unsigned permanent, bool keywords, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return NULL;
	g_autoptr(GPtrArray) pushes =
		g_ptr_array_new_with_free_func((GDestroyNotify)flag_push_free);
	g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) dirty = dirty_rows(store, folder, error);
	for (guint i = 0; dirty && i < dirty->len; i++) {
		StoreRow *row = dirty->pdata[i];
		g_auto(Wish) wish = { 0 };
		bool asks;
		wish_of(row, permanent, keywords, &wish);
		bool nothing = wishes_nothing(&wish);
		if (!ask_first(store, row, nothing, &asks, error))
			return NULL;
		if (asks)
			continue;
		if (!(nothing ? row_tells_nothing(store, row, error)
			      : put_in_doubt(store, row, &wish, error)))
			return NULL;
		if (!nothing)
			g_array_append_val(group_of(groups, pushes, &wish)->uids, row->uid);
	}
	return dirty && transaction_commit(&transaction, error) ? g_steal_pointer(&pushes) : NULL;
}

/* ---- refused ---- */

static bool
park(Store *store, int64_t folder, uint32_t uid, const char *why, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	RowOp op;
	bool found;
	if (!row_by_uid(store, folder, uid, &row, &found, error) || !found)
		return !found;
	if (!op_read(store, &row, &op, error))
		return false;
	if (op.kind) /* what else waits for it goes first; then the flags are tried again */
		return true;
	return op_queue(store, &row, OP_FLAGS, error) &&
	       sql_run(store->sql, error, "UPDATE op SET state=2,err=? WHERE id=?", "ti", why,
		       row.op) &&
	       sql_run(store->sql, error, "UPDATE msg SET op=? WHERE id=?", "ii", row.op, row.id);
}

bool
store_park_flags(Store *store, int64_t folder, const GArray *uids, const char *why, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < uids->len; i++)
		if (!park(store, folder, g_array_index(uids, uint32_t, i), why, error))
			return false;
	return transaction_commit(&transaction, error);
}

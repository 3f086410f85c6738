#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/deeds_private.h"

/* One row made as wished. */

void
row_wish_clear(RowWish *wish)
{
	g_clear_pointer(&wish->add, g_strfreev);
	g_clear_pointer(&wish->remove, g_strfreev);
	g_clear_pointer(&wish->source, g_free);
}

/* The words of SET that OTHER has not. NULL: none. */
static char **
words_without(const char *set, const char *other)
{
	g_auto(GStrv) words = g_strsplit(other, " ", -1);
	g_autofree char *left = merge_edit_keywords(set, NULL, (const char *const *)words);
	return *left ? g_strsplit(left, " ", -1) : NULL;
}

static void
wish_flags(StoreRow *row, const RowWish *wish, RowWish *inverse)
{
	unsigned wanted = (row->loc | wish->set) & ~wish->clear;
	inverse->clear = wanted & ~row->loc;
	inverse->set = row->loc & ~wanted;
	row->loc = wanted;
	g_autofree char *old = row->lkw;
	row->lkw = merge_edit_keywords(
		old, (const char *const *)wish->add, (const char *const *)wish->remove);
	inverse->add = words_without(old, row->lkw);
	inverse->remove = words_without(row->lkw, old);
}

static bool
bury(Store *store, StoreRow *row, GError **error)
{
	row->st = ROW_TOMB;
	return !row->op || op_delete(store, row, error);
}

/* Of what no server has, nobody has to hear. */
static bool
purge(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	row->was = row->st;
	if (!row->uid && op.state != OP_SENT)
		return bury(store, row, error);
	row->st = ROW_PURGING;
	return true;
}

/* What is no copy any more says nothing of its message. */
static void
untag(StoreRow *row)
{
	g_free(row->lkw);
	row->lkw = g_strdup("");
}

/* What is taken back before anybody heard of it was never here; what the server has, or may have, goes to Trash. */
static bool
uncopy(Store *store, StoreRow *row, const RowWish *wish, RowWish *inverse, GError **error)
{
	int64_t trash;
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	if (row->uid || op.state == OP_SENT) {
		if (!folder_by_role(store, ROLE_TRASH, &trash, error))
			return false;
		if (!trash || trash == row->folder)
			return true;
		/* what came from another account comes from there again */
		if (wish->source) {
			inverse->folder = row->folder;
			inverse->add = words_without(row->lkw, "");
		}
		row->folder = trash;
		untag(row);
		return true;
	}
	if (wish->source)
		*inverse = (RowWish){
			.end = WISH_COPIED, .folder = row->folder, .source = g_strdup(wish->source)
		};
	return bury(store, row, error);
}

/* Saved at the last moment: the server may have marked it already. */
static bool
unpurge(Store *store, StoreRow *row, GError **error)
{
	RowOp op;
	row->st = row->was;
	if (!op_read(store, row, &op, error) || !op.marked)
		return !error || !*error;
	row->loc &= ~(unsigned)MAIL_DELETED;
	row->doubt |= MAIL_DELETED;
	return true;
}

static bool
wish_end(Store *store, StoreRow *row, const RowWish *wish, RowWish *inverse, GError **error)
{
	if (wish->end == WISH_UNCOPIED)
		return uncopy(store, row, wish, inverse, error);
	if (wish->end == WISH_RECALLED)
		return transfer_recall(store, wish->source, error);
	if (wish->end == WISH_PURGED && row->st != ROW_PURGING) {
		inverse->end = WISH_KEPT;
		return purge(store, row, error);
	}
	if (wish->end == WISH_KEPT && row->st == ROW_PURGING) {
		inverse->end = WISH_PURGED;
		return unpurge(store, row, error);
	}
	return true;
}

static bool
tell_index(Store *store, const StoreRow *before, const StoreRow *row, GError **error)
{
	bool was = before->st <= ROW_FETCHING, is = row->st <= ROW_FETCHING;
	if (row->part == PART_NOTHING)
		return true;
	if (was != is)
		return is ? index_queue_put(store, row->key, row->date, false, error)
		          : index_queue_remove(store, row->key, error);
	bool words = row->loc != before->loc || !g_str_equal(row->lkw, before->lkw);
	return !words || !is || index_queue_flags(store, row->key, error);
}

static bool
agree_at_once(StoreRow *row)
{
	row->base = row->loc;
	g_free(row->bkw);
	row->bkw = g_strdup(row->lkw);
	return true;
}

/* Flags that were refused are wished anew. */
static bool
settle(Store *store, StoreRow *row, bool words, GError **error)
{
	RowOp op;
	if (row->st == ROW_TOMB)
		return true;
	return op_read(store, row, &op, error) &&
	       (op.kind != OP_FLAGS || !words || op_delete(store, row, error)) &&
	       op_settle(store, row, error);
}

bool
row_wish_apply(Store *store, StoreRow *row, const RowWish *wish, RowWish *inverse, bool *changed,
	GError **error)
{
	g_autofree char *old_words = g_strdup(row->lkw), *old_told = g_strdup(row->bkw);
	StoreRow before = *row;
	before.lkw = old_words;
	before.bkw = old_told;
	wish_flags(row, wish, inverse);
	if (wish->folder && wish->folder != row->folder) {
		inverse->folder = row->folder;
		row->folder = wish->folder;
	}
	if (!wish_end(store, row, wish, inverse, error))
		return false;
	bool words = row->loc != before.loc || !g_str_equal(row->lkw, before.lkw);
	*changed = words || row->folder != before.folder || row->st != before.st ||
	           wish->end == WISH_RECALLED;
	if (!*changed)
		return true;
	if (store->local)
		agree_at_once(row);
	return settle(store, row, words, error) && row_save(store, &before, row, error) &&
	       tell_index(store, &before, row, error);
}

/* ---- as text ---- */

static void
write_words(JsonObject *object, const char *name, char **words)
{
	if (words)
		json_set_words(object, name, words);
}

static void
write_number(JsonObject *object, const char *name, int64_t number)
{
	if (number)
		json_set_number(object, name, number);
}

bool
row_wish_is_empty(const RowWish *wish)
{
	return !wish->set && !wish->clear && !wish->add && !wish->remove && !wish->folder &&
	       wish->end == WISH_STAYS;
}

JsonObject *
row_wish_write(const RowWish *wish, const char *key)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "key", key);
	write_number(object, "set", wish->set);
	write_number(object, "clear", wish->clear);
	write_number(object, "folder", wish->folder);
	write_number(object, "end", wish->end);
	if (wish->source)
		json_set_text(object, "source", wish->source);
	write_words(object, "add", wish->add);
	write_words(object, "remove", wish->remove);
	return object;
}

bool
row_wish_read(JsonObject *object, RowWish *wish, const char **key)
{
	*key = object ? json_text(object, "key") : NULL;
	if (!*key)
		return false;
	*wish = (RowWish){ .set = (unsigned)json_number(object, "set", 0),
		.clear = (unsigned)json_number(object, "clear", 0),
		.folder = json_number(object, "folder", 0),
		.end = (WishEnd)json_number(object, "end", WISH_STAYS),
		.source = g_strdup(json_text(object, "source")),
		.add = json_words(object, "add"),
		.remove = json_words(object, "remove") };
	return true;
}

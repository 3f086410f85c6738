#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/deeds_private.h"

/* One row made as wished. */

void
row_wish_clear(RowWish *wish)
{
	g_clear_pointer(&wish->add, g_strfreev);
	g_clear_pointer(&wish->remove, g_strfreev);
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

/* What is taken back before anybody heard of it was never here. */
static bool
uncopy(Store *store, StoreRow *row, RowWish *inverse, GError **error)
{
	int64_t trash;
	if (row->uid) {
		if (!folder_by_role(store, ROLE_TRASH, &trash, error))
			return false;
		inverse->folder = trash && trash != row->folder ? row->folder : 0;
		row->folder = trash ? trash : row->folder;
		return true;
	}
	row->st = ROW_TOMB;
	return !row->op || op_delete(store, row, error);
}

static bool
wish_end(Store *store, StoreRow *row, const RowWish *wish, RowWish *inverse, GError **error)
{
	if (wish->end == WISH_UNCOPIED)
		return uncopy(store, row, inverse, error);
	if (wish->end == WISH_PURGED && row->st != ROW_PURGING) {
		inverse->end = WISH_KEPT;
		row->was = row->st;
		row->st = store->local ? ROW_TOMB : ROW_PURGING;
	} else if (wish->end == WISH_KEPT && row->st == ROW_PURGING) {
		inverse->end = WISH_PURGED;
		row->st = row->was;
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
	*changed = words || row->folder != before.folder || row->st != before.st;
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
	if (!words)
		return;
	JsonArray *array = json_array_new();
	for (; *words; words++)
		json_array_add_string_element(array, *words);
	json_set_array(object, name, array);
}

static void
write_number(JsonObject *object, const char *name, int64_t number)
{
	if (number)
		json_set_number(object, name, number);
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
	write_words(object, "add", wish->add);
	write_words(object, "remove", wish->remove);
	return object;
}

static char **
read_words(JsonObject *object, const char *name)
{
	JsonArray *array = json_array(object, name);
	if (!array)
		return NULL;
	GPtrArray *words = g_ptr_array_new();
	for (guint i = 0; i < json_array_get_length(array); i++)
		if (json_text_at(array, i))
			g_ptr_array_add(words, g_strdup(json_text_at(array, i)));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
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
		.add = read_words(object, "add"),
		.remove = read_words(object, "remove") };
	return true;
}

#include "backend/agent/index_batch.h"

#include <string.h>

#include "index/indexer.h"

/* A batch is one lock of the index and one commit: small ones let `notmuch tag` and new mail in soon, large
 * ones save a fifth of the work of a first sync. A rename is indexed anew, which costs 7 ms. */
enum { SMALL_BATCH = 100, IDLE_BATCH = 50, BULK = 1000, LINE_BYTES = JSON_LINE_LIMIT / 2 };

/* How many of the items a line holds; the others come with the next batch. */
static unsigned
fitting(const GPtrArray *items)
{
	size_t bytes = 0;
	unsigned count = 0;
	while (count < items->len && bytes < LINE_BYTES) {
		const IndexItem *item = g_ptr_array_index(items, count++);
		bytes += 200 + 2 * ((item->file ? strlen(item->file) : 0) +
					   (item->tags ? strlen(item->tags) : 0));
	}
	return count;
}

static bool
ask_take(Store *store, void *data, GError **error)
{
	IndexBatch *batch = data;
	batch->left = store_index_queue(store) - g_hash_table_size(batch->taken);
	size_t limit = batch->left > BULK ? INDEXER_BATCH_LIMIT : SMALL_BATCH;
	batch->items = store_index_batch(store, false, limit, batch->taken, error);
	if (batch->items && batch->items->len == 0) {
		batch->idle = true;
		g_clear_pointer(&batch->items, g_ptr_array_unref);
		batch->items = store_index_batch(store, true, IDLE_BATCH, batch->taken, error);
	}
	return batch->items != NULL;
}

IndexBatch *
index_batch_take(Disk *disk, GHashTable *taken, GError **error)
{
	g_autoptr(IndexBatch) batch = g_new0(IndexBatch, 1);
	batch->disk = disk;
	batch->taken = taken;
	if (!disk_ask(disk, ask_take, batch, error))
		return NULL;
	g_ptr_array_set_size(batch->items, (int)fitting(batch->items));
	for (unsigned i = 0; i < batch->items->len; i++) {
		const IndexItem *item = g_ptr_array_index(batch->items, i);
		g_hash_table_add(taken, g_memdup2(&item->queue, sizeof item->queue));
	}
	return g_steal_pointer(&batch);
}

void
index_batch_free(IndexBatch *batch)
{
	if (!batch)
		return;
	for (unsigned i = 0; batch->items && i < batch->items->len; i++) {
		const IndexItem *item = g_ptr_array_index(batch->items, i);
		g_hash_table_remove(batch->taken, &item->queue);
	}
	g_clear_pointer(&batch->items, g_ptr_array_unref);
	g_free(batch);
}

static const char *const acts[] = { [INDEX_PUT] = "put",
	[INDEX_REMOVE] = "remove",
	[INDEX_FLAGS] = "flags",
	[INDEX_ADOPT] = "adopt" };

static JsonObject *
item_json(const IndexItem *item)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "act", acts[item->act]);
	json_set_text(object, "key", item->key);
	if (item->act == INDEX_REMOVE)
		return object;
	if (item->file)
		json_set_text(object, "file", item->file);
	json_set_number(object, "flags", item->flags);
	if (item->act == INDEX_ADOPT)
		return object;
	JsonArray *tags = json_array_new();
	g_auto(GStrv) words = g_strsplit(item->tags ? item->tags : "", " ", -1);
	for (char **word = words; *word; word++)
		if (**word)
			json_array_add_string_element(tags, *word);
	json_set_array(object, "tags", tags);
	return object;
}

JsonObject *
index_batch_question(const IndexBatch *batch, const char *account)
{
	JsonArray *items = json_array_new();
	for (unsigned i = 0; i < batch->items->len; i++)
		json_array_add_object_element(items, item_json(g_ptr_array_index(batch->items, i)));
	JsonObject *question = json_object_new();
	json_set_text(question, "do", "batch");
	json_set_text(question, "account", account);
	json_set_truth(question, "idle", batch->idle);
	json_set_array(question, "items", items);
	return question;
}

typedef struct Settle {
	const IndexBatch *batch;
	JsonArray *skipped; /* of {key, why}; NULL: none */
	JsonArray *tags;    /* of {key, tags}; NULL: none */
} Settle;

static bool
mark_skipped(Store *store, JsonArray *skipped, GError **error)
{
	for (unsigned i = 0; skipped && i < json_array_get_length(skipped); i++) {
		JsonObject *one = json_array_get_object_element(skipped, i);
		const char *key = json_text(one, "key"), *why = json_text(one, "why");
		if (!store_not_searchable(store, key ? key : "", why ? why : "refused", error))
			return false;
	}
	return true;
}

/* key → its tags, borrowed from the answer. */
static GHashTable *
tags_by_key(JsonArray *tags)
{
	GHashTable *by_key =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_strfreev);
	for (unsigned i = 0; tags && i < json_array_get_length(tags); i++) {
		JsonObject *one = json_object_at(tags, i);
		const char *key = one ? json_text(one, "key") : NULL;
		char **words = key ? json_words(one, "tags") : NULL;
		if (words)
			g_hash_table_replace(by_key, (char *)key, words);
	}
	return by_key;
}

static bool
take_tags(Store *store, const Settle *settle, GError **error)
{
	static const char *const none[] = { NULL };
	const GPtrArray *items = settle->batch->items;
	g_autoptr(GHashTable) by_key = tags_by_key(settle->tags);
	g_autoptr(GArray) adopted = g_array_new(FALSE, FALSE, sizeof(AdoptedTags));
	for (unsigned i = 0; i < items->len; i++) {
		const IndexItem *item = g_ptr_array_index(items, i);
		char **tags = g_hash_table_lookup(by_key, item->key);
		AdoptedTags one = { item->queue, item->key,
			tags ? (const char *const *)tags : none };
		if (item->act == INDEX_ADOPT)
			g_array_append_val(adopted, one);
	}
	return adopted->len == 0 ||
	       store_take_tags(store, (const AdoptedTags *)(const void *)adopted->data,
		       adopted->len, error);
}

static bool
ask_settle(Store *store, void *data, GError **error)
{
	const Settle *settle = data;
	const GPtrArray *items = settle->batch->items;
	g_autofree int64_t *queue = g_new(int64_t, items->len);
	for (unsigned i = 0; i < items->len; i++)
		queue[i] = ((const IndexItem *)g_ptr_array_index(items, i))->queue;
	return mark_skipped(store, settle->skipped, error) && take_tags(store, settle, error) &&
	       store_index_done(store, queue, items->len, error);
}

bool
index_batch_settle(IndexBatch *batch, JsonObject *answer, GError **error)
{
	Settle settle = { batch, json_array(answer, "skipped"), json_array(answer, "tags") };
	return disk_ask(batch->disk, ask_settle, &settle, error);
}

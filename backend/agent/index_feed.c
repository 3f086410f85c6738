#include "backend/agent/index_feed.h"

#include <string.h>

#include "backend/error.h"

/* Tries wait 100, 200 … 1600 ms. */
enum { FIRST_WAIT_MS = 100, TRIES = 5 };

/* A batch is one lock of the index and one commit: small ones let `notmuch tag` and new mail in soon, large
 * ones save a fifth of the work of a first sync. */
enum { SMALL_BATCH = 100, BULK = 1000, LINE_BYTES = JSON_LINE_LIMIT / 2 };

struct IndexFeed {
	/* constant after new */
	Disk *disk;
	char *account;
	char *mail_root, *state, *program, *database;
	const IndexFeedEvents *events;
	void *data;
	GThread *thread;
	GCancellable *cancel; /* the end */
	/* feed thread only */
	Indexer *indexer;
	/* under lock */
	GMutex lock;
	GCond cond;
	bool kicked, ending;
	uint64_t wishes, emptied; /* waits begun; waits answered by an empty queue */
	GError *failure;          /* for those who wait */
};

typedef struct Batch {
	GPtrArray *items;   /* of IndexItem */
	GPtrArray *skipped; /* of char *: key, why, key, why … */
	int64_t left;
	char *generation;
	JsonArray *changes;
} Batch;

static void
batch_clear(Batch *batch)
{
	g_clear_pointer(&batch->items, g_ptr_array_unref);
	g_clear_pointer(&batch->skipped, g_ptr_array_unref);
	g_clear_pointer(&batch->generation, g_free);
	g_clear_pointer(&batch->changes, json_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static bool
ask_batch(Store *store, void *data, GError **error)
{
	Batch *batch = data;
	batch->left = store_index_queue(store);
	size_t limit = batch->left > BULK ? INDEXER_BATCH_LIMIT : SMALL_BATCH;
	batch->items = store_index_batch(store, false, limit, error);
	if (batch->items && batch->items->len == 0) {
		g_clear_pointer(&batch->items, g_ptr_array_unref);
		batch->items = store_index_batch(store, true, limit, error);
	}
	return batch->items != NULL;
}

static bool
ask_done(Store *store, void *data, GError **error)
{
	Batch *batch = data;
	for (unsigned i = 0; i + 1 < batch->skipped->len; i += 2)
		if (!store_not_searchable(store, g_ptr_array_index(batch->skipped, i),
			    g_ptr_array_index(batch->skipped, i + 1), error))
			return false;
	g_autofree int64_t *queue = g_new(int64_t, batch->items->len);
	for (unsigned i = 0; i < batch->items->len; i++)
		queue[i] = ((IndexItem *)g_ptr_array_index(batch->items, i))->queue;
	return store_index_done(store, queue, batch->items->len, error);
}

/* An index that was begun anew knows nothing: every file is queued for it. */
static bool
ask_generation(Store *store, void *data, GError **error)
{
	Batch *batch = data;
	g_autofree char *known = store_meta(store, "index_generation", NULL);
	if (g_strcmp0(known, batch->generation) == 0)
		return true;
	return store_requeue_index(store, error) &&
	       store_set_meta(store, "index_generation", batch->generation, error);
}

static const char *const acts[] = {
	[INDEX_PUT] = "put", [INDEX_REMOVE] = "remove", [INDEX_FLAGS] = "flags"
};

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
	JsonArray *tags = json_array_new();
	g_auto(GStrv) words = g_strsplit(item->tags ? item->tags : "", " ", -1);
	for (char **word = words; *word; word++)
		if (**word)
			json_array_add_string_element(tags, *word);
	json_set_array(object, "tags", tags);
	return object;
}

/* As many items as a line holds; the others come with the next batch. */
static JsonArray *
batch_json(Batch *batch)
{
	JsonArray *items = json_array_new();
	size_t bytes = 0;
	unsigned count = 0;
	while (count < batch->items->len && bytes < LINE_BYTES) {
		const IndexItem *item = g_ptr_array_index(batch->items, count++);
		bytes += 200 + 2 * ((item->file ? strlen(item->file) : 0) +
					   (item->tags ? strlen(item->tags) : 0));
		json_array_add_object_element(items, item_json(item));
	}
	g_ptr_array_set_size(batch->items, (int)count);
	return items;
}

static bool
feed_connect(IndexFeed *feed, GError **error)
{
	if (feed->indexer)
		return true;
	IndexerPlace place = { feed->mail_root, feed->state, feed->program, feed->database };
	feed->indexer = indexer_open(&place, feed->cancel, error);
	if (!feed->indexer)
		return false;
	g_auto(Batch) batch = { .generation = g_strdup(indexer_generation(feed->indexer)) };
	return disk_ask(feed->disk, ask_generation, &batch, error);
}

static void
take_skipped(Batch *batch, JsonObject *answer)
{
	batch->skipped = g_ptr_array_new_with_free_func(g_free);
	JsonArray *skipped = json_array(answer, "skipped");
	for (unsigned i = 0; skipped && i < json_array_get_length(skipped); i++) {
		JsonObject *one = json_array_get_object_element(skipped, i);
		const char *key = json_text(one, "key"), *why = json_text(one, "why");
		g_ptr_array_add(batch->skipped, g_strdup(key ? key : ""));
		g_ptr_array_add(batch->skipped, g_strdup(why ? why : "refused"));
	}
}

/* One batch there and back. *left: what the queue held before; 0 and true: it is empty. */
static bool
feed_batch(IndexFeed *feed, int64_t *left, GError **error)
{
	g_auto(Batch) batch = { 0 };
	/* also with nothing to send: an index that was lost, and tags others changed, show only there */
	if (!feed_connect(feed, error) || !disk_ask(feed->disk, ask_batch, &batch, error))
		return false;
	*left = batch.left;
	if (batch.items->len == 0) {
		*left = 0;
		return true;
	}
	g_autoptr(JsonObject) question = json_object_new();
	json_set_text(question, "do", "batch");
	json_set_text(question, "account", feed->account);
	json_set_array(question, "items", batch_json(&batch));
	g_autoptr(JsonObject) answer = indexer_ask(feed->indexer, question, feed->cancel, error);
	if (!answer)
		return false;
	take_skipped(&batch, answer);
	return disk_ask(feed->disk, ask_done, &batch, error);
}

static char **
words_of(JsonObject *change, const char *name)
{
	GPtrArray *words = g_ptr_array_new();
	JsonArray *array = json_array(change, name);
	for (unsigned i = 0; array && i < json_array_get_length(array); i++)
		g_ptr_array_add(words, g_strdup(json_array_get_string_element(array, i)));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static bool
ask_tags(Store *store, void *data, GError **error)
{
	Batch *batch = data;
	for (unsigned i = 0; i < json_array_get_length(batch->changes); i++) {
		JsonObject *change = json_array_get_object_element(batch->changes, i);
		g_auto(GStrv) add = words_of(change, "add"), remove = words_of(change, "remove");
		const char *key = json_text(change, "key");
		if (key && !store_set_tags(store, key, add, remove, error))
			return false;
	}
	return true;
}

/* What other programs did to tags (`notmuch tag`) is kept as a wish before the indexer may forget it. */
static bool
feed_take_changes(IndexFeed *feed, GError **error)
{
	g_autoptr(JsonObject) question = json_object_new();
	json_set_text(question, "do", "changed");
	json_set_text(question, "account", feed->account);
	g_autoptr(JsonObject) answer = indexer_ask(feed->indexer, question, feed->cancel, error);
	JsonArray *changes = answer ? json_array(answer, "changes") : NULL;
	if (!answer || !changes || json_array_get_length(changes) == 0)
		return answer != NULL;
	g_auto(Batch) batch = { .changes = json_array_ref(changes) };
	if (!disk_ask(feed->disk, ask_tags, &batch, error))
		return false;
	g_autoptr(JsonObject) stored = json_object_new();
	json_set_text(stored, "do", "stored");
	json_set_text(stored, "account", feed->account);
	JsonArray *numbers = json_array_new();
	for (unsigned i = 0; i < json_array_get_length(changes); i++)
		json_array_add_int_element(numbers,
			json_number(json_array_get_object_element(changes, i), "change", 0));
	json_set_array(stored, "changes", numbers);
	g_autoptr(JsonObject) ok = indexer_ask(feed->indexer, stored, feed->cancel, error);
	return ok != NULL;
}

/* Before the next try; the end ends it. */
static void
feed_pause(IndexFeed *feed, int failures)
{
	int64_t until = g_get_monotonic_time() + ((int64_t)FIRST_WAIT_MS << (failures - 1)) * 1000;
	g_mutex_lock(&feed->lock);
	while (!feed->ending && g_cond_wait_until(&feed->cond, &feed->lock, until))
		;
	g_mutex_unlock(&feed->lock);
}

/* Empties the queue; an indexer that died is opened again, a few times. */
static bool
feed_drain(IndexFeed *feed, GError **error)
{
	int failures = 0;
	int64_t left = 1;
	while (left > 0 && !g_cancellable_is_cancelled(feed->cancel)) {
		g_autoptr(GError) trouble = NULL;
		if (feed_batch(feed, &left, &trouble) &&
			(left > 0 || feed_take_changes(feed, &trouble))) {
			failures = 0;
			feed->events->on_progress(left, feed->data);
			continue;
		}
		left = 1;
		g_clear_pointer(&feed->indexer, indexer_close);
		if (g_cancellable_is_cancelled(feed->cancel) || ++failures >= TRIES) {
			g_propagate_error(error, g_steal_pointer(&trouble));
			return false;
		}
		g_warning("%s: index: %s", feed->account, trouble->message);
		feed_pause(feed, failures);
	}
	return !g_cancellable_set_error_if_cancelled(feed->cancel, error);
}

static void *
feed_run(void *data)
{
	IndexFeed *feed = data;
	bool told = false;
	g_mutex_lock(&feed->lock);
	while (!feed->ending) {
		if (!feed->kicked && feed->emptied == feed->wishes) {
			g_cond_wait(&feed->cond, &feed->lock);
			continue;
		}
		uint64_t wishes = feed->wishes;
		feed->kicked = false;
		g_mutex_unlock(&feed->lock);
		g_autoptr(GError) error = NULL;
		bool ok = feed_drain(feed, &error);
		if (!ok && !told && !g_cancellable_is_cancelled(feed->cancel))
			feed->events->on_trouble(error->message, feed->data);
		told = !ok;
		g_mutex_lock(&feed->lock);
		feed->emptied = wishes;
		g_clear_error(&feed->failure);
		feed->failure = g_steal_pointer(&error);
		g_cond_broadcast(&feed->cond);
	}
	g_mutex_unlock(&feed->lock);
	g_clear_pointer(&feed->indexer, indexer_close);
	return NULL;
}

IndexFeed *
index_feed_new(Disk *disk, const char *account, const IndexerPlace *place,
	const IndexFeedEvents *events, void *data)
{
	IndexFeed *feed = g_new0(IndexFeed, 1);
	feed->disk = disk;
	feed->account = g_strdup(account);
	feed->mail_root = g_strdup(place->mail_root);
	feed->state = g_strdup(place->state);
	feed->program = g_strdup(place->program);
	feed->database = g_strdup(place->database);
	feed->events = events;
	feed->data = data;
	feed->cancel = g_cancellable_new();
	g_mutex_init(&feed->lock);
	g_cond_init(&feed->cond);
	feed->thread = g_thread_new("index", feed_run, feed);
	return feed;
}

void
index_feed_end(IndexFeed *feed)
{
	if (!feed || !feed->thread)
		return;
	g_cancellable_cancel(feed->cancel);
	g_mutex_lock(&feed->lock);
	feed->ending = true;
	g_cond_broadcast(&feed->cond);
	g_mutex_unlock(&feed->lock);
	g_thread_join(g_steal_pointer(&feed->thread));
}

void
index_feed_free(IndexFeed *feed)
{
	if (!feed)
		return;
	index_feed_end(feed);
	g_object_unref(feed->cancel);
	g_mutex_clear(&feed->lock);
	g_cond_clear(&feed->cond);
	g_clear_error(&feed->failure);
	g_free(feed->account);
	g_free(feed->mail_root);
	g_free(feed->state);
	g_free(feed->program);
	g_free(feed->database);
	g_free(feed);
}

void
index_feed_kick(IndexFeed *feed)
{
	g_mutex_lock(&feed->lock);
	feed->kicked = true;
	g_cond_broadcast(&feed->cond);
	g_mutex_unlock(&feed->lock);
}

static void
on_wait_cancelled(GCancellable *cancel, void *data)
{
	IndexFeed *feed = data;
	g_mutex_lock(&feed->lock);
	g_cond_broadcast(&feed->cond);
	g_mutex_unlock(&feed->lock);
}

/* Under the lock: why a wait ended without an empty queue. */
static void
set_wait_error(const IndexFeed *feed, GCancellable *cancel, GError **error)
{
	if (feed->ending || g_cancellable_is_cancelled(cancel))
		g_set_error_literal(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "cancelled");
	else if (feed->failure)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, "index: %s",
			feed->failure->message);
}

bool
index_feed_wait(IndexFeed *feed, GCancellable *cancel, GError **error)
{
	gulong handler = g_cancellable_connect(cancel, G_CALLBACK(on_wait_cancelled), feed, NULL);
	g_mutex_lock(&feed->lock);
	uint64_t wish = ++feed->wishes;
	g_cond_broadcast(&feed->cond);
	while (feed->emptied < wish && !feed->ending && !g_cancellable_is_cancelled(cancel))
		g_cond_wait(&feed->cond, &feed->lock);
	bool ok = feed->emptied >= wish && !feed->failure;
	if (!ok)
		set_wait_error(feed, cancel, error);
	g_mutex_unlock(&feed->lock);
	g_cancellable_disconnect(cancel, handler);
	return ok;
}

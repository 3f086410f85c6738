#include "backend/agent/index_feed.h"

#include "backend/agent/index_batch.h"
#include "backend/agent/index_changes.h"
#include "backend/agent/index_known.h"
#include "backend/error.h"

/* Tries wait 100, 200 … 1600 ms. */
enum { FIRST_WAIT_MS = 100, TRIES = 5 };

/* One is indexed while the next is made and waits at the indexer. */
enum { BATCHES_UNDER_WAY = 2 };

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
	GQueue under_way;  /* of Sent, the oldest first */
	GHashTable *taken; /* what is in them */
	int failures;      /* in a row, without getting on */
	bool heard;        /* what others changed, since the drain began */
	int64_t poison;    /* mails that are known to kill an indexer */
	bool waits;        /* the indexer does, for another program */
	int64_t held;      /* messages whose tags wait for a word of the user; told of */
	/* under lock */
	GMutex lock;
	GCond cond;
	bool kicked, ending;
	uint64_t wishes, emptied; /* waits begun; waits answered by an empty queue */
	GError *failure;          /* for those who wait */
	GQueue listeners;         /* of Listener, the oldest wish first */
};

/* One who is told of an empty queue. */
typedef struct Listener {
	uint64_t wish;
	IndexFeedOnEmpty on_empty;
	void *data;
} Listener;

/* A batch that the indexer has not answered yet. */
typedef struct Sent {
	IndexBatch *batch;
	int64_t question;
} Sent;

static void
sent_free(void *data)
{
	Sent *sent = data;
	index_batch_free(sent->batch);
	g_free(sent);
}

/* An index that was begun anew knows nothing: every file is queued for it. */
static bool
ask_generation(Store *store, void *data, GError **error)
{
	const char *generation = data;
	g_autofree char *known = store_meta(store, "index_generation", NULL);
	if (g_strcmp0(known, generation) == 0)
		return true;
	return store_requeue_index(store, error) &&
	       store_set_meta(store, "index_generation", generation, error);
}

static void
tell_held(IndexFeed *feed, int64_t held)
{
	if (held > feed->held) {
		g_autofree char *sentence =
			g_strdup_printf("another program changed the tags of %" G_GINT64_FORMAT
					" messages at once, which is held: `curlew sync "
					"--take-tags` takes the change, "
					"`curlew sync --drop-tags` undoes it",
				held);
		feed->events->on_notice(sentence, feed->data);
	}
	feed->held = held;
}

/* A mail that was proven to kill indexers will not be tried again: with each of them the queue gets on. */
static bool
feed_ask_status(IndexFeed *feed, GError **error)
{
	g_autoptr(JsonObject) question = json_object_new();
	json_set_text(question, "do", "status");
	g_autoptr(JsonObject) status = indexer_ask(feed->indexer, question, feed->cancel, error);
	if (!status)
		return false;
	int64_t poison = json_number(status, "poison_total", 0);
	if (poison > feed->poison)
		feed->failures = 0;
	feed->poison = poison;
	tell_held(feed, json_number(status, "held", 0));
	return true;
}

static void
on_waits(bool waits, void *data)
{
	IndexFeed *feed = data;
	feed->waits = waits;
	feed->events->on_waits(waits, feed->data);
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
	indexer_hear_waits(feed->indexer, on_waits, feed);
	g_autofree char *generation = g_strdup(indexer_generation(feed->indexer));
	return feed_ask_status(feed, error) &&
	       disk_ask(feed->disk, ask_generation, generation, error);
}

/* Everything that has no answer goes back to the queue. */
static void
feed_disconnect(IndexFeed *feed)
{
	g_queue_clear_full(&feed->under_way, sent_free);
	g_clear_pointer(&feed->indexer, indexer_close);
	if (feed->waits)
		on_waits(false, feed);
}

/* Sends what there is, as much as may be under way. Answers come in order within one priority only, so batches of
 * two never mix. */
static bool
feed_send(IndexFeed *feed, GError **error)
{
	while (feed->under_way.length < BATCHES_UNDER_WAY) {
		g_autoptr(IndexBatch) batch = index_batch_take(feed->disk, feed->taken, error);
		const Sent *before = g_queue_peek_tail(&feed->under_way);
		if (!batch)
			return false;
		if (batch->items->len == 0 || (before && before->batch->idle != batch->idle))
			return true;
		g_autoptr(JsonObject) question = index_batch_question(batch, feed->account);
		int64_t id = indexer_send(feed->indexer, question, feed->cancel, error);
		if (!id)
			return false;
		Sent *sent = g_new0(Sent, 1);
		*sent = (Sent){ g_steal_pointer(&batch), id };
		g_queue_push_tail(&feed->under_way, sent);
	}
	return true;
}

static bool
feed_receive(IndexFeed *feed, GError **error)
{
	const Sent *sent = g_queue_peek_head(&feed->under_way);
	g_autoptr(JsonObject) answer =
		indexer_receive(feed->indexer, sent->question, feed->cancel, error);
	if (!answer || !index_batch_settle(sent->batch, answer, error))
		return false;
	int64_t left = sent->batch->left;
	sent_free(g_queue_pop_head(&feed->under_way));
	feed->events->on_progress(left, feed->data);
	return true;
}

/* Some of what others changed; *all: that was all. */
static bool
feed_hear(IndexFeed *feed, bool *all, GError **error)
{
	bool any;
	if (!index_changes_take(
		    feed->disk, feed->indexer, feed->account, feed->cancel, &any, error))
		return false;
	*all = !any;
	return true;
}

/* One step towards an empty queue. *more: there may be others. Asks also with nothing to send: an index that was lost,
 * and tags that others changed, show only there; these come into the queue in their turn. */
static bool
feed_step(IndexFeed *feed, bool *more, GError **error)
{
	*more = true;
	if (!feed_connect(feed, error))
		return false;
	/* First of all: with a copy that the queue takes out, what another program wished of it would go. */
	if (!feed->heard)
		return feed_hear(feed, &feed->heard, error);
	if (!feed_send(feed, error))
		return false;
	if (feed->under_way.length)
		return feed_receive(feed, error);
	bool all;
	if (!feed_hear(feed, &all, error))
		return false;
	*more = !all;
	if (!*more && !index_known_compare(
			      feed->disk, feed->indexer, feed->account, feed->cancel, more, error))
		return false;
	if (*more)
		return true;
	feed->events->on_progress(0, feed->data);
	return feed_ask_status(feed, error);
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
	feed->failures = 0;
	feed->heard = false;
	for (bool more = true; more && !g_cancellable_is_cancelled(feed->cancel);) {
		g_autoptr(GError) trouble = NULL;
		if (feed_step(feed, &more, &trouble)) {
			feed->failures = 0;
			continue;
		}
		more = true;
		feed_disconnect(feed);
		if (g_cancellable_is_cancelled(feed->cancel) || ++feed->failures >= TRIES) {
			g_propagate_error(error, g_steal_pointer(&trouble));
			return false;
		}
		g_warning("%s: index: %s", feed->account, trouble->message);
		feed_pause(feed, feed->failures);
	}
	return !g_cancellable_set_error_if_cancelled(feed->cancel, error);
}

/* Under the lock, which is not held while they are told. */
static void
tell_listeners(IndexFeed *feed, uint64_t wishes, const GError *error)
{
	GQueue told = G_QUEUE_INIT;
	const Listener *next;
	while ((next = g_queue_peek_head(&feed->listeners)) && next->wish <= wishes)
		g_queue_push_tail(&told, g_queue_pop_head(&feed->listeners));
	g_mutex_unlock(&feed->lock);
	Listener *listener;
	while ((listener = g_queue_pop_head(&told))) {
		listener->on_empty(error, listener->data);
		g_free(listener);
	}
	g_mutex_lock(&feed->lock);
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
		tell_listeners(feed, wishes, error);
		feed->emptied = wishes;
		g_clear_error(&feed->failure);
		feed->failure = g_steal_pointer(&error);
		g_cond_broadcast(&feed->cond);
	}
	g_autoptr(GError) end =
		g_error_new_literal(ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "the agent leaves");
	tell_listeners(feed, UINT64_MAX, end);
	g_mutex_unlock(&feed->lock);
	feed_disconnect(feed);
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
	g_queue_init(&feed->under_way);
	feed->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
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
	g_hash_table_unref(feed->taken);
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

void
index_feed_tell(IndexFeed *feed, IndexFeedOnEmpty on_empty, void *data)
{
	Listener *listener = g_new(Listener, 1);
	g_mutex_lock(&feed->lock);
	*listener = (Listener){ ++feed->wishes, on_empty, data };
	g_queue_push_tail(&feed->listeners, listener);
	g_cond_broadcast(&feed->cond);
	g_mutex_unlock(&feed->lock);
}

#pragma once
/*
 * Hands the store's index queue to the indexer, batch by batch, beside all else, and deletes what was
 * answered. A thread of its own (a connection thread: it blocks on the indexer). Calls from any thread.
 */
#include "backend/core/disk.h"
#include "index/indexer.h"

typedef struct IndexFeed IndexFeed;

typedef struct IndexFeedEvents {
	void (*on_progress)(int64_t left, void *data); /* feed thread */
	void (*on_trouble)(const char *sentence,
		void *data); /* feed thread: told once a trouble, tried again */
	void (*on_notice)(
		const char *sentence, void *data); /* feed thread: no round is the worse for it */
	void (*on_waits)(
		bool waits, void *data); /* feed thread: for another program's lock, or no more */
} IndexFeedEvents;

/* PLACE and its texts are copied. */
IndexFeed *index_feed_new(Disk *disk, const char *account, const IndexerPlace *place,
	const IndexFeedEvents *events, void *data);
/* Ends the thread; those who wait are told. Nothing is called back afterwards. */
void index_feed_end(IndexFeed *feed);
void index_feed_free(IndexFeed *feed); /* ended before */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexFeed, index_feed_free)

/* There is something in the queue. */
void index_feed_kick(IndexFeed *feed);

/* Waits until the queue was found empty after this call; false: cancelled, or the indexer cannot be had. */
bool index_feed_wait(IndexFeed *feed, GCancellable *cancel, GError **error);

/* Calls ON_EMPTY (feed thread) once the queue was found empty after this call; ERROR: why it was not. */
typedef void (*IndexFeedOnEmpty)(const GError *error, void *data);
void index_feed_tell(IndexFeed *feed, IndexFeedOnEmpty on_empty, void *data);

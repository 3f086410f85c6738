#pragma once
/*
 * One batch of a store's index queue, on its way to the indexer and back. What is on its way is deleted from
 * the queue only by its answer, so a lost indexer costs nothing but time. Feed thread.
 */
#include "backend/core/disk.h"
#include "index/json.h"

typedef struct IndexBatch {
	Disk *disk;
	GHashTable *taken; /* of int64_t *: the queue's rows that are in any batch */
	GPtrArray *items;  /* of IndexItem; none: there is nothing more to send */
	bool idle;         /* of the queue that waits for the other */
	int64_t left;      /* what the queue held before, without what was taken */
} IndexBatch;

/* Takes the next items and adds them to TAKEN (borrowed while the batch is there). NULL on error. */
IndexBatch *index_batch_take(Disk *disk, GHashTable *taken, GError **error);
/* Gives its items back to the queue, unless they were settled. */
void index_batch_free(IndexBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexBatch, index_batch_free)

/* The question to ask; the caller owns it. */
JsonObject *index_batch_question(const IndexBatch *batch, const char *account);

/* The indexer's ANSWER: the items leave the queue, and what cannot be searched is marked so. */
bool index_batch_settle(IndexBatch *batch, JsonObject *answer, GError **error);

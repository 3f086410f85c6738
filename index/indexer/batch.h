#pragma once
/*
 * Carries the items of one batch into an open notmuch database and into index.db (whose transaction is
 * open): files in and out, and for every message touched the tags that its copies ask for. Main thread;
 * lives for one lock.
 */
#include <notmuch.h>
#include <stdbool.h>

#include "index/indexer/index_db.h"
#include "index/indexer/poison.h"
#include "index/json.h"

/* What a batch's answer tells of its items; filled. */
typedef struct BatchTold {
	JsonArray *skipped; /* of {"key","file","why"} */
	JsonArray *tags;    /* of {"key","tags"} */
} BatchTold;

typedef struct Batch {
	notmuch_database_t *notmuch; /* open for writing */
	IndexDb *db;
	Poison *poison;
	const char *mail_root;
	const BatchTold *told; /* NULL where there are no items */
} Batch;

/* Carries out one item of ACCOUNT (index/indexer.h). False only if the whole batch is to be given up. */
bool batch_apply(Batch *batch, const char *account, JsonObject *item, GError **error);

/* Writes the tags that a message's copies ask for; nothing if the index has no such message. */
bool batch_retag(Batch *batch, const char *message_id, GError **error);

/* The tags in notmuch of a message, as a tag set. NULL if the database failed. */
char **batch_read_tags(notmuch_message_t *message);

#pragma once
/*
 * What other programs did to the tags of our notmuch database (notmuch tag, another mail reader): found by
 * notmuch's revision, kept in index.db until the agents have stored it. Main thread.
 */
#include <notmuch.h>
#include <stdbool.h>

#include "index/indexer/index_db.h"

/*
 * Compares every message modified after revision SINCE with what we last wrote, and adds a change for
 * every copy of those that differ; a delta over more than 1,000 messages and 10 % of all is held. Within
 * a transaction of DB. Messages we never wrote are left alone. INDEX_ERROR_MISSING: notmuch cannot be read.
 */
bool outside_collect(notmuch_database_t *notmuch, IndexDb *db, unsigned long since, GError **error);

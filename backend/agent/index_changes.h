#pragma once
/*
 * What other programs did to tags (`notmuch tag`), from the indexer into the store: kept there as a wish before
 * the indexer may forget it. Feed thread.
 */
#include "backend/core/disk.h"
#include "index/indexer.h"

/* Takes some of them. *any: there were, and there may be more. */
bool index_changes_take(Disk *disk, Indexer *indexer, const char *account, GCancellable *cancel,
	bool *any, GError **error);

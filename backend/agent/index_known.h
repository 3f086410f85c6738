#pragma once
/*
 * Where an account's state was made anew from its files, the index may know messages of before that are here no more:
 * they go from it, once. Feed thread.
 */
#include "backend/core/disk.h"
#include "index/indexer.h"

/* Compares what the indexer knows with the store, if that is to be done. *any: something is to be taken out now. */
bool index_known_compare(Disk *disk, Indexer *indexer, const char *account, GCancellable *cancel,
	bool *any, GError **error);

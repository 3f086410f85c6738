#pragma once
/*
 * One search for the hits of a list, on its way through the index thread: batches of them come back as they are found,
 * or all at once where they must be sorted. UI thread.
 */
#include "ui/screen/list_hits.h"

typedef struct ListSearchCalls {
	void (*on_hits)(GArray *hits, void *data); /* of ListHit; takes HITS over */
	void (*on_percent)(int percent, void *data);
	/* The last call. WHY: it failed; NULL: it did not. STAMP: of what was looked through, the call's. UNCHANGED:
	 * it has the stamp that was handed in, so nothing was looked for. */
	void (*on_end)(const CleanText *why, const char *stamp, bool unchanged, void *data);
} ListSearchCalls;

typedef struct ListSearch ListSearch;

/* Begins. STAMP: of the search before; NULL: none. LIMIT: of hits; 0: none. CALLS must outlive it. */
ListSearch *list_search_run(Asker *asker, const View *view, const char *stamp, size_t limit,
	const ListSearchCalls *calls, void *data);
/* Stops it if it has not ended; nothing is called any more. NULL does nothing. */
void list_search_leave(ListSearch *search);

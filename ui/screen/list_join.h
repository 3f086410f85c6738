#pragma once
/*
 * Makes rows of what was found: each hit is joined to the stores, which know what it is now. Made and freed on the UI
 * thread.
 */
#include "ui/screen/list_hits.h"
#include "ui/screen/list_row.h"

typedef struct ListJoin {
	View *view;
	GArray *hits;          /* of ListHit; whoever asks sees to it that their text lives */
	int64_t place;         /* of the first */
	bool unread, backward; /* one row: the first unread one, or the last */
	GPtrArray *rows;       /* the answer, of ListRow */
} ListJoin;

ListJoin *list_join_new(const View *view);
void list_join_free(ListJoin *join);

/* Store thread. */
void list_join_run(ListJoin *join, Asker *asker, GCancellable *cancel);

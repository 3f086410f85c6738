#pragma once
/*
 * Finds the rows of a list that is held whole: a search in the index; a folder or merged list that is narrowed or
 * sorted, which is walked through in the stores. One by one, the newest first unless they are to be sorted. Index thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_sorter.h"
#include "ui/screen/view.h"

/* What the index says of a message, in case no store knows it. */
typedef struct ListHitText {
	char *message_id, *from, *subject, *file;
} ListHitText;

typedef struct ListHit {
	int64_t date;
	int64_t id;        /* of a copy in ACCOUNT's store; 0: TEXT is set */
	ListHitText *text; /* NULL: the store tells */
	int account;
} ListHit;
void list_hit_clear(void *hit); /* frees its text */
GArray *list_hits_new(void);    /* of ListHit, whose texts it owns; the caller's */

typedef struct ListFinder {
	/* constant */
	Asker *asker;
	GCancellable *cancel;
	const View *view;
	size_t limit;       /* 0: all */
	ListSorter *sorter; /* hears of each hit what it is sorted by; NULL: they come by date */
	bool (*on_hit)(const ListHit *hit, void *data); /* takes its text over; false: enough */
	void (*on_step)(int64_t done, int64_t total, void *data); /* rows that were looked at */
	void *data;
	/* changes */
	char *stamp; /* names what was walked through, as far as its rows and their dates go; the caller's; NULL: cannot be
	                   told */
	bool unchanged; /* it has this very stamp: it was not walked through again */
} ListFinder;

/* As ->view needs it. */
bool list_hits_find(ListFinder *finder, GError **error);

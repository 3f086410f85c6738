#pragma once
/*
 * Finds the rows of a search in the index, or of a narrowed list in the stores, the newest first, one by one.
 * Index thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/view.h"

typedef struct ListHit {
	char *message_id, *from, *subject, *file;
	char *key; /* of a copy in ACCOUNT, for a list that shows copies; NULL: a message with all of them */
	int account;
	int64_t date;
} ListHit;
void list_hit_free(void *hit);

typedef struct ListFinder {
	Asker *asker;
	GCancellable *cancel;
	const View *view;
	size_t limit;
	bool (*on_hit)(ListHit *hit, void *data); /* takes HIT over; false: enough */
	void (*on_step)(void *data);              /* nothing may be found for a while */
	void *data;
} ListFinder;

bool list_hits_search(const ListFinder *finder, GError **error);
bool list_hits_narrow(const ListFinder *finder, GError **error);

#pragma once
/*
 * The stores that list_hits.c walks through: each by a connection of its own, beside the thread that answers for what
 * is seen meanwhile. Index thread.
 */
#include "ui/screen/list_hits.h"

typedef struct PlacedHit {
	ListHit hit;
	int64_t message; /* the hash of its Message-ID; 0: none */
} PlacedHit;

typedef struct ListPlace {
	Envelopes *store;
	int account;
	PageAsk ask; /* the next step */
	bool end;
	GArray *hits; /* of PlacedHit: found by the last step */
	guint at;     /* the first that is not yet told */
} ListPlace;
void list_place_free(void *place);

/* Those of the finder's view. An account that was never synced is no fault. */
bool list_places_open(const ListFinder *finder, GPtrArray *places, GError **error);

/* What they hold of the view: *total rows, and *stamp as ListFinder has it, the caller's. */
bool list_places_stamp(const ListFinder *finder, const GPtrArray *places, int64_t *total,
	char **stamp, GError **error);

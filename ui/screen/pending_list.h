#pragma once
/*
 * What the servers of all accounts are still to be told, as it is shown: read from the stores on their thread, constant
 * from then on.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_row.h"

typedef struct PendingEntry {
	ListRow *
		row; /* of the message; refused: it waits for the user, who is asked or knows why */
	PendingWhat what;
	int64_t since;    /* Unix seconds; 0: not known */
	char *folder;     /* "work/Archive", NOT clean: where the message is wanted */
	CleanText *place; /* the same */
	CleanText *note;  /* what the server said, or what is asked, and how often; NULL: nothing */
} PendingEntry;

typedef struct PendingList {
	GPtrArray *entries; /* of PendingEntry: first what waits for the user */
	int64_t left;       /* so many more are not held */
	char *why;          /* not all could be read; NULL: they were */
} PendingList;

/* Store thread. The caller owns it. */
PendingList *pending_list_read(Asker *asker, GCancellable *cancel);
void pending_list_free(PendingList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PendingList, pending_list_free)

/* How many wait for the user, in all accounts whose store can be read. Store thread. */
int64_t pending_list_count_refused(Asker *asker);

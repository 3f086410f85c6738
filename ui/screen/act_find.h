#pragma once
/* Which copies of messages something that is done to them means. Store thread. */
#include "ui/screen/asker.h"
#include "ui/screen/view.h"

typedef struct ActCopy {
	int account;
	char *key;
	char *place;      /* "work/INBOX"; belongs to the ActFound */
	char *message_id; /* NULL: none */
} ActCopy;

typedef struct ActFound {
	GPtrArray *copies; /* of ActCopy */
	size_t messages;
	GHashTable *places; /* of char *: each once */
} ActFound;
void act_found_free(ActFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ActFound, act_found_free)

/*
 * Of TARGETS (of Target) in VIEW. EVERYWHERE: one copy of each account that has any (its agent knows the others), else
 * those that a move means; with TO (an account, else -1) those in it, and of a message that has none there one of another.
 * A few questions to each store, however many targets. NULL: one failed. The caller owns it.
 */
ActFound *act_find(Asker *asker, const View *view, const GPtrArray *targets, bool everywhere,
	int to, GCancellable *cancel, GError **error);

#pragma once
/* Which copies of a message something that is done to it means. Store thread. */
#include "ui/screen/asker.h"
#include "ui/screen/list_row.h"
#include "ui/screen/view.h"

typedef struct ActCopy {
	int account;
	char *key;
	char *place; /* "work/INBOX" */
} ActCopy;

/*
 * Of the message of ROW in VIEW, or of its thread if it is folded; EVERYWHERE: one copy of each account that has any
 * (its agent knows the others), else those that a move means. Of ActCopy, the caller's; *messages: how many messages.
 */
GPtrArray *act_find(Asker *asker, const View *view, const ListRow *row, bool everywhere,
	size_t *messages, GError **error);

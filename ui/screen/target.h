#pragma once
/*
 * A message that something is done to: what is kept of its row, however long the list moves on. A row that stands for
 * a folded thread means the thread. Plain data, never changed once made.
 */
#include "ui/screen/list_row.h"

typedef struct Target {
	int account;
	int64_t folder;
	char *key;        /* of the copy that stood there */
	char *message_id; /* NULL: it has none */
	int64_t thread;
	bool folded;
	bool unread, flagged; /* as it was shown; of a thread, whether any is */
	char *name;           /* of the row: what list_row_is_same goes by */
} Target;

/* What a row is called: the same text for rows that list_row_is_same. The caller owns it. */
char *target_name(const ListRow *row);

Target *target_new(const ListRow *row); /* ROW has a copy; the caller owns the result */
Target *target_copy(const Target *target);
Target *target_new_alone(
	const ListRow *row); /* the message of ROW, though it stands for a thread */
void target_free(Target *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Target, target_free)

/* An array for targets, which owns them; one that holds the target of ROW alone. The caller owns it. */
GPtrArray *targets_new(void);
GPtrArray *targets_of_row(const ListRow *row);

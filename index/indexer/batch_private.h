#pragma once
/*
 * What the files of a batch share: batch.c takes items in, batch_tags.c has the tags that the copies of a message ask for.
 * Never leaves this folder. Main thread.
 */
#include "index/indexer/batch.h"

/* A copy on its way in: what the item says. Borrowed but for the tags. */
typedef struct Put {
	const char *account, *key, *file;
	unsigned flags;
	char **tags;
	bool adopts; /* it has what its message has, which its agent is told with the answer */
} Put;

/* Sets an error from STATUS: "cannot WHAT: …". Always returns false. */
bool batch_fail(Batch *batch, notmuch_status_t status, const char *what, GError **error);

/* *message: as the index has it, the caller's to destroy; NULL: it has lost it. */
bool batch_find(Batch *batch, const char *message_id, notmuch_message_t **message, GError **error);

/* The copy is of this message, or of none: WHY it cannot be searched. */
void batch_remember_copy(Batch *batch, const Put *put, const char *message_id, const char *why);

/* The answer tells its agent that the copy has these tags. */
void batch_tell_adopted(Batch *batch, const Put *put, char **tags);

/*
 * Writes the tags that the message's copies ask for. PUT: the copy that came, remembered before; NULL: none. FRESH:
 * libnotmuch made the message just now.
 */
bool batch_write_tags(
	Batch *batch, const Put *put, notmuch_message_t *message, bool fresh, GError **error);

#pragma once
/*
 * What the user does to messages, in the store: each deed is durable, with what undoes it, when the call returns,
 * and is shown from then on; the server learns of it later. Flags and tags reach every copy of a message in this
 * account, moves the copy that is named. Disk thread only. Errors as in store.h.
 */
#include "backend/store/store.h"

typedef enum DeedKind {
	DEED_FLAG,
	DEED_TAG,
	DEED_MOVE,
	DEED_COPY,
	DEED_DELETE,
	DEED_PURGE
} DeedKind;

/* What is wished of each message; all borrowed. */
typedef struct Deed {
	/* Made by who asks; time-ordered; several calls may share one. At most 64 of [0-9A-Za-z.-]. NULL: nobody will take
	 * it back. */
	const char *id;
	DeedKind kind;
	unsigned set, clear;  /* DEED_FLAG, _TAG: MailFlags */
	char **add, **remove; /* the same: tags; NULL: none */
	const char *folder;   /* DEED_MOVE, _COPY: its name; or NULL: the folder with ROLE */
	const char *
		account; /* the same: FOLDER is of this other one (transfer.h); NULL: of this one */
	FolderRole
		role; /* DEED_DELETE means ROLE_TRASH; what is there or in Junk already is left (purge it) */
} Deed;

typedef struct DeedDone {
	char *id;
	size_t done;        /* copies that are different now */
	size_t gone;        /* keys (undo: copies) that are no more */
	size_t kept;        /* that could not be: already there, being purged */
	GPtrArray *folders; /* names of the folders whose rows or counts changed, of char * */
} DeedDone;
void deed_done_clear(DeedDone *done);

/* At most 1,000 keys (NULL-terminated) in one call: one transaction. ACCOUNT_ERROR_USAGE: no such folder. */
bool store_do(
	Store *store, const Deed *deed, const char *const *keys, DeedDone *done, GError **error);

/*
 * Takes a deed back, or again (REDO), whole, by its opposite: before the server heard of it nothing is left of it,
 * after that the opposite is pushed. ID NULL: the newest that is not taken back (REDO: the one taken back last).
 * The last 200 deeds are kept. ACCOUNT_ERROR_GONE: there is none.
 */
bool store_undo(Store *store, const char *id, bool redo, DeedDone *done, GError **error);
/* The deed that is undone next, or (UNDONE) done again next; NULL without an error: none. The caller owns it. *since
 * (may be NULL; left as it is where there is none): since when it is done or taken back, microseconds of Unix time. */
char *store_newest_deed(Store *store, bool undone, int64_t *since, GError **error);

/* What the server refused (parked), of these keys (NULL: all), is tried again, or dropped: what was wished is
 * forgotten and the server's state is shown. */
bool store_retry(Store *store, const char *const *keys, size_t *count, GError **error);
bool store_drop(Store *store, const char *const *keys, DeedDone *done, GError **error);

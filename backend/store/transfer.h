#pragma once
/*
 * Messages on their way to another account, seen from both sides. Who has one keeps it until the other account has it
 * for good; till then the server here is not told that it went. Who gets one takes it in once, however often it is
 * asked, under the key that was chosen for it. Disk thread only. Errors as in store.h.
 */
#include "backend/store/deeds.h"

typedef struct Transfer {
	char *key; /* of the copy over there */
	char *account, *folder, *deed;
	bool given; /* it is durable over there */
	/* else: what is to be given */
	char *file;   /* absolute path; NULL: … */
	char *wanted; /* … it is to be fetched first, by this key */
	unsigned flags;
	char **tags;
} Transfer;
void transfer_free(Transfer *transfer);

/* All that are not over, as they were wished; of Transfer. One whose file cannot be found now is left out. */
GPtrArray *store_transfers(Store *store, GError **error);
/* These KEYS (NULL-terminated) are durable over there; or (OVER) they are there for good: the server here is told. */
bool store_transfers_given(Store *store, const char *const *keys, bool over, GError **error);
/* The other account refuses: what DEED wished is taken back, and forgotten. */
bool store_transfers_refused(Store *store, const char *deed, DeedDone *done, GError **error);

/* What comes from another account; all borrowed. */
typedef struct Adoption {
	const char *key;
	const char *file; /* absolute path */
	unsigned flags;
	char **tags; /* NULL: none */
} Adoption;
/*
 * Takes them in into FOLDER (its name), as a part of DEED: durable and listed when it returns, and appended later. Those
 * that are here already stay as they are. ACCOUNT_ERROR_USAGE: it cannot be, and nothing was done.
 */
bool store_adopt(Store *store, const char *deed, const char *folder, const Adoption *adoptions,
	size_t count, DeedDone *done, GError **error);

#pragma once
/*
 * What the files of the deeds share. A wish is what a deed wants of one row, and in the same form what takes it back.
 * Disk thread only.
 */
#include "backend/store/deeds.h"
#include "backend/store/store_private.h"
#include "index/json.h"

typedef enum WishEnd {
	WISH_STAYS,    /* … in the account */
	WISH_PURGED,   /* for ever */
	WISH_KEPT,     /* not purged after all */
	WISH_UNCOPIED, /* the row of a copy: as if it had not been made */
	WISH_COPIED,   /* no row's own: SOURCE is copied to FOLDER (again) */
	WISH_RECALLED  /* it does not go to another account after all, where SOURCE is its key */
} WishEnd;

typedef struct RowWish {
	unsigned set, clear;  /* MailFlags */
	char **add, **remove; /* keywords; NULL: none */
	int64_t folder;       /* 0: stays */
	WishEnd end;
	char *source; /* WISH_UNCOPIED, _COPIED: the key of what the row is a copy of (NULL: of none here) */
} RowWish;
void row_wish_clear(RowWish *wish);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RowWish, row_wish_clear)

bool row_wish_is_empty(const RowWish *wish);

/* Makes the row be as wished, in the transaction of the caller. *changed: it is different now, and INVERSE (the
 * caller's) takes that back. */
bool row_wish_apply(Store *store, StoreRow *row, const RowWish *wish, RowWish *inverse,
	bool *changed, GError **error);

JsonObject *row_wish_write(const RowWish *wish, const char *key);
/* KEY is the object's. False: it is none. */
bool row_wish_read(JsonObject *object, RowWish *wish, const char **key);

/* ---- a deed under way ---- */

typedef struct Doing {
	Store *store;
	const char *id; /* NULL: not kept */
	bool undone;
	int seq;
	JsonArray *inverses;
	GPtrArray *copied; /* keys of rows that were made, of char * */
	DeedDone *done;
	GHashTable *folders; /* ids of those that look different, of int64_t */
} Doing;

/* While the whole account is held, nothing is done. */
bool deeds_are_possible(const Store *store, GError **error);

void doing_begin(Doing *doing, Store *store, const char *id, DeedDone *done);
void doing_clear(Doing *doing);
/* The folder looks different (0: none). */
void doing_touch(Doing *doing, int64_t folder);
/* Applies WISH to a row; INVERSE (the caller's) takes it back if it CHANGED anything. */
bool doing_wish(Doing *doing, StoreRow *row, const RowWish *wish, RowWish *inverse, bool *changed,
	GError **error);
/* Keeps what takes back what was done to the row with KEY. */
bool doing_keep(Doing *doing, const char *key, const RowWish *inverse, GError **error);
/* Both. */
bool doing_apply(Doing *doing, StoreRow *row, const RowWish *wish, GError **error);
/* Makes a row for a copy of SOURCE in FOLDER, and keeps what takes it back. */
bool doing_copy(Doing *doing, const StoreRow *source, int64_t folder, GError **error);
/* Writes what is left to be kept, names the folders, commits, and gives copies their files. */
bool doing_end(Doing *doing, Transaction *transaction, GError **error);

/* ---- copies (deeds_copy.c) ---- */

/* A row for a copy of SOURCE in FOLDER, without a file yet; its key is the caller's. */
bool copy_row(Store *store, const StoreRow *source, int64_t folder, char **key, GError **error);
/*
 * After the commit: the copies of these KEYS (of char *) get their files, durable. What the server can give is left to
 * it if that fails; of others the row goes again: they are counted in *lost, with an error if it was not for a source
 * that is no more.
 */
bool copy_files(Store *store, const GPtrArray *keys, size_t *lost, GError **error);

/* ---- to another account (transfer.c) ---- */

/* The row goes where DEED says, by way of TRASH (0: a copy of it goes). */
bool doing_transfer(Doing *doing, const Deed *deed, int64_t trash, StoreRow *row, GError **error);
/* Is it here alone, and to be given to another account? */
bool transfer_waits(Store *store, const StoreRow *row, bool *waits, GError **error);
/* It does not go, or is over. KEY: the one over there. */
bool transfer_recall(Store *store, const char *key, GError **error);

#pragma once
/*
 * What the files of the deeds share. A wish is what a deed wants of one row, and in the same form what takes it back.
 * Disk thread only.
 */
#include "backend/store/deeds.h"
#include "backend/store/store_private.h"
#include "index/json.h"

typedef enum WishEnd {
	WISH_STAYS,   /* … in the account */
	WISH_PURGED,  /* for ever */
	WISH_KEPT,    /* not purged after all */
	WISH_UNCOPIED /* the row of a copy: as if it had not been made */
} WishEnd;

typedef struct RowWish {
	unsigned set, clear;  /* MailFlags */
	char **add, **remove; /* keywords; NULL: none */
	int64_t folder;       /* 0: stays */
	WishEnd end;
} RowWish;
void row_wish_clear(RowWish *wish);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RowWish, row_wish_clear)

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
	DeedDone *done;
	GHashTable *folders; /* ids of those that look different, of int64_t */
} Doing;

void doing_begin(Doing *doing, Store *store, const char *id, DeedDone *done);
void doing_clear(Doing *doing);
/* Applies WISH to a row and keeps what takes it back. */
bool doing_apply(Doing *doing, StoreRow *row, const RowWish *wish, GError **error);
bool doing_keep(Doing *doing, const char *key, const RowWish *inverse, GError **error);
void doing_touch(Doing *doing, int64_t folder);
/* Writes what is left to be kept, and names the folders. */
bool doing_end(Doing *doing, GError **error);

/* ---- copies (deeds_copy.c) ---- */

/* A row for a copy of SOURCE in FOLDER, without a file yet; its key is the caller's. */
bool copy_row(Store *store, const StoreRow *source, int64_t folder, char **key, GError **error);
/* After the commit: those of KEYS (of char *) get their file. What fails is fetched from the server later. */
bool copy_files(Store *store, const GPtrArray *keys, GError **error);

#pragma once
/*
 * What waits for the server, as the store keeps it: flags and keywords that differ, and operations (append, move,
 * copy, purge), each with the transactions that stand before and after its command (sync.md §3.4 D and F). What a
 * command may have done is durable before it is sent; what it did is believed only when the server names it.
 * Disk thread only. Errors as in store.h.
 */
#include "backend/store/schema.h"
#include "backend/store/store.h"

/* ---- flags and keywords ---- */

/* Messages of one folder that are to be told the same. */
typedef struct FlagPush {
	GArray *uids;         /* of uint32_t, ascending */
	unsigned set, clear;  /* MailFlags */
	char **add, **remove; /* keywords; NULL-terminated, never NULL */
} FlagPush;
void flag_push_free(FlagPush *push);

/* Ids of folders in which flags or keywords wait, none of them held; of int64_t. The caller owns it. */
GArray *store_dirty_folders(Store *store, GError **error);

/*
 * All that waits in FOLDER, grouped, after one transaction put it in doubt. PERMANENT: the flags that the server keeps
 * there (MailFlags); KEYWORDS: any keyword, else none. What it cannot keep is left, and not asked for again until it is
 * wished anew. Messages on their way elsewhere are left out. Of FlagPush. Confirmed by store_merge_flags.
 */
GPtrArray *store_push_flags(
	Store *store, int64_t folder, unsigned permanent, bool keywords, GError **error);

/* The server refuses to change these: parked, until the user tries again or drops it. */
bool store_park_flags(
	Store *store, int64_t folder, const GArray *uids, const char *why, GError **error);

/* ---- operations ---- */

typedef struct PushedOp {
	int64_t id, row;
	OpKind kind;
	uint32_t uid;     /* of the source, in FROM; 0: none */
	int64_t from, to; /* folders; FROM 0: none */
	bool alone;       /* it was refused together with others: is asked for alone */
	bool marked;      /* OP_PURGE: \Deleted is set already */
} PushedOp;

/*
 * Operations of a kind that are due and wait, in the order in which they were wished; not those from or to folders that
 * are held or unknown to the server. Of PushedOp, sorted by FROM, TO. The caller owns it.
 */
GArray *store_waiting_ops(Store *store, OpKind kind, GError **error);

/*
 * They are sent now, durable: from now on each is in doubt until it is finished or requeued. *begun (of PushedOp, the
 * caller's): those that still stand as they were when they were read.
 */
bool store_send_ops(
	Store *store, const PushedOp *ops, size_t count, GArray **begun, GError **error);

/* The file of an operation to append, and what it is sent with. */
typedef struct PushedFile {
	int file; /* descriptor, closed by pushed_file_clear; -1: its file is not here (it waits) */
	unsigned flags;
	char **keywords; /* of those that may be told to a server */
	int64_t date;    /* INTERNALDATE, Unix seconds */
} PushedFile;
void pushed_file_clear(PushedFile *file);
/* In the same transaction as store_send_ops for it: what was sent is what will be agreed. FILE->file -1: not sent. */
bool store_send_append(Store *store, const PushedOp *op, unsigned permanent, bool keywords,
	PushedFile *file, GError **error);

typedef struct FinishedOp {
	int64_t id;
	uint32_t uid; /* in the folder it was sent to */
} FinishedOp;
/*
 * The server said where they are: rows get their UID in FOLDER; a row that a pull made of the same UID is taken in.
 * COPIED: moves that were made as copies: what is left in the source is to be purged there.
 */
bool store_finish_ops(Store *store, int64_t folder, const FinishedOp *ops, size_t count,
	bool copied, GError **error);

/* They were not done, for sure: wait again. REFUSED (NULL: none): why; who was refused alone is parked with it. */
bool store_requeue_ops(
	Store *store, const int64_t *ops, size_t count, const char *refused, GError **error);

/* ---- in doubt ---- */

/* Operations that were sent and not answered; of PushedOp. The caller owns it. */
GArray *store_doubtful_ops(Store *store, GError **error);
/* The lowest UID of FOLDER under which any of them may be found; 0: none can. */
bool store_doubt_window(Store *store, int64_t folder, uint32_t *first, GError **error);
/* ROWS (of NewRow) are in FOLDER now: what of it is an operation in doubt is finished. COPIED by `moves`: whether the
 * server moves (RFC 6851), or moves are made as copies. FOUND: how many were. */
bool store_match_doubt(Store *store, int64_t folder, const GPtrArray *rows, bool moves,
	size_t *found, GError **error);
/*
 * It is in no folder. GONE: nor is its source any more (another client took it): it left, to be re-homed or buried.
 * Else it waits again.
 */
bool store_end_doubt(Store *store, const PushedOp *op, bool gone, GError **error);

/* ---- purging ---- */

/* These have \Deleted now, and wait for an EXPUNGE that touches nobody else's; or (MARKED false) have it no more. */
bool store_mark_purged(Store *store, const int64_t *ops, size_t count, bool marked, GError **error);

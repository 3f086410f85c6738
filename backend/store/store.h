#pragma once
/*
 * The store of one account: state.db (SQLite, synchronous=FULL) and the Maildir tree below it.
 * Every write stands in the order of sync.md §3.4: database first, file second for what the server
 * drives; file first, database second for what happens here. Each function that changes something is one
 * transaction, durable when it returns. One object, disk thread only (asserted); the only writer of
 * state.db. Errors: ACCOUNT_ERROR_FULL for a full or failing disk (nothing was lost, the step can be
 * repeated), ACCOUNT_ERROR_DAMAGED for state.db, ACCOUNT_ERROR_GONE,
 * ACCOUNT_ERROR_FAILED.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/envelopes.h"
#include "backend/error.h"
#include "index/header.h"
#include "index/maildir_name.h"

typedef struct Store Store;

typedef struct StorePlace {
	const char *account;
	const char *mail;   /* MAIL_ROOT/PATH: the Maildir tree of the account, absolute */
	const char *path;   /* PATH below the mail root, as the indexer names files */
	const char *beside; /* MAIL_ROOT.curlew/ACCOUNT: store identity, graveyard */
	const char *state;  /* …/ACCOUNT: state.db */
	bool local;         /* no server: files are messages, nothing waits for a UID */
} StorePlace;

/*
 * Opens, or makes, the store; checks its identity; removes our own old files in tmp/; adopts or re-queues rows
 * left half done (one listing of the tree). The agent holds ACCOUNT/lock. With mail in the tree and a state.db that knows
 * nothing (lost, or never there: a tree of another program's) the first scan makes the rows anew, from the files, and they
 * wait to be matched (rebuild.h). A state.db of another tree: every folder is FOLDER_HELD "…", nothing fetched or removed.
 */
Store *store_open(const StorePlace *place, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/*
 * The next open makes the state anew from the files, as where it was lost; the old one stays beside it. WAITS: of so many
 * messages something waits for the server, which is asked then. ACCOUNT_ERROR_REFUSED: that would lose something.
 */
bool store_anew(Store *store, int64_t *waits, GError **error);

/* The sentence that holds the whole account, from open to close; NULL: it is not held. The store's. */
const char *store_held(const Store *store);

/* ---- folders ---- */

typedef enum FolderState { FOLDER_OK, FOLDER_FIRST_PASS, FOLDER_REMATCH, FOLDER_HELD } FolderState;

typedef struct StoreFolder {
	int64_t id;
	char *remote; /* name on the server, as it writes it; = name for local:; NULL: no server has named it yet */
	char *name; /* UTF-8, '/' between levels; unique; the path below the account is derived from it once */
	char *path; /* directory below the account: escaped, never "..", unique */
	char delimiter;
	FolderRole role;
	uint32_t uidvalidity, uidnext,
		uidlow;  /* all UIDs in [uidlow, uidnext) are rows; 0: nothing known yet */
	uint64_t modseq; /* everything up to here is in the rows */
	FolderState state;
	char *held_why; /* a sentence if it is held, else NULL */
	int64_t rows;   /* live rows that have a UID */
	int64_t bodies; /* of the listed rows, how many have their full file here */
} StoreFolder;
void store_folder_free(StoreFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreFolder, store_folder_free)

/* Of StoreFolder; the caller owns it. */
GPtrArray *store_folders(Store *store, GError **error);

/* What LIST said. A new folder gets a path (escape table, collisions told apart) and its cur, new, tmp,
 * durable. Known ones get role and attributes. 0 on error. NAME: UTF-8 with '/' between levels. */
int64_t store_put_folder(Store *store, const char *remote, const char *name, char delimiter,
	FolderRole role, GError **error);
/* Folders that LIST no longer named: counted, not removed (issue of its own). Names: remote, NULL-terminated. */
bool store_missing_folders(Store *store, const char *const *listed, GError **error);

/* Takes the UIDVALIDITY in: a first one starts the folder; another one than the stored, or a UIDNEXT below the stored
 * one (0: not announced), makes it FOLDER_REMATCH (rematch.h), as do UIDs that are known of a folder never read. HELD: it is held, and nothing was done. */
bool store_begin_folder(Store *store, int64_t folder, uint32_t uidvalidity, uint32_t uidnext,
	bool *held, GError **error);
bool store_hold_folder(
	Store *store, int64_t folder, FolderState state, const char *sentence, GError **error);

/* ---- header pass and flags (server → here) ---- */

typedef struct NewRow {
	uint32_t uid;
	bool has_flags; /* the server told them */
	unsigned flags;
	char **keywords; /* owned, NULL-terminated, may be NULL */
	int64_t internal_date, size;
	uint64_t modseq;
	Header *header; /* owned */
} NewRow;
void new_row_free(NewRow *row);

/*
 * One window of the header pass: rows are inserted with their keys chosen, envelopes, threads, counters and
 * tables with them; a UID that is there already takes the flags alone (idempotent); an identity found in limbo
 * re-homes that row. In the same transaction uidlow := LOW (0: unchanged), uidnext and modseq := NEXT,
 * MODSEQ (0: unchanged; only when everything below them is a row). ROWS of NewRow; INSERTED may be NULL.
 */
bool store_add_rows(Store *store, int64_t folder, const GPtrArray *rows, uint32_t low,
	uint32_t next, uint64_t modseq, size_t *inserted, GError **error);

typedef struct FlagChange {
	uint32_t uid;
	unsigned flags;
	char **keywords; /* borrowed; NULL: unknown, leave */
	uint64_t modseq;
} FlagChange;
/* Three-way merge of what the server says, per bit, into base and loc; files are renamed afterwards by
 * store_follow. Unknown UIDs are ignored. CHANGED: rows that look different now. */
bool store_merge_flags(Store *store, int64_t folder, const FlagChange *changes, size_t count,
	uint64_t modseq, size_t *changed, GError **error);

/* UIDs of live rows, ascending; of uint32_t. The caller owns it. */
GArray *store_uids(Store *store, int64_t folder, GError **error);
/* The server has them no more (confirmed by its count): rows go to limbo, unlisted, files stay. */
bool store_vanished(
	Store *store, int64_t folder, const uint32_t *uids, size_t count, GError **error);
/*
 * Before bodies are fetched: what left one folder and was seen in another before that is one mail, so it keeps its file
 * and what is wished of it.
 */
bool store_rejoin(Store *store, GError **error);
/* After a whole cycle over all folders: limbo of the cycle before is buried (graveyard, 14 days), new limbo ages. */
bool store_end_cycle(Store *store, size_t *removed, GError **error);

/* ---- bodies ---- */

typedef struct WantedBody {
	int64_t row;
	uint32_t uid;
	char *key;
	int64_t size, internal_date;
} WantedBody;
void wanted_body_free(WantedBody *body);

/* Which of a folder's messages are to be fetched. */
typedef struct BodyWish {
	bool stubs; /* the headers of those of which nothing is here; else the bodies of those without one */
	int64_t max_size, since; /* bytes, INTERNALDATE; 0: no limit */
} BodyWish;
/* The next of them, newest first, below UID BEFORE (0: from the top). Of WantedBody. */
GPtrArray *store_wanted_bodies(Store *store, int64_t folder, const BodyWish *wish, uint32_t before,
	size_t limit, GError **error);
/* How many there are. */
bool store_count_wanted(
	Store *store, int64_t folder, const BodyWish *wish, int64_t *count, GError **error);
/* One body by key, for `fetch`; FOLDER_ID is set. NULL: ACCOUNT_ERROR_GONE, or it is here already: *file is its
 * path below the mail root, the caller's. */
WantedBody *store_wanted_body(
	Store *store, const char *key, int64_t *folder_id, char **file, GError **error);

/*
 * A body or a stub that was written to tmp/KEY of its folder and is durable there (placer: written, then syncfs).
 * store_place renames all into cur or new, fsyncs the directories, then commits st, part, lfolder, ff and
 * the index queue in one transaction. A file that is gone or a row that is gone is skipped; a body takes the place
 * of its stub, never the other way round. Of PlacedBody.
 */
typedef struct PlacedBody {
	int64_t folder, row;
	char *key;
	bool stub;
} PlacedBody;
void placed_body_free(PlacedBody *body);
bool store_place(Store *store, const GPtrArray *bodies, size_t *placed, GError **error);

/* The UID cannot be fetched: quarantined with back-off; the folder goes on. */
bool store_quarantine(Store *store, int64_t folder, uint32_t uid, const char *why, GError **error);

/* A directory descriptor of a folder's tmp/ for the placer (any thread may use and close it). -1 on error. */
int store_open_tmp(Store *store, int64_t folder, GError **error);

/* ---- files (here → database) ---- */

/* Scans the tree (or FOLDER, 0: all): flags and places changed by other programs become wishes, unknown files
 * become rows (of a local account: live at once; else waiting to be appended), missing ones are marked, never
 * a reason to delete. CHANGED: rows that look different now. */
bool store_scan(Store *store, int64_t folder, size_t *changed, GError **error);
/* How many of what the last scan CHANGED are new: files that nobody knew. */
size_t store_scan_added(const Store *store);
/* Renames files whose flags or folder the database changed; leaves alone what someone else moved since. */
bool store_follow(Store *store, size_t *renamed, GError **error);

/* ---- tags and index ---- */

/* Sets the user's tags on every copy of the message; those that flags make are set as flags (wishes, pushed later). */
bool store_set_tags(Store *store, const char *key, char **add, char **remove, GError **error);

/* The key of a copy of this message, the caller's; NULL: there is none. */
bool store_key_of_message(Store *store, const char *message_id, char **key, GError **error);

/* INDEX_ADOPT: a put whose tags the index knows and the store does not yet (store_take_tags). */
typedef enum IndexAct { INDEX_PUT = 1, INDEX_REMOVE, INDEX_FLAGS, INDEX_ADOPT } IndexAct;
typedef struct IndexItem {
	int64_t queue; /* row of ixq */
	IndexAct act;
	char *key,
		*file; /* FILE below the mail root, current name; NULL for INDEX_REMOVE and _FLAGS */
	unsigned flags;
	char *tags;
} IndexItem;
void index_item_free(IndexItem *item);
/* The first items of the queue: removals and flags, then bodies newest first. IDLE: of the other queue, where only
 * renames wait. TAKEN (int64_t *, or NULL): rows of ixq that are left out, being on their way. Of IndexItem. */
GPtrArray *store_index_batch(
	Store *store, bool idle, size_t limit, GHashTable *taken, GError **error);
bool store_index_done(Store *store, const int64_t *queue, size_t count, GError **error);
/* An INDEX_ADOPT that was answered: what the index knew of it. */
typedef struct AdoptedTags {
	int64_t queue;
	const char *key;
	const char *const *tags; /* NULL-terminated */
} AdoptedTags;
/* The copies have these tags from now on, beside their own. */
bool store_take_tags(Store *store, const AdoptedTags *adopted, size_t count, GError **error);
bool store_not_searchable(Store *store, const char *key, const char *why, GError **error);
int64_t store_index_queue(Store *store);
/* Every file is queued again (rebuild --index, or the index has another generation than the stored one). */
bool store_requeue_index(Store *store, GError **error);

/* After the state was made anew from the files: the index may know messages of this account that are no more. */
bool store_index_is_of_before(Store *store, bool *is, GError **error);
/*
 * Of the KEYS (char *) that the index knows of this account, those that no row has go from it: so many are REMOVED; none
 * where so many are missing that the mail may just not be here. It is not of before any more.
 */
bool store_compare_index(Store *store, const GPtrArray *keys, size_t *removed, GError **error);

char *store_meta(Store *store, const char *name, GError **error); /* NULL: not set */
bool store_set_meta(Store *store, const char *name, const char *value, GError **error);

/* Recounts everything that is kept as a sum and names differences (doctor, tests). Of char *; empty: right. */
GPtrArray *store_check(Store *store, GError **error);

#pragma once
/*
 * What the files of the store share: the store itself, its transactions and the row of a copy with the
 * part of it that changes. Never leaves this folder. Disk thread only.
 */
#include "backend/store/schema.h"
#include "backend/store/sql.h"
#include "backend/store/store.h"
#include "backend/store/tree.h"

typedef struct Counters Counters;

struct Store {
	/* constant after open */
	char *account, *mail, *path, *beside;
	bool local;
	int tree; /* the Maildir tree */
	TreeForm form;
	Sql *sql;
	char *held;      /* the sentence that holds the whole account, or NULL */
	bool rebuilding; /* rows are made anew from the files (rebuild.h) until a scan has seen all */
	char *own_host; /* how the keys made here end */
	/* disk thread only */
	GThread *thread; /* the first that asked after open */
	Counters *counters;
	bool renamed_unsaid; /* files have got names that their rows do not know of: follow_recover */
	size_t scan_added;   /* by the last scan */
	int64_t newest_sent; /* row of all, when the last operation was sent: what comes later is above it */
	bool unswept; /* bodies may have their names and no row say so: one that died left them, or it failed */
	int64_t index_queue, index_queue_change; /* rows of ixq; of the transaction under way */
};

/* The first thread that asks is the disk thread; another one is our mistake. */
void store_assert_thread(Store *store);

/* ---- transactions (transaction.c): counters are written at their end; the end of scope rolls back what was not committed ---- */

typedef struct Transaction {
	Store *store;
} Transaction;
bool transaction_begin(Transaction *transaction, Store *store, GError **error);
bool transaction_commit(Transaction *transaction, GError **error);
void transaction_clear(Transaction *transaction);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Transaction, transaction_clear)

/* ---- a row ---- */

typedef struct StoreRow {
	int64_t id, folder, sfolder, lfolder, thread, date, op, lim, modseq, size, idate, midh;
	uint32_t uid;
	unsigned base, loc, ff, doubt;
	int part, st, was, sub;
	char *key, *fname, *ffx, *bkw, *lkw, *dkw;
	uint8_t hdrh[HEADER_IDENTITY_SIZE];
} StoreRow;

#define ROW_COLUMNS                                                                             \
	"id,folder,lfolder,thread,date,op,lim,modseq,size,idate,uid,base,loc,ff,doubt,part,st," \
	"was,sub,key,fname,ffx,bkw,lkw,hdrh,midh,sfolder,dkw"

void row_read(SqlRows *rows, StoreRow *row); /* columns in the order of ROW_COLUMNS */
void row_clear(StoreRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreRow, row_clear)
void row_free(gpointer row); /* one in an array that owns it */

/* FOUND says whether there is one. False on an error only. */
bool row_by_id(Store *store, int64_t id, StoreRow *row, bool *found, GError **error);
bool row_by_key(Store *store, const char *key, StoreRow *row, bool *found, GError **error);
bool row_by_uid(
	Store *store, int64_t folder, uint32_t uid, StoreRow *row, bool *found, GError **error);

/* Ids of all copies of the row's message in this account, itself among them; of int64_t. The caller owns it. */
GArray *row_copies(Store *store, const StoreRow *row, GError **error);

/* Writes all that may change of a row; BEFORE is what it was, for the sums. */
bool row_save(Store *store, const StoreRow *before, const StoreRow *row, GError **error);
/* Removes a row, and its operation. */
bool row_delete(Store *store, const StoreRow *row, GError **error);

/* The file's name as last seen: fname, or built from key, part, ff, ffx and sub. The caller owns it. */
char *row_file_name(const StoreRow *row);
/* The name and directory the row's wanted flags ask for. The caller owns it. */
char *row_wanted_name(const StoreRow *row, RowSub *sub);

extern const char *const sub_names[2]; /* "new", "cur" */

/* ---- flags (flags.c) ---- */

/* The three-way merge of what the server says, into one row. *changed is set if it looks different now. */
bool flags_merge(
	Store *store, StoreRow *row, const FlagChange *change, bool *changed, GError **error);

/* The same of the keywords alone, SERVER being merge_keyword_set's. */
void row_merge_keywords(StoreRow *row, const char *server);

/* Of its keywords, is the server to be told any? Some are of this disk alone. */
bool row_has_words_to_tell(const StoreRow *row);
/* What differs of it, and is saved, waits for nobody (push_flags.c). */
bool row_tells_nothing(Store *store, const StoreRow *row, GError **error);

/* The keywords of which it is sure that the server knows them, for the push: what is in doubt may still have to be
 * told. The caller owns it. */
char *pending_keywords_base(const StoreRow *row);

/* ---- sums (counters.c): folder sums and fthread, for each change of a row ---- */

Counters *counters_new(void);
void counters_free(Counters *counters);
/* BEFORE or AFTER may be NULL: the row comes or goes. Written by counters_write. */
void counters_change(Counters *counters, const StoreRow *before, const StoreRow *after);
bool counters_write(Counters *counters, Sql *sql, GError **error);
void counters_forget(Counters *counters);

/* ---- threads (threads.c) ---- */

/*
 * The thread of a message, merging others that it links; OWN is its id's hash, 0 if it has none. *parent: the
 * hash of the id that it answers; 0: none. 0 on error.
 */
int64_t threads_place(Store *store, const Header *header, int64_t own, const char *key,
	int64_t *parent, GError **error);
/* The thread a hash belongs to now. 0 on error. */
int64_t threads_root(Sql *sql, int64_t hash, GError **error);

/* ---- rows (rows.c) ---- */

/* Inserts a row: ROW's folder, uid, key, file, flags, keywords, st, size, idate are set; the envelope, thread
 * and date are taken from HEADER. ROW->id, thread, date are set. */
bool row_insert(Store *store, StoreRow *row, const Header *header, GError **error);

/* ---- folders (folders.c) ---- */

/* The folder with a role; 0: there is none. */
bool folder_by_role(Store *store, FolderRole role, int64_t *folder, GError **error);
bool folder_role(Store *store, int64_t folder, FolderRole *role, GError **error);

/* ---- operations that wait for the server (ops.c): one a row ---- */

typedef struct RowOp {
	int kind;    /* OpKind; 0: none */
	bool asks;   /* OP_ASKS */
	int state;   /* OpState */
	int64_t to;  /* folder it was sent for */
	bool marked; /* OP_PURGE: the server may have set \Deleted */
} RowOp;
bool op_read(Store *store, const StoreRow *row, RowOp *op, GError **error);

/* Queues an operation, or takes one away, and writes it into the row (which the caller saves). */
bool op_queue(Store *store, StoreRow *row, OpKind kind, GError **error);
bool op_delete(Store *store, StoreRow *row, GError **error);

/*
 * The operation that the row's place on the server and the wanted one ask for now: queued, or taken away. One that is
 * on its way stays; what follows it is settled at its end. Of a row that waits for its UID, or left the server and may
 * come back, nothing changes.
 */
bool op_settle(Store *store, StoreRow *row, GError **error);

/* ---- index queue (index_queue.c) ---- */

/* IDLE: only the path changed. A later put takes an earlier remove away, and the other way round. */
bool index_queue_put(Store *store, const char *key, int64_t date, bool idle, GError **error);
bool index_queue_flags(Store *store, const char *key, GError **error);
/* Its tags are asked for first; until that is done all other puts and flags of the key are this. */
bool index_queue_adopt(Store *store, const char *key, int64_t date, GError **error);
bool index_queue_remove(Store *store, const char *key, GError **error);

/* ---- Maildirs that are there (folder_adopt.c) ---- */

/* What folder.rname begins with where no server has named it yet; the path follows. */
#define UNLISTED         "\n"
#define FOLDER_IS_LISTED "substr(rname,1,1)<>char(10)"
/* Where a folder of the server's is put in a tree of this form. The caller owns it. */
char *folder_path_own(
	const Store *store, const char *remote, const char *name, char delimiter, FolderRole role);
/* It becomes a folder: of a local account, or of one whose server is to be asked what it is. */
bool folder_adopt(Store *store, const char *path, GError **error);
/* The server names a folder: *id is the one that was adopted for it; 0: there is none. */
bool folder_bind(Store *store, const char *remote, const char *name, char delimiter,
	FolderRole role, int64_t *id, GError **error);
/* The server has named all it has: mail in the others may be in those. */
bool folder_give_up_unlisted(Store *store, GError **error);

/* ---- folders (folders.c) ---- */

/* The path of a folder; NULL and ACCOUNT_ERROR_GONE. The caller owns it. */
char *folder_path_of(Store *store, int64_t folder, GError **error);
bool folder_is_held(Store *store, int64_t folder, bool *held, GError **error);
/* A name that no other folder has. The caller owns it. */
char *folder_choose_name(Store *store, const char *wanted, GError **error);
bool folder_hold(
	Store *store, int64_t folder, FolderHold hold, const char *sentence, GError **error);
/* An error for a folder that is held. */
bool folder_check_free(Store *store, int64_t folder, GError **error);
/* The UIDs of its rows are those of now: it is neither held nor to be matched. */
bool folder_knows_uids(Store *store, int64_t folder, bool *known, GError **error);
/* An error for a folder of which that is not so. */
bool folder_check_uids(Store *store, int64_t folder, GError **error);

/* ---- where a file is (file_find.c) ---- */

/* Looks a row's file up: where it was last seen, else in one listing a folder, kept as long as the finder. */
typedef struct FileFinder FileFinder;
FileFinder *file_finder_new(Store *store);
void file_finder_free(FileFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileFinder, file_finder_free)
typedef struct FoundFile {
	int64_t folder;
	RowSub sub;
	char *name;
} FoundFile;
void found_file_clear(FoundFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FoundFile, found_file_clear)
/* In the row's own folder only. FOUND false: not there. */
bool file_finder_look(
	FileFinder *finder, const StoreRow *row, FoundFile *file, bool *found, GError **error);
/* In any folder of the store. */
bool file_finder_search(
	FileFinder *finder, const StoreRow *row, FoundFile *file, bool *found, GError **error);

/* ---- the rest of the files here ---- */

/* So many of ALL at once that a wrong disk or a restored backup is likelier than a wish (scan_missing.c). */
bool are_many_missing(size_t missing, size_t all);

/* What a crash left: our old files in tmp; with UNCLEAN also files that no row knows as placed; tombs. */
bool recover(Store *store, bool unclean, GError **error);
/* The second of these alone. */
bool recover_bodies(Store *store, GError **error);
/* Renames that were made and never said in the database, of a kill or a full disk, are said now: a scan would take them
 * for another program's wish, against what was wished since (follow.c). */
bool follow_recover(Store *store, GError **error);
/* Copies whose rows were made and whose files were not (deeds_copy.c). */
bool copies_recover(Store *store, GError **error);

/* Holds the kept sums against the rows and sets right what is wrong; the other does so once a day. */
bool recount(Store *store, GError **error);
bool recount_daily(Store *store, GError **error);

/* It is on the server under another UID now: NEW is what that has. */
bool row_re_home(Store *store, int64_t folder, const NewRow *new, StoreRow *row, GError **error);
/* The server has it no more, under no UID that we know: in limbo, but for what a command on its way may have moved. */
bool limbo_take(Store *store, StoreRow *row, GError **error);
/* Rows that are tombs; of these whose file is not there only after another scan. SCANNED: there was one since it opened. */
bool limbo_bury_all(Store *store, bool scanned, size_t *buried, GError **error);
bool graveyard_take(Store *store, const FoundFile *file, const char *path, GError **error);
/* What lay too long goes, once a day; and what is too much, when it GREW. */
bool graveyard_expire(Store *store, bool grew, GError **error);

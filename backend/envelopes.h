#pragma once
/*
 * Lists as the store has them: read-only pages, counts and look-ups in one account's state.db, while
 * the agent writes it. One object, one thread (the asking thread; a call may be ended from any thread by
 * envelopes_interrupt). Short read transactions, busy time-out 5 s. No agent, network or index needed.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Roles of folders (RFC 6154); the number is what state.db stores. */
typedef enum FolderRole {
	ROLE_NONE,
	ROLE_INBOX,
	ROLE_SENT,
	ROLE_DRAFTS,
	ROLE_TRASH,
	ROLE_ARCHIVE,
	ROLE_JUNK,
	ROLE_ALL,
	ROLE_FLAGGED,
} FolderRole;
const char *folder_role_word(FolderRole role);    /* "inbox" …; NULL for none */
FolderRole folder_role_of_word(const char *word); /* ROLE_NONE: no such word; WORD may be NULL */
/* Does mail lie there for another reason than to be read and put away: Sent, Drafts, Trash, Junk, All? */
bool folder_role_is_aside(FolderRole role);

typedef struct FolderRow {
	int64_t id;
	char *name; /* UTF-8, '/' between levels, as shown and as on disk below the account */
	FolderRole role;
	int64_t messages, unread, flagged;
	int64_t bodies; /* of these, how many have their file here */
	int state;      /* FolderState of store.h: 0 ok, 1 first pass, 2 rematch, 3 held */
	char *error;    /* why it is held; NULL */
} FolderRow;
void folder_row_free(FolderRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FolderRow, folder_row_free)

/* One copy of a message. Text is as the mail has it, NOT clean. */
typedef struct MessageRow {
	int account; /* as handed to envelopes_open */
	int64_t id;  /* row id: stable for the copy's life in this database */
	int64_t folder;
	char *key;       /* names the copy; NULL never */
	uint32_t uid;    /* 0: not on the server (yet) */
	int64_t date;    /* sort date, Unix seconds: Date field, else INTERNALDATE */
	bool has_date;   /* the Date field was there and readable */
	unsigned flags;  /* MailFlags wanted (loc) */
	bool pending;    /* a wish the server does not know yet */
	bool refused;    /* … which it refused: it waits for the user to try again or drop it */
	bool here;       /* the full file is on this disk */
	bool attachment; /* by Content-Type: multipart/mixed */
	int64_t thread;  /* 64-bit hash */
	int64_t id_hash; /* of the message id, as header_id_hash makes it; 0: it has none */
	int64_t parent;  /* the same of what it answers; 0: nothing, or not known */
	int64_t size;    /* bytes on the server */
	char *from_name, *from_addr, *subject; /* NULL: none */
	char *message_id;                      /* NULL: none */
	uint64_t header_hash; /* of the fields that tell versions of a message apart; 0: unknown */
	char *tags;           /* user tags, sorted, one blank between; "" if none */
} MessageRow;
void message_row_free(MessageRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageRow, message_row_free)

typedef struct Envelopes Envelopes;

/* NULL and ACCOUNT_ERROR_GONE if there is no database yet. ACCOUNT: a number put into every row. */
Envelopes *envelopes_open(const char *state_db, int account, GError **error);
void envelopes_close(Envelopes *envelopes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelopes, envelopes_close)

void envelopes_interrupt(Envelopes *envelopes); /* any thread */
int64_t envelopes_version(
	Envelopes *envelopes); /* changes when another process committed (PRAGMA data_version) */

/* All folders that are listed, INBOX first, then roles, then by name. Of FolderRow. */
GPtrArray *envelopes_folders(Envelopes *envelopes, GError **error);

/* Where a page begins: newest first is the order (date, then id). */
typedef struct PageKey {
	int64_t date, id;
} PageKey;

typedef enum PageView { PAGE_FOLDER, PAGE_ROLE, PAGE_FLAGGED } PageView;

typedef struct PageAsk {
	PageView view;
	int64_t folder; /* PAGE_FOLDER */
	FolderRole
		role; /* PAGE_ROLE: the folder with this role (all inboxes: ROLE_INBOX of each account) */
	bool has_key;  /* else from the newest (or, backward, from the oldest) */
	PageKey key;   /* exclusive */
	bool backward; /* rows newer than KEY, still returned newest first */
	size_t limit;
} PageAsk;

/* What a folder has at a time: what comes later is beyond one of these. */
typedef struct PageMark {
	int64_t uid, id; /* the highest UID in the folder; the highest row of all */
} PageMark;
bool envelopes_mark(Envelopes *envelopes, int64_t folder, PageMark *mark, GError **error);
/* Did this copy come after MARK? Pure. */
bool page_mark_is_before(const PageMark *mark, const MessageRow *row);

/* One page. Of MessageRow, newest first. */
GPtrArray *envelopes_page(Envelopes *envelopes, const PageAsk *ask, GError **error);

/* A row in few words, for who looks at all of them. Text is valid during the call alone, and NOT clean. */
typedef struct BriefRow {
	int64_t id, date, size;
	int64_t message; /* the hash of its Message-ID; 0: it has none */
	const char *from_name, *from_addr, *subject; /* NULL: none */
} BriefRow;
/*
 * Calls ON_ROW for each of the next ASK->limit older rows, the newest first. *next: the key to go on from; *end: there
 * is nothing beyond.
 */
bool envelopes_brief_page(Envelopes *envelopes, const PageAsk *ask,
	void (*on_row)(const BriefRow *row, void *data), void *data, PageKey *next, bool *end,
	GError **error);

/* A page over several accounts, merged (ties: account order). ASK->key.id counts only within its account:
 * KEYS, one an account, overrides ask->key where has_key (NULL: begin). Of MessageRow. */
GPtrArray *envelopes_merged_page(Envelopes *const *all, size_t count, const PageAsk *ask,
	const PageKey *keys, GError **error);

/* How many rows a view has, and how many rows of it stand before KEY (its position). */
bool envelopes_position(Envelopes *envelopes, const PageAsk *ask, int64_t *position, int64_t *total,
	GError **error);

/* Threads of a folder by newest message: of ThreadRow, newest first, by key (newest, thread). */
typedef struct ThreadRow {
	int64_t thread, newest, messages, unread, flagged;
} ThreadRow;
GPtrArray *envelopes_threads(Envelopes *envelopes, int64_t folder, bool has_key, PageKey key,
	bool backward, size_t limit, GError **error);
GPtrArray *envelopes_thread_messages(
	Envelopes *envelopes, int64_t folder /* 0: all */, int64_t thread, GError **error);
/* The same of many threads (of int64_t) at once, in no order. */
GPtrArray *envelopes_messages_of_threads(
	Envelopes *envelopes, int64_t folder, const GArray *threads, GError **error);
/* What the messages of a thread in any folder answer: adds to PARENTS (int64_t * → int64_t *, both freed with
 * g_free) MessageRow.id_hash → parent of each that has both. */
bool envelopes_thread_parents(
	Envelopes *envelopes, int64_t thread, GHashTable *parents, GError **error);
/* What the folder has of one thread; messages 0: nothing. False: the question failed. */
bool envelopes_thread(
	Envelopes *envelopes, int64_t folder, int64_t thread, ThreadRow *found, GError **error);
/* Its newest message, at once however long the thread is; NULL without an error: it has just gone. */
MessageRow *envelopes_thread_newest(
	Envelopes *envelopes, int64_t folder, const ThreadRow *thread, GError **error);
/* The folder with a role; *folder 0: there is none. */
bool envelopes_role_folder(Envelopes *envelopes, FolderRole role, int64_t *folder, GError **error);

/* Look-ups: all copies of a message id (without <>); one copy by key, or row id. Of MessageRow / one or NULL. */
GPtrArray *envelopes_copies(Envelopes *envelopes, const char *message_id, GError **error);
/* The same of many messages (of char *) at once, in no order. */
GPtrArray *envelopes_copies_of(Envelopes *envelopes, const GPtrArray *message_ids, GError **error);
MessageRow *envelopes_by_key(Envelopes *envelopes, const char *key, GError **error);
MessageRow *envelopes_by_id(Envelopes *envelopes, int64_t id, GError **error);

/* The file of a copy, below the account's directory, as the store last saw it ("INBOX/cur/KEY:2,S");
 * NULL and ACCOUNT_ERROR_GONE: no file. The caller owns it. */
char *envelopes_file(Envelopes *envelopes, const MessageRow *row, GError **error);
/* The copy's folder name; belongs to the caller. */
char *envelopes_folder_name(Envelopes *envelopes, int64_t folder, GError **error);

/* How many copies that are listed are flagged and not read; false and an error if that cannot be said. */
bool envelopes_flagged_unread(Envelopes *envelopes, int64_t *count, GError **error);
/* How many copies of a view are not read, from its folder's counter where it has one. */
bool envelopes_unread(Envelopes *envelopes, const PageAsk *ask, int64_t *count, GError **error);

/* What the server is still to be told of a message. */
typedef enum PendingWhat {
	PENDING_FLAGS, /* and tags */
	PENDING_MOVE,  /* to MESSAGE->folder */
	PENDING_COPY,
	PENDING_APPEND,
	PENDING_PURGE /* is not listed any more */
} PendingWhat;

typedef struct PendingRow {
	MessageRow *message; /* owned; says whether it was refused */
	PendingWhat what;
	int64_t from;  /* the folder in which the server has it; 0: in none */
	int64_t since; /* Unix seconds; 0: not kept, of flags that were not refused */
	bool asked; /* it stems from before the state was lost: nobody is told before the user says so */
	int tries; /* so often the server refused it */
	char *why; /* what the server said to it last, or what is asked; NULL: nothing */
} PendingRow;
void pending_row_free(PendingRow *row);
/* The first LIMIT messages of which something waits: what was refused, then the newest. Of PendingRow. */
GPtrArray *envelopes_pending(Envelopes *envelopes, size_t limit, GError **error);
/* How many there are, without a limit; of these, refused. */
bool envelopes_count_pending(
	Envelopes *envelopes, int64_t *pending, int64_t *refused, GError **error);

typedef struct EnvelopesCounts {
	int64_t folders, messages, unread, bodies_missing, index_queue, not_searchable;
	int64_t pending, refused; /* as envelopes_count_pending says */
	bool held;                /* the whole account: nothing is fetched or removed */
} EnvelopesCounts;
bool envelopes_counts(Envelopes *envelopes, EnvelopesCounts *counts, GError **error);

/* ---- for `doctor`: each looks at all there is, which takes its time ---- */

/* Looks at every page of the database. False with ACCOUNT_ERROR_DAMAGED. */
bool envelopes_is_sound(Envelopes *envelopes, GError **error);
/* In how many folders a kept sum is not what the rows sum up to. The agent sets them right, within a day. */
bool envelopes_miscounted(Envelopes *envelopes, int64_t *folders, GError **error);

/* A copy that a search can find: its file is here, and the index took it or will. */
typedef struct SearchableRow {
	int64_t message; /* the hash of its Message-ID; 0: it has none */
	bool unread;
} SearchableRow;
/* Of SearchableRow, in no order; the caller owns it. */
GArray *envelopes_searchable(Envelopes *envelopes, GError **error);

/* A listed copy that no search finds. */
typedef struct UnsearchableRow {
	char *key;
	char *file; /* as envelopes_file says it; NULL: none */
	char *why;
} UnsearchableRow;
void unsearchable_row_free(UnsearchableRow *row);
/* The first LIMIT of them; KEY (NULL: any): this copy, if it is one. Of UnsearchableRow; the caller owns it. */
GPtrArray *envelopes_unsearchable(
	Envelopes *envelopes, const char *key, size_t limit, GError **error);

#pragma once
/*
 * index.db, the indexer's memory: every copy it was told of with its file, flags and tags, the tags it last
 * wrote for each message, changes other programs made, and files that kill. The only SQLite file of
 * index/. But for changes that no agent stored yet the agents can hand in everything again. Main thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct IndexDb IndexDb;

/* Plain data; all text is owned. */
typedef struct IndexCopy {
	char *key, *account;
	char *file;       /* below the mail root */
	char *message_id; /* notmuch's; NULL: not in the index, see skipped */
	unsigned flags;   /* MailFlags */
	char **tags;      /* the user's, a tag set; never NULL */
	char *skipped;    /* why it cannot be searched, or NULL */
	bool dirty;       /* written, but notmuch's commit is not known of */
	bool gone;        /* removed, but notmuch's commit is not known of */
} IndexCopy;

typedef struct IndexMessage {
	char **tags; /* last written to notmuch, without the automatic ones */
	char **was;  /* what was there before; differs from tags only while dirty */
	bool dirty;
} IndexMessage;

typedef struct IndexChange {
	int64_t id;
	char *key;
	char **add, **remove;
} IndexChange;

typedef struct IndexPoison {
	char *key, *file, *why;
	bool proven; /* else it may have been chance: it is tried again */
	int deaths;  /* while the file was read */
} IndexPoison;

void index_copy_free(IndexCopy *copy);
void index_message_free(IndexMessage *message);
void index_change_free(IndexChange *change);
void index_poison_free(IndexPoison *poison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexCopy, index_copy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexMessage, index_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexChange, index_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexPoison, index_poison_free)

/*
 * Opens or makes the file at PATH, 0600. One that is damaged or of another version is moved aside
 * (PATH.broken) and begun anew.
 */
IndexDb *index_db_open(const char *path, GError **error);
void index_db_close(IndexDb *db); /* an open transaction is taken back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexDb, index_db_close)

/*
 * Everything below but the transaction's own functions remembers its first error; the commit fails with it.
 * So a batch of changes is written without looking, and is done wholly or not at all.
 */
bool index_db_begin(IndexDb *db, GError **error);
bool index_db_commit(IndexDb *db, GError **error);
void index_db_rollback(IndexDb *db);

/*
 * Forgets all copies and messages. Files that kill stay, and so do changes, for nobody else knows of them:
 * they belong to a key and apply again when its copy comes in. Within a transaction.
 */
void index_db_clear(IndexDb *db);

/* Single values. NULL or FALLBACK if not set. The caller owns the text. */
char *index_db_text(IndexDb *db, const char *name);
int64_t index_db_number(IndexDb *db, const char *name, int64_t fallback);
void index_db_set_text(IndexDb *db, const char *name, const char *text);
void index_db_set_number(IndexDb *db, const char *name, int64_t number);

/* Copies. Found ones are the caller's; lists never NULL. */
IndexCopy *index_db_copy(IndexDb *db, const char *key);
GPtrArray *index_db_copies(
	IndexDb *db, const char *message_id); /* of IndexCopy, without those that are gone */
bool index_db_knows_copies(IndexDb *db);      /* any */
/* Of an account, the next LIMIT keys behind AFTER, in the order of bytes; of char *. */
GPtrArray *index_db_keys(IndexDb *db, const char *account, const char *after, int limit);
void index_db_put_copy(IndexDb *db, const IndexCopy *copy);
/* Marks a copy gone and forgets its changes; index_db_settle deletes it. */
void index_db_remove_copy(IndexDb *db, const char *key);

/* Messages. */
IndexMessage *index_db_message(IndexDb *db, const char *message_id); /* NULL: unknown */
void index_db_put_message(IndexDb *db, const char *message_id, const IndexMessage *message);
void index_db_remove_message(IndexDb *db, const char *message_id);
/* notmuch's commit is durable: nothing is dirty any more, what is gone is deleted. */
void index_db_settle(IndexDb *db);

/* Changes by other programs. Held ones are not told to agents. */
void index_db_add_change(
	IndexDb *db, const char *account, const char *key, char **add, char **remove, bool held);
GPtrArray *index_db_changes(
	IndexDb *db, const char *account, int64_t since, int limit);        /* of IndexChange */
GPtrArray *index_db_changes_of(IndexDb *db, const char *key);               /* of IndexChange */
IndexChange *index_db_change(IndexDb *db, const char *account, int64_t id); /* NULL: none */
void index_db_remove_change(IndexDb *db, int64_t id);
int64_t index_db_held(IndexDb *db);         /* messages with held changes */
void index_db_release_held(IndexDb *db);    /* they are told from now on */
GPtrArray *index_db_drop_held(IndexDb *db); /* they never were; ids of the messages, of char * */

/* Files that killed an indexer. */
IndexPoison *index_db_poison(IndexDb *db, const char *key);
void index_db_put_poison(IndexDb *db, const IndexPoison *poison);
void index_db_remove_poison(IndexDb *db, const char *key);
GPtrArray *index_db_poisons(IndexDb *db, int limit); /* proven ones, of IndexPoison */
int64_t index_db_poison_count(IndexDb *db);          /* of proven ones */

#pragma once
/*
 * The only writer of the notmuch database. It opens it for a batch, never longer, so that other programs
 * get in between; what is not ours it never throws away. Main thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "index/indexer/batch.h"
#include "index/indexer/index_db.h"
#include "index/indexer/poison.h"
#include "index/json.h"

typedef struct Writer Writer;

typedef struct WriterPlace {
	const char *mail_root; /* absolute */
	const char *database;  /* an adopted database, or NULL: in the mail root */
	bool damaged;          /* a process died of it: not to be opened if it is ours */
} WriterPlace;

/*
 * Opens the database or makes one. If it is not the one that DB remembers, the index is begun anew:
 * another generation. A mail root that copies are known in but that is gone is not made, here and below: it
 * fails. DB and POISON are borrowed and outlive the writer.
 */
Writer *writer_open(const WriterPlace *place, IndexDb *db, Poison *poison, GError **error);
void writer_close(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_close)

/* Changes whenever the index is begun anew. Belongs to WRITER, valid until its next call. */
const char *writer_generation(const Writer *writer);

/* Does another program hold notmuch's lock? Then every call that writes would wait for it. */
bool writer_is_locked_out(const Writer *writer);

/*
 * Carries out items and makes them durable; TOLD is filled. Nothing of a failed batch need be known: it
 * is handed in again. G_FILE_ERROR_NOSPC: the disk is full.
 */
bool writer_apply(Writer *writer, const char *account, JsonArray *items, const BatchTold *told,
	GError **error);

/* Writes the tags of these messages (char *) again as their copies ask for. */
bool writer_retag(Writer *writer, GPtrArray *message_ids, GError **error);

/* Takes in what other programs changed. Cheap when they did nothing; needs no lock. */
bool writer_catch_up(Writer *writer, GError **error);

/*
 * Throws the index away (an adopted one stays as it is, and is written over), but not what other programs
 * changed in it. Fails while another program holds notmuch's lock: what it is writing would be lost.
 */
bool writer_rebuild(Writer *writer, GError **error);

/* Messages in the index; -1 if it cannot be read. */
int64_t writer_messages(Writer *writer);

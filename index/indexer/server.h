#pragma once
/*
 * The indexer's socket (index/indexer.h says what is spoken). Batches wait in a queue (job_queue.h). One
 * thread, one main loop; a batch is carried out between two rounds of it.
 */
#include <glib.h>
#include <stdbool.h>

#include "index/indexer/index_db.h"
#include "index/indexer/writer.h"

typedef struct IndexServer IndexServer;

typedef struct IndexServerEvents {
	void (*on_deserted)(
		void *data);          /* nobody was here for IDLE_SECONDS, or it serves no more */
	void (*on_quiet)(void *data); /* nothing waits any more */
} IndexServerEvents;

/* What a client must want for this indexer to be the one it wants. Borrowed; outlives the server. */
typedef struct IndexServerSelf {
	const char *build;     /* of index/build_id.h */
	const char *mail_root; /* absolute */
	const char *database;  /* an adopted one, or NULL */
} IndexServerSelf;

/* Listens on PATH (unlinked first: who calls holds the lock), 0600. SELF and EVENTS must outlive it. */
IndexServer *index_server_open(const char *path, const IndexServerSelf *self,
	const IndexServerEvents *events, void *data, GError **error);

/* Begins to answer; before, whoever connects waits. WRITER and DB are borrowed and outlive the server. */
void index_server_start(IndexServer *server, Writer *writer, IndexDb *db);

/* In place of the start: WHY it cannot work is told to the first who says hello, then on_deserted comes. */
void index_server_refuse(IndexServer *server, const char *why);

void index_server_close(IndexServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IndexServer, index_server_close)

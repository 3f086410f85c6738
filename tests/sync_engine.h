#pragma once
/*
 * The real sync (core, store, disk, placer) of one account over a server in memory, without threads, in a directory of
 * its own. One at a time.
 */
#include "backend/store/deeds.h"
#include "tests/memory_server.h"

typedef struct SyncEngine SyncEngine;

SyncEngine *sync_engine_new(MemoryServer *server);
/* Another of the same account as this one is now, over a server that is equal to its own. */
SyncEngine *sync_engine_copy(const SyncEngine *engine, MemoryServer *server);
void sync_engine_free(SyncEngine *engine);

/* A whole round; the store is opened for it if it is not yet, and stays open unless we die. False: it was cut, or died. */
bool sync_engine_round(SyncEngine *engine);
/* In order; it is opened again when something needs it. */
void sync_engine_close(SyncEngine *engine);
/* One deed, or one undo. */
bool sync_engine_do(SyncEngine *engine, const Deed *deed, const char *const *keys);
bool sync_engine_undo(SyncEngine *engine);
/* What the server refused, or the user is asked about, of these keys: again. */
bool sync_engine_retry(SyncEngine *engine, const char *const *keys);
/* What is wrong in the store; of char *; the caller owns it. */
GPtrArray *sync_engine_check(SyncEngine *engine);

/* What a SELECT says now, a row a string, "-" for NULL, one blank between columns. SQL: a constant. The caller owns it. */
GPtrArray *sync_engine_ask(SyncEngine *engine, const char *sql);
const char *sync_engine_root(const SyncEngine *engine);  /* all that it has on the disk */
const char *sync_engine_mail(const SyncEngine *engine);  /* the account's tree */
const char *sync_engine_error(const SyncEngine *engine); /* of the last that failed */

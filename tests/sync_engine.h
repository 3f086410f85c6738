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

/* Opens the store, does a whole round, closes it. False: it was cut, or died. */
bool sync_engine_round(SyncEngine *engine);
/* Opens the store for one deed, or one undo. */
bool sync_engine_do(SyncEngine *engine, const Deed *deed, const char *const *keys);
bool sync_engine_undo(SyncEngine *engine);
/* What is wrong in the store; of char *; the caller owns it. */
GPtrArray *sync_engine_check(SyncEngine *engine);

const char *sync_engine_mail(const SyncEngine *engine);  /* the account's tree */
const char *sync_engine_state(const SyncEngine *engine); /* state.db */
const char *sync_engine_error(const SyncEngine *engine); /* of the last that failed */

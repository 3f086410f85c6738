#pragma once
/*
 * The disk thread: the only one that touches the account's Store. Others ask it; every question is one of
 * the store's transactions (or a few), never a network call. Any thread but its own.
 */
#include "backend/store/store.h"

typedef struct Disk Disk;

/* A question: runs on the disk thread. */
typedef bool (*DiskAsk)(Store *store, void *data, GError **error);

/* Starts the thread and opens the store on it. The texts of PLACE are borrowed for the call. */
Disk *disk_open(const StorePlace *place, GError **error);
void disk_close(Disk *disk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Disk, disk_close)

/* Asks and waits. */
bool disk_ask(Disk *disk, DiskAsk ask, void *data, GError **error);

/* Asks and goes on: ON_DONE (on the disk thread, may be NULL) gets DATA and the error or NULL. */
typedef void (*DiskOnDone)(void *data, const GError *error);
void disk_tell(Disk *disk, DiskAsk ask, void *data, DiskOnDone on_done);

#pragma once
/*
 * Notices that another process committed to a store: it asks each store's version once a second, on the
 * thread that asks the store. UI thread.
 */
#include "ui/screen/asker.h"

typedef struct StoreWatch StoreWatch;

/* Its first look is asked for at once: what is read later is watched. EVENTS hears EVENT_MAIL after a commit by
 * others. Both must outlive it. The caller owns it. */
StoreWatch *store_watch_new(Asker *asker, Events *events);
void store_watch_free(StoreWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreWatch, store_watch_free)

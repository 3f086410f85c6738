#pragma once
/*
 * The connection thread of an account: rounds of sync, wanted bodies between and within them, polling
 * while watched. All blocking work with the server happens here; the store is asked by way of the disk
 * thread. Calls below: main thread; callbacks: main thread too.
 */
#include "backend/agent/index_feed.h"
#include "backend/config.h"
#include "backend/core/disk.h"
#include "index/json.h"

typedef struct Puller Puller;

typedef struct PullerEvents {
	void (*on_event)(JsonObject *event, void *data); /* for all clients, "account" set */
	void (*on_round)(
		uint64_t round, void *data); /* what was asked for up to this number begins */
	/* A body that was asked for: FILE below the mail root, or an error. */
	void (*on_fetched)(uint64_t token, const char *file, const GError *error, void *data);
	void (*on_idle)(void *data); /* a round ended and nothing is asked for */
} PullerEvents;

typedef struct PullerPlace {
	const AccountConfig *config; /* outlives the puller */
	Disk *disk;
	IndexFeed *feed; /* NULL: nothing is indexed, because the store is held */
} PullerPlace;

Puller *puller_new(const PullerPlace *place, const PullerEvents *events, void *data);
void puller_free(Puller *puller); /* cancels what is under way and waits for the thread */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Puller, puller_free)

/* A round, as soon as the one under way has ended; its number. */
uint64_t puller_sync(Puller *puller);
/* Something waits for the server: it is told soon, with what else comes within a moment. */
void puller_push(Puller *puller);
void puller_index(Puller *puller); /* waits for an empty index queue, then tells "done" */
void puller_fetch(Puller *puller, const char *key, uint64_t token); /* ahead of all else */
void puller_answer_secret(Puller *puller, const char *secret);
/* Ends the round under way; FORGET: what was asked for since does not begin. */
void puller_cancel(Puller *puller, bool forget);
/* The fetch of this token ends with ACCOUNT_ERROR_CANCELLED, unless it has ended. */
void puller_cancel_fetch(Puller *puller, uint64_t token);
/* "done" for one who does not wait any longer. The caller owns it. */
JsonObject *puller_done_cancelled(Puller *puller);
void puller_watch(Puller *puller, bool watch); /* poll by itself */
bool puller_is_busy(Puller *puller);
void puller_trace(Puller *puller, const char *path); /* from the next connection on */

/* The index feed's progress (LEFT items) or trouble, told to all clients. Feed thread. */
void puller_tell_index(Puller *puller, int64_t left, const char *trouble);
void puller_tell_index_waits(Puller *puller, bool waits); /* the same of another program's lock */

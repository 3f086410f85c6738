#pragma once
/*
 * The two threads that may block for the screen: one asks the store, one asks the index and the mime
 * helper. The UI thread asks by a job and goes on; the answer comes back through events.c. A newer
 * question of the same owner cancels the older: that one is ended and never answered.
 */
#include <gio/gio.h>
#include <stdbool.h>

#include "backend/config.h"
#include "backend/envelopes.h"
#include "index/message.h"
#include "index/query.h"
#include "ui/screen/events.h"

typedef enum AskerThread { ASK_STORE, ASK_INDEX, ASK_THREADS } AskerThread;

typedef struct Asker Asker;

/*
 * A question: RUN is called on the thread, then DONE on the UI thread unless a newer question of OWNER
 * came; then FREE on the UI thread, always. DATA goes from thread to thread and is never shared.
 */
typedef struct Job {
	const void *owner;
	void (*run)(Asker *asker, GCancellable *cancel, void *data);
	void (*done)(void *data); /* may be NULL */
	void (*free)(void *data);
	bool urgent; /* ASK_INDEX: goes before others, also in the middle of one that calls asker_let_in */
} Job;

/* ---- UI thread ---- */

/* ACCOUNTS (of const AccountConfig *): their order is the number of an account. Both must outlive it.
 * No thread is started before the first question. */
Asker *asker_new(Events *events, const GPtrArray *accounts);
void asker_stop(Asker *asker); /* ends what runs, waits for it; answers nothing any more */
void asker_free(Asker *asker); /* stops first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asker, asker_free)

void asker_ask(Asker *asker, AskerThread thread, const Job *job, void *data);
void asker_cancel(Asker *asker, const void *owner);

/* Is an answer for OWNER on its way? */
bool asker_awaits(const Asker *asker, const void *owner);

/* Is no question under way or unanswered? */
bool asker_is_idle(const Asker *asker);

/* Answers that are no answers to a question: FUNCTION(DATA) on the UI thread. Any thread. */
void asker_post(Asker *asker, void (*function)(void *data), void *data);

size_t asker_account_count(const Asker *asker);                         /* any thread */
const AccountConfig *asker_account(const Asker *asker, size_t account); /* any thread */

/* ---- store thread ---- */

/* The store of an account; ACCOUNT_ERROR_GONE if there is none yet. Belongs to ASKER. */
Envelopes *asker_store(Asker *asker, size_t account, GError **error);

/* ---- index thread ---- */

Query *asker_query(Asker *asker, GError **error); /* belongs to ASKER */
MessageReader *asker_reader(Asker *asker);        /* belongs to ASKER */

/* Between two steps of a long question: runs the urgent ones that came meanwhile. */
void asker_let_in(Asker *asker);

#pragma once
/*
 * What the files of the connection thread share: the puller itself, what it tells, its session and rounds.
 * Private to backend/agent/.
 */
#include "backend/agent/placer.h"
#include "backend/agent/puller.h"
#include "backend/core/round.h"
#include "backend/wire/trace.h"

typedef struct WantedFetch {
	char *key;
	uint64_t token;
	bool given_up; /* under lock: nobody waits for it any more */
} WantedFetch;

/* How fast a phase goes, and when that was last told. */
typedef struct Meter {
	char *folder, *phase;
	int64_t began, first, told; /* monotonic µs, done at the begin, monotonic µs */
} Meter;

enum { PROGRESS_US = 200 * 1000 };

struct Puller {
	/* constant after new */
	const AccountConfig *config;
	Disk *disk;
	IndexFeed *feed; /* or NULL */
	const PullerEvents *events;
	void *data;
	GThread *thread;
	GCancellable *cancel; /* of what is under way; reset under lock */

	/* under lock */
	GMutex lock;
	GCond cond;
	bool ending, sync_wanted, index_wanted, push_wanted, watch;
	int64_t push_at; /* monotonic µs: when it is due */
	bool busy;       /* asked for something that is not done yet */
	bool began;      /* a round was ever begun */
	bool working;    /* the thread is at it */
	bool cancelled;  /* all that it is at */
	uint64_t syncs;  /* asked for so far */
	GQueue wanted; /* of WantedFetch; what waits is taken out by the connection thread alone */
	WantedFetch *serving; /* the one that is being fetched; or NULL */
	char *secret;         /* kept while it works */
	char *trace_path;

	/* connection thread only */
	RoundOwner owner;
	Placer *placer;
	Trace *trace;
	Round round;     /* its session lives on between rounds */
	GError *trouble; /* the first of this round that one folder alone has */
	uint64_t number; /* of the round under way */
	int64_t next_poll; /* monotonic µs; 0: when asked. Before BEGAN by the main thread, under lock */
	int64_t next_look; /* at the idle socket, monotonic µs */
	unsigned skipped;  /* lines of this session that were left out */
	int backoff;       /* seconds; 0: the last round worked */
	Meter meter, body_meter;

	/* feed thread only */
	Meter index_meter;
	int64_t index_total; /* the most that was left since the queue was empty */

	/* main thread only */
	bool closed;
};

/* ---- telling (puller_tell.c): any thread; delivered on the main thread ---- */

void wanted_fetch_free(void *fetch);
void puller_unref(Puller *puller);

JsonObject *puller_event(Puller *puller, const char *kind); /* with "account" set */
void puller_tell(Puller *puller, JsonObject *event);        /* takes EVENT over */
void puller_tell_state(Puller *puller, const char *state, const char *why);
void puller_tell_error(Puller *puller, const char *folder, const GError *error);
void puller_tell_changed(Puller *puller, const char *folder); /* NULL: unknown which */
/* Connection thread: at most one each 200 ms. */
void puller_tell_progress(
	Puller *puller, const char *folder, const char *phase, int64_t done, int64_t total);
void puller_tell_body(Puller *puller, const char *key, int64_t done, int64_t total); /* the same */
void puller_tell_done(Puller *puller, const GError *error);
void puller_tell_round(Puller *puller, uint64_t round);
void puller_tell_idle(Puller *puller);
/* FETCH is taken over; FILE below the account's directory, or NULL and ERROR. */
void puller_tell_fetched(Puller *puller, WantedFetch *fetch, const char *file, const GError *error);

/* ---- the session (puller_session.c): connection thread ---- */

bool puller_open_session(Puller *puller, GError **error); /* unless there is one */
void puller_drop_session(Puller *puller);
/*
 * A session that is left from before may have ended meanwhile, which is no failure: it is dropped, and the
 * next one begins then.
 */
bool puller_refresh_session(Puller *puller, GError **error);
/* Between rounds: does the server say nothing, and is it there? Never blocks. */
bool puller_is_quiet(Puller *puller);

/* ---- rounds (puller_round.c): connection thread ---- */

void puller_open(Puller *puller); /* what the thread owns */
void puller_close(Puller *puller);
void puller_do_round(Puller *puller, bool asked);
void puller_do_index(Puller *puller);
void puller_do_push(Puller *puller);
void puller_do_fetches(Puller *puller);
/* It is not quiet: hears what it says, or that it is gone. */
void puller_listen(Puller *puller);

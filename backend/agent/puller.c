#include "backend/agent/puller_private.h"

typedef enum Work {
	WORK_END,
	WORK_SYNC,
	WORK_POLL,
	WORK_FETCH,
	WORK_INDEX,
	WORK_PUSH,
	WORK_LISTEN,
} Work;

/* While watched: how often the idle socket is looked at, and how long somebody may ask before the first poll. */
enum { LOOK_EVERY_US = 1000 * 1000, FIRST_POLL_US = 500 * 1000 };
/* Deeds that follow each other so fast are pushed together. */
enum { PUSH_AFTER_US = 250 * 1000 };

/* A server that talks all the time is listened to once a second, too. */
static bool
is_time_to_look(Puller *puller)
{
	int64_t now = g_get_monotonic_time();
	if (now < puller->next_look)
		return false;
	puller->next_look = now + LOOK_EVERY_US;
	return true;
}

/* Under the lock: what is to be done now; false: nothing. */
static bool
take_work(Puller *puller, Work *work)
{
	bool due =
		puller->watch && puller->next_poll && g_get_monotonic_time() >= puller->next_poll;
	if (puller->ending)
		*work = WORK_END;
	else if (puller->wanted.length)
		*work = WORK_FETCH;
	else if (puller->sync_wanted)
		*work = WORK_SYNC;
	else if (puller->index_wanted)
		*work = WORK_INDEX;
	else if (puller->push_wanted && g_get_monotonic_time() >= puller->push_at)
		*work = WORK_PUSH;
	else if (due)
		*work = WORK_POLL;
	else if (puller->watch && is_time_to_look(puller) && !puller_is_quiet(puller))
		*work = WORK_LISTEN;
	else
		return false;
	puller->sync_wanted = puller->sync_wanted && *work != WORK_SYNC;
	puller->index_wanted = puller->index_wanted && *work != WORK_INDEX;
	/* a round pushes, too */
	puller->push_wanted = puller->push_wanted && *work != WORK_PUSH && *work != WORK_SYNC &&
	                      *work != WORK_POLL;
	return true;
}

/* Under the lock. */
static void
wait_for_work(Puller *puller)
{
	int64_t until = puller->watch ? puller->next_poll : 0;
	if (puller->watch && puller->round.remote)
		until = until ? MIN(until, puller->next_look) : puller->next_look;
	if (puller->push_wanted)
		until = until ? MIN(until, puller->push_at) : puller->push_at;
	if (until)
		g_cond_wait_until(&puller->cond, &puller->lock, until);
	else
		g_cond_wait(&puller->cond, &puller->lock);
}

/* Waits for something to do. */
static Work
next_work(Puller *puller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	Work work;
	puller->working = false;
	while (!take_work(puller, &work)) {
		if (puller->busy && !puller->push_wanted)
			puller_tell_idle(puller);
		puller->busy = puller->push_wanted;
		wait_for_work(puller);
	}
	puller->busy = puller->working = true;
	/* one for all, because the session of one round serves the next one too */
	if (work != WORK_END)
		g_cancellable_reset(puller->cancel);
	puller->cancelled = false;
	puller->number = puller->syncs;
	puller->began = puller->began || work == WORK_SYNC || work == WORK_POLL;
	return work;
}

static void *
puller_run(void *data)
{
	Puller *puller = data;
	puller_open(puller);
	Work work;
	while ((work = next_work(puller)) != WORK_END) {
		if (work == WORK_FETCH)
			puller_do_fetches(puller);
		else if (work == WORK_INDEX)
			puller_do_index(puller);
		else if (work == WORK_PUSH)
			puller_do_push(puller);
		else if (work == WORK_LISTEN)
			puller_listen(puller);
		else {
			if (work == WORK_SYNC)
				puller_tell_round(puller, puller->number);
			puller_do_round(puller, work == WORK_SYNC);
		}
	}
	puller_close(puller);
	return NULL;
}

Puller *
puller_new(const PullerPlace *place, const PullerEvents *events, void *data)
{
	Puller *puller = g_atomic_rc_box_new0(Puller);
	puller->config = place->config;
	puller->disk = place->disk;
	puller->feed = place->feed;
	puller->events = events;
	puller->data = data;
	g_mutex_init(&puller->lock);
	g_cond_init(&puller->cond);
	g_queue_init(&puller->wanted);
	puller->cancel = puller->round.cancel = g_cancellable_new();
	puller->thread = g_thread_new("connection", puller_run, puller);
	return puller;
}

void
puller_free(Puller *puller)
{
	if (!puller)
		return;
	g_mutex_lock(&puller->lock);
	puller->ending = true;
	g_cancellable_cancel(puller->cancel);
	g_cond_broadcast(&puller->cond);
	g_mutex_unlock(&puller->lock);
	g_thread_join(puller->thread);
	puller->closed = true;
	g_queue_clear_full(&puller->wanted, wanted_fetch_free);
	puller_unref(puller);
}

/* Under the lock: something changed that the thread waits for. */
static void
puller_wake(Puller *puller, GMutexLocker *locker)
{
	g_cond_broadcast(&puller->cond);
	g_mutex_locker_free(locker);
}

uint64_t
puller_sync(Puller *puller)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	puller->sync_wanted = true;
	puller->busy = true;
	uint64_t number = ++puller->syncs;
	puller_wake(puller, locker);
	return number;
}

void
puller_push(Puller *puller)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	if (!puller->push_wanted)
		puller->push_at = g_get_monotonic_time() + PUSH_AFTER_US;
	puller->push_wanted = puller->busy = true;
	puller_wake(puller, locker);
}

void
puller_index(Puller *puller)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	puller->index_wanted = true;
	puller->busy = true;
	puller_wake(puller, locker);
}

void
puller_fetch(Puller *puller, const char *key, uint64_t token)
{
	WantedFetch *fetch = g_new0(WantedFetch, 1);
	*fetch = (WantedFetch){ g_strdup(key), token, false };
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	g_queue_push_tail(&puller->wanted, fetch);
	puller->busy = true;
	puller_wake(puller, locker);
}

void
puller_answer_secret(Puller *puller, const char *secret)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	config_secret_free(puller->secret);
	puller->secret = g_strdup(secret);
	puller_wake(puller, locker);
}

void
puller_cancel(Puller *puller, bool forget)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	puller->sync_wanted = puller->sync_wanted && !forget;
	puller->cancelled = puller->working;
	if (puller->working)
		g_cancellable_cancel(puller->cancel);
	puller_wake(puller, locker);
}

void
puller_cancel_fetch(Puller *puller, uint64_t token)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	for (GList *at = puller->wanted.head; at; at = at->next) {
		WantedFetch *fetch = at->data;
		fetch->given_up = fetch->given_up || fetch->token == token;
	}
	if (!puller->serving || puller->serving->token != token)
		return;
	puller->serving->given_up = true;
	g_cancellable_cancel(puller->cancel);
}

void
puller_watch(Puller *puller, bool watch)
{
	GMutexLocker *locker = g_mutex_locker_new(&puller->lock);
	puller->watch = watch;
	if (watch && !puller->began && !puller->next_poll)
		puller->next_poll = g_get_monotonic_time() + FIRST_POLL_US;
	puller_wake(puller, locker);
}

bool
puller_is_busy(Puller *puller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	return puller->busy;
}

void
puller_trace(Puller *puller, const char *path)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	g_free(puller->trace_path);
	puller->trace_path = g_strdup(path);
}

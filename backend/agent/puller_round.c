#include "backend/agent/puller_private.h"

enum { BACKOFF_FIRST = 5, BACKOFF_LAST = 300 };

/* ---- what a round asks of us ---- */

static void
on_progress(const char *folder, const char *phase, int64_t done, int64_t total, void *data)
{
	puller_tell_progress(data, folder, phase, done, total);
}

static void
on_body_progress(const char *key, int64_t done, int64_t total, void *data)
{
	puller_tell_body(data, key, done, total);
}

static void
kick_index(Puller *puller)
{
	if (puller->feed)
		index_feed_kick(puller->feed);
}

static void
on_changed(const char *folder, void *data)
{
	Puller *puller = data;
	puller_tell_changed(puller, folder);
	kick_index(puller);
}

static void
on_trouble(const char *folder, const GError *error, void *data)
{
	Puller *puller = data;
	if (!puller->trouble)
		puller->trouble =
			g_error_new(error->domain, error->code, "%s: %s", folder, error->message);
	puller_tell_error(puller, folder, error);
}

static void
on_notice(const char *folder, const GError *error, void *data)
{
	puller_tell_error(data, folder, error);
}

static bool
wants_service(void *data)
{
	Puller *puller = data;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	return puller->wanted.length > 0;
}

/* Under the lock: of those that are still waited for; NULL: there is no such. It stays in the queue. */
static WantedFetch *
wanted_at_locked(Puller *puller, unsigned place)
{
	WantedFetch *fetch;
	while ((fetch = g_queue_peek_nth(&puller->wanted, place)) != NULL && fetch->given_up) {
		g_autoptr(GError) error =
			g_error_new_literal(ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "cancelled");
		puller_tell_fetched(puller, g_queue_pop_nth(&puller->wanted, place), NULL, error);
	}
	return fetch;
}

static WantedFetch *
wanted_at(Puller *puller, unsigned place)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	return wanted_at_locked(puller, place);
}

/* Taken out of the queue. */
static WantedFetch *
take_wanted(Puller *puller, unsigned place)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	return g_queue_pop_nth(&puller->wanted, place);
}

static WantedFetch *
begin_serving(Puller *puller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	puller->serving = wanted_at_locked(puller, 0);
	return puller->serving ? g_queue_pop_head(&puller->wanted) : NULL;
}

/* Was it given up? Then what was cancelled is this fetch, and not the round around it. */
static bool
end_serving(Puller *puller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	bool given_up = puller->serving->given_up;
	puller->serving = NULL;
	if (given_up && !puller->cancelled && !puller->ending)
		g_cancellable_reset(puller->cancel);
	return given_up;
}

/* False only if the session is of no use any more. */
static bool
serve(Round *round, void *data, GError **error)
{
	Puller *puller = data;
	WantedFetch *fetch;
	while ((fetch = begin_serving(puller)) != NULL) {
		g_autofree char *file = NULL;
		g_autoptr(GError) failure = NULL;
		bool ok = round_fetch_body(round, fetch->key, &file, &failure);
		round->blamed += end_serving(puller);
		bool lost = !ok && !remote_is_usable(round->remote);
		if (lost && error)
			*error = g_error_copy(failure);
		puller_tell_fetched(puller, fetch, file, failure);
		if (lost)
			return false;
	}
	return true;
}

static void
on_placed(size_t count, void *data)
{
	on_changed(NULL, data);
}

static bool
open_session(void *data, GError **error)
{
	return puller_open_session(data, error);
}

static void
drop_session(void *data)
{
	puller_drop_session(data);
}

static bool
flush(void *data, GError **error)
{
	return placer_finish(((Puller *)data)->placer, error);
}

/* ---- a round ---- */

static bool
run_round(Puller *puller, GError **error)
{
	puller->round.now = g_get_real_time() / G_USEC_PER_SEC;
	if (!round_scan(&puller->round, error))
		return false;
	if (puller->config->incoming.scheme == SERVER_LOCAL)
		return round_end(&puller->round, error);
	puller_refresh_session(puller, NULL);
	if (!puller_open_session(puller, error))
		return false;
	puller_tell_state(puller, "syncing", NULL);
	return round_run(&puller->round, error);
}

static void
plan_next(Puller *puller, const GError *error)
{
	bool offline = g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE);
	int64_t wait = puller->config->poll;
	puller->backoff = offline ? CLAMP(puller->backoff * 2, BACKOFF_FIRST, BACKOFF_LAST) : 0;
	if (offline)
		wait = puller->backoff;
	/* These are never tried again by themselves; all else may be better the next time. */
	bool asked_only = g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH) ||
	                  g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CERTIFICATE) ||
	                  g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE);
	puller->next_poll = asked_only ? 0 : g_get_monotonic_time() + wait * G_USEC_PER_SEC;
}

/* How it stands with the server after ERROR (NULL: well), and when it is asked again. */
static void
tell_standing(Puller *puller, const GError *error)
{
	plan_next(puller, error);
	if (g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE))
		puller_tell_state(puller, "offline", error->message);
	else if (error && !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED))
		puller_tell_state(puller, "stopped", error->message);
	else
		puller_tell_state(puller, "idle", NULL);
}

/* After work between rounds: the next poll comes when it was planned, unless there was an ERROR. */
static void
tell_after(Puller *puller, const GError *error)
{
	if (error)
		tell_standing(puller, error);
	else
		puller_tell_state(puller, "idle", NULL);
}

void
puller_do_round(Puller *puller, bool asked)
{
	g_autoptr(GError) error = NULL, other = NULL;
	/* What one folder or the index suffers from is told, but keeps nobody from the server. */
	if (run_round(puller, &error) && asked && puller->feed)
		index_feed_wait(puller->feed, puller->round.cancel, &other);
	if (!other)
		other = g_steal_pointer(&puller->trouble);
	g_clear_error(&puller->trouble);
	on_changed(NULL, puller);
	tell_standing(puller, error);
	if (asked)
		puller_tell_done(puller, error ? error : other);
}

void
puller_listen(Puller *puller)
{
	g_autoptr(GError) error = NULL;
	if (!puller_refresh_session(puller, &error))
		tell_standing(puller, error);
}

/* What is here, or nowhere, needs no server. False: nothing is left to ask it for. */
static bool
answer_from_store(Puller *puller)
{
	unsigned left = 0;
	WantedFetch *fetch;
	while ((fetch = wanted_at(puller, left)) != NULL) {
		g_autofree char *file = NULL;
		g_autoptr(GError) error = NULL;
		if (round_find_body(&puller->round, fetch->key, &file, &error) && !file)
			left++;
		else
			puller_tell_fetched(puller, take_wanted(puller, left), file, error);
	}
	return left > 0;
}

void
puller_do_fetches(Puller *puller)
{
	if (!answer_from_store(puller))
		return;
	g_autoptr(GError) error = NULL;
	puller_refresh_session(puller, NULL);
	if (puller_open_session(puller, &error)) {
		if (!serve(&puller->round, puller, &error))
			puller_drop_session(puller);
	} else {
		WantedFetch *fetch;
		while ((fetch = take_wanted(puller, 0)) != NULL)
			puller_tell_fetched(puller, fetch, NULL, error);
	}
	tell_after(puller, error);
}

void
puller_do_index(Puller *puller)
{
	g_autoptr(GError) error = NULL;
	puller->round.added = puller->round.changed = puller->round.removed = 0;
	index_feed_kick(puller->feed);
	index_feed_wait(puller->feed, puller->round.cancel, &error);
	puller_tell_done(puller, error);
}

/* What cannot be told now is told by the next round. */
void
puller_do_push(Puller *puller)
{
	g_autoptr(GError) error = NULL;
	if (puller->config->incoming.scheme == SERVER_LOCAL)
		return;
	puller->round.now = g_get_real_time() / G_USEC_PER_SEC;
	puller_refresh_session(puller, NULL);
	if (puller_open_session(puller, &error)) {
		puller_tell_state(puller, "syncing", NULL);
		if (!round_push(&puller->round, false, &error))
			puller_drop_session(puller);
	}
	g_clear_error(&puller->trouble);
	on_changed(NULL, puller);
	tell_after(puller, error);
}

void
puller_open(Puller *puller)
{
	puller->owner = (RoundOwner){ .progress = on_progress,
		.body_progress = on_body_progress,
		.changed = on_changed,
		.trouble = on_trouble,
		.notice = on_notice,
		.wants_service = wants_service,
		.serve = serve,
		.open = open_session,
		.drop = drop_session,
		.flush = flush,
		.data = puller };
	puller->placer = placer_new(puller->disk, on_placed, puller);
	puller->round.config = puller->config;
	puller->round.disk = puller->disk;
	puller->round.placer = puller->placer;
	puller->round.owner = &puller->owner;
	puller->round.suspects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void
puller_close(Puller *puller)
{
	puller_drop_session(puller);
	g_clear_pointer(&puller->placer, placer_free);
	g_clear_pointer(&puller->round.folders, g_ptr_array_unref);
	g_clear_pointer(&puller->round.suspects, g_hash_table_unref);
	g_clear_pointer(&puller->trace, trace_close);
}

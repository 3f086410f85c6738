#include "backend/agent/puller_private.h"

typedef struct Message {
	Puller *puller; /* a reference */
	JsonObject *event;
	uint64_t round;
	WantedFetch *fetch;
	char *file;
	GError *error;
} Message;

void
wanted_fetch_free(void *pointer)
{
	WantedFetch *fetch = pointer;
	g_free(fetch->key);
	g_free(fetch);
}

static gboolean
on_message(void *data)
{
	Message *message = data;
	Puller *puller = message->puller;
	if (puller->closed)
		return G_SOURCE_REMOVE;
	if (message->event)
		puller->events->on_event(message->event, puller->data);
	else if (message->round)
		puller->events->on_round(message->round, puller->data);
	else if (message->fetch)
		puller->events->on_fetched(
			message->fetch->token, message->file, message->error, puller->data);
	else
		puller->events->on_idle(puller->data);
	return G_SOURCE_REMOVE;
}

static void
meter_clear(Meter *meter)
{
	g_clear_pointer(&meter->phase, g_free);
	g_clear_pointer(&meter->folder, g_free);
	meter->told = 0;
}

static void
puller_clear(void *pointer)
{
	Puller *puller = pointer;
	meter_clear(&puller->meter);
	meter_clear(&puller->body_meter);
	meter_clear(&puller->index_meter);
	g_clear_error(&puller->trouble);
	g_clear_object(&puller->cancel);
	config_secret_free(puller->secret);
	g_free(puller->trace_path);
	g_mutex_clear(&puller->lock);
	g_cond_clear(&puller->cond);
}

void
puller_unref(Puller *puller)
{
	g_atomic_rc_box_release_full(puller, puller_clear);
}

static void
message_free(void *pointer)
{
	Message *message = pointer;
	g_clear_pointer(&message->event, json_object_unref);
	g_clear_pointer(&message->fetch, wanted_fetch_free);
	g_clear_error(&message->error);
	g_free(message->file);
	puller_unref(message->puller);
	g_free(message);
}

/* Takes the members of MESSAGE over. */
static void
puller_send(Puller *puller, Message message)
{
	Message *copy = g_new(Message, 1);
	*copy = message;
	copy->puller = g_atomic_rc_box_acquire(puller);
	/* never at once: while the main loop does not run, an invoke would run it on this thread */
	g_idle_add_full(G_PRIORITY_DEFAULT, on_message, copy, message_free);
}

JsonObject *
puller_event(Puller *puller, const char *kind)
{
	JsonObject *event = json_object_new();
	json_set_text(event, "event", kind);
	json_set_text(event, "account", puller->config->name);
	return event;
}

void
puller_tell(Puller *puller, JsonObject *event)
{
	puller_send(puller, (Message){ .event = event });
}

void
puller_tell_state(Puller *puller, const char *state, const char *why)
{
	JsonObject *event = puller_event(puller, "state");
	json_set_text(event, "state", state);
	if (why)
		json_set_text(event, "why", why);
	if (puller->config->incoming.scheme != SERVER_LOCAL)
		json_set_truth(
			event, "encrypted", puller->config->incoming.security != SECURITY_PLAIN);
	if (g_str_equal(state, "offline") && puller->next_poll)
		json_set_number(event, "next_try", puller->backoff);
	puller_tell(puller, event);
}

void
puller_tell_error(Puller *puller, const char *folder, const GError *error)
{
	JsonObject *event = puller_event(puller, "error");
	json_set_text(event, "code",
		account_error_word(
			error->domain == ACCOUNT_ERROR ? error->code : ACCOUNT_ERROR_FAILED));
	json_set_text(event, "error", error->message);
	if (folder)
		json_set_text(event, "folder", folder);
	puller_tell(puller, event);
}

/* What is counted a second since this phase of this folder began. */
static int64_t
meter_rate(Meter *meter, const char *folder, const char *phase, int64_t done, int64_t now)
{
	if (g_strcmp0(meter->phase, phase) != 0 || g_strcmp0(meter->folder, folder) != 0 ||
		done < meter->first) {
		meter_clear(meter);
		meter->phase = g_strdup(phase);
		meter->folder = g_strdup(folder);
		meter->began = now;
		meter->first = done;
	}
	int64_t elapsed = now - meter->began;
	return elapsed ? (done - meter->first) * G_USEC_PER_SEC / elapsed : 0;
}

/* OF: what NAME is: "folder" or "key". */
static void
tell_progress(Puller *puller, Meter *meter, const char *of, const char *name, const char *phase,
	int64_t done, int64_t total)
{
	int64_t now = g_get_monotonic_time();
	int64_t rate = meter_rate(meter, name, phase, done, now);
	if (done < total && now - meter->told < PROGRESS_US)
		return;
	meter->told = now;
	JsonObject *event = puller_event(puller, "progress");
	if (name)
		json_set_text(event, of, name);
	json_set_text(event, "phase", phase);
	json_set_number(event, "done", done);
	json_set_number(event, "total", total);
	json_set_number(event, "rate", rate);
	puller_tell(puller, event);
}

void
puller_tell_progress(
	Puller *puller, const char *folder, const char *phase, int64_t done, int64_t total)
{
	tell_progress(puller, &puller->meter, "folder", folder, phase, done, total);
}

void
puller_tell_body(Puller *puller, const char *key, int64_t done, int64_t total)
{
	tell_progress(puller, &puller->body_meter, "key", key, "body", done, total);
}

void
puller_tell_changed(Puller *puller, const char *folder)
{
	JsonObject *event = puller_event(puller, "changed");
	JsonArray *folders = json_array_new();
	if (folder)
		json_array_add_string_element(folders, folder);
	json_set_array(event, "folders", folders);
	puller_tell(puller, event);
}

void
puller_tell_index(Puller *puller, int64_t left, const char *trouble)
{
	if (trouble) {
		g_autoptr(GError) error =
			g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, "index: %s", trouble);
		puller_tell_error(puller, NULL, error);
		return;
	}
	puller->index_total = MAX(puller->index_total, left);
	if (puller->index_total == 0)
		return;
	tell_progress(puller, &puller->index_meter, "folder", NULL, "index",
		puller->index_total - left, puller->index_total);
	if (left == 0)
		puller->index_total = 0;
}

void
puller_tell_index_waits(Puller *puller, bool waits)
{
	JsonObject *event = puller_event(puller, "index");
	json_set_truth(event, "waits", waits);
	puller_tell(puller, event);
}

static JsonObject *
done_event(Puller *puller, const Round *round, const GError *error)
{
	JsonObject *event = puller_event(puller, "done");
	json_set_truth(event, "ok", error == NULL);
	json_set_number(event, "new", (int64_t)round->added);
	json_set_number(event, "changed", (int64_t)round->changed);
	json_set_number(event, "removed", (int64_t)round->removed);
	json_set_text(event, "error", error ? error->message : NULL);
	if (error)
		json_set_text(event, "code",
			account_error_word(error->domain == ACCOUNT_ERROR ? error->code
									  : ACCOUNT_ERROR_FAILED));
	return event;
}

void
puller_tell_done(Puller *puller, const GError *error)
{
	puller_tell(puller, done_event(puller, &puller->round, error));
}

JsonObject *
puller_done_cancelled(Puller *puller)
{
	const Round nothing = { 0 };
	g_autoptr(GError) error =
		g_error_new_literal(ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "cancelled");
	return done_event(puller, &nothing, error);
}

void
puller_tell_round(Puller *puller, uint64_t round)
{
	puller_send(puller, (Message){ .round = round });
}

void
puller_tell_idle(Puller *puller)
{
	puller_send(puller, (Message){ 0 });
}

void
puller_tell_fetched(Puller *puller, WantedFetch *fetch, const char *file, const GError *error)
{
	puller_send(puller, (Message){ .fetch = fetch,
				    .file = g_strdup(file),
				    .error = error ? g_error_copy(error) : NULL });
}

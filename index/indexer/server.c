#include "index/indexer/server.h"

#include <string.h>

#include "index/error.h"
#include "index/indexer.h"
#include "index/indexer/answers.h"
#include "index/indexer/job_queue.h"
#include "index/line_channel.h"
#include "index/line_listener.h"

enum {
	BACKLOG = 4 << 20,
	IDLE_SECONDS = 10,
	JOBS_A_CLIENT = 64,
	LOCKED_OUT_MS = 50, /* until notmuch's lock is tried again */
	TELL_TRIES = 20,    /* until the clients hear that they wait for it */
	TELL_AGAIN = 100,   /* and hear it once more: some may have come since */
};

typedef struct Client {
	IndexServer *server;
	LineChannel *channel;
	bool greeted;
	bool dismissed; /* with it the server goes */
} Client;

struct IndexServer {
	LineListener *listener;
	GPtrArray *clients; /* of Client */
	JobQueue *queue;    /* the owners are Clients */
	Job *running;       /* taken out of the queue */
	Writer *writer;
	IndexDb *db;
	char *generation;  /* the clients know of */
	const char *code;  /* with which it refuses all; NULL: it serves */
	char *farewell;    /* and the reason */
	guint pump, leave; /* sources; 0: none */
	unsigned tries;    /* in a row, of a lock that another program holds */
	const IndexServerSelf *self;
	const IndexServerEvents *events;
	void *data;
};

static void pump_wake(IndexServer *server);

static void
client_free(void *pointer)
{
	Client *client = pointer;
	IndexServer *server = client->server;
	job_queue_forget(server->queue, client);
	if (server->running && server->running->owner == client)
		server->running->owner = NULL;
	line_channel_free(client->channel);
	g_free(client);
}

static gboolean
on_deserted(void *data)
{
	IndexServer *server = data;
	server->leave = 0;
	server->events->on_deserted(server->data);
	return G_SOURCE_REMOVE;
}

/* Leaves some time after the last client; one that comes stops that. */
static void
watch_clients(IndexServer *server)
{
	bool deserted = server->clients->len == 0;
	if (!deserted && server->leave) {
		g_source_remove(server->leave);
		server->leave = 0;
	}
	if (deserted && !server->leave)
		server->leave = g_timeout_add_seconds(IDLE_SECONDS, on_deserted, server);
}

static void
answer(Client *client, int64_t id, JsonObject *object)
{
	json_set_number(object, "id", id);
	json_set_truth(object, "ok", true);
	line_channel_send(client->channel, object);
}

static void
refuse(Client *client, int64_t id, const char *code, const char *why)
{
	g_autoptr(JsonObject) object = json_object_new();
	json_set_number(object, "id", id);
	json_set_truth(object, "ok", false);
	json_set_text(object, "code", code);
	json_set_text(object, "error", why);
	line_channel_send(client->channel, object);
}

static void
refuse_error(Client *client, int64_t id, const GError *error)
{
	bool full = g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
	bool usage = g_error_matches(error, INDEX_ERROR, INDEX_ERROR_PROTOCOL);
	refuse(client, id, full ? "full" : usage ? "usage" : "failed", error->message);
}

/* After the index was begun anew all clients must hear of it: they connect again and hand in all. */
static void
drop_clients_of_old(IndexServer *server)
{
	const char *now = writer_generation(server->writer);
	if (g_strcmp0(server->generation, now) == 0)
		return;
	g_free(server->generation);
	server->generation = g_strdup(now);
	for (guint i = server->clients->len; i > 0; i--) {
		Client *client = server->clients->pdata[i - 1];
		job_queue_forget(server->queue, client);
		line_channel_finish(client->channel);
	}
}

/*
 * What waits is handed in again to the next indexer; no batch is ever under way here, for one is carried out
 * between two rounds of the loop.
 */
static void
serve_no_more(IndexServer *server, const char *code, const char *why)
{
	server->code = code;
	server->farewell = g_strdup(why);
}

static bool
is_same_path(const char *own, const char *wanted)
{
	if (!own || !wanted)
		return own == wanted;
	g_autofree char *sent = g_utf8_make_valid(own, -1); /* as a line holds it */
	g_autofree char *left = g_canonicalize_filename(sent, "/");
	g_autofree char *right = g_canonicalize_filename(wanted, "/");
	return strcmp(left, right) == 0;
}

static bool
is_wanted(const IndexServerSelf *self, JsonObject *hello)
{
	return json_number(hello, "protocol", 0) == INDEXER_PROTOCOL &&
	       g_strcmp0(self->build, json_text(hello, "build")) == 0 &&
	       is_same_path(self->mail_root, json_text(hello, "mail_root")) &&
	       is_same_path(self->database, json_text(hello, "database"));
}

/* Tells a client why, and leaves when it has read it. */
static void
dismiss(Client *client, int64_t id)
{
	refuse(client, id, client->server->code, client->server->farewell);
	client->dismissed = true;
	line_channel_finish(client->channel);
}

static void
do_hello(Client *client, int64_t id, JsonObject *question)
{
	IndexServer *server = client->server;
	if (!server->code && !is_wanted(server->self, question))
		serve_no_more(server, "outdated",
			"it is of another build, or of another mail root, and gives way");
	if (server->code) {
		dismiss(client, id);
		return;
	}
	client->greeted = true;
	g_autoptr(JsonObject) object = json_object_new();
	json_set_number(object, "protocol", INDEXER_PROTOCOL);
	json_set_text(object, "build", server->self->build);
	json_set_text(object, "generation", writer_generation(server->writer));
	answer(client, id, object);
}

static void
do_batch(Client *client, int64_t id, JsonObject *question)
{
	const char *account = json_text(question, "account");
	JsonArray *items = json_array(question, "items");
	if (!account || !items || json_array_get_length(items) > INDEXER_BATCH_LIMIT) {
		refuse(client, id, "usage", "a batch needs an account and at most 500 items");
		return;
	}
	JobQueue *queue = client->server->queue;
	if (job_queue_count(queue, client) >= JOBS_A_CLIENT) {
		refuse(client, id, "usage", "too many batches wait already");
		return;
	}
	job_queue_add(queue, job_new(client, id, account, items), json_truth(question, "idle"));
	pump_wake(client->server);
}

static void
do_question(Client *client, int64_t id, JsonObject *question)
{
	IndexServer *server = client->server;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object = answers_find(server->writer, server->db, question, &error);
	if (object)
		answer(client, id, object);
	else
		refuse_error(client, id, error);
	drop_clients_of_old(server);
}

static void
on_object(LineChannel *channel, JsonObject *question, void *data)
{
	Client *client = data;
	const char *what = json_text(question, "do");
	int64_t id = json_number(question, "id", 0);
	if (g_strcmp0(what, "hello") == 0)
		do_hello(client, id, question);
	else if (!client->greeted)
		refuse(client, id, "usage", "hello comes first");
	else if (g_strcmp0(what, "batch") == 0)
		do_batch(client, id, question);
	else
		do_question(client, id, question);
}

static void
on_closed(LineChannel *channel, const char *why, void *data)
{
	Client *client = data;
	IndexServer *server = client->server;
	bool dismissed = client->dismissed;
	g_debug("a client left: %s", why);
	g_ptr_array_remove(server->clients, client);
	watch_clients(server);
	if (dismissed)
		server->events->on_deserted(server->data);
}

static const LineChannelEvents channel_events = { on_object, on_closed };

static void
run_job(IndexServer *server, Job *job)
{
	g_autoptr(JsonArray) skipped = json_array_new();
	g_autoptr(JsonArray) tags = json_array_new();
	g_autoptr(GError) error = NULL;
	BatchTold told = { skipped, tags };
	if (!writer_apply(server->writer, job->account, job->items, &told, &error)) {
		g_warning("a batch of %u items failed: %s", json_array_get_length(job->items),
			error->message);
		refuse_error(job->owner, job->id, error);
		return;
	}
	g_autoptr(JsonObject) object = json_object_new();
	json_set_array(object, "skipped", g_steal_pointer(&skipped));
	json_set_array(object, "tags", g_steal_pointer(&tags));
	answer(job->owner, job->id, object);
}

static void
tell_waits(IndexServer *server, bool waits)
{
	g_autoptr(JsonObject) event = json_object_new();
	json_set_text(event, "event", "waits");
	json_set_truth(event, "waits", waits);
	for (guint i = 0; i < server->clients->len; i++) {
		Client *client = g_ptr_array_index(server->clients, i);
		if (client->greeted)
			line_channel_send(client->channel, event);
	}
}

/* What holds it for a moment only is not worth a word. */
static bool
is_locked_out(IndexServer *server)
{
	bool locked = writer_is_locked_out(server->writer);
	if (locked && server->tries++ % TELL_AGAIN == TELL_TRIES)
		tell_waits(server, true);
	else if (!locked && server->tries > TELL_TRIES)
		tell_waits(server, false);
	if (!locked)
		server->tries = 0;
	return locked;
}

static gboolean
on_pump_again(void *data)
{
	IndexServer *server = data;
	server->pump = 0;
	pump_wake(server);
	return G_SOURCE_REMOVE;
}

static gboolean
on_pump(void *data)
{
	IndexServer *server = data;
	if (server->code) {
		server->pump = 0;
		return G_SOURCE_REMOVE;
	}
	if (job_queue_is_empty(server->queue)) {
		server->pump = 0;
		server->events->on_quiet(server->data);
		return G_SOURCE_REMOVE;
	}
	if (is_locked_out(server)) {
		server->pump = g_timeout_add(LOCKED_OUT_MS, on_pump_again, server);
		return G_SOURCE_REMOVE;
	}
	server->running = job_queue_take(server->queue);
	run_job(server, server->running);
	drop_clients_of_old(server);
	g_clear_pointer(&server->running, job_free);
	return G_SOURCE_CONTINUE;
}

static void
pump_wake(IndexServer *server)
{
	if (!server->pump)
		server->pump = g_idle_add(on_pump, server);
}

static void
on_peer(GSocketConnection *connection, void *data)
{
	IndexServer *server = data;
	Client *client = g_new0(Client, 1);
	client->server = server;
	client->channel = line_channel_new(connection, BACKLOG, &channel_events, client);
	g_ptr_array_add(server->clients, client);
	watch_clients(server);
}

IndexServer *
index_server_open(const char *path, const IndexServerSelf *self, const IndexServerEvents *events,
	void *data, GError **error)
{
	IndexServer *server = g_new0(IndexServer, 1);
	server->queue = job_queue_new();
	server->clients = g_ptr_array_new_with_free_func(client_free);
	server->self = self;
	server->events = events;
	server->data = data;
	server->listener = line_listener_open(path, on_peer, server, error);
	if (!server->listener)
		g_clear_pointer(&server, index_server_close);
	return server;
}

void
index_server_start(IndexServer *server, Writer *writer, IndexDb *db)
{
	server->writer = writer;
	server->db = db;
	server->generation = g_strdup(writer_generation(writer));
	line_listener_start(server->listener);
	watch_clients(server);
	pump_wake(server);
}

void
index_server_refuse(IndexServer *server, const char *why)
{
	serve_no_more(server, "failed", why);
	line_listener_start(server->listener);
	watch_clients(server);
}

void
index_server_close(IndexServer *server)
{
	if (!server)
		return;
	line_listener_close(server->listener);
	g_ptr_array_unref(server->clients);
	job_queue_free(server->queue);
	if (server->pump)
		g_source_remove(server->pump);
	if (server->leave)
		g_source_remove(server->leave);
	g_free(server->generation);
	g_free(server->farewell);
	g_free(server);
}

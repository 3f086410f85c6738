#include "index/indexer.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "index/build_id.h"
#include "index/error.h"
#include "index/process_lock.h"

enum {
	WAIT_MS = 5000,   /* for an indexer that starts */
	PAUSE_MS = 20,    /* between two tries to connect */
	RESTART_MS = 500, /* until the program is started once more */
};

struct Indexer {
	GSocketConnection *connection;
	GDataInputStream *in;
	GOutputStream *out;
	char *generation;
	int64_t last_id;
	void (*on_waits)(bool waits, void *data); /* may be NULL */
	void *data;
};

static bool
set_cancelled(GCancellable *cancel, GError **error)
{
	if (!g_cancellable_is_cancelled(cancel))
		return false;
	g_set_error_literal(
		error, INDEX_ERROR, INDEX_ERROR_CANCELLED, "the question to the index was ended");
	return true;
}

static bool
set_lost(const GError *why, GError **error)
{
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_MISSING, "the connection to the indexer: %s",
		why ? why->message : "it ended");
	return false;
}

char *
indexer_lock_path(const char *state)
{
	return g_build_filename(state, "index.lock", NULL);
}

static bool
connect_once(Indexer *indexer, const char *state, GCancellable *cancel, GError **error)
{
	g_autofree char *lock = indexer_lock_path(state);
	g_autofree char *path = process_lock_find_socket(lock);
	if (!path) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_MISSING, "%s names no socket", lock);
		return false;
	}
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	GSocketConnection *connection =
		g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), cancel, error);
	if (!connection)
		return false;
	indexer->connection = connection;
	indexer->in =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	g_filter_input_stream_set_close_base_stream(G_FILTER_INPUT_STREAM(indexer->in), FALSE);
	indexer->out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	return true;
}

static void
disconnect(Indexer *indexer)
{
	g_clear_object(&indexer->in);
	indexer->out = NULL;
	if (indexer->connection)
		g_io_stream_close(G_IO_STREAM(indexer->connection), NULL, NULL);
	g_clear_object(&indexer->connection);
}

static bool
greet(Indexer *indexer, const IndexerPlace *place, GCancellable *cancel, GError **error)
{
	g_autofree char *build = build_id(place->program);
	g_autoptr(JsonObject) hello = json_object_new();
	json_set_text(hello, "do", "hello");
	json_set_number(hello, "protocol", INDEXER_PROTOCOL);
	json_set_text(hello, "build", build);
	json_set_text(hello, "mail_root", place->mail_root);
	if (place->database)
		json_set_text(hello, "database", place->database);
	g_autoptr(JsonObject) answer = indexer_ask(indexer, hello, cancel, error);
	if (!answer)
		return false;
	indexer->generation = g_strdup(json_text(answer, "generation"));
	return true;
}

static bool
start_program(const IndexerPlace *place, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_ptr_array_add(words, (char *)place->program);
	g_ptr_array_add(words, "--mail-root");
	g_ptr_array_add(words, (char *)place->mail_root);
	g_ptr_array_add(words, "--state");
	g_ptr_array_add(words, (char *)place->state);
	if (place->database) {
		g_ptr_array_add(words, "--database");
		g_ptr_array_add(words, (char *)place->database);
	}
	g_ptr_array_add(words, NULL);
	/* GLib forks twice here, so no zombie is left to this process. */
	GSpawnFlags flags = G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
	g_autoptr(GError) why = NULL;
	if (g_spawn_async("/", (char **)words->pdata, NULL, flags, NULL, NULL, NULL, &why))
		return true;
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_MISSING, "cannot start the indexer: %s",
		why->message);
	return false;
}

static bool
wait_for_it(Indexer *indexer, const IndexerPlace *place, GCancellable *cancel, GError **error)
{
	g_autoptr(GError) why = NULL;
	for (int waited = 0; waited < WAIT_MS; waited += PAUSE_MS) {
		g_clear_error(&why);
		if (connect_once(indexer, place->state, cancel, &why) &&
			greet(indexer, place, cancel, &why))
			return true;
		disconnect(indexer);
		if (set_cancelled(cancel, error))
			return false;
		if (g_error_matches(why, INDEX_ERROR,
			    INDEX_ERROR_FAILED)) { /* it says no: so will the next */
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (waited % RESTART_MS == 0 && !start_program(place, error))
			return false;
		g_usleep(PAUSE_MS * 1000);
	}
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_MISSING, "the indexer does not answer: %s",
		why->message);
	return false;
}

Indexer *
indexer_open(const IndexerPlace *place, GCancellable *cancel, GError **error)
{
	g_autoptr(Indexer) indexer = g_new0(Indexer, 1);
	if (!wait_for_it(indexer, place, cancel, error))
		return NULL;
	return g_steal_pointer(&indexer);
}

void
indexer_close(Indexer *indexer)
{
	if (!indexer)
		return;
	disconnect(indexer);
	g_free(indexer->generation);
	g_free(indexer);
}

void
indexer_hear_waits(Indexer *indexer, void (*on_waits)(bool waits, void *data), void *data)
{
	indexer->on_waits = on_waits;
	indexer->data = data;
}

const char *
indexer_generation(const Indexer *indexer)
{
	return indexer->generation;
}

/* One line as an object; NULL when the connection is at its end or talks nonsense. */
static JsonObject *
read_object(Indexer *indexer, GCancellable *cancel, GError **error)
{
	g_autoptr(GError) why = NULL;
	gsize length;
	g_autofree char *line = g_data_input_stream_read_line(indexer->in, &length, cancel, &why);
	if (!line) {
		if (!set_cancelled(cancel, error))
			set_lost(why, error);
		return NULL;
	}
	return json_line_parse(line, length, error);
}

static JsonObject *
read_answer(Indexer *indexer, int64_t id, GCancellable *cancel, GError **error)
{
	for (;;) {
		JsonObject *line = read_object(indexer, cancel, error);
		if (!line || json_number(line, "id", -1) == id)
			return line;
		if (indexer->on_waits && g_strcmp0(json_text(line, "event"), "waits") == 0)
			indexer->on_waits(json_truth(line, "waits"), indexer->data);
		json_object_unref(line); /* heard, or the answer to a question that was cancelled */
	}
}

static bool
send_question(Indexer *indexer, JsonObject *question, GCancellable *cancel, GError **error)
{
	g_autofree char *text = json_line_write(question);
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	g_autoptr(GError) why = NULL;
	if (g_output_stream_write_all(indexer->out, line, strlen(line), NULL, cancel, &why))
		return true;
	return !set_cancelled(cancel, error) && set_lost(why, error);
}

int64_t
indexer_send(Indexer *indexer, JsonObject *question, GCancellable *cancel, GError **error)
{
	int64_t id = ++indexer->last_id;
	json_set_number(question, "id", id);
	return send_question(indexer, question, cancel, error) ? id : 0;
}

JsonObject *
indexer_receive(Indexer *indexer, int64_t id, GCancellable *cancel, GError **error)
{
	g_autoptr(JsonObject) answer = read_answer(indexer, id, cancel, error);
	if (!answer)
		return NULL;
	if (json_truth(answer, "ok"))
		return g_steal_pointer(&answer);
	const char *said = json_text(answer, "error");
	bool gives_way = g_strcmp0(json_text(answer, "code"), "outdated") == 0;
	g_set_error(error, INDEX_ERROR, gives_way ? INDEX_ERROR_MISSING : INDEX_ERROR_FAILED,
		"the index: %s", said ? said : "refused without a word");
	return NULL;
}

JsonObject *
indexer_ask(Indexer *indexer, JsonObject *question, GCancellable *cancel, GError **error)
{
	int64_t id = indexer_send(indexer, question, cancel, error);
	return id ? indexer_receive(indexer, id, cancel, error) : NULL;
}

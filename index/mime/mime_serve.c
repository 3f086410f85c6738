#include "index/mime/mime_serve.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "index/error.h"
#include "index/json.h"
#include "index/mime/mime_read.h"
#include "index/mime/mime_show.h"
#include "index/mime/sandbox.h"

enum { INLINE_SIZE = 1 << 13, CHUNK_SIZE = 1 << 19 };

typedef struct Server {
	int input, output;
	char *buffer; /* of MIME_REQUEST_LIMIT bytes */
	size_t length;
	bool broken; /* the client is gone */
} Server;

static void
send_bytes(Server *server, const char *bytes, size_t length)
{
	while (length > 0 && !server->broken) {
		ssize_t sent = write(server->output, bytes, length);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0) {
			server->broken = true;
			return;
		}
		bytes += sent;
		length -= (size_t)sent;
	}
}

static void
send_object(Server *server, JsonObject *object)
{
	g_autofree char *line = json_line_write(object);
	send_bytes(server, line, strlen(line));
	send_bytes(server, "\n", 1);
}

static void
send_error(Server *server, int64_t id, const char *text)
{
	g_autoptr(JsonObject) answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", false);
	json_set_text(answer, "error", text);
	send_object(server, answer);
}

/* No less than the bytes of an element as JSON, in which a byte takes six at most. */
static size_t
element_size(JsonNode *node)
{
	size_t size = 64;
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
		return size + 6 * strlen(json_node_get_string(node));
	if (!JSON_NODE_HOLDS_OBJECT(node))
		return size;
	JsonObjectIter iter;
	JsonNode *member;
	json_object_iter_init(&iter, json_node_get_object(node));
	while (json_object_iter_next(&iter, NULL, &member))
		size += 64 + (JSON_NODE_HOLDS_VALUE(member) && json_node_get_value_type(member) ==
								       G_TYPE_STRING
					     ? 6 * strlen(json_node_get_string(member))
					     : 0);
	return size;
}

static size_t
array_size(JsonArray *array)
{
	size_t size = 0;
	for (guint i = 0; i < json_array_get_length(array); i++)
		size += element_size(json_array_get_element(array, i));
	return size;
}

static void
send_chunk(Server *server, int64_t id, const char *name, JsonArray *items)
{
	g_autoptr(JsonObject) line = json_object_new();
	json_set_number(line, "id", id);
	json_set_text(line, "more", name);
	json_set_array(line, "items", items);
	send_object(server, line);
}

/* Sends the elements of a long array ahead, in lines that keep the limit, and leaves it empty. */
static void
send_ahead(Server *server, int64_t id, JsonObject *message, const char *name)
{
	JsonArray *array = json_array(message, name);
	if (array == NULL || array_size(array) < INLINE_SIZE)
		return;
	JsonArray *chunk = json_array_new();
	size_t size = 0;
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *element = json_array_get_element(array, i);
		size_t more = element_size(element);
		if (size > 0 && size + more > CHUNK_SIZE) {
			send_chunk(server, id, name, chunk);
			chunk = json_array_new();
			size = 0;
		}
		json_array_add_element(chunk, json_node_copy(element));
		size += more;
	}
	send_chunk(server, id, name, chunk);
	json_set_array(message, name, json_array_new());
}

static int
width_of(JsonObject *request)
{
	return (int)CLAMP(json_number(request, "width", 80), 10, 1000);
}

static void
answer_show(Server *server, int64_t id, JsonObject *request)
{
	static const char *const arrays[] = { "from", "to", "cc", "headers", "parts",
		"attachments" };
	const char *file = json_text(request, "file");
	g_autoptr(GError) error = NULL;
	g_autoptr(MimeShow) show = file != NULL ? mime_show(file, width_of(request), &error) : NULL;
	if (show == NULL) {
		send_error(server, id, error != NULL ? error->message : "no file");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		send_ahead(server, id, show->message, arrays[i]);
	g_autoptr(JsonObject) answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", true);
	json_set_object(answer, "message", json_object_ref(show->message));
	const struct {
		const char *member, *text;
	} texts[] = { { "text_bytes", show->body->text },
		{ "reflowed_bytes", show->body->reflowed }, { "more_bytes", show->body->more } };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i].text != NULL)
			json_set_number(answer, texts[i].member, (int64_t)strlen(texts[i].text));
	send_object(server, answer);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i].text != NULL)
			send_bytes(server, texts[i].text, strlen(texts[i].text));
}

typedef struct Counted {
	Server *server; /* NULL: only counts */
	int64_t bytes, left;
} Counted;

static bool
on_counted(const char *bytes, size_t length, void *data)
{
	Counted *counted = data;
	counted->bytes += (int64_t)length;
	return true;
}

static bool
on_sent(const char *bytes, size_t length, void *data)
{
	Counted *counted = data;
	/* Never more than was announced, should the file grow meanwhile. */
	length = (size_t)MIN((int64_t)length, counted->left);
	send_bytes(counted->server, bytes, length);
	counted->left -= (int64_t)length;
	return counted->left > 0 && !counted->server->broken;
}

/* The part that is asked for, in *message; NULL after a refusal. */
static const MimePart *
find_part(Server *server, int64_t id, JsonObject *request, MimeMessage **message)
{
	const char *file = json_text(request, "file");
	const char *number = json_text(request, "part");
	g_autoptr(GError) error = NULL;
	*message = file != NULL ? mime_message_open(file, &error) : NULL;
	const MimePart *part =
		*message != NULL && number != NULL ? mime_message_part(*message, number) : NULL;
	if (part == NULL)
		send_error(server, id, error != NULL ? error->message : "no such part");
	return part;
}

static void
answer_part(Server *server, int64_t id, JsonObject *request)
{
	g_autoptr(MimeMessage) message = NULL;
	const MimePart *part = find_part(server, id, request, &message);
	if (part == NULL)
		return;
	Counted counted = { .server = server };
	mime_part_decode(part, on_counted, &counted);
	g_autoptr(JsonObject) answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", true);
	json_set_text(answer, "type", part->type);
	json_set_text(answer, "charset", part->charset);
	json_set_number(answer, "bytes", counted.bytes);
	send_object(server, answer);
	counted.left = counted.bytes;
	mime_part_decode(part, on_sent, &counted);
	if (counted.left > 0)
		server->broken = true; /* the file shrank: what was announced cannot be kept */
}

static void
answer_text(Server *server, int64_t id, JsonObject *request)
{
	g_autoptr(MimeMessage) message = NULL;
	const MimePart *part = find_part(server, id, request, &message);
	if (part == NULL)
		return;
	bool cut = false;
	g_autofree char *text = mime_body_part_text(part, width_of(request), &cut);
	if (text == NULL) {
		send_error(server, id, "the part is no text");
		return;
	}
	g_autoptr(JsonObject) answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", true);
	json_set_truth(answer, "text_cut", cut);
	json_set_number(answer, "text_bytes", (int64_t)strlen(text));
	send_object(server, answer);
	send_bytes(server, text, strlen(text));
}

static void
answer(Server *server, const char *line, size_t length)
{
	static const struct {
		const char *verb;
		void (*answer)(Server *server, int64_t id, JsonObject *request);
	} verbs[] = { { "show", answer_show }, { "part", answer_part }, { "text", answer_text } };
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) request = json_line_parse(line, length, &error);
	if (request == NULL) {
		send_error(server, 0, error->message);
		return;
	}
	int64_t id = json_number(request, "id", 0);
	const char *verb = json_text(request, "do");
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (g_strcmp0(verb, verbs[i].verb) == 0) {
			verbs[i].answer(server, id, request);
			return;
		}
	send_error(server, id, "unknown request");
}

/* The next line into the buffer's beginning; its length with the newline, 0 at the end. */
static size_t
read_request(Server *server)
{
	for (;;) {
		char *newline = memchr(server->buffer, '\n', server->length);
		if (newline != NULL)
			return (size_t)(newline - server->buffer) + 1;
		if (server->length == MIME_REQUEST_LIMIT)
			return 0;
		ssize_t got = read(server->input, server->buffer + server->length,
			MIME_REQUEST_LIMIT - server->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		server->length += (size_t)got;
	}
}

int
mime_serve(int input, int output)
{
	g_autofree char *buffer = g_malloc(MIME_REQUEST_LIMIT);
	Server server = { .input = input, .output = output, .buffer = buffer };
	size_t length;
	for (int i = 0; i < MIME_REQUESTS && !server.broken; i++) {
		if ((length = read_request(&server)) == 0)
			return server.length == 0 ? 0 : 1;
		sandbox_start_clock();
		answer(&server, buffer, length - 1);
		sandbox_stop_clock();
		server.length -= length;
		memmove(buffer, buffer + length, server.length);
	}
	return server.broken;
}

#include "index/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/error.h"

enum {
	ANSWER_SECONDS = 10,
	TEXT_LIMIT = 64 << 20,   /* bytes of text in an answer */
	ITEMS_LIMIT = 1000000,   /* elements of lists in an answer */
	MEMORY_LIMIT = 4 << 20,  /* larger parts are kept in a file without a name */
	PART_LIMIT = 2000000000, /* bytes of a part */
	BUFFER_SIZE = JSON_LINE_LIMIT + 1,
};

struct MessageReader {
	char *program;
	pid_t pid; /* 0: not running */
	int socket;
	int64_t next_id;
	char *buffer; /* of BUFFER_SIZE: what came and was not taken yet */
	size_t length;
	bool left;        /* the helper ended in order, before it answered */
	int patience;     /* seconds a question may take */
	int64_t deadline; /* of the question that is being asked */
};

MessageReader *
message_reader_new(const char *program)
{
	MessageReader *reader = g_new0(MessageReader, 1);
	reader->program = g_strdup(program);
	reader->socket = -1;
	reader->patience = ANSWER_SECONDS;
	reader->buffer = g_malloc(BUFFER_SIZE);
	return reader;
}

void
message_reader_set_patience(MessageReader *reader, int seconds)
{
	reader->patience = seconds;
}

/* Ends the helper, if there is one, and says how it ended. */
static int
stop(MessageReader *reader)
{
	int status = 0;
	if (reader->socket >= 0)
		close(reader->socket);
	reader->socket = -1;
	reader->length = 0;
	if (reader->pid > 0) {
		kill(reader->pid, SIGKILL);
		while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	reader->pid = 0;
	return status;
}

void
message_reader_free(MessageReader *reader)
{
	if (reader == NULL)
		return;
	stop(reader);
	g_free(reader->buffer);
	g_free(reader->program);
	g_free(reader);
}

/* The helper sees none of the user's environment but what tools that look for faults need. */
static char **
helper_environment(void)
{
	static const char *const kept[] = { "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
		"TZDIR" };
	char **environment = g_environ_setenv(NULL, "LC_ALL", "C.UTF-8", TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (g_getenv(kept[i]) != NULL)
			environment =
				g_environ_setenv(environment, kept[i], g_getenv(kept[i]), TRUE);
	return environment;
}

static bool
start(MessageReader *reader, GError **error)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_HELPER, "cannot start %s: %s",
			reader->program, g_strerror(errno));
		return false;
	}
	g_auto(GStrv) environment = helper_environment();
	char *arguments[] = { reader->program, NULL };
	g_autoptr(GError) cause = NULL;
	GPid pid = 0;
	bool started = g_spawn_async_with_fds(NULL, arguments, environment,
		G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, pair[1],
		pair[1], -1, &cause);
	close(pair[1]);
	if (!started) {
		close(pair[0]);
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_HELPER, "cannot start %s: %s",
			reader->program, cause->message);
		return false;
	}
	reader->pid = pid;
	reader->socket = pair[0];
	return true;
}

/* A helper may leave between two questions; nobody is to be told of that. */
static bool
ensure_running(MessageReader *reader, GError **error)
{
	struct pollfd idle = { .fd = reader->socket, .events = POLLIN };
	if (reader->pid > 0 && (reader->length > 0 || poll(&idle, 1, 0) != 0))
		stop(reader);
	return reader->pid > 0 || start(reader, error);
}

/* The helper failed at this file: ends it. Always false. */
static bool
fail(MessageReader *reader, const char *what, GError **error)
{
	bool unanswered = reader->length == 0;
	int status = stop(reader);
	reader->left = what == NULL && unanswered && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	g_autofree char *how = NULL;
	if (what == NULL && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		how = g_strdup_printf("the mime helper died of signal %d (%s)", WTERMSIG(status),
			g_strsignal(WTERMSIG(status)));
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_HELPER, "cannot be shown: %s",
		what != NULL  ? what
		: how != NULL ? how
			      : "the mime helper left");
	return false;
}

/* Waits until the socket is readable or writable. */
static bool
wait_for(MessageReader *reader, short events, GCancellable *cancel, GError **error)
{
	struct pollfd polled[2] = { { .fd = reader->socket, .events = events }, { .fd = -1 } };
	bool can_cancel = cancel != NULL && (polled[1].fd = g_cancellable_get_fd(cancel)) >= 0;
	polled[1].events = POLLIN;
	int64_t left = reader->deadline - g_get_monotonic_time();
	int ready = left > 0 ? poll(polled, can_cancel ? 2 : 1, (int)(left / 1000) + 1) : 0;
	bool interrupted = ready < 0 && errno == EINTR;
	if (can_cancel)
		g_cancellable_release_fd(cancel);
	if (g_cancellable_is_cancelled(cancel)) {
		stop(reader);
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_CANCELLED, "cancelled");
		return false;
	}
	if (ready == 0) {
		g_autofree char *why =
			g_strdup_printf("the mime helper took longer than %d s", reader->patience);
		return fail(reader, why, error);
	}
	return ready > 0 || interrupted || fail(reader, g_strerror(errno), error);
}

static bool
send_line(MessageReader *reader, const char *line, GCancellable *cancel, GError **error)
{
	size_t length = strlen(line);
	while (length > 0) {
		ssize_t sent = send(reader->socket, line, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent > 0) {
			line += sent;
			length -= (size_t)sent;
		} else if (errno != EAGAIN && errno != EINTR)
			return fail(reader, NULL, error);
		else if (!wait_for(reader, POLLOUT, cancel, error))
			return false;
	}
	return true;
}

/* Some bytes into TARGET; 0 after an error. The end of the stream is the helper's death. */
static size_t
receive(MessageReader *reader, char *target, size_t room, GCancellable *cancel, GError **error)
{
	for (;;) {
		ssize_t got = recv(reader->socket, target, room, MSG_DONTWAIT);
		if (got > 0)
			return (size_t)got;
		bool again = got < 0 && (errno == EAGAIN || errno == EINTR);
		if (!again) {
			fail(reader, NULL, error);
			return 0;
		}
		if (!wait_for(reader, POLLIN, cancel, error))
			return 0;
	}
}

/* Takes LENGTH bytes off the answer. */
static bool
receive_bytes(
	MessageReader *reader, char *target, size_t length, GCancellable *cancel, GError **error)
{
	size_t buffered = MIN(length, reader->length);
	memcpy(target, reader->buffer, buffered);
	reader->length -= buffered;
	memmove(reader->buffer, reader->buffer + buffered, reader->length);
	for (size_t at = buffered; at < length;) {
		size_t got = receive(reader, target + at, length - at, cancel, error);
		if (got == 0)
			return false;
		at += got;
	}
	return true;
}

static JsonObject *
receive_object(MessageReader *reader, GCancellable *cancel, GError **error)
{
	char *newline;
	size_t searched = 0;
	while ((newline = memchr(reader->buffer + searched, '\n', reader->length - searched)) ==
		NULL) {
		searched = reader->length;
		if (reader->length == BUFFER_SIZE) {
			fail(reader, "the mime helper broke its protocol", error);
			return NULL;
		}
		size_t got = receive(reader, reader->buffer + reader->length,
			BUFFER_SIZE - reader->length, cancel, error);
		if (got == 0)
			return NULL;
		reader->length += got;
	}
	size_t length = (size_t)(newline - reader->buffer);
	JsonObject *object = json_line_parse(reader->buffer, length, NULL);
	reader->length -= length + 1;
	memmove(reader->buffer, newline + 1, reader->length);
	if (object == NULL)
		fail(reader, "the mime helper broke its protocol", error);
	return object;
}

static JsonObject *
ask_once(MessageReader *reader, JsonObject *question, GCancellable *cancel, GError **error)
{
	reader->left = false;
	if (!ensure_running(reader, error))
		return NULL;
	reader->deadline = g_get_monotonic_time() + reader->patience * G_USEC_PER_SEC;
	json_set_number(question, "id", ++reader->next_id);
	g_autofree char *line = json_line_write(question);
	g_autofree char *sent = g_strconcat(line, "\n", NULL);
	if (!send_line(reader, sent, cancel, error))
		return NULL;
	return receive_object(reader, cancel, error);
}

/*
 * Sends a question and returns its answer's first line. A helper leaves in order after some thousand
 * questions, and may do so just when it is asked: then the next one is asked.
 */
static JsonObject *
ask(MessageReader *reader, JsonObject *question, GCancellable *cancel, GError **error)
{
	g_autoptr(GError) failure = NULL;
	JsonObject *answer = ask_once(reader, question, cancel, &failure);
	if (answer == NULL && reader->left)
		return ask_once(reader, question, cancel, error);
	if (answer == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return answer;
}

/* Is this the last line of the answer? An answer of "ok":false becomes an error. */
static bool
check_answer(MessageReader *reader, JsonObject *answer, GError **error)
{
	if (json_number(answer, "id", -1) != reader->next_id)
		return fail(reader, "the mime helper broke its protocol", error);
	if (json_truth(answer, "ok"))
		return true;
	const char *why = json_text(answer, "error");
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND, "%s", why != NULL ? why : "failed");
	return false;
}

static JsonObject *
question_new(const char *verb, const char *file)
{
	JsonObject *question = json_object_new();
	json_set_text(question, "do", verb);
	json_set_text(question, "file", file);
	return question;
}

/* Elements of the message's lists that came ahead of it, by name. */
static bool
collect(MessageReader *reader, GHashTable *ahead, JsonObject *line, GError **error)
{
	const char *name = json_text(line, "more");
	JsonArray *items = json_array(line, "items");
	if (items == NULL || json_number(line, "id", -1) != reader->next_id)
		return fail(reader, "the mime helper broke its protocol", error);
	JsonArray *array = g_hash_table_lookup(ahead, name);
	if (array == NULL) {
		array = json_array_new();
		g_hash_table_insert(ahead, g_strdup(name), array);
	}
	guint count = json_array_get_length(items);
	if (g_hash_table_size(ahead) > 100 || json_array_get_length(array) + count > ITEMS_LIMIT)
		return fail(reader, "the mime helper broke its protocol", error);
	for (guint i = 0; i < count; i++)
		json_array_add_element(array, json_node_copy(json_array_get_element(items, i)));
	return true;
}

/* LENGTH bytes that follow an answer, as valid UTF-8. */
static char *
receive_text(MessageReader *reader, int64_t length, GCancellable *cancel, GError **error)
{
	if (length < 0 || length > TEXT_LIMIT) {
		fail(reader, "the mime helper broke its protocol", error);
		return NULL;
	}
	g_autofree char *text = g_malloc((size_t)length + 1);
	text[length] = '\0';
	if (!receive_bytes(reader, text, (size_t)length, cancel, error))
		return NULL;
	if (g_utf8_validate(text, length, NULL))
		return g_steal_pointer(&text);
	return g_utf8_make_valid(text, length);
}

/* A text of the message follows the answer, if the answer counts it. */
static bool
receive_member(MessageReader *reader, JsonObject *answer, const char *count, const char *name,
	GCancellable *cancel, GError **error)
{
	JsonObject *message = json_object(answer, "message");
	int64_t length = json_number(answer, count, -1);
	if (length < 0) {
		json_object_set_null_member(message, name);
		return true;
	}
	g_autofree char *text = receive_text(reader, length, cancel, error);
	if (text == NULL)
		return false;
	json_set_text(message, name, text);
	return true;
}

JsonObject *
message_reader_show(
	MessageReader *reader, const char *file, int width, GCancellable *cancel, GError **error)
{
	g_autoptr(JsonObject) question = question_new("show", file);
	json_set_number(question, "width", width);
	g_autoptr(GHashTable) ahead = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_array_unref);
	g_autoptr(JsonObject) answer = ask(reader, question, cancel, error);
	while (answer != NULL && json_text(answer, "more") != NULL) {
		if (!collect(reader, ahead, answer, error))
			return NULL;
		json_object_unref(answer);
		answer = receive_object(reader, cancel, error);
	}
	if (answer == NULL || !check_answer(reader, answer, error))
		return NULL;
	JsonObject *message = json_object(answer, "message");
	if (message == NULL) {
		fail(reader, "the mime helper broke its protocol", error);
		return NULL;
	}
	GHashTableIter iter;
	gpointer name, array;
	g_hash_table_iter_init(&iter, ahead);
	while (g_hash_table_iter_next(&iter, &name, &array))
		json_set_array(message, name, json_array_ref(array));
	static const struct {
		const char *count, *name;
	} texts[] = { { "text_bytes", "text" }, { "reflowed_bytes", "text_reflowed" },
		{ "more_bytes", "text_more" } };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!receive_member(reader, answer, texts[i].count, texts[i].name, cancel, error))
			return NULL;
	return json_object_ref(message);
}

/* A large part lies in a file without a name, so that it costs no memory until it is read. */
static GBytes *
receive_large(MessageReader *reader, size_t length, GCancellable *cancel, GError **error)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "curlew-XXXXXX", NULL);
	int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail(reader, g_strerror(errno), error);
		return NULL;
	}
	unlink(path);
	g_autofree char *piece = g_malloc(1 << 16);
	bool good = true;
	for (size_t left = length; left > 0 && good;) {
		size_t size = MIN(left, (size_t)1 << 16);
		good = receive_bytes(reader, piece, size, cancel, error);
		if (good && write(fd, piece, size) != (ssize_t)size)
			good = fail(reader, g_strerror(errno), error);
		left -= size;
	}
	GMappedFile *mapped = good ? g_mapped_file_new_from_fd(fd, FALSE, error) : NULL;
	close(fd);
	if (mapped == NULL)
		return NULL;
	GBytes *bytes = g_mapped_file_get_bytes(mapped);
	g_mapped_file_unref(mapped);
	return bytes;
}

GBytes *
message_reader_part(MessageReader *reader, const char *file, const char *part, GCancellable *cancel,
	GError **error)
{
	g_autoptr(JsonObject) question = question_new("part", file);
	json_set_text(question, "part", part);
	g_autoptr(JsonObject) answer = ask(reader, question, cancel, error);
	if (answer == NULL || !check_answer(reader, answer, error))
		return NULL;
	int64_t length = json_number(answer, "bytes", -1);
	if (length < 0 || length > PART_LIMIT) {
		fail(reader, "the mime helper broke its protocol", error);
		return NULL;
	}
	if (length > MEMORY_LIMIT)
		return receive_large(reader, (size_t)length, cancel, error);
	g_autofree char *bytes = g_malloc((size_t)length + 1);
	if (!receive_bytes(reader, bytes, (size_t)length, cancel, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), (size_t)length);
}

char *
message_reader_text(MessageReader *reader, const char *file, const char *part, int width,
	GCancellable *cancel, GError **error)
{
	g_autoptr(JsonObject) question = question_new("text", file);
	json_set_text(question, "part", part);
	json_set_number(question, "width", width);
	g_autoptr(JsonObject) answer = ask(reader, question, cancel, error);
	if (answer == NULL || !check_answer(reader, answer, error))
		return NULL;
	return receive_text(reader, json_number(answer, "text_bytes", -1), cancel, error);
}

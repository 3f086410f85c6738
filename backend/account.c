#include "backend/account.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backend/agent_place.h"
#include "backend/error.h"
#include "index/build_id.h"
#include "index/line_channel.h"
#include "index/paths.h"
#include "index/process_lock.h"

/* An agent has this long to listen, is started again if one that was leaving held the lock, and deaths are counted over this long. */
enum {
	START_SECONDS = 10,
	RETRY_MS = 40,
	SPAWN_MS = 1000,
	DEATHS_ALLOWED = 3,
	DEATHS_SECONDS = 600
};

typedef struct Question {
	int64_t id;
	JsonObject *object;
	AccountOnAnswer on_answer;
	void *data;
	bool sent;
} Question;

struct Account {
	const AccountConfig *config;
	char *config_path;
	char *trace;
	AccountStart start;
	bool watch;
	AccountOnEvent on_event;
	void *data;

	LineChannel *channel;
	bool greeted;      /* the hello was answered: questions may go */
	bool connecting;   /* on_connected is still to come */
	int64_t try_until; /* monotonic µs; 0: not trying */
	int64_t spawn_at;  /* monotonic µs: when an agent is started, again; 0: none was */
	unsigned retry;    /* source id */
	GCancellable *cancel;
	GPtrArray *questions; /* of Question, in order of id */
	int64_t last_id;
	GArray *deaths; /* of int64_t, monotonic µs */
};

static void account_connect(Account *account);
static gboolean on_retry(void *data);

static void
question_free(void *pointer)
{
	Question *question = pointer;
	json_object_unref(question->object);
	g_free(question);
}

bool
account_is_attached(const Account *account)
{
	return account->greeted;
}

JsonObject *
account_question(const char *verb)
{
	JsonObject *question = json_object_new();
	json_set_text(question, "do", verb);
	return question;
}

static void
account_tell_state(Account *account, const char *state, const char *why)
{
	g_autoptr(JsonObject) event = json_object_new();
	json_set_text(event, "event", "state");
	json_set_text(event, "account", account->config->name);
	json_set_text(event, "state", state);
	json_set_text(event, "why", why);
	if (account->on_event)
		account->on_event(account, event, account->data);
}

/* Everything asked gets its answer: none. Answers may ask again, so the list is taken first. */
static void
account_fail_questions(Account *account, int code, const char *sentence)
{
	g_autoptr(GPtrArray) failed = account->questions;
	account->questions = g_ptr_array_new_with_free_func(question_free);
	g_autoptr(GError) error =
		g_error_new(ACCOUNT_ERROR, code, "%s: %s", account->config->name, sentence);
	for (unsigned i = 0; i < failed->len; i++) {
		Question *question = g_ptr_array_index(failed, i);
		if (question->on_answer)
			question->on_answer(account, NULL, error, question->data);
	}
}

static void
account_give_up(Account *account, const char *sentence)
{
	account->try_until = account->spawn_at = 0;
	account_tell_state(account, "stopped", sentence);
	account_fail_questions(account, ACCOUNT_ERROR_OFFLINE, sentence);
}

/* An agent that finds no room cannot even write why. */
static void
account_give_up_start(Account *account)
{
	struct statvfs disk;
	g_autofree char *state = paths_state();
	if (statvfs(state, &disk) == 0 && disk.f_bavail == 0) {
		g_autofree char *full = g_strdup_printf(
			"its agent does not start: no space left on the disk of %s", state);
		account_give_up(account, full);
	} else {
		account_give_up(account, "its agent does not start; see curlew.log");
	}
}

/* Tries again soon, as long as there is time. */
static void
account_retry(Account *account)
{
	int64_t now = g_get_monotonic_time();
	if (!account->try_until)
		account->try_until = now + START_SECONDS * G_USEC_PER_SEC;
	if (now > account->try_until)
		account_give_up_start(account);
	else if (!account->retry)
		account->retry = g_timeout_add(RETRY_MS, on_retry, account);
}

static void
account_flush(Account *account)
{
	for (unsigned i = 0; account->greeted && i < account->questions->len; i++) {
		Question *question = g_ptr_array_index(account->questions, i);
		if (question->sent)
			continue;
		question->sent = true;
		line_channel_send(account->channel, question->object);
	}
}

static void
account_take_answer(Account *account, JsonObject *answer)
{
	int64_t id = json_number(answer, "id", -1);
	for (unsigned i = 0; i < account->questions->len; i++) {
		Question *question = g_ptr_array_index(account->questions, i);
		if (question->id != id)
			continue;
		AccountOnAnswer on_answer = question->on_answer;
		void *data = question->data;
		g_ptr_array_remove_index(account->questions, i);
		if (on_answer)
			on_answer(account, answer, NULL, data);
		return;
	}
}

static void
on_object(LineChannel *channel, JsonObject *object, void *data)
{
	Account *account = data;
	if (json_text(object, "event")) {
		if (account->on_event)
			account->on_event(account, object, account->data);
		return;
	}
	if (account->greeted) {
		account_take_answer(account, object);
		return;
	}
	/* The answer to hello. An agent of another build leaves by itself; the next try starts ours. */
	if (json_truth(object, "ok")) {
		account->greeted = true;
		account->try_until = account->spawn_at = 0;
		account_flush(account);
	}
}

static bool
account_dies_too_often(Account *account)
{
	int64_t now = g_get_monotonic_time();
	g_array_append_val(account->deaths, now);
	while (account->deaths->len &&
		g_array_index(account->deaths, int64_t, 0) < now - DEATHS_SECONDS * G_USEC_PER_SEC)
		g_array_remove_index(account->deaths, 0);
	return account->deaths->len >= DEATHS_ALLOWED;
}

static void
on_closed(LineChannel *channel, const char *why, void *data)
{
	Account *account = data;
	bool was_greeted = account->greeted;
	g_clear_pointer(&account->channel, line_channel_free);
	account->greeted = false;
	g_debug("%s: agent lost: %s", account->config->name, why);
	if (!was_greeted) { /* it was leaving, or of another build */
		account_retry(account);
		return;
	}
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(question_free);
	for (unsigned i = account->questions->len; i > 0; i--) {
		Question *question = g_ptr_array_index(account->questions, i - 1);
		if (!question->sent)
			g_ptr_array_insert(
				kept, 0, g_ptr_array_steal_index(account->questions, i - 1));
	}
	bool too_often = account_dies_too_often(account);
	account->try_until = 0;
	account_tell_state(account, "stopped", "the agent stopped");
	account_fail_questions(account, ACCOUNT_ERROR_OFFLINE, "the agent stopped");
	for (unsigned i = 0; i < kept->len; i++)
		g_ptr_array_add(account->questions, g_ptr_array_index(kept, i));
	g_ptr_array_set_free_func(kept, NULL);
	if (too_often) {
		account_give_up(account,
			"the agent stopped three times in ten minutes; it starts again when asked");
		g_array_set_size(account->deaths, 0);
	} else if (account->questions->len || account->watch) {
		account_connect(account);
	}
}

static const LineChannelEvents channel_events = { on_object, on_closed };

static void
leave_our_session(void *data)
{
	setsid();
}

static bool
account_spawn(Account *account, GError **error)
{
	g_autofree char *program = paths_program("curlew-agent");
	const char *argv[] = { program, "--config", account->config_path, account->config->name,
		NULL };
	return g_spawn_async(NULL, (char **)argv, NULL,
		G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, leave_our_session, NULL,
		NULL, error);
}

static gboolean
on_retry(void *data)
{
	Account *account = data;
	account->retry = 0;
	account_connect(account);
	return G_SOURCE_REMOVE;
}

/*
 * Nobody listens: start an agent and keep trying until it does or the time is up. One that finds the lock held
 * by an agent that is leaving leaves too, so another is started after a while.
 */
static void
account_not_connected(Account *account)
{
	if (account->start == ACCOUNT_ATTACH) {
		account_give_up(account, "no agent runs");
		return;
	}
	int64_t now = g_get_monotonic_time();
	if (now >= account->spawn_at) {
		g_autoptr(GError) error = NULL;
		if (!account_spawn(account, &error)) {
			account_give_up(account, error->message);
			return;
		}
		bool is_first = !account->spawn_at;
		account->spawn_at = now + SPAWN_MS * 1000;
		if (is_first) /* who hears it may ask, and comes here again */
			account_tell_state(account, "starting", NULL);
	}
	account_retry(account);
}

static void
account_greet(Account *account, GSocketConnection *connection)
{
	account->channel =
		line_channel_new(connection, AGENT_BACKLOG_LIMIT, &channel_events, account);
	g_autofree char *program = paths_program("curlew-agent");
	g_autofree char *build = build_id(program);
	g_autoptr(JsonObject) hello = account_question("hello");
	json_set_number(hello, "id", 0);
	json_set_number(hello, "protocol", AGENT_PROTOCOL);
	json_set_text(hello, "build", build);
	json_set_truth(hello, "watch", account->watch);
	if (account->trace)
		json_set_text(hello, "trace", account->trace);
	line_channel_send(account->channel, hello);
}

static void
on_connected(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
		g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* the account is gone */
	Account *account = data;
	account->connecting = false;
	if (connection)
		account_greet(account, connection);
	else
		account_not_connected(account);
}

static void
account_connect(Account *account)
{
	if (account->channel || account->retry || account->connecting)
		return;
	g_autofree char *lock = agent_lock_path(account->config->name);
	g_autofree char *path = process_lock_find_socket(lock);
	if (!path) {
		account_not_connected(account);
		return;
	}
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	account->connecting = true;
	g_socket_client_connect_async(
		client, G_SOCKET_CONNECTABLE(address), account->cancel, on_connected, account);
}

Account *
account_open(const AccountConfig *config, const char *config_path, const AccountOptions *options)
{
	Account *account = g_new0(Account, 1);
	account->config = config;
	account->config_path = g_strdup(config_path);
	account->trace = options->trace ? g_canonicalize_filename(options->trace, NULL) : NULL;
	account->start = options->start;
	account->watch = options->watch;
	account->on_event = options->on_event;
	account->data = options->data;
	account->cancel = g_cancellable_new();
	account->questions = g_ptr_array_new_with_free_func(question_free);
	account->deaths = g_array_new(FALSE, FALSE, sizeof(int64_t));
	/* Not at once: events must not come before the caller holds the object. */
	account->retry = g_idle_add(on_retry, account);
	return account;
}

void
account_close(Account *account)
{
	if (!account)
		return;
	g_cancellable_cancel(account->cancel);
	g_clear_handle_id(&account->retry, g_source_remove);
	if (account->channel)
		line_channel_free(account->channel);
	g_object_unref(account->cancel);
	g_ptr_array_unref(account->questions);
	g_array_unref(account->deaths);
	g_free(account->config_path);
	g_free(account->trace);
	g_free(account);
}

void
account_ask(Account *account, JsonObject *object, AccountOnAnswer on_answer, void *data)
{
	Question *question = g_new0(Question, 1);
	question->id = ++account->last_id;
	question->object = object;
	question->on_answer = on_answer;
	question->data = data;
	json_set_number(object, "id", question->id);
	g_ptr_array_add(account->questions, question);
	if (account->greeted)
		account_flush(account);
	else
		account_connect(account);
}

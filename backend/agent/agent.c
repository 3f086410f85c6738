#include "backend/agent/agent.h"

#include <glib-unix.h>
#include <unistd.h>

#include "backend/account.h"
#include "backend/agent/agent_lock.h"
#include "backend/agent/answer.h"
#include "backend/agent/puller.h"
#include "backend/agent/server.h"
#include "backend/agent_place.h"
#include "index/paths.h"

/* Seconds: to wait for the first client, for the next one, and for a round nobody waits for any more. */
enum { FIRST_CLIENT = 10, NEXT_CLIENT = 2, LAST_ROUND = 30 };

/* A fetch that was asked for and is not answered yet; a round that was asked for and is not done yet. */
typedef struct Asked {
	uint64_t client;
	int64_t id;
	uint64_t round; /* its number */
	bool begun;
} Asked;

typedef struct Agent {
	const AccountConfig *config;
	GMainLoop *loop;
	AgentServer *server;
	char *build;
	const char *config_path;
	char *config_stamp; /* the config's file as it was read */
	Disk *disk;
	char *held;      /* why nothing is done in the whole store, or NULL */
	IndexFeed *feed; /* NULL if it is held: files that are not there must not leave the index */
	Puller *puller;
	GError *broken;    /* the store cannot be opened: every question is answered by this */
	GHashTable *asked; /* token → Asked */
	uint64_t last_token;
	GPtrArray *rounds; /* of Asked */
	unsigned leaving;  /* source id */
	bool leaving_busy; /* … of the last round's limit */
	char *state_event; /* the newest state, for a client that comes later */
	char *need_event;  /* what is waited for now */
} Agent;

/* ---- verbs ---- */

static void
send_known(AgentClient *client, const char *line)
{
	g_autoptr(JsonObject) event = line ? json_line_parse(line, strlen(line), NULL) : NULL;
	if (event)
		agent_client_send(client, event);
}

static void
leave_for(Agent *agent, AgentClient *client, int64_t id, const char *why)
{
	answer_refuse(client, id, "usage", why);
	agent_client_finish(client);
	g_main_loop_quit(agent->loop);
}

/* Whoever comes after a change of the config wants an agent that knows it. */
static bool
is_of_old_config(const Agent *agent)
{
	g_autofree char *stamp = agent_build(agent->config_path);
	return !g_str_equal(stamp, agent->config_stamp);
}

static void
do_hello(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *build = json_text(line, "build");
	if (json_number(line, "protocol", 0) != AGENT_PROTOCOL ||
		g_strcmp0(build, agent->build) != 0) {
		leave_for(agent, client, id, "this agent is of another build; it leaves now");
		return;
	}
	if (is_of_old_config(agent)) {
		leave_for(agent, client, id, "the config was changed; this agent leaves now");
		return;
	}
	const char *trace = json_text(line, "trace");
	if (trace && agent->puller)
		puller_trace(agent->puller, trace);
	g_autoptr(JsonObject) answer = answer_new(id);
	json_set_number(answer, "protocol", AGENT_PROTOCOL);
	json_set_text(answer, "build", agent->build);
	json_set_number(answer, "pid", getpid());
	json_set_text(answer, "account", agent->config->name);
	agent_client_send(client, answer);
	agent_client_greet(client, json_truth(line, "watch"));
	send_known(client, agent->state_event);
	send_known(client, agent->need_event);
}

static void
do_status(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	g_autofree char *state = paths_account_state(agent->config->name);
	g_autofree char *path = g_build_filename(state, "state.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Envelopes) envelopes = envelopes_open(path, 0, &error);
	EnvelopesCounts counts = { 0 };
	if (!envelopes || !envelopes_counts(envelopes, &counts, &error)) {
		answer_refuse_error(client, id, error);
		return;
	}
	g_autoptr(JsonObject) answer = answer_new(id);
	const char *known = agent->state_event;
	g_autoptr(JsonObject) event = known ? json_line_parse(known, strlen(known), NULL) : NULL;
	json_set_text(answer, "state", event ? json_text(event, "state") : "starting");
	json_set_text(answer, "why", event ? json_text(event, "why") : NULL);
	json_set_number(answer, "folders", counts.folders);
	json_set_number(answer, "messages", counts.messages);
	json_set_number(answer, "bodies_missing", counts.bodies_missing);
	json_set_number(answer, "index_queue", counts.index_queue);
	json_set_number(answer, "not_searchable", counts.not_searchable);
	agent_client_send(client, answer);
	send_known(client, agent->state_event);
}

static void
do_sync(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Asked *asked = g_new(Asked, 1);
	*asked = (Asked){ agent_client_number(client), id, puller_sync(agent->puller), false };
	g_ptr_array_add(agent->rounds, asked);
}

/* Answers what was asked for up to ROUND: it begins. */
static void
on_round(uint64_t round, void *data)
{
	Agent *agent = data;
	for (unsigned i = 0; i < agent->rounds->len; i++) {
		Asked *asked = g_ptr_array_index(agent->rounds, i);
		AgentClient *client = agent_server_client(agent->server, asked->client);
		if (asked->begun || asked->round > round)
			continue;
		asked->begun = true;
		if (client)
			answer_ok(client, asked->id);
	}
}

static void
forget_rounds(Agent *agent)
{
	for (unsigned i = agent->rounds->len; i > 0; i--)
		if (((Asked *)g_ptr_array_index(agent->rounds, i - 1))->begun)
			g_ptr_array_remove_index(agent->rounds, i - 1);
}

/* CLIENT hears of its rounds no more. ALSO_BEGUN: those too that go on for others. */
static void
withdraw_rounds(Agent *agent, AgentClient *client, bool also_begun)
{
	for (unsigned i = agent->rounds->len; i > 0; i--) {
		const Asked *asked = g_ptr_array_index(agent->rounds, i - 1);
		if (asked->client != agent_client_number(client) || (asked->begun && !also_begun))
			continue;
		g_autoptr(JsonObject) done = puller_done_cancelled(agent->puller);
		if (asked->begun)
			agent_client_send(client, done);
		else
			answer_refuse(client, asked->id, "cancelled", "cancelled");
		g_ptr_array_remove_index(agent->rounds, i - 1);
	}
}

/* Who of those that are still here asked for a round? */
static void
count_askers(Agent *agent, const AgentClient *client, unsigned *own, unsigned *others)
{
	for (unsigned i = 0; i < agent->rounds->len; i++) {
		const Asked *asked = g_ptr_array_index(agent->rounds, i);
		AgentClient *asker = agent_server_client(agent->server, asked->client);
		*own += asker == client;
		*others += asker && asker != client;
	}
}

static void
do_fetch(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *key = json_text(line, "key");
	if (!key) {
		answer_refuse(client, id, "usage", "fetch needs a key");
		return;
	}
	Asked *asked = g_new(Asked, 1);
	*asked = (Asked){ .client = agent_client_number(client), .id = id };
	uint64_t *token = g_new(uint64_t, 1);
	*token = ++agent->last_token;
	g_hash_table_insert(agent->asked, token, asked);
	puller_fetch(agent->puller, key, *token);
}

static void
do_secret(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *value = json_text(line, "value");
	if (!value) {
		answer_refuse(client, id, "usage", "secret needs a value");
		return;
	}
	puller_answer_secret(agent->puller, value);
	g_clear_pointer(&agent->need_event, g_free);
	answer_ok(client, id);
}

static void
do_cancel(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	unsigned own = 0, others = 0;
	count_askers(agent, client, &own, &others);
	withdraw_rounds(agent, client, others > 0);
	if (!own || !others)
		puller_cancel(agent->puller, !others);
	answer_ok(client, id);
}

static bool
ask_requeue(Store *store, void *data, GError **error)
{
	return store_requeue_index(store, error);
}

static void
do_rebuild(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	if (g_strcmp0(json_text(line, "what"), "index") != 0) {
		answer_refuse(client, id, "usage", "only the index can be rebuilt yet");
		return;
	}
	if (agent->held) {
		answer_refuse(client, id, account_error_word(ACCOUNT_ERROR_FAILED), agent->held);
		return;
	}
	g_autoptr(GError) error = NULL;
	if (!disk_ask(agent->disk, ask_requeue, NULL, &error)) {
		answer_refuse_error(client, id, error);
		return;
	}
	answer_ok(client, id);
	puller_index(agent->puller);
}

static void
do_quit(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	answer_ok(client, id);
	agent_client_finish(client);
	g_main_loop_quit(agent->loop);
}

static void
do_later(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	g_autofree char *sentence = g_strdup_printf("%s is not built yet", json_text(line, "do"));
	answer_refuse(client, id, "usage", sentence);
}

static const struct {
	const char *verb;
	void (*run)(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);
	bool always; /* also before the hello, or without a store */
} verbs[] = {
	{ "hello", do_hello, true },
	{ "quit", do_quit, true },
	{ "status", do_status, false },
	{ "sync", do_sync, false },
	{ "fetch", do_fetch, false },
	{ "secret", do_secret, false },
	{ "cancel", do_cancel, false },
	{ "rebuild", do_rebuild, false },
	{ "flag", do_later, false },
	{ "tag", do_later, false },
	{ "move", do_later, false },
	{ "copy", do_later, false },
	{ "delete", do_later, false },
	{ "undo", do_later, false },
	{ "send", do_later, false },
	{ "adopt", do_later, false },
	{ "folder", do_later, false },
	{ "search", do_later, false },
	{ "rules", do_later, false },
};

static void
on_line(AgentClient *client, JsonObject *line, void *data)
{
	Agent *agent = data;
	const char *verb = json_text(line, "do");
	int64_t id = json_number(line, "id", -1);
	for (size_t i = 0; verb && i < G_N_ELEMENTS(verbs); i++) {
		if (!g_str_equal(verbs[i].verb, verb))
			continue;
		if (!verbs[i].always && !agent_client_is_greeted(client))
			answer_refuse(client, id, "usage", "say hello first");
		else if (!verbs[i].always && agent->broken)
			answer_refuse_error(client, id, agent->broken);
		else
			verbs[i].run(agent, client, id, line);
		return;
	}
	answer_refuse(client, id, "usage", "unknown verb");
}

/* ---- life and death ---- */

static gboolean
on_leave(void *data)
{
	Agent *agent = data;
	agent->leaving = 0;
	g_main_loop_quit(agent->loop);
	return G_SOURCE_REMOVE;
}

/* Nobody is there: soon if there is nothing to do, later if a round is under way. */
static void
plan_leaving(Agent *agent)
{
	bool wanted = agent_server_clients(agent->server) > 0;
	bool busy = agent->puller && puller_is_busy(agent->puller);
	if (agent->leaving && (wanted || busy != agent->leaving_busy))
		g_clear_handle_id(&agent->leaving, g_source_remove);
	if (wanted || agent->leaving)
		return;
	agent->leaving_busy = busy;
	agent->leaving = g_timeout_add_seconds(busy ? LAST_ROUND : NEXT_CLIENT, on_leave, agent);
}

static void
on_clients(void *data)
{
	Agent *agent = data;
	if (agent->puller)
		puller_watch(agent->puller, agent_server_watchers(agent->server) > 0);
	plan_leaving(agent);
}

static const AgentServerEvents server_events = { on_line, on_clients };

static void
on_event(JsonObject *event, void *data)
{
	Agent *agent = data;
	const char *name = json_text(event, "event");
	if (g_strcmp0(name, "state") == 0) {
		g_free(agent->state_event);
		agent->state_event = json_line_write(event);
		g_clear_pointer(&agent->need_event, g_free);
	} else if (g_strcmp0(name, "need") == 0) {
		g_free(agent->need_event);
		agent->need_event = json_line_write(event);
	}
	agent_server_broadcast(agent->server, event);
	if (g_strcmp0(name, "done") == 0)
		forget_rounds(agent);
}

static void
on_fetched(uint64_t token, const char *file, const GError *error, void *data)
{
	Agent *agent = data;
	Asked *asked = g_hash_table_lookup(agent->asked, &token);
	AgentClient *client = asked ? agent_server_client(agent->server, asked->client) : NULL;
	if (client && error)
		answer_refuse_error(client, asked->id, error);
	else if (client) {
		g_autoptr(JsonObject) answer = answer_new(asked->id);
		json_set_text(answer, "file", file);
		agent_client_send(client, answer);
	}
	g_hash_table_remove(agent->asked, &token);
}

static void
on_idle(void *data)
{
	plan_leaving(data);
}

static const PullerEvents puller_events = { on_event, on_round, on_fetched, on_idle };

/* ---- the index, told from its own thread ---- */

static void
on_index_progress(int64_t left, void *data)
{
	Agent *agent = data;
	if (agent->puller)
		puller_tell_index(agent->puller, left, NULL);
}

static void
on_index_trouble(const char *sentence, void *data)
{
	Agent *agent = data;
	if (agent->puller)
		puller_tell_index(agent->puller, 0, sentence);
}

static const IndexFeedEvents feed_events = { on_index_progress, on_index_trouble };

/* ---- start and end ---- */

static bool
ask_held(Store *store, void *data, GError **error)
{
	Agent *agent = data;
	agent->held = g_strdup(store_held(store));
	return true;
}

static bool
agent_open(Agent *agent, GError **error)
{
	const AccountConfig *config = agent->config;
	g_autofree char *mail = g_build_filename(config->mail_root, config->path, NULL);
	g_autofree char *beside = paths_account_store(config->mail_root, config->name);
	g_autofree char *account_state = paths_account_state(config->name);
	g_autofree char *state = paths_state();
	g_autofree char *program = paths_program("curlew-index");
	StorePlace store = {
		.account = config->name,
		.mail = mail,
		.path = config->path,
		.beside = beside,
		.state = account_state,
		.local = config->incoming.scheme == SERVER_LOCAL,
	};
	agent->disk = disk_open(&store, error);
	if (!agent->disk || !disk_ask(agent->disk, ask_held, agent, error))
		return false;
	IndexerPlace index = { config->mail_root, state, program, NULL };
	if (!agent->held)
		agent->feed =
			index_feed_new(agent->disk, config->name, &index, &feed_events, agent);
	PullerPlace place = { config, agent->disk, agent->feed };
	agent->puller = puller_new(&place, &puller_events, agent);
	return true;
}

static void
agent_close(Agent *agent)
{
	g_clear_handle_id(&agent->leaving, g_source_remove);
	/* The thread that asks ends before what it asks. */
	index_feed_end(agent->feed);
	g_clear_pointer(&agent->puller, puller_free);
	g_clear_pointer(&agent->feed, index_feed_free);
	g_clear_pointer(&agent->disk, disk_close);
	g_clear_pointer(&agent->server, agent_server_close);
	g_clear_pointer(&agent->asked, g_hash_table_unref);
	g_clear_pointer(&agent->rounds, g_ptr_array_unref);
	g_clear_pointer(&agent->loop, g_main_loop_unref);
	g_clear_error(&agent->broken);
	g_free(agent->state_event);
	g_free(agent->need_event);
	g_free(agent->held);
	g_free(agent->build);
	g_free(agent->config_stamp);
}

static gboolean
on_signal(void *data)
{
	g_main_loop_quit(((Agent *)data)->loop);
	return G_SOURCE_CONTINUE;
}

int
agent_run(const Config *config, const AccountConfig *account)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *socket_path = NULL;
	int lock = agent_lock_take(account->name, &socket_path, &error);
	if (lock < 0) {
		if (error)
			g_warning("%s: %s", account->name, error->message);
		return error ? 1 : 0;
	}
	Agent agent = { .config = account };
	/* by its name, so that an agent whose file was replaced is of another build */
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	agent.build = agent_build(self ? self : "");
	agent.config_path = config_path(config);
	agent.config_stamp = agent_build(agent.config_path);
	agent.loop = g_main_loop_new(NULL, FALSE);
	agent.rounds = g_ptr_array_new_with_free_func(g_free);
	agent.asked = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	agent.server = agent_server_open(socket_path, &server_events, &agent, &error);
	if (!agent.server) {
		g_warning("%s: cannot listen: %s", account->name, error->message);
		agent_close(&agent);
		close(lock);
		return 1;
	}
	if (!agent_open(&agent, &agent.broken))
		g_warning("%s: %s", account->name, agent.broken->message);
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		g_unix_signal_add(signals[i], on_signal, &agent);
	agent.leaving = g_timeout_add_seconds(FIRST_CLIENT, on_leave, &agent);
	g_main_loop_run(agent.loop);
	agent_close(&agent);
	agent_lock_forget_socket(account->name, socket_path);
	close(lock);
	return 0;
}

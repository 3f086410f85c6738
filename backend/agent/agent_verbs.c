#include <string.h>
#include <unistd.h>

#include "backend/account.h"
#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/store/rematch.h"
#include "index/build_id.h"
#include "index/paths.h"

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
	g_autofree char *stamp = build_id(agent->config_path);
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
	json_set_number(answer, "pending", counts.pending);
	json_set_number(answer, "refused", counts.refused);
	agent_client_send(client, answer);
	send_known(client, agent->state_event);
}

static void
do_sync(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Asked *asked = g_new(Asked, 1);
	*asked = (Asked){
		.client = agent_client_number(client), .id = id, .round = puller_sync(agent->puller)
	};
	g_ptr_array_add(agent->rounds, asked);
}

void
agent_begin_rounds(Agent *agent, uint64_t round)
{
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

void
agent_forget_rounds(Agent *agent)
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

void
agent_fetch(Agent *agent, const AgentClient *client, int64_t id, const char *key)
{
	Asked *asked = g_new(Asked, 1);
	*asked = (Asked){
		.client = client ? agent_client_number(client) : 0, .id = id, .key = g_strdup(key)
	};
	uint64_t *token = g_new(uint64_t, 1);
	*token = ++agent->last_token;
	g_hash_table_insert(agent->asked, token, asked);
	puller_fetch(agent->puller, key, *token);
}

static void
do_fetch(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *key = json_text(line, "key");
	if (key)
		agent_fetch(agent, client, id, key);
	else
		answer_refuse(client, id, "usage", "fetch needs a key");
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
cancel_fetches(Agent *agent, const AgentClient *client, const char *key)
{
	GHashTableIter iter;
	void *token, *value;
	g_hash_table_iter_init(&iter, agent->asked);
	while (g_hash_table_iter_next(&iter, &token, &value)) {
		const Asked *asked = value;
		if (asked->client == agent_client_number(client) && g_str_equal(asked->key, key))
			puller_cancel_fetch(agent->puller, *(uint64_t *)token);
	}
}

static void
do_cancel(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *key = json_text(line, "key");
	if (key) {
		cancel_fetches(agent, client, key);
		answer_ok(client, id);
		return;
	}
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

static bool
ask_anew(Store *store, void *data, GError **error)
{
	return store_anew(store, data, error);
}

/* The next agent does it, when it opens the store. */
static void
rebuild_state(Agent *agent, AgentClient *client, int64_t id)
{
	g_autoptr(GError) error = NULL;
	int64_t waits;
	if (!disk_ask(agent->disk, ask_anew, &waits, &error)) {
		answer_refuse_error(client, id, error);
		return;
	}
	g_autoptr(JsonObject) answer = answer_new(id);
	json_set_number(answer, "waits", waits);
	agent_client_send(client, answer);
	agent_client_finish(client);
	/* what came in meanwhile would be set aside with the rest */
	if (!agent->held)
		agent->held = g_strdup("The state is being made anew: try again");
	g_main_loop_quit(agent->loop);
}

static void
rebuild_index(Agent *agent, AgentClient *client, int64_t id)
{
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
do_rebuild(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *what = json_text(line, "what");
	if (g_strcmp0(what, "index") == 0)
		rebuild_index(agent, client, id);
	else if (g_strcmp0(what, "state") == 0)
		rebuild_state(agent, client, id);
	else
		answer_refuse(client, id, "usage", "the index or the state can be rebuilt");
}

static bool
ask_accept(Store *store, void *data, GError **error)
{
	return store_accept(store, data, error);
}

static void
do_accept(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	const char *folder = json_text(line, "folder");
	g_autoptr(GError) error = NULL;
	if (!folder)
		answer_refuse(client, id, "usage", "accept needs a folder");
	else if (!disk_ask(agent->disk, ask_accept, (void *)folder, &error))
		answer_refuse_error(client, id, error);
	else
		answer_ok(client, id);
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
	{ "accept", do_accept, false },
	{ "flag", agent_do_deed, false },
	{ "tag", agent_do_deed, false },
	{ "move", agent_do_deed, false },
	{ "copy", agent_do_deed, false },
	{ "delete", agent_do_deed, false },
	{ "undo", agent_do_undo, false },
	{ "deeds", agent_do_deeds, false },
	{ "retry", agent_do_retry, false },
	{ "drop", agent_do_drop, false },
	{ "settle", agent_do_settle, false },
	{ "send", do_later, false },
	{ "adopt", agent_do_adopt, false },
	{ "folder", do_later, false },
	{ "search", do_later, false },
	{ "rules", do_later, false },
};

void
agent_do_line(Agent *agent, AgentClient *client, JsonObject *line)
{
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

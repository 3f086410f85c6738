#include "backend/agent/agent.h"

#include <glib-unix.h>

#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/agent_place.h"
#include "index/build_id.h"
#include "index/paths.h"
#include "index/process_lock.h"

/* Seconds: to wait for the first client, for the next one, and for a round nobody waits for any more. */
enum { FIRST_CLIENT = 10, NEXT_CLIENT = 2, LAST_ROUND = 30 };

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
on_line(AgentClient *client, JsonObject *line, void *data)
{
	agent_do_line(data, client, line);
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
	if (g_strcmp0(name, "done") != 0)
		return;
	agent_forget_rounds(agent);
	agent_transfers_kick(agent->transfers);
}

static void
on_round(uint64_t round, void *data)
{
	agent_begin_rounds(data, round);
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
	if (asked)
		agent_transfers_fetched(agent->transfers, asked->key, !error);
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

static void
on_index_waits(bool waits, void *data)
{
	Agent *agent = data;
	if (agent->puller)
		puller_tell_index_waits(agent->puller, waits);
}

static const IndexFeedEvents feed_events = { on_index_progress, on_index_trouble, on_index_trouble,
	on_index_waits };

/* ---- start and end ---- */

static void
asked_free(void *pointer)
{
	Asked *asked = pointer;
	g_free(asked->key);
	g_free(asked);
}

static bool
ask_held(Store *store, void *data, GError **error)
{
	Agent *agent = data;
	agent->held = g_strdup(store_held(store));
	return true;
}

static bool
agent_open(Agent *agent, const Config *all, GError **error)
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
	agent->transfers = agent_transfers_new(agent, all);
	if (!agent->held)
		agent_transfers_kick(agent->transfers);
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
	/* deeds that are durable by now are answered */
	while (agent->deeds > 0)
		g_main_context_iteration(NULL, TRUE);
	g_clear_pointer(&agent->transfers, agent_transfers_free);
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

static ProcessLock *
take_lock(const char *account, bool *taken, GError **error)
{
	g_autofree char *state = paths_account_state(account);
	g_autofree char *path = agent_lock_path(account);
	g_autofree char *socket = g_build_filename(state, "socket", NULL);
	return paths_make_directory(state, error) ? process_lock_open(path, socket, taken, error)
	                                          : NULL;
}

int
agent_run(const Config *config, const AccountConfig *account)
{
	g_autoptr(GError) error = NULL;
	bool taken = false;
	g_autoptr(ProcessLock) lock = take_lock(account->name, &taken, &error);
	if (!lock) {
		if (!taken)
			g_warning("%s: %s", account->name, error->message);
		return taken ? 0 : 1;
	}
	Agent agent = { .config = account };
	agent.build = build_id_own();
	agent.config_path = config_path(config);
	agent.config_stamp = build_id(agent.config_path);
	agent.loop = g_main_loop_new(NULL, FALSE);
	agent.rounds = g_ptr_array_new_with_free_func(asked_free);
	agent.asked = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, asked_free);
	agent.server = agent_server_open(process_lock_socket(lock), &server_events, &agent, &error);
	if (!agent.server) {
		g_warning("%s: cannot listen: %s", account->name, error->message);
		agent_close(&agent);
		return 1;
	}
	if (!agent_open(&agent, config, &agent.broken))
		g_warning("%s: %s", account->name, agent.broken->message);
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		g_unix_signal_add(signals[i], on_signal, &agent);
	agent.leaving = g_timeout_add_seconds(FIRST_CLIENT, on_leave, &agent);
	g_main_loop_run(agent.loop);
	agent_close(&agent);
	return 0;
}

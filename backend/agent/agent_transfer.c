#include "backend/agent/agent_transfer_private.h"
#include "backend/agent/answer.h"
#include "backend/error.h"
#include "index/paths.h"

/*
 * Messages that go to other accounts: each is given to that account's agent, which is a server to this one like to any
 * client; what was given is looked for in its store (anyone may read it) until its server has it. So neither agent keeps
 * the other one alive for longer than a question takes.
 */
enum { LOOK_FIRST_MS = 500, LOOK_LAST_MS = 30000 };

/* A client that waits until what it wished is given. */
typedef struct Waiting {
	uint64_t client;
	char *deed;
	JsonObject *line; /* the answer */
	int64_t id;
} Waiting;

/* ---- memory ---- */

static void
waiting_free(void *data)
{
	Waiting *waiting = data;
	g_free(waiting->deed);
	json_object_unref(waiting->line);
	g_free(waiting);
}

static void
telling_free(void *data)
{
	Telling *telling = data;
	g_clear_pointer(&telling->list, g_ptr_array_unref);
	g_strfreev(telling->keys);
	g_free(telling->deed);
	g_free(telling->why);
	deed_done_clear(&telling->done);
	g_free(telling);
}

AgentTransfers *
agent_transfers_new(Agent *agent, const Config *config)
{
	AgentTransfers *transfers = g_new0(AgentTransfers, 1);
	transfers->agent = agent;
	transfers->config = config;
	transfers->delay = LOOK_FIRST_MS;
	transfers->peers = g_ptr_array_new_with_free_func(peer_free);
	transfers->waiting = g_ptr_array_new_with_free_func(waiting_free);
	transfers->fetching = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return transfers;
}

void
agent_transfers_free(AgentTransfers *transfers)
{
	g_clear_handle_id(&transfers->timer, g_source_remove);
	g_ptr_array_unref(transfers->peers);
	g_ptr_array_unref(transfers->waiting);
	g_hash_table_unref(transfers->fetching);
	g_free(transfers);
}

/* ---- the disk ---- */

static void
on_told(Agent *agent, void *data, const GError *error)
{
	Telling *telling = data;
	telling->ok = !error;
	if (error)
		g_warning("%s: %s", agent->config->name, error->message);
	if (agent->puller) /* else it leaves */
		telling->then(telling->transfers, telling);
}

Telling *
telling_new(AgentTransfers *transfers, void (*then)(AgentTransfers *, Telling *))
{
	Telling *telling = g_new0(Telling, 1);
	telling->transfers = transfers;
	telling->then = then;
	return telling;
}

void
telling_ask(Telling *telling, DiskAsk ask)
{
	agent_ask_disk(telling->transfers->agent, ask, telling, on_told, telling_free);
}

bool
telling_ask_given(Store *store, void *data, GError **error)
{
	const Telling *telling = data;
	return store_transfers_given(
		store, (const char *const *)telling->keys, telling->over, error);
}

/* The files go to where they are wished first: the other agent would look for them in vain. */
static bool
ask_list(Store *store, void *data, GError **error)
{
	Telling *telling = data;
	telling->list = agent_ask_follow(store, NULL, error) ? store_transfers(store, error) : NULL;
	return telling->list != NULL;
}

/* ---- those that wait ---- */

/* WHY: it was refused. */
static void
answer_waiting(AgentTransfers *transfers, guint at, const char *why)
{
	Waiting *waiting = transfers->waiting->pdata[at];
	AgentClient *client = agent_server_client(transfers->agent->server, waiting->client);
	if (client && why)
		answer_refuse(client, waiting->id, account_error_word(ACCOUNT_ERROR_USAGE), why);
	else if (client)
		agent_client_send(client, waiting->line);
	g_ptr_array_remove_index(transfers->waiting, at);
}

void
transfers_answer_deed(AgentTransfers *transfers, const char *deed, const char *why)
{
	for (guint i = transfers->waiting->len; i > 0; i--) {
		const Waiting *waiting = transfers->waiting->pdata[i - 1];
		if (g_str_equal(waiting->deed, deed))
			answer_waiting(transfers, i - 1, why);
	}
}

/* What has to be fetched first may take as long as its server is away: nobody waits for that. */
static bool
is_to_be_given(const GPtrArray *list, const char *deed)
{
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		if (transfer->file && g_str_equal(transfer->deed, deed))
			return true;
	}
	return false;
}

static void
answer_given(AgentTransfers *transfers, const GPtrArray *list)
{
	for (guint i = transfers->waiting->len; i > 0; i--) {
		const Waiting *waiting = transfers->waiting->pdata[i - 1];
		if (!is_to_be_given(list, waiting->deed))
			answer_waiting(transfers, i - 1, NULL);
	}
}

/* ---- is it there for good? ---- */

static bool
is_there(AgentTransfers *transfers, const Transfer *transfer)
{
	const AccountConfig *config = config_account(transfers->config, transfer->account);
	g_autofree char *state = paths_account_state(transfer->account);
	g_autofree char *path = g_build_filename(state, "state.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Envelopes) store = config ? envelopes_open(path, 0, NULL) : NULL;
	g_autoptr(MessageRow) row = store ? envelopes_by_key(store, transfer->key, &error) : NULL;
	if (!store || error)
		return false;
	/* What is no more was removed there, by somebody who saw it. */
	return !row || row->uid || config->incoming.scheme == SERVER_LOCAL;
}

static void
on_over(AgentTransfers *transfers, Telling *telling)
{
	puller_push(transfers->agent->puller);
	agent_transfers_kick(transfers);
}

static void
end_those_there(AgentTransfers *transfers, const GPtrArray *list)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_null_terminated(0, g_free, TRUE);
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		if (transfer->given && is_there(transfers, transfer))
			g_ptr_array_add(keys, g_strdup(transfer->key));
	}
	if (!keys->len)
		return;
	Telling *telling = telling_new(transfers, on_over);
	telling->keys = (char **)g_ptr_array_free(g_steal_pointer(&keys), FALSE);
	telling->over = true;
	telling_ask(telling, telling_ask_given);
}

/* ---- the round of it ---- */

static gboolean
on_time(void *data)
{
	AgentTransfers *transfers = data;
	transfers->timer = 0;
	transfers->delay = MIN(transfers->delay * 2, LOOK_LAST_MS);
	agent_transfers_kick(transfers);
	return G_SOURCE_REMOVE;
}

static void
on_list(AgentTransfers *transfers, Telling *telling)
{
	transfers->reading = false;
	if (telling->list) {
		answer_given(transfers, telling->list);
		end_those_there(transfers, telling->list);
		transfers_give(transfers, telling->list);
	}
	if (transfers->again)
		agent_transfers_kick(transfers);
	else if (telling->list && telling->list->len && !transfers->timer)
		transfers->timer = g_timeout_add(transfers->delay, on_time, transfers);
}

void
agent_transfers_kick(AgentTransfers *transfers)
{
	transfers->again = transfers->reading;
	if (transfers->reading)
		return;
	transfers->reading = true;
	telling_ask(telling_new(transfers, on_list), ask_list);
}

void
agent_transfers_answer(
	AgentTransfers *transfers, uint64_t client, int64_t id, const char *deed, JsonObject *line)
{
	Waiting *waiting = g_new(Waiting, 1);
	*waiting = (Waiting){ client, g_strdup(deed), json_object_ref(line), id };
	g_ptr_array_add(transfers->waiting, waiting);
	transfers->delay = LOOK_FIRST_MS;
	agent_transfers_kick(transfers);
}

#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/error.h"

/* A client that waits until files and index know what was done: first the disk, then the index's feed. */
typedef struct Settling {
	Agent *agent;
	uint64_t client;
	int64_t id;
	GError *error;
} Settling;

static void
settling_free(void *data)
{
	Settling *settling = data;
	g_clear_error(&settling->error);
	g_free(settling);
}

static gboolean
on_settled(void *data)
{
	const Settling *settling = data;
	settling->agent->deeds--;
	AgentClient *client = agent_server_client(settling->agent->server, settling->client);
	if (client && settling->error)
		answer_refuse_error(client, settling->id, settling->error);
	else if (client)
		answer_ok(client, settling->id);
	return G_SOURCE_REMOVE;
}

/* Feed thread. */
static void
on_empty(const GError *error, void *data)
{
	((Settling *)data)->error = error ? g_error_copy(error) : NULL;
	g_idle_add_full(G_PRIORITY_DEFAULT, on_settled, data, settling_free);
}

/* Without a feed nothing is indexed: the store is held, or all ends. */
static void
on_followed(Agent *agent, void *data, const GError *error)
{
	Settling *settling = data;
	agent->deeds++;
	if (!error && agent->feed) {
		index_feed_tell(agent->feed, on_empty, settling);
		return;
	}
	if (error)
		settling->error = g_error_copy(error);
	else if (!agent->puller)
		settling->error = g_error_new_literal(
			ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "the agent leaves");
	on_settled(settling);
	settling_free(settling);
}

void
agent_do_settle(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Settling *settling = g_new0(Settling, 1);
	*settling = (Settling){ agent, agent_client_number(client), id, NULL };
	agent_ask_disk(agent, agent_ask_follow, settling, on_followed, NULL);
}

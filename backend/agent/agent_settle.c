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

/* Any thread: goes on on the main one. */
static void
go_on(Settling *settling, const GError *error, GSourceFunc then, GDestroyNotify free)
{
	settling->error = error ? g_error_copy(error) : NULL;
	g_idle_add_full(G_PRIORITY_DEFAULT, then, settling, free);
}

/* Feed thread. */
static void
on_empty(const GError *error, void *data)
{
	go_on(data, error, on_settled, settling_free);
}

/* Without a feed nothing is indexed: the store is held, or all ends. */
static gboolean
on_followed(void *data)
{
	Settling *settling = data;
	Agent *agent = settling->agent;
	if (!settling->error && agent->feed) {
		index_feed_tell(agent->feed, on_empty, settling);
		return G_SOURCE_REMOVE;
	}
	if (!settling->error && !agent->puller)
		settling->error = g_error_new_literal(
			ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "the agent leaves");
	on_settled(settling);
	settling_free(settling);
	return G_SOURCE_REMOVE;
}

/* Disk thread. */
static void
on_done(void *data, const GError *error)
{
	go_on(data, error, on_followed, NULL);
}

void
agent_do_settle(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Settling *settling = g_new0(Settling, 1);
	*settling = (Settling){ agent, agent_client_number(client), id, NULL };
	agent->deeds++;
	disk_tell(agent->disk, agent_ask_follow, settling, on_done);
}

#include "backend/agent/server.h"

#include "backend/account.h"
#include "index/line_channel.h"
#include "index/line_listener.h"

struct AgentClient {
	AgentServer *server;
	LineChannel *channel;
	uint64_t number;
	bool greeted, watch;
};

struct AgentServer {
	LineListener *listener;
	GPtrArray *clients; /* of AgentClient */
	uint64_t last_number;
	const AgentServerEvents *events;
	void *data;
};

static void
client_free(void *pointer)
{
	AgentClient *client = pointer;
	line_channel_free(client->channel);
	g_free(client);
}

static void
on_object(LineChannel *channel, JsonObject *object, void *data)
{
	AgentClient *client = data;
	client->server->events->on_line(client, object, client->server->data);
}

static void
on_closed(LineChannel *channel, const char *why, void *data)
{
	AgentClient *client = data;
	AgentServer *server = client->server;
	g_debug("a client left: %s", why);
	g_ptr_array_remove(server->clients, client);
	server->events->on_clients(server->data);
}

static const LineChannelEvents channel_events = { on_object, on_closed };

static void
on_peer(GSocketConnection *connection, void *data)
{
	AgentServer *server = data;
	AgentClient *client = g_new0(AgentClient, 1);
	client->server = server;
	client->number = ++server->last_number;
	client->channel =
		line_channel_new(connection, AGENT_BACKLOG_LIMIT, &channel_events, client);
	g_ptr_array_add(server->clients, client);
	server->events->on_clients(server->data);
}

AgentServer *
agent_server_open(const char *path, const AgentServerEvents *events, void *data, GError **error)
{
	AgentServer *server = g_new0(AgentServer, 1);
	server->clients = g_ptr_array_new_with_free_func(client_free);
	server->events = events;
	server->data = data;
	server->listener = line_listener_open(path, on_peer, server, error);
	if (server->listener)
		line_listener_start(server->listener);
	else
		g_clear_pointer(&server, agent_server_close);
	return server;
}

void
agent_server_close(AgentServer *server)
{
	if (!server)
		return;
	line_listener_close(server->listener);
	g_ptr_array_unref(server->clients);
	g_free(server);
}

unsigned
agent_server_clients(const AgentServer *server)
{
	unsigned count = 0;
	for (unsigned i = 0; i < server->clients->len; i++)
		count += ((AgentClient *)g_ptr_array_index(server->clients, i))->greeted;
	return count;
}

unsigned
agent_server_watchers(const AgentServer *server)
{
	unsigned count = 0;
	for (unsigned i = 0; i < server->clients->len; i++)
		count += ((AgentClient *)g_ptr_array_index(server->clients, i))->watch;
	return count;
}

void
agent_server_broadcast(AgentServer *server, JsonObject *event)
{
	/* From the end: a client that is dropped for its backlog leaves the array meanwhile. */
	for (unsigned i = server->clients->len; i > 0; i--) {
		AgentClient *client = g_ptr_array_index(server->clients, i - 1);
		if (client->greeted)
			line_channel_send(client->channel, event);
	}
}

void
agent_client_greet(AgentClient *client, bool watch)
{
	client->greeted = true;
	client->watch = watch;
	client->server->events->on_clients(client->server->data);
}

bool
agent_client_is_greeted(const AgentClient *client)
{
	return client->greeted;
}

uint64_t
agent_client_number(const AgentClient *client)
{
	return client->number;
}

AgentClient *
agent_server_client(AgentServer *server, uint64_t number)
{
	for (unsigned i = 0; i < server->clients->len; i++) {
		AgentClient *client = g_ptr_array_index(server->clients, i);
		if (client->number == number)
			return client;
	}
	return NULL;
}

void
agent_client_send(AgentClient *client, JsonObject *object)
{
	line_channel_send(client->channel, object);
}

void
agent_client_finish(AgentClient *client)
{
	line_channel_finish(client->channel);
}

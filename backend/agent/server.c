#include "backend/agent/server.h"

#include <gio/gunixsocketaddress.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/account.h"
#include "index/line_channel.h"

struct AgentClient {
	AgentServer *server;
	LineChannel *channel;
	uint64_t number;
	bool greeted, watch;
};

struct AgentServer {
	GSocketService *service;
	char *path;
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

static bool
is_our_user(GSocketConnection *connection)
{
	g_autoptr(GCredentials) credentials =
		g_socket_get_credentials(g_socket_connection_get_socket(connection), NULL);
	return credentials && g_credentials_get_unix_user(credentials, NULL) == getuid();
}

static gboolean
on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source, void *data)
{
	AgentServer *server = data;
	if (!is_our_user(connection))
		return TRUE;
	AgentClient *client = g_new0(AgentClient, 1);
	client->server = server;
	client->number = ++server->last_number;
	client->channel =
		line_channel_new(connection, AGENT_BACKLOG_LIMIT, &channel_events, client);
	g_ptr_array_add(server->clients, client);
	server->events->on_clients(server->data);
	return TRUE;
}

AgentServer *
agent_server_open(const char *path, const AgentServerEvents *events, void *data, GError **error)
{
	unlink(path);
	g_autoptr(GSocketService) service = g_socket_service_new();
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), address,
		    G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error))
		return NULL;
	chmod(path, 0600);
	AgentServer *server = g_new0(AgentServer, 1);
	server->service = g_steal_pointer(&service);
	server->path = g_strdup(path);
	server->clients = g_ptr_array_new_with_free_func(client_free);
	server->events = events;
	server->data = data;
	g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
	return server;
}

void
agent_server_close(AgentServer *server)
{
	if (!server)
		return;
	unlink(server->path);
	g_socket_service_stop(server->service);
	g_socket_listener_close(G_SOCKET_LISTENER(server->service));
	g_object_unref(server->service);
	g_ptr_array_unref(server->clients);
	g_free(server->path);
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

#pragma once
/*
 * The agent's socket: several clients, JSON lines (backend/account.h). Only processes of the same user are
 * heard. Main thread only.
 */
#include <stdbool.h>

#include "index/json.h"

typedef struct AgentServer AgentServer;
typedef struct AgentClient AgentClient;

typedef struct AgentServerEvents {
	void (*on_line)(AgentClient *client, JsonObject *line, void *data);
	void (*on_clients)(void *data); /* one came or went */
} AgentServerEvents;

/* Listens on PATH (unlinked first: who calls holds the lock), 0600. EVENTS must outlive it. */
AgentServer *agent_server_open(
	const char *path, const AgentServerEvents *events, void *data, GError **error);
void agent_server_close(AgentServer *server); /* unlinks the socket */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgentServer, agent_server_close)

unsigned agent_server_clients(const AgentServer *server);  /* that said hello */
unsigned agent_server_watchers(const AgentServer *server); /* of these, who wish to watch */
void agent_server_broadcast(AgentServer *server, JsonObject *event); /* to those that said hello */

/* What a client is: false until its hello was accepted. */
void agent_client_greet(AgentClient *client, bool watch);
bool agent_client_is_greeted(const AgentClient *client);

/* A number that stays this client's alone, to answer it later though it may have left. */
uint64_t agent_client_number(const AgentClient *client);
AgentClient *agent_server_client(AgentServer *server, uint64_t number); /* NULL: left */

void agent_client_send(AgentClient *client, JsonObject *object);
void agent_client_finish(AgentClient *client); /* ends it after what was sent */

#pragma once
/*
 * What the files of the agent's main thread share: the agent itself and its verbs. Private to backend/agent/.
 */
#include "backend/agent/puller.h"
#include "backend/agent/server.h"
#include "backend/store/deeds.h"

/* A fetch that was asked for and is not answered yet; a round that was asked for and is not done yet. */
typedef struct Asked {
	uint64_t client;
	int64_t id;
	uint64_t round; /* its number */
	bool begun;
	char *key; /* of what is fetched */
} Asked;

typedef struct AgentTransfers AgentTransfers;

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
	unsigned deeds;    /* on the disk thread, or not yet answered; waits for them, too */
	unsigned leaving;  /* source id */
	bool leaving_busy; /* … of the last round's limit */
	AgentTransfers *transfers;
	char *state_event; /* the newest state, for a client that comes later */
	char *need_event;  /* what is waited for now */
} Agent;

/* ---- questions to the disk (agent_disk.c) ---- */

typedef void (*AgentThen)(Agent *agent, void *data, const GError *error);
/*
 * Asks, and goes on: THEN comes on the main thread, with ERROR NULL if it went well; FREE (may be NULL) frees DATA after
 * it. The agent does not end before.
 */
void agent_ask_disk(Agent *agent, DiskAsk ask, void *data, AgentThen then, GDestroyNotify free);

/* ---- verbs (agent_verbs.c) ---- */

/* One line of a client: answered, or begun. */
void agent_do_line(Agent *agent, AgentClient *client, JsonObject *line);

/* Fetches the body of KEY; CLIENT (NULL: nobody) is answered. */
void agent_fetch(Agent *agent, const AgentClient *client, int64_t id, const char *key);

/* Deeds (agent_deeds.c). */
void agent_do_deed(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);
void agent_do_undo(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);
void agent_do_deeds(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);
void agent_do_retry(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);
void agent_do_drop(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);

/* Adds the MailFlags that the words of an array name (none: nothing); false: one is none. */
bool agent_read_flags(JsonObject *line, const char *name, unsigned *bits);
bool agent_are_tags(char **tags); /* may each of them be one? NULL: none is there */

/* Deeds changed this: clients, index and server are told, and the files follow. */
void agent_deed_is_done(Agent *agent, const DeedDone *done);

/* A question to the disk: the files follow what was done. */
bool agent_ask_follow(Store *store, void *data, GError **error);

/* Waits for what was done (agent_settle.c). */
void agent_do_settle(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);

/* Messages from and to other accounts (agent_transfer.c, agent_give.c, agent_adopt.c). CONFIG is borrowed. */
AgentTransfers *agent_transfers_new(Agent *agent, const Config *config);
void agent_transfers_free(AgentTransfers *transfers);
/* Something may be given now, or be over. */
void agent_transfers_kick(AgentTransfers *transfers);
/* LINE is sent to CLIENT when all of DEED is given; a refusal if it is refused. */
void agent_transfers_answer(
	AgentTransfers *transfers, uint64_t client, int64_t id, const char *deed, JsonObject *line);
/* A fetch is over that may have been begun for one of them. */
void agent_transfers_fetched(AgentTransfers *transfers, const char *key, bool is_here);
void agent_do_adopt(Agent *agent, AgentClient *client, int64_t id, JsonObject *line);

/* Answers what was asked for up to ROUND: it begins. */
void agent_begin_rounds(Agent *agent, uint64_t round);
/* Those that were begun are done. */
void agent_forget_rounds(Agent *agent);

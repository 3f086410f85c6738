#pragma once
/*
 * What giving (agent_give.c) and looking after what was given (agent_transfer.c) share. Main thread.
 */
#include "backend/agent/agent_private.h"
#include "backend/store/transfer.h"

struct AgentTransfers {
	Agent *agent;
	const Config *config;
	GPtrArray *peers;     /* of Peer (agent_give.c) */
	GPtrArray *waiting;   /* of Waiting */
	GHashTable *fetching; /* keys of what has to come first */
	unsigned timer, delay;
	bool reading, again;
};

/* A question to the disk, and what comes then. */
typedef struct Telling {
	AgentTransfers *transfers;
	void (*then)(AgentTransfers *transfers, struct Telling *telling);
	GPtrArray *list; /* of Transfer */
	char **keys, *deed, *why;
	bool over, ok; /* OK: it went well */
	DeedDone done;
} Telling;

Telling *telling_new(AgentTransfers *transfers, void (*then)(AgentTransfers *, Telling *));
/* Asks the disk; TELLING is not the caller's any more. */
void telling_ask(Telling *telling, DiskAsk ask);
/* Of its KEYS: they are given, or OVER. */
bool telling_ask_given(Store *store, void *data, GError **error);

/* Those who wait for DEED are answered; WHY: it was refused. */
void transfers_answer_deed(AgentTransfers *transfers, const char *deed, const char *why);

void peer_free(void *peer);
/* Gives what of LIST (of Transfer) is here, and fetches what is not. */
void transfers_give(AgentTransfers *transfers, const GPtrArray *list);

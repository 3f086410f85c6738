#pragma once
/*
 * Inside the Remote over a server in memory: the session, and how a command is done. One thread.
 */
#include "tests/memory_server.h"

/* A command under way. */
typedef struct MemorySent {
	RemoteCommand command;
	char *set, *folder, *text;
	char **keywords;
} MemorySent;

typedef struct MemorySession {
	Remote remote;
	MemoryServer *server;
	MemoryFolder *open;
	ImapHandlers on;
	void *data;
	GQueue sent; /* of MemorySent */
	bool broken;
} MemorySession;

bool memory_session_has_modseq(const MemorySession *session);
/* Does it, whatever is to come of the answer. False: a handler wants no more. */
bool memory_session_do(MemorySession *session, const MemorySent *sent, ImapDone *done);

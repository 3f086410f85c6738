#pragma once
/*
 * A mail server in memory, for proofs of the sync: mailboxes, what they can (UIDPLUS, MOVE, CONDSTORE, QRESYNC), and
 * what other clients do to them. memory_remote.h is the way to it. One thread.
 */
#include "backend/core/remote.h"

typedef struct MemoryMessage {
	uint32_t uid;
	unsigned flags;
	char *keywords; /* sorted, one blank between */
	char *text;     /* CRLF */
	int64_t date;   /* INTERNALDATE, Unix seconds */
	uint64_t modseq;
} MemoryMessage;

typedef struct MemoryFolder {
	char *name;
	uint32_t uidvalidity, uidnext;
	GPtrArray *messages; /* of MemoryMessage, ascending by UID */
	GArray *expunged;    /* of MemoryGone */
	unsigned kept;       /* MailFlags that nobody may change: not in the next PERMANENTFLAGS */
} MemoryFolder;

typedef struct MemoryGone {
	uint32_t uid;
	uint64_t modseq;
} MemoryGone;

/* It says no to each of these commands; CUT: it does the next, and the connection ends before the answer. */
typedef struct MemoryTrouble {
	const char *
		command; /* SELECT, EXAMINE, FETCH, SEARCH, STORE, EXPUNGE; COPY (MOVE, too) and APPEND by their aim */
	const char *folder;
	bool cut;
} MemoryTrouble;

typedef struct MemoryServer {
	GPtrArray *folders;    /* of MemoryFolder */
	unsigned capabilities; /* ImapCapability */
	uint64_t modseq;
	GRand *random;
	GArray *troubles;        /* of MemoryTrouble */
	double cut;              /* how likely each command is cut, before and after it is done */
	double refuse;           /* how likely it does not open or search a folder */
	unsigned cuts;           /* so far */
	bool (*may_go_on)(void); /* false: the client is dead; NULL: it never dies */
	/* Before it does one of these commands: what else is done in the world just then; or NULL */
	void (*meanwhile)(const char *command, const char *folder, void *data);
	void *meanwhile_data;
	GString *changes; /* the commands that changed something, a line each; or NULL */
	unsigned bodies;  /* that were fetched so far */
} MemoryServer;

MemoryServer *memory_server_new(GRand *random, unsigned capabilities);
/* Another that has the same mail, and can the same. */
MemoryServer *memory_server_clone(const MemoryServer *server, GRand *random);
void memory_server_free(MemoryServer *server);

/* What passes: no trouble is left, no flag kept. */
void memory_server_calm(MemoryServer *server);
/* Says it no to this, or CUTs it? */
bool memory_server_troubles(
	MemoryServer *server, const char *command, const char *folder, bool cut);

/* NAME must not be there yet. */
MemoryFolder *memory_server_create(MemoryServer *server, const char *name);
MemoryFolder *memory_server_folder(const MemoryServer *server, const char *name);
/* The highest of its messages, and of those that are gone. */
uint64_t memory_server_modseq(const MemoryFolder *folder);

/* What other clients do. TEXT: CRLF, copied. */
MemoryMessage *memory_server_deliver(
	MemoryServer *server, MemoryFolder *folder, const char *text, unsigned flags, int64_t date);
void memory_server_touch(MemoryServer *server, MemoryMessage *message); /* its flags were changed */
MemoryMessage *memory_server_copy(
	MemoryServer *server, const MemoryMessage *message, MemoryFolder *to);
void memory_server_move(
	MemoryServer *server, MemoryFolder *from, MemoryMessage *message, MemoryFolder *to);
void memory_server_expunge(MemoryServer *server, MemoryFolder *folder, MemoryMessage *message);

/* A restored backup, another server behind the same name: its messages get other UIDs, in another order, under another
 * UIDVALIDITY. */
void memory_server_renumber(MemoryServer *server, MemoryFolder *folder);

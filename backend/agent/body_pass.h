#pragma once
/*
 * Bodies of one folder: asked for some commands ahead, each literal written to tmp/ as it comes and handed to the
 * placer. Shared by the pass over a folder and by the one message that somebody waits for. By its wish headers may come
 * instead, for stubs. Private to backend/agent/; connection thread only.
 */
#include "backend/core/round.h"
#include "backend/store/body_file.h"

/* One command under way. */
typedef struct Command {
	GArray *uids; /* of uint32_t, ascending */
	int64_t bytes;
} Command;

typedef struct BodyPass {
	Round *round;
	const StoreFolder *folder;
	BodyWish wish;
	int tmp;           /* the folder's tmp/ */
	GQueue queue;      /* of WantedBody: to be asked for, newest first */
	uint32_t before;   /* rows below this UID were not looked at yet; 0: none was */
	bool exhausted;    /* the store has no more */
	GHashTable *asked; /* uid → WantedBody: asked for, did not come yet */
	GQueue commands;   /* of Command, in the order sent */
	int64_t bytes_under_way;
	BodyFile *file;    /* the literal that is coming */
	char *arriving;    /* its name in tmp/ until the UID is known */
	GPtrArray *missed; /* of WantedBody: asked for, answered, not sent */
	GError *failure;   /* of a handler */
	GError *refusal;   /* the server's last NO */
	unsigned refusals;
	bool alone;         /* a suspect is under way */
	const char *wanted; /* key of the one that somebody waits for and hears of; NULL */
	int64_t came, size; /* of its literal, in bytes */
	int64_t done, total;
} BodyPass;

/* PASS: all zero, but for the wish. FOLDER is borrowed. */
bool body_pass_open(BodyPass *pass, Round *round, const StoreFolder *folder, GError **error);
void body_pass_close(BodyPass *pass);

/* EXAMINE, and hear what comes. Fails if the server gave UIDs anew. */
bool body_pass_enter(BodyPass *pass, GError **error);

/* One that asks for nothing yet; body_pass_send takes it over. */
Command *body_command_new(void);
/* Asks for the messages of COMMAND, which stand in ASKED. */
bool body_pass_send(BodyPass *pass, Command *command, GError **error);
/* Asks for the next messages of the queue, not empty. */
bool body_pass_send_next(BodyPass *pass, GError **error);

/* Reads one command's answer; what did not come goes to MISSED. */
bool body_pass_read_one(BodyPass *pass, GError **error);

/* ---- body_missed.c: what does not come ---- */

/* The server broke the protocol within COMMAND: over one of the messages that it had not sent yet. */
void body_pass_find_blame(BodyPass *pass, const Command *command, const GError *error);
/* Each of MISSED alone, once more; what still does not come is set aside and told, and the folder goes on. */
bool body_pass_retry_missed(BodyPass *pass, GError **error);

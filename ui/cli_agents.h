#pragma once
/*
 * Agents asked from the command line: each of some accounts a row of questions, one after the other, all accounts at
 * once. One thread.
 */
#include "ui/cli.h"

typedef struct Asking {
	const AccountConfig *account;
	GPtrArray *questions; /* of JsonObject */
	bool once;            /* what an agent that died may have done is not asked again */
	/* what became of it */
	guint answered;           /* so many were answered with ok */
	JsonObject *answer;       /* the last of these; NULL: none */
	int64_t done, gone, kept; /* sums of these members */
	GError *error;            /* why not all were answered */
} Asking;

/* ONCE: see there. The caller owns it. */
Asking *asking_new(const AccountConfig *account, bool once);
void asking_free(void *asking);

/* Asks until all is answered or failed. ASKINGS: of Asking. */
void agents_ask(const Cli *cli, const GPtrArray *askings);

/* Waits until searches see what was done, where anything was; what comes of that is said. An exit code. */
int agents_settle(const Cli *cli, const GPtrArray *askings);

/* Says why it failed, with the account's name; an exit code. */
int asking_fail(const Asking *asking);

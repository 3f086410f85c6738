#pragma once
/*
 * A deed on all that a query finds: its copies are looked up, named to the agents of their accounts in as many
 * questions as it takes, all under one name, and what became of it is told. One thread.
 */
#include "ui/cli_copies.h"

typedef struct CliDeed {
	const char *query;
	JsonObject *question; /* asked of every 1,000 copies, which are added to it; borrowed */
	const char *past;     /* "moved", behind a count */
	bool once;            /* is not the same again when it is done twice */
	/* Of a message all copies are meant: one an account is named. Else those that the query is about
	 * (place_terms.h). */
	bool whole_messages;
	/* The copies in this account are meant; of a message that has none there, one in another. NULL: those in all. */
	const AccountConfig *account;
	/* Before anything is done: false after a sentence that says why nothing can be done in ACCOUNT. May be NULL. */
	bool (*can)(Envelopes *store, const AccountConfig *account, void *data);
	void *data;
} CliDeed;

/* What CliDeed needs of options: --json, --no-wait. An exit code. */
int cli_do(const Cli *cli, const CliDeed *deed);

/* Tells what became of it (of Asking), waits for searches, and gives the exit code. MESSAGES -1: not known. */
int cli_deed_end(const Cli *cli, const GPtrArray *askings, const char *id, const char *past,
	int64_t messages);

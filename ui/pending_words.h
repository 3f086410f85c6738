#pragma once
/*
 * What waits for a server, in words, and the question by which the user decides about it: for the command line and the
 * screen. Pure; any thread.
 */
#include "backend/envelopes.h"
#include "index/json.h"

const char *pending_what_word(PendingWhat what); /* "move", as JSON has it */
const char *pending_what_text(PendingWhat what); /* "move to", before the folder it means */
bool pending_names_folder(PendingWhat what);     /* does it mean one? Else it is "flags and tags" */
const char *pending_state_word(const PendingRow *row); /* "refused", "asked", "waits" */

/* What is done about what was refused or is asked. */
typedef enum PendingEnd {
	PENDING_RETRY, /* the server is told, again */
	PENDING_DROP,  /* it is given up: what the server has is shown */
} PendingEnd;

/* Asks an agent to, for one copy (NULL: all in its account). The caller owns it. */
JsonObject *pending_question(PendingEnd end, const char *key);
const char *pending_end_text(PendingEnd end); /* "tried again", "given up" */

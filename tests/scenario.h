#pragma once
/*
 * The scenarios of tests/scenarios.txt, read: what is there at the start, what each of three actors then does, and the
 * end that both sides must come to. The head of that file says how it is written. Any thread.
 */
#include <glib.h>
#include <stdbool.h>

enum { SCENARIO_NOWHERE = -1, SCENARIO_FOLDERS = 4 };
extern const char *const scenario_folders[SCENARIO_FOLDERS + 1]; /* NULL after the last */

typedef enum ScenarioActor {
	ACTOR_USER,
	ACTOR_DISK,
	ACTOR_THERE,
	ACTOR_SERVER,
	ACTOR_SYNC
} ScenarioActor;

typedef enum ScenarioVerb {
	VERB_NEW,
	VERB_FLAG,
	VERB_MOVE,
	VERB_COPY,
	VERB_RENAME,
	VERB_REMOVE,
	VERB_DELETE,
	VERB_PURGE,
	VERB_UNDO,
	VERB_REFUSE,
	VERB_CUT,
	VERB_KEEP,
	VERB_RENUMBER,
	VERB_MEANWHILE,
	VERB_ROUND,
	VERB_SYNC
} ScenarioVerb;

/* A mail in a place, or what is done to one. */
typedef struct ScenarioLine {
	ScenarioActor actor;
	ScenarioVerb verb;
	int mail;       /* 1: a, 2: b … */
	int folder;     /* where it is, SCENARIO_NOWHERE: anywhere */
	int to;         /* VERB_MOVE, _COPY */
	unsigned set;   /* MailFlags: those it has, or gets */
	unsigned clear; /* … or loses */
	GPtrArray *add; /* the same of keywords, of char * */
	GPtrArray *remove;
	const char *command; /* VERB_REFUSE, _CUT, _MEANWHILE: as MemoryTrouble names it */
} ScenarioLine;

typedef struct Scenario {
	char *name;
	unsigned needs;   /* ImapCapability */
	GPtrArray *start; /* of ScenarioLine */
	GPtrArray *
		acts; /* the same; VERB_SYNC or _ROUND stands between those of one and of the next */
	GPtrArray *end;
	bool faulty; /* the server is not as it should be */
} Scenario;
void scenario_free(Scenario *scenario);

/* All of a file, of Scenario; the caller owns it. NULL: what is wrong in which line. */
GPtrArray *scenarios_load(const char *path, GError **error);
GPtrArray *scenarios_read(const char *text, GError **error);

/* One message as a line of words, for comparing: "a INBOX FS blue". The caller owns it. */
char *scenario_words(int mail, const char *folder, unsigned flags, const char *keywords);
/* All that is there at the start, likewise. */
char *scenario_start_words(const Scenario *scenario);
/* How many messages must be fetched: those that are new there, and those whose file went, or is
 * to go. */
unsigned scenario_bodies(const Scenario *scenario);

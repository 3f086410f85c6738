#pragma once
/*
 * A random life of the sync, and what may happen in it. The oracles at its end (sync_model.c) go by what the acts note
 * of each mail. One thread.
 */
#include "tests/sync_sides.h"

enum { LIFE_FOLDERS = 3, LIFE_TRASH = 2, LIFE_FLAGS = 3, LIFE_MAILS = 400 };

extern const char *const life_folders[LIFE_FOLDERS + 1];
extern const unsigned life_flags[LIFE_FLAGS]; /* those that change in a life */

/* What happened to one mail. */
typedef struct LifeMail {
	bool exists, expunged, removed, trashed;
	bool done;               /* a deed of ours was about it */
	bool marked;             /* another client's mark is on it */
	guint key;               /* of the file whose flags another program changed, hashed */
	bool many_keys;          /* there were several: it was fetched anew between */
	int touches[LIFE_FLAGS]; /* of each flag: 1 the server's side, 2 this side, 3 both */
	unsigned times[LIFE_FLAGS];
	int moves; /* how many, and the last one's aim */
	int aim;
} LifeMail;

typedef struct Life {
	GRand *random;
	Sides sides;
	LifeMail mails[LIFE_MAILS];
	int last; /* mail */
	unsigned deeds, files;
	bool settled;  /* the store knows its folders */
	double bustle; /* how likely something happens before a command of ours */
	bool verbose;
	GString *faults;
} Life;

/* One of them: another client's, another program's, a deed of ours. */
void life_act(Life *life);
/* Perhaps one of them that is not ours, amid a round: of a MemoryServer, DATA is the Life. */
void life_meanwhile(const char *command, const char *folder, void *data);
/* Another client's mark lasts for a round: a server without UIDPLUS can expunge nothing of ours meanwhile. */
void life_unmark(Life *life);

/* To who watches. */
void life_say(const Life *life, const char *format, ...) G_GNUC_PRINTF(2, 3);

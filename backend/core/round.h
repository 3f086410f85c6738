#pragma once
/*
 * One round of sync over one IMAP session, in its steps: survey (folders and what changed in them), header
 * pass and flags of each changed folder, bodies. The decisions of the sync: no socket, file, clock or thread
 * in them. Connection thread only.
 */
#include "backend/config.h"
#include "backend/core/disk.h"
#include "backend/core/remote.h"

typedef struct RoundFolder {
	StoreFolder *known; /* the row; owned */
	bool surveyed;      /* the server told its status */
	uint32_t messages, uidnext, uidvalidity;
	uint64_t modseq;
	bool dirty;
	bool failed; /* in this round */
} RoundFolder;

typedef struct Round Round;
typedef struct Placer Placer;
typedef struct _GCancellable GCancellable;

/* What a round asks of its owner. All on the connection thread. */
typedef struct RoundOwner {
	/* DONE is never more than TOTAL. */
	void (*progress)(
		const char *folder, const char *phase, int64_t done, int64_t total, void *data);
	/* How many bytes of a wanted body came. */
	void (*body_progress)(const char *key, int64_t done, int64_t total, void *data);
	void (*changed)(const char *folder, void *data);
	void (*trouble)(const char *folder, const GError *error, void *data);
	/* Told, but the round is none the worse for it. */
	void (*notice)(const char *folder, const GError *error, void *data);
	/* Wanted bodies are to be served now: called when the pipeline is empty; the folder may be left. */
	bool (*wants_service)(void *data);
	bool (*serve)(Round *round, void *data, GError **error);
	/* A session stands in round->remote, or is opened; the one that stands is left. */
	bool (*open)(void *data, GError **error);
	void (*drop)(void *data);
	/* Waits until all bodies that came are in their places; false: one batch failed. */
	bool (*flush)(void *data, GError **error);
	void *data;
} RoundOwner;

struct Round {
	const AccountConfig *config;
	Disk *disk;
	Placer *placer;
	Remote *remote; /* NULL: no session stands */
	GCancellable *cancel;
	const RoundOwner *owner;
	GPtrArray *folders;    /* of RoundFolder */
	int64_t examined;      /* folder id that is selected, 0: none */
	ImapSelected selected; /* what EXAMINE said of it */
	size_t added, changed, removed, bodies;
	GHashTable *suspects; /* rows of which one ended a session: asked for alone. of int64_t */
	int64_t now;          /* Unix seconds, when it began */
	unsigned blames;      /* sessions spent on finding a message to blame */
	unsigned blamed; /* suspects added or set aside, bodies given up: the next try gets on */
};

void round_folder_free(RoundFolder *folder);

/* The files first: what other programs did to the tree. */
bool round_scan(Round *round, GError **error);
/* Then, with a session: survey, push, pull, the end. False: the session is left. */
bool round_run(Round *round, GError **error);
/* Files follow, what left the server long enough ago is buried. */
bool round_end(Round *round, GError **error);

/* What waits for the server, with a session; EVERYWHERE: within a round, else a push alone. */
bool round_push(Round *round, bool everywhere, GError **error);

/* LIST and STATUS of all folders; folder rows in the store; fills round->folders in the order to sync. */
bool round_survey(Round *round, GError **error);

/* EXAMINE, or SELECT where its numbers are not known, unless FOLDER is it already and AGAIN is not asked for. */
bool round_examine(Round *round, const StoreFolder *folder, bool again, GError **error);

/* Its mail is matched with what is here, if the server numbered it anew; all folders before any is pushed or pulled:
 * what left one may be found in another. */
bool round_rematch(Round *round, RoundFolder *folder, GError **error);

/* New rows newest first, flags, vanished messages of one folder. */
bool round_pull_headers(Round *round, RoundFolder *folder, GError **error);

/* Missing bodies of one folder, newest first. */
bool round_pull_bodies(Round *round, RoundFolder *folder, GError **error);

/* Stubs of those messages of it of which nothing is here, newest first. */
bool round_pull_stubs(Round *round, RoundFolder *folder, GError **error);

/* One body, placed and durable; *file below the mail root. ACCOUNT_ERROR_GONE if the server has it no more. */
bool round_fetch_body(Round *round, const char *key, char **file, GError **error);

/* Without the server: its file if it is here; an error if there is no such message. */
bool round_find_body(Round *round, const char *key, char **file, GError **error);

/* True, with an error, if the round was cancelled. */
bool round_is_cancelled(Round *round, GError **error);

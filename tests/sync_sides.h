#pragma once
/*
 * The two sides of a sync under proof, as its oracles look at them: what a server in memory has, what files the
 * engine's tree has, and what its store says is amiss. A mail is a number, which its text tells. One thread.
 */
#include "tests/sync_engine.h"

typedef struct Sides {
	MemoryServer *server;
	SyncEngine *engine;
	const char *const *folders; /* the names of all, NULL after the last */
} Sides;

/* The text of a mail, CRLF; the caller owns it. And back: -1 if it is none of ours. */
char *sides_text(int mail);
int sides_mail_of(const char *text);

/* One message there; borrowed from the server, until it changes. */
typedef struct SidesMessage {
	MemoryFolder *folder;
	MemoryMessage *message;
	int mail, number; /* of the folder */
} SidesMessage;

/* All, by folder and UID; of SidesMessage; the caller owns it. */
GArray *sides_messages(const Sides *sides);

/* One file here. */
typedef struct SidesFile {
	int mail, folder;
	unsigned flags;
	char *path, *key;
} SidesFile;
void sides_file_free(SidesFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SidesFile, sides_file_free)

/* Those of the first so many FOLDERS, by mail and key; of SidesFile; the caller owns it. */
GPtrArray *sides_files(const Sides *sides, int folders);
/* Another program gives it this place and these flags. False: that folder is not made here yet. */
bool sides_put_file(const Sides *sides, const SidesFile *file, int folder, unsigned flags);
/* Another program drops a mail into a folder, as NAME. False: that folder is not made here yet. */
bool sides_drop_file(const Sides *sides, int mail, int folder, const char *name, unsigned flags);

/* What is wrong in the store, and what still waits for the server; "" if nothing. The caller owns it. */
char *sides_store_faults(const Sides *sides);

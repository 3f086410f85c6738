#pragma once
/*
 * The page that tells the next indexer which file killed this one. Before libnotmuch and GMime see a
 * file its key is put here (shared memory of a small file, so it outlives any death of the process);
 * afterwards it is taken out. A fatal signal adds why. Main thread; one page a process.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Poison Poison;

typedef struct PoisonFound {
	char *key, *file;
	int signal; /* that ended the indexer; 0: not known (killed from outside, out of memory, power) */
} PoisonFound;

void poison_found_free(PoisonFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PoisonFound, poison_found_free)

/* Maps the page at PATH, making it if need be. *FOUND: what the last process left there, or NULL; the
 * caller owns both. */
Poison *poison_open(const char *path, PoisonFound **found, GError **error);
void poison_close(Poison *poison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Poison, poison_close)

/*
 * Marks the file being indexed, and sets an alarm that ends the process after SECONDS of computing or
 * three times as long of waiting (0: never).
 * A key or file too long for the page is cut.
 */
void poison_mark(Poison *poison, const char *key, const char *file, unsigned seconds);

/* The file was survived. */
void poison_clear(Poison *poison);

/*
 * What is found when the process dies while it works on the database (poison_work) but on no file: a
 * signal then proves the database damaged. No key of a copy looks like this.
 */
#define POISON_DATABASE "/database"
void poison_work(Poison *poison, bool working);

/*
 * Lets fatal signals (SIGPROF, SIGALRM, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGSYS) write their number into
 * the page before they end the process, on a stack of their own.
 */
void poison_catch_signals(Poison *poison);

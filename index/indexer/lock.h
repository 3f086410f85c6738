#pragma once
/*
 * index.lock: who holds it is the indexer of this profile. The file names the socket. Main thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Lock Lock;

/*
 * Takes the lock file in the state directory. NULL with *taken set: another process holds it; NULL with an
 * error: it cannot be made. The caller owns it.
 */
Lock *lock_open(const char *state, bool *taken, GError **error);
void lock_close(Lock *lock); /* gives the lock up and removes a socket's own directory */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lock, lock_close)

/*
 * The path to bind: STATE/index.socket, or, if that is too long for a socket, one in a fresh 0700
 * directory, which the lock file then names. Belongs to LOCK.
 */
const char *lock_socket(Lock *lock, GError **error);

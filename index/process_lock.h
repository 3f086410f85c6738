#pragma once
/*
 * Who holds the lock file is the one process of its kind (the indexer of a profile, the agent of an account),
 * and the file names the socket where it is found. The kernel frees the lock when its holder dies. One object,
 * one thread; the look-up any thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct ProcessLock ProcessLock;

/*
 * Takes the lock file at LOCK and writes this process and its socket into it: SOCKET, or, where that is too
 * long a name for one, a short name in a fresh 0700 directory. What a killed holder left is removed. NULL with
 * *taken: another process holds it; NULL with a G_FILE_ERROR: it cannot be had. The caller owns it, and binds
 * the socket.
 */
ProcessLock *process_lock_open(const char *lock, const char *socket, bool *taken, GError **error);

/* The path to bind. Belongs to LOCK. */
const char *process_lock_socket(const ProcessLock *lock);

/* Gives the lock up and removes the socket, with the directory that was made for it. */
void process_lock_close(ProcessLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcessLock, process_lock_close)

/* The socket that the lock file at LOCK names; NULL: none. Nobody need listen there. The caller owns it. */
char *process_lock_find_socket(const char *lock);

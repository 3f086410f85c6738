#pragma once
/*
 * ACCOUNT/lock and the path of the socket it names (backend/agent_place.h). The lock is freed by the
 * kernel when its holder dies.
 */
#include <glib.h>

/* Takes the lock and writes pid and socket path into it. -1 without an error: somebody else holds it.
 * SOCKET_PATH is the caller's. */
int agent_lock_take(const char *account, char **socket_path, GError **error);

/* Removes the socket, and the directory that was made for it. Who calls holds the lock. */
void agent_lock_forget_socket(const char *account, const char *socket_path);

#pragma once
/*
 * ACCOUNT/lock and the path of the socket it names (backend/agent_place.h). The lock is freed by the
 * kernel when its holder dies.
 */
#include <glib.h>

/* Takes the lock and writes pid and socket path into it. -1 without an error: somebody else holds it.
 * SOCKET_PATH is the caller's. */
int agent_lock_take(const char *account, char **socket_path, GError **error);

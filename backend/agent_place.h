#pragma once
/*
 * Where an account's agent is found: ACCOUNT/lock is held (flock) by the living agent and its second line
 * names the socket, because a state directory can be too deep for a socket's name (sockaddr_un, 108 bytes).
 */
#include <glib.h>

/* The lock file of this account; the caller owns it. */
char *agent_lock_path(const char *account);

/* The socket that the lock file names; NULL if no agent ever wrote it. The caller owns it. */
char *agent_socket_path(const char *account);

/*
 * What both ends of the agent protocol compare: the version, and the agent program's size and time of change,
 * so that an agent that runs from a replaced file leaves. PROGRAM: the file. The caller owns it.
 */
char *agent_build(const char *program);

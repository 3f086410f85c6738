#pragma once
/*
 * Where an account's agent is found: ACCOUNT/lock is held by the living agent and names its socket (process_lock.h).
 * Any thread.
 */
#include <glib.h>

/* The lock file of this account; the caller owns it. */
char *agent_lock_path(const char *account);

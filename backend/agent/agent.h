#pragma once
/*
 * The agent of one account: holds the lock, serves its clients, owns the threads, and leaves when nobody
 * needs it. Main thread only.
 */
#include <stdbool.h>

#include "backend/config.h"

/*
 * Runs until the agent leaves. Returns the process's exit code: 0 also when another agent holds the lock.
 * CONFIG must hold ACCOUNT.
 */
int agent_run(const Config *config, const AccountConfig *account);

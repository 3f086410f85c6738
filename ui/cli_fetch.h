#pragma once
/*
 * Asks an account's agent for the body of one copy, starting the agent if none runs, and waits for the
 * answer. One thread, with a main loop of its own for the time.
 */
#include "backend/config.h"

/*
 * The absolute path of the file, durable; NULL and an error of the agent's code (offline: the server is
 * out of reach). The caller owns it.
 */
char *fetch_body(const AccountConfig *account, const char *config_path, const char *folder,
	const char *key, GError **error);

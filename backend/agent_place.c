#include "backend/agent_place.h"

#include "index/paths.h"

char *
agent_lock_path(const char *account)
{
	g_autofree char *state = paths_account_state(account);
	return g_build_filename(state, "lock", NULL);
}

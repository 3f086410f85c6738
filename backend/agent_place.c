#include "backend/agent_place.h"

#include <sys/stat.h>

#include "index/paths.h"

char *
agent_lock_path(const char *account)
{
	g_autofree char *state = paths_account_state(account);
	return g_build_filename(state, "lock", NULL);
}

char *
agent_socket_path(const char *account)
{
	g_autofree char *path = agent_lock_path(account);
	g_autofree char *content = NULL;
	if (!g_file_get_contents(path, &content, NULL, NULL))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(content, "\n", 3);
	return lines[0] && lines[1] && g_path_is_absolute(lines[1]) ? g_strdup(lines[1]) : NULL;
}

char *
agent_build(const char *program)
{
	struct stat status = { 0 };
	if (stat(program, &status) != 0)
		return g_strdup(CURLEW_VERSION);
	return g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld", CURLEW_VERSION,
		(gint64)status.st_size, (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

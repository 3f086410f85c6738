#include "index/paths.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
below(const char *variable, const char *home_default)
{
	const char *base = g_getenv(variable);
	if (base && g_path_is_absolute(base))
		return g_build_filename(base, "curlew", NULL);
	return g_build_filename(g_get_home_dir(), home_default, "curlew", NULL);
}

char *
paths_config_file(void)
{
	const char *named = g_getenv("CURLEW_CONFIG");
	if (named && *named)
		return g_canonicalize_filename(named, NULL);
	g_autofree char *directory = below("XDG_CONFIG_HOME", ".config");
	return g_build_filename(directory, "config", NULL);
}

char *
paths_data(void)
{
	return below("XDG_DATA_HOME", ".local/share");
}

char *
paths_state(void)
{
	return below("XDG_STATE_HOME", ".local/state");
}

char *
paths_account_state(const char *account)
{
	g_autofree char *state = paths_state();
	return g_build_filename(state, account, NULL);
}

char *
paths_mail_root(void)
{
	g_autofree char *data = paths_data();
	return g_build_filename(data, "mail", NULL);
}

char *
paths_account_store(const char *mail_root, const char *account)
{
	g_autofree char *beside = g_strconcat(mail_root, ".curlew", NULL);
	return g_build_filename(beside, account, NULL);
}

/* Where the running executable lies; NULL: that is not known. */
static char *
own_directory(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	return self ? g_path_get_dirname(self) : NULL;
}

char *
paths_program(const char *name)
{
	g_autofree char *directory = own_directory();
	if (directory) {
		g_autofree char *beside = g_build_filename(directory, name, NULL);
		if (access(beside, X_OK) == 0)
			return g_steal_pointer(&beside);
	}
	return g_build_filename(CURLEW_LIBEXEC, name, NULL);
}

char *
paths_theme(const char *name)
{
	g_autofree char *config = below("XDG_CONFIG_HOME", ".config");
	g_autofree char *own = own_directory();
	const char *const places[] = { config, own, CURLEW_DATADIR };
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!places[i])
			continue;
		g_autofree char *path = g_build_filename(places[i], "themes", name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&path);
	}
	return NULL;
}

bool
paths_make_directory(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0700) == 0)
		return true;
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
		"cannot make the directory %s: %s", path, g_strerror(errno));
	return false;
}

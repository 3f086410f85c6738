#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/config_private.h"
#include "backend/error.h"

/* TABLES is taken over. */
static Config *
parse(const char *text, size_t length, unsigned mode, GPtrArray *tables)
{
	Config *config = g_new0(Config, 1);
	config->problems = config_problems_new();
	config->tables = tables;
	config->root = config_syntax_parse(text, length, config->problems);
	config_check(config->tables, config->root, mode, config->problems);
	config->accounts = config_make_accounts(config, config->root, config->problems);
	config_sort_problems(config->problems);
	return config;
}

Config *
config_parse(const char *text, size_t length, unsigned mode, const ConfigTable *more)
{
	GPtrArray *tables = config_tables_new(config_backend_tables);
	config_add_tables(tables, more);
	return parse(text, length, mode, tables);
}

Config *
config_parse_alone(const char *text, size_t length, const ConfigTable *tables)
{
	return parse(text, length, 0, config_tables_new(tables));
}

/* The whole of a regular file that is not too large. */
static char *
read_file(int file, const char *path, size_t *length, unsigned *mode, GError **error)
{
	struct stat status;
	if (fstat(file, &status) < 0 || !S_ISREG(status.st_mode)) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
			"the config %s is no regular file", path);
		return NULL;
	}
	*mode = status.st_mode & 07777;
	g_autofree char *text = g_malloc(CONFIG_FILE_LIMIT + 1);
	*length = 0;
	for (;;) {
		ssize_t count = read(file, text + *length, CONFIG_FILE_LIMIT + 1 - *length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
				"cannot read the config %s: %s", path, g_strerror(errno));
			return NULL;
		}
		*length += (size_t)count;
		if (*length > CONFIG_FILE_LIMIT) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
				"the config %s is larger than 1 MB", path);
			return NULL;
		}
		if (count == 0)
			return g_steal_pointer(&text);
	}
}

Config *
config_load(const char *path, const ConfigTable *more, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0) {
		int reason = errno;
		if (reason == ENOENT || reason == ENOTDIR)
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
				"there is no config %s", path);
		else
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
				"cannot open the config %s: %s", path, g_strerror(reason));
		return NULL;
	}
	size_t length = 0;
	unsigned mode = 0;
	char *text = read_file(file, path, &length, &mode, error);
	close(file);
	if (!text)
		return NULL;
	Config *config = config_parse(text, length, mode, more);
	config->path = g_canonicalize_filename(path, NULL);
	explicit_bzero(text, length);
	g_free(text);
	return config;
}

void
config_free(Config *config)
{
	if (!config)
		return;
	g_clear_pointer(&config->accounts, g_ptr_array_unref);
	g_ptr_array_unref(config->problems);
	g_ptr_array_unref(config->tables);
	config_block_free(config->root);
	g_free(config->path);
	g_free(config);
}

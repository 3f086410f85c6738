#include <string.h>

#include "backend/config_private.h"
#include "backend/error.h"
#include "index/small_file.h"

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

static void
fail(const char *path, const GError *cause, GError **error)
{
	if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
		g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
		g_set_error(
			error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "there is no config %s", path);
	else
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
			"cannot read the config %s: %s", path, cause->message);
}

Config *
config_load(const char *path, const ConfigTable *more, GError **error)
{
	size_t length = 0;
	unsigned mode = 0;
	g_autoptr(GError) cause = NULL;
	char *text = small_file_read(path, CONFIG_FILE_LIMIT, &length, &mode, &cause);
	if (!text) {
		fail(path, cause, error);
		return NULL;
	}
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

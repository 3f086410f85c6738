#include <string.h>

#include "backend/error.h"
#include "ui/cli_commands.h"
#include "ui/cli_private.h"
#include "ui/config_tables.h"
#include "ui/screen/screen_keys.h"

enum { KEYS_COLUMNS = 18, NAME_COLUMNS = 18 };

static void
print_key(const ScreenKey *key)
{
	g_autofree char *name =
		g_strjoin(key->argument ? " " : NULL, key->command, key->argument, NULL);
	cli_print_row("  %-*s %-*s %s", KEYS_COLUMNS, key->keys, NAME_COLUMNS, name, key->help);
}

static void
print_keys(const GPtrArray *keys)
{
	const char *pane = NULL;
	for (guint i = 0; i < keys->len; i++) {
		const ScreenKey *key = g_ptr_array_index(keys, i);
		if (g_strcmp0(pane, key->pane) != 0)
			cli_print_row("%s%s", pane ? "\n" : "", key->pane);
		pane = key->pane;
		print_key(key);
	}
}

static JsonObject *
json_of_key(const ScreenKey *key)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "pane", key->pane);
	json_set_text(object, "command", key->command);
	json_set_text(object, "argument", key->argument);
	JsonArray *words = json_array_new();
	g_auto(GStrv) split = g_strsplit(key->keys, " ", -1);
	for (char **word = split; *word; word++) {
		if (**word)
			json_array_add_string_element(words, *word);
	}
	json_set_array(object, "keys", words);
	json_set_text(object, "help", key->help);
	return object;
}

static void
print_json(const GPtrArray *keys)
{
	g_autoptr(JsonObject) answer = cli_json_new();
	JsonArray *array = json_array_new();
	for (guint i = 0; i < keys->len; i++)
		json_array_add_object_element(array, json_of_key(g_ptr_array_index(keys, i)));
	json_set_array(answer, "keys", array);
	cli_print_json(answer);
}

int
cli_keys_run(Cli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(cli_config_path(cli), config_ui_tables, &error);
	if (error && !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
		cli_say("%s", error->message);
		return CLI_USAGE;
	}
	g_autoptr(GPtrArray) keys = cli->screen->keys(config);
	if (cli_has(cli, "json"))
		print_json(keys);
	else
		print_keys(keys);
	return CLI_DONE;
}

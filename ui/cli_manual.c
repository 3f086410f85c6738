#include <string.h>

#include "ui/cli_private.h"
#include "ui/config_tables.h"
#include "ui/screen/screen_keys.h"

/* The manual as scdoc reads it, from the tables that the program itself works by. */

/* Text with what scdoc would take for marks escaped. The caller owns it. */
static char *
plain(const char *text)
{
	GString *escaped = g_string_new(NULL);
	for (; *text; text++) {
		if (g_ascii_ispunct(*text) && !strchr(",:;()/'\"", *text))
			g_string_append_c(escaped, '\\');
		g_string_append_c(escaped, *text);
	}
	return g_string_free(escaped, FALSE);
}

/* "*--limit* _N_" over an indented line. */
static void
add_row(GString *page, const char *name, const char *argument, const char *help)
{
	g_autofree char *bold = plain(name), *what = plain(argument ? argument : "");
	g_autofree char *text = plain(help);
	g_string_append_printf(page, "*%s*%s%s%s\n\t%s\n\n", bold, *what ? " _" : "", what,
		*what ? "_" : "", text);
}

/* Lines stay lines. */
static void
add_lines(GString *page, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_autofree char *clean = plain(g_strstrip(*line));
		g_string_append_printf(page, "%s%s\n", clean, line[1] ? "++" : "");
	}
	g_string_append(page, "\n");
}

/* ---- curlew(1) ---- */

static void
add_command(GString *page, const CliCommand *command)
{
	const char *arguments =
		command->arguments ? command->arguments : ""; /* as it is in a heading */
	g_autofree char *help = plain(command->help);
	g_string_append_printf(page, "## curlew%s%s%s%s\n\n%c%s.\n\n", *command->name ? " " : "",
		command->name, *arguments ? " " : "", arguments, g_ascii_toupper(*help), help + 1);
	if (command->more)
		add_lines(page, command->more);
	for (const CliOption *option = command->options; option && option->name; option++) {
		g_autofree char *name = g_strdup_printf("--%s", option->name);
		add_row(page, name, option->argument, option->help);
	}
}

static void
add_keys(GString *page, const GPtrArray *keys)
{
	const char *pane = NULL;
	for (guint i = 0; i < keys->len; i++) {
		const ScreenKey *key = g_ptr_array_index(keys, i);
		bool is_all = g_str_equal(key->pane, "all");
		if (g_strcmp0(pane, key->pane) != 0)
			g_string_append_printf(page, "## %s%s\n\n",
				is_all ? "Everywhere" : "Pane: ", is_all ? "" : key->pane);
		pane = key->pane;
		g_autofree char *name = g_strdup_printf("(%s)", key->command);
		add_row(page, *key->keys ? key->keys : ":", name, key->help);
	}
}

static char *
program_page(const Cli *cli)
{
	GString *page =
		g_string_new("curlew(1)\n\n# NAME\n\ncurlew - read mail in the terminal\n\n"
			     "# SYNOPSIS\n\n*curlew* [*--account* _A_] [_VIEW_]++\n"
			     "*curlew* _COMMAND_ …\n\n# DESCRIPTION\n\n"
			     "curlew pulls every account's mail to this disk, indexes it, and "
			     "shows any of it at once.\n\n# COMMANDS\n\n");
	add_command(page, &cli_reader);
	for (const CliCommand *command = cli_commands; command->name; command++)
		add_command(page, command);
	g_string_append(page,
		"# KEYS\n\n"
		"A number before a key is its count. Each command also runs by its name "
		"behind a colon. *bind* blocks of the config change keys, see "
		"*curlew-config*(5); *curlew keys* lists those in force.\n\n");
	g_autoptr(GPtrArray) keys = cli->screen->keys(NULL);
	add_keys(page, keys);
	g_string_append(page, "# EXIT STATUS\n\n"
			      "0 done; 75 a server could not be reached; 1 failed; 2 usage, or no "
			      "config; 130 interrupted.\n\n# SEE ALSO\n\n*curlew-config*(5)\n");
	return g_string_free(page, FALSE);
}

/* ---- curlew-config(5) ---- */

static void
add_option(GString *page, const ConfigOption *option)
{
	const char *value = option->fallback ? option->fallback : option->example;
	g_autoptr(GString) help = g_string_new(option->help);
	if (option->choices)
		g_string_append_printf(help, " (%s)", option->choices);
	if (option->required)
		g_string_append(help, "; must be there");
	if (option->unused)
		g_string_append(help, "; not used yet");
	g_autofree char *name = g_strdup_printf("%s =", option->name);
	add_row(page, name, value ? value : "…", help->str);
}

static void
add_table(GString *page, const ConfigTable *table)
{
	g_autofree char *help = plain(table->help);
	if (*table->kind)
		g_string_append_printf(
			page, "## %s%s { … }\n\n", table->kind, table->named ? " NAME" : "");
	else
		g_string_append(page, "## Outside all blocks\n\n");
	g_string_append_printf(page, "%c%s.%s\n\n", g_ascii_toupper(*help), help + 1,
		table->unused ? " Not used yet." : "");
	for (const ConfigOption *option = table->options; option && option->name; option++)
		add_option(page, option);
}

static char *
config_page(const Cli *cli)
{
	GString *page = g_string_new(
		"curlew-config(5)\n\n# NAME\n\ncurlew-config - the config of curlew\n\n"
		"# DESCRIPTION\n\n"
		"_$XDG\\_CONFIG\\_HOME/curlew/config_ holds blocks of _key = value_. A value is a "
		"word, a "
		"text in double quotes, or a list in braces; \\# begins a comment. *curlew config "
		"init* "
		"writes one with every option as a comment, *curlew config check* names every "
		"mistake "
		"with its line and column. One bad block does not stop the others. Shown behind an "
		"option is what holds without it, or an example.\n\n# BLOCKS\n\n");
	for (const ConfigTable *table = config_backend_tables; table->kind; table++)
		add_table(page, table);
	for (const ConfigTable *table = config_ui_tables; table->kind; table++)
		add_table(page, table);
	g_string_append(page,
		"# KEYS\n\nIn *bind*, a key is one character, *C-* and a letter, or a name (Enter "
		"Tab "
		"S-Tab Esc Space Backspace Up Down Left Right Home End PgUp PgDn Del Ins); several "
		"characters are typed in a row. It does a command, with its argument behind it, or "
		"*none*:\n\n```\nbind list { \"gi\" = \"folder inbox\"  \"]]\" = next-unread  Q = "
		"none "
		"}\n```\n\nA pane's own block goes before that of *all*, this before the set that "
		"*ui { keys = … }* names. *curlew*(1) lists the commands.\n\n# SEE "
		"ALSO\n\n*curlew*(1)\n");
	return g_string_free(page, FALSE);
}

static const struct {
	const char *name;
	char *(*make)(const Cli *cli);
} pages[] = { { "curlew.1", program_page }, { "curlew-config.5", config_page } };

int
cli_print_manual(const Cli *cli, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		if (g_strcmp0(name, pages[i].name) != 0)
			continue;
		g_autofree char *page = pages[i].make(cli);
		cli_print_bytes(page, strlen(page));
		return CLI_DONE;
	}
	cli_say("--manual is curlew.1 or curlew-config.5");
	return CLI_USAGE;
}

#include <string.h>

#include "ui/cli_private.h"

enum { HELP_COLUMN = 26 };

const CliCommand *
cli_find_command(const char *name)
{
	for (const CliCommand *command = cli_commands; command->name; command++)
		if (g_str_equal(command->name, name))
			return command;
	return NULL;
}

static const CliOption *
find_option(const CliCommand *command, const char *name, size_t length)
{
	for (const CliOption *option = command->options; option && option->name; option++)
		if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
			return option;
	return NULL;
}

static const CliOption *
find_letter(const CliCommand *command, char letter)
{
	for (const CliOption *option = command->options; option && option->name; option++)
		if (option->letter == letter)
			return option;
	return NULL;
}

static bool
say_unknown(const CliCommand *command, const char *argument)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const CliOption *option = command->options; option && option->name; option++)
		g_ptr_array_add(names, (void *)option->name);
	g_ptr_array_add(names, NULL);
	const char *nearest =
		config_nearest(argument + strspn(argument, "-"), (const char *const *)names->pdata);
	cli_say("unknown option '%s'%s%s%s (curlew %s%s--help)", argument,
		nearest ? ", did you mean --" : "", nearest ? nearest : "", nearest ? "?" : "",
		command->name, *command->name ? " " : "");
	return false;
}

static void
add_given(Cli *cli, const CliOption *option, const char *value)
{
	g_ptr_array_add(cli->given, (void *)option->name);
	g_ptr_array_add(cli->given, (void *)value);
}

/* `--name`, `--name=value`, `--name value`, `-n`, `-n value`; *used: arguments taken. */
static bool
parse_option(Cli *cli, int count, char **arguments, int *used)
{
	const char *argument = arguments[0];
	const char *equals = argument[1] == '-' ? strchr(argument, '=') : NULL;
	const CliOption *option =
		argument[1] != '-'
			? (argument[2] ? NULL : find_letter(cli->command, argument[1]))
			: find_option(cli->command, argument + 2,
				  equals ? (size_t)(equals - argument - 2) : strlen(argument + 2));
	if (!option)
		return say_unknown(cli->command, argument);
	*used = 1;
	if (!option->argument && equals) {
		cli_say("--%s takes no value", option->name);
		return false;
	}
	if (!option->argument || equals) {
		add_given(cli, option, equals ? equals + 1 : "");
		return true;
	}
	if (count < 2) {
		cli_say("--%s needs a value: --%s %s", option->name, option->name,
			option->argument);
		return false;
	}
	add_given(cli, option, arguments[1]);
	*used = 2;
	return true;
}

static bool
check_count(const Cli *cli, int count)
{
	const CliCommand *command = cli->command;
	if (count >= command->min && (command->max < 0 || count <= command->max))
		return true;
	cli_say("usage: curlew %s %s%s(curlew %s --help)", command->name,
		command->arguments ? command->arguments : "", command->arguments ? " " : "",
		command->name);
	return false;
}

static bool
is_option(const Cli *cli, const char *argument)
{
	return argument[0] == '-' && argument[1] && (argument[1] == '-' || !cli->command->signs);
}

bool
cli_parse(Cli *cli, int count, char **arguments, bool *help)
{
	bool only_words = false;
	cli->ahead = -1;
	for (int i = 0; i < count;) {
		const char *argument = arguments[i];
		int used = 1;
		if (!only_words && g_str_equal(argument, "--")) {
			only_words = true;
			cli->ahead = (int)cli->words->len;
		} else if (!only_words &&
			   (g_str_equal(argument, "--help") ||
				   (g_str_equal(argument, "-h") && !cli->command->signs))) {
			*help = true;
			return true;
		} else if (!only_words && is_option(cli, argument)) {
			if (!parse_option(cli, count - i, arguments + i, &used))
				return false;
		} else {
			g_ptr_array_add(cli->words, (void *)argument);
		}
		i += used;
	}
	bool right = check_count(cli, (int)cli->words->len);
	g_ptr_array_add(cli->words, NULL);
	return right;
}

/* The last one counts where an option is given twice. */
const char *
cli_value(const Cli *cli, const char *option)
{
	for (guint i = cli->given->len; i >= 2; i -= 2)
		if (g_str_equal(g_ptr_array_index(cli->given, i - 2), option))
			return g_ptr_array_index(cli->given, i - 1);
	return NULL;
}

bool
cli_has(const Cli *cli, const char *option)
{
	return cli_value(cli, option) != NULL;
}

const char *const *
cli_words(const Cli *cli)
{
	return (const char *const *)cli->words->pdata;
}

int
cli_words_ahead(const Cli *cli)
{
	return cli->ahead;
}

char *
cli_words_text(const Cli *cli, int first)
{
	return g_strjoinv(" ", (char **)cli->words->pdata + first);
}

/* ---- help ---- */

static void
help_row(const char *left, const char *right)
{
	glong width = g_utf8_strlen(left, -1);
	if (width < HELP_COLUMN)
		cli_print(CLEAN_BODY, "  %s%*s%s", left, (int)(HELP_COLUMN - width), "", right);
	else
		cli_print(CLEAN_BODY, "  %s\n  %*s%s", left, HELP_COLUMN, "", right);
}

void
cli_help_command(const CliCommand *command)
{
	cli_print(CLEAN_BODY, "Usage: curlew %s%s%s%s\n\n%c%s.", command->name,
		command->options ? " [OPTIONS]" : "", command->arguments ? " " : "",
		command->arguments ? command->arguments : "", g_ascii_toupper(*command->help),
		command->help + 1);
	if (command->more)
		cli_print(CLEAN_BODY, "\n%s", command->more);
	if (command->options)
		cli_print(CLEAN_BODY, "\nOptions:");
	for (const CliOption *option = command->options; option && option->name; option++) {
		g_autofree char *left = g_strdup_printf("--%s%s%s", option->name,
			option->argument ? " " : "", option->argument ? option->argument : "");
		help_row(left, option->help);
	}
}

void
cli_help_all(void)
{
	cli_print(CLEAN_BODY, "Usage: curlew [--account A] [VIEW]    read mail on the screen\n"
			      "       curlew COMMAND …\n\nCommands:");
	for (const CliCommand *command = cli_commands; command->name; command++) {
		g_autofree char *left =
			g_strdup_printf("%s%s%s", command->name, command->arguments ? " " : "",
				command->arguments ? command->arguments : "");
		help_row(left, command->help);
	}
	cli_print(CLEAN_BODY,
		"\n`curlew COMMAND --help` says more; `curlew --version` names the libraries.\n"
		"Exit codes: 0 done, 75 a server could not be reached, 1 failed, 2 usage or no "
		"config,\n"
		"130 interrupted.");
}

#include <string.h>

#include "backend/error.h"
#include "ui/cli_commands.h"
#include "ui/cli_private.h"
#include "ui/config_tables.h"
#include "ui/screen/theme_file.h"

static int
run_init(const Cli *cli, const char *address)
{
	g_autoptr(GError) error = NULL;
	const char *path = cli_config_path(cli);
	if (!config_init(path, address, config_ui_tables, &error)) {
		cli_say("%s", error->message);
		return g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE) ? CLI_USAGE
		                                                                  : CLI_FAILED;
	}
	cli_print(CLEAN_IDENTITY, "Wrote %s", path);
	cli_print(CLEAN_LINE, "%s",
		address ? "Check the server's name in it, set password-command, then: curlew doctor"
			: "Edit it, then: curlew config check, curlew doctor");
	return CLI_DONE;
}

/* How many of them are mistakes. */
static guint
print_problems(const GPtrArray *problems)
{
	guint wrong = 0;
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		g_autofree char *text = config_problem_text(problem);
		cli_print(CLEAN_LINE, "%s%s", text, problem->warning ? " (no mistake)" : "");
		wrong += !problem->warning;
	}
	return wrong;
}

/* Those of the chosen theme; how many are mistakes. */
static guint
print_theme_problems(const Config *config)
{
	Theme theme;
	g_autoptr(GPtrArray) problems = theme_load(&theme, theme_name(config));
	guint wrong = 0;
	for (guint i = 0; i < problems->len; i++) {
		const ThemeProblem *problem = g_ptr_array_index(problems, i);
		cli_print(CLEAN_LINE, "%s%s", problem->sentence,
			problem->warning ? " (no mistake)" : "");
		wrong += !problem->warning;
	}
	return wrong;
}

static int
run_check(const Cli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(cli_config_path(cli), config_ui_tables, &error);
	if (!config) {
		cli_say("%s%s", error->message,
			g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)
				? ". `curlew config init` writes one"
				: "");
		return CLI_USAGE;
	}
	g_autoptr(GPtrArray) of_screen = cli->screen->problems(config);
	guint wrong = print_problems(config_problems(config)) + print_problems(of_screen) +
	              print_theme_problems(config);
	guint accounts = config_accounts(config)->len;
	cli_print(CLEAN_IDENTITY, "%s: %u %s, %u %s", config_path(config), accounts,
		accounts == 1 ? "account" : "accounts", wrong, wrong == 1 ? "mistake" : "mistakes");
	return wrong ? CLI_FAILED : CLI_DONE;
}

int
cli_config_run(Cli *cli)
{
	const char *verb = cli_words(cli)[0], *address = cli_words(cli)[1];
	if (g_str_equal(verb, "init"))
		return run_init(cli, address);
	if (g_str_equal(verb, "check") && !address)
		return run_check(cli);
	cli_say("usage: curlew config init [ADDRESS], curlew config check");
	return CLI_USAGE;
}

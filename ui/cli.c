#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "backend/error.h"
#include "index/error.h"
#include "index/log.h"
#include "index/paths.h"
#include "ui/cli_private.h"
#include "ui/config_tables.h"
#include "ui/demo/demo_run.h"

/* ---- config ---- */

const Config *
cli_config(const Cli *cli)
{
	return cli->config;
}

const char *
cli_config_path(const Cli *cli)
{
	return cli->config_path;
}

bool
cli_config_is_wrong(const Cli *cli)
{
	const GPtrArray *problems = config_problems(cli->config);
	for (guint i = 0; i < problems->len; i++)
		if (!((const ConfigProblem *)g_ptr_array_index(problems, i))->warning)
			return true;
	return false;
}

static void
say_no_account(const Cli *cli)
{
	cli_say("No account yet. `curlew config init` writes a commented config to %s; "
		"`curlew demo` tries the program.",
		cli->config_path);
}

/* False after a sentence. Mistakes in it are told and stop nothing. */
static bool
load_config(Cli *cli)
{
	g_autoptr(GError) error = NULL;
	cli->config = config_load(cli->config_path, config_ui_tables, &error);
	if (g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
		say_no_account(cli);
	else if (error)
		cli_say("%s", error->message);
	if (!cli->config)
		return false;
	const GPtrArray *problems = config_problems(cli->config);
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		g_autofree char *text = config_problem_text(problem);
		if (!problem->warning)
			cli_say("%s", text);
	}
	return true;
}

static bool
say_unknown_account(const Cli *cli, const char *name)
{
	const GPtrArray *all = config_accounts(cli->config);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(names, ((AccountConfig *)g_ptr_array_index(all, i))->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = config_nearest(name, (const char *const *)names->pdata);
	cli_say("there is no account '%s' that can be used%s%s%s", name,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return false;
}

GPtrArray *
cli_accounts(const Cli *cli, const char *const *names)
{
	const GPtrArray *all = config_accounts(cli->config);
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();
	for (guint i = 0; !*names && i < all->len; i++)
		g_ptr_array_add(chosen, g_ptr_array_index(all, i));
	for (; *names; names++) {
		const AccountConfig *account = config_account(cli->config, *names);
		if (!account) {
			say_unknown_account(cli, *names);
			return NULL;
		}
		if (!g_ptr_array_find(chosen, account, NULL))
			g_ptr_array_add(chosen, (void *)account);
	}
	if (chosen->len)
		return g_steal_pointer(&chosen);
	if (cli_config_is_wrong(cli))
		cli_say("no account can be used: see `curlew config check`");
	else
		say_no_account(cli);
	return NULL;
}

int
cli_exit_without_accounts(const Cli *cli)
{
	return cli_config_is_wrong(cli) && !*cli_words(cli) ? CLI_FAILED : CLI_USAGE;
}

/* ---- exit codes ---- */

int
cli_exit_of(int account_error)
{
	switch (account_error) {
	case ACCOUNT_ERROR_OFFLINE:
		return CLI_OFFLINE;
	case ACCOUNT_ERROR_USAGE:
		return CLI_USAGE;
	case ACCOUNT_ERROR_CANCELLED:
		return CLI_INTERRUPTED;
	default:
		return CLI_FAILED;
	}
}

int
cli_fail(const GError *error)
{
	cli_say("%s", error->message);
	if (error->domain == ACCOUNT_ERROR)
		return cli_exit_of(error->code);
	return g_error_matches(error, INDEX_ERROR, INDEX_ERROR_QUERY) ? CLI_USAGE : CLI_FAILED;
}

int
cli_worse(int one, int other)
{
	static const int order[] = { CLI_DONE, CLI_OFFLINE, CLI_FAILED, CLI_USAGE,
		CLI_INTERRUPTED };
	int worse = CLI_DONE;
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		if (one == order[i] || other == order[i])
			worse = order[i];
	return worse;
}

/* ---- running ---- */

/* A closed pipe is no fault (… | head); a full disk is one that a script must see. */
static int
finish_output(int result)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return result;
	if (errno && errno != EPIPE)
		cli_say("cannot write the output: %s", g_strerror(errno));
	return cli_worse(result, CLI_FAILED);
}

static bool
begin_log(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *state = paths_state();
	g_autofree char *path = g_build_filename(state, "curlew.log", NULL);
	if (paths_make_directory(state, &error) && log_open(path, "curlew", &error))
		return true;
	cli_say("no log is written: %s", error->message);
	return false;
}

static int
run_command(Cli *cli)
{
	if (cli->command->needs == CLI_NEEDS_CONFIG) {
		if (!load_config(cli))
			return CLI_USAGE;
		begin_log();
	}
	return cli->command->run(cli);
}

/* ---- the reader ---- */

/* A word that is a command's in all likelihood: `curlew serch`. */
static bool
is_mistaken_view(const char *view)
{
	if (strpbrk(view, ":/* ") || g_str_equal(view, "inbox") || g_str_equal(view, "unread"))
		return false;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const CliCommand *command = cli_commands; command->name; command++)
		g_ptr_array_add(names, (void *)command->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = config_nearest(view, (const char *const *)names->pdata);
	if (nearest)
		cli_say("there is no command '%s' (did you mean '%s'?)", view, nearest);
	return nearest != NULL;
}

static int
run_reader(Cli *cli)
{
	static const char *const later[] = { "outbox", "rules", "send", "sendmail", "setup", NULL };
	const char *view = cli_words(cli)[0];
	if (view && g_strv_contains(later, view)) {
		cli_say("`curlew %s` is not there yet", view);
		return CLI_USAGE;
	}
	if (view && g_str_has_prefix(view, "mailto:")) {
		cli_say("curlew cannot write mail yet");
		return CLI_USAGE;
	}
	if (view && cli_words(cli)[1]) {
		cli_say("there is no command '%s' (curlew --help)", view);
		return CLI_USAGE;
	}
	if (view && is_mistaken_view(view))
		return CLI_USAGE;
	/* No config is no mistake here: the screen says how to begin. */
	g_autoptr(GError) error = NULL;
	cli->config = config_load(cli->config_path, config_ui_tables, &error);
	if (!cli->config && !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
		cli_say("%s", error->message);
		return CLI_USAGE;
	}
	const char *account = cli_value(cli, "account");
	if (account && cli->config && !config_account(cli->config, account)) {
		say_unknown_account(cli, account);
		return CLI_USAGE;
	}
	if (!begin_log())
		log_open("/dev/null", "curlew", NULL); /* on the screen they would be drawn over */
	int result = cli->screen->run(cli->config, cli->config_path, account, view);
	return result == CLI_WANTS_DEMO ? demo_run() : result;
}

static int
run(Cli *cli, int argc, char **argv)
{
	if (argc >= 2 && g_str_equal(argv[1], "--version")) {
		cli_print_version();
		return CLI_DONE;
	}
	if (argc >= 2 && g_str_equal(argv[1], "--manual"))
		return cli_print_manual(cli, argv[2]);
	cli->command = argc >= 2 ? cli_find_command(argv[1]) : NULL;
	int skipped = cli->command ? 2 : 1;
	if (!cli->command)
		cli->command = &cli_reader;
	bool help = false;
	if (!cli_parse(cli, MAX(argc - skipped, 0), argv + skipped, &help))
		return CLI_USAGE;
	if (help && cli->command == &cli_reader)
		cli_help_all();
	else if (help)
		cli_help_command(cli->command);
	else
		return cli->command == &cli_reader ? run_reader(cli) : run_command(cli);
	return CLI_DONE;
}

int
cli_run(int argc, char **argv, const CliScreen *screen)
{
	signal(SIGPIPE, SIG_IGN); /* a helper that died, or `| head` */
	Cli cli = { .given = g_ptr_array_new(),
		.words = g_ptr_array_new(),
		.config_path = paths_config_file(),
		.screen = screen };
	int result = run(&cli, argc, argv);
	g_ptr_array_unref(cli.given);
	g_ptr_array_unref(cli.words);
	config_free(cli.config);
	g_free(cli.config_path);
	log_close();
	return finish_output(result);
}

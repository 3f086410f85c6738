#include "ui/screen/screen_run.h"

#include <stdio.h>

#include "backend/error.h"
#include "ui/cli.h"
#include "ui/config_tables.h"
#include "ui/screen/app.h"
#include "ui/screen/theme_file.h"

/* What one App leaves to the next: the terminal, the config it read, and where it was. */
typedef struct Screen {
	Terminal *terminal;
	AppOptions options;
	Config *config; /* read by us; NULL: the caller's is in use */
	char *view, *trouble;
	Theme theme;
	GPtrArray *theme_problems; /* of ThemeProblem */
	bool wants_demo;
} Screen;

static int
refuse(const GError *error)
{
	g_autoptr(CleanText) text = clean_text_format(CLEAN_LINE,
		"curlew: %s. `curlew sync`, `curlew search` and `curlew show` need none; "
		"see `curlew --help`.",
		error->message);
	clean_text_print(stderr, text);
	fputc('\n', stderr);
	return 2;
}

static void
read_theme(Screen *screen)
{
	g_clear_pointer(&screen->theme_problems, g_ptr_array_unref);
	screen->theme_problems = theme_load(&screen->theme, theme_name(screen->options.config));
	screen->options.theme_problems = screen->theme_problems;
}

/* Are accounts in use, but none of CONFIG can be, for its mistakes? The first of them; or NULL. */
static const ConfigProblem *
what_takes_all(const Screen *screen, const Config *config)
{
	const Config *known = screen->options.config;
	bool loses = known && config && config_accounts(known)->len > 0 &&
	             config_accounts(config)->len == 0;
	const GPtrArray *problems = loses ? config_problems(config) : NULL;
	for (guint i = 0; problems && i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		if (!problem->warning)
			return problem;
	}
	return NULL;
}

/* A config that cannot be read, or that mistakes leave without an account, leaves the one that is known in
 * use: no slip of an editor takes the mail off the screen. One that is gone leaves none. */
static void
read_config(Screen *screen)
{
	g_autoptr(GError) error = NULL;
	g_clear_pointer(&screen->trouble, g_free);
	g_autoptr(Config) config =
		config_load(screen->options.config_path, config_ui_tables, &error);
	const ConfigProblem *problem = what_takes_all(screen, config);
	if (problem) {
		g_autofree char *mistake = config_problem_text(problem);
		screen->trouble = g_strdup_printf(
			"The config of before stays in use; in the new one %s", mistake);
	} else if (error && !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
		screen->trouble = g_strdup(error->message);
	} else {
		config_free(screen->config);
		screen->options.config = screen->config = g_steal_pointer(&config);
	}
	screen->options.trouble = screen->trouble;
}

/* One App, from its first frame to its end; true: another is to follow, with the config as it is now. */
static bool
run_once(Screen *screen)
{
	g_autoptr(App) app = app_open(&screen->options, screen->terminal);
	if (!app_run(app)) {
		screen->wants_demo = app_wants_demo(app);
		/* first: the user is not kept waiting by what still ends */
		g_clear_pointer(&screen->terminal, terminal_close);
		return false;
	}
	g_free(screen->view);
	screen->view = app_view_name(app);
	return true;
}

int
screen_run(const Config *config, const char *config_path, const char *account, const char *view)
{
	g_autoptr(GError) error = NULL;
	Screen screen = { .options = { config, config_path, account, view } };
	read_theme(&screen);
	screen.terminal = terminal_open(&screen.theme, &error);
	if (!screen.terminal) {
		g_ptr_array_unref(screen.theme_problems);
		return refuse(error);
	}
	while (run_once(&screen)) {
		read_config(&screen);
		read_theme(&screen);
		terminal_set_theme(screen.terminal, &screen.theme);
		screen.options.view = screen.view;
		screen.options.reopened = true;
	}
	config_free(screen.config);
	g_free(screen.view);
	g_free(screen.trouble);
	g_ptr_array_unref(screen.theme_problems);
	return screen.wants_demo ? CLI_WANTS_DEMO : 0;
}

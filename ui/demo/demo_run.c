#include "ui/demo/demo_run.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui/demo/demo_mail.h"
#include "ui/demo/demo_place.h"

/* The first new mail comes soon, the others now and then. */
enum { FIRST_SECONDS = 5, NEXT_SECONDS = 20 };

typedef struct Demo {
	DemoPlace *place; /* everything lies below */
	char *mail_root;
	char **environment;
	DemoMail *mail;
	sigset_t ours; /* signals that are taken in turn */
	pid_t child;
	int ended_by; /* the signal that ended it; 0: none */
} Demo;

/* ---- the profile ---- */

static bool
write_config(const Demo *demo, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const GPtrArray *accounts = demo_mail_accounts(demo->mail);
	for (guint i = 0; i < accounts->len; i++) {
		const char *name = g_ptr_array_index(accounts, i);
		g_string_append_printf(text,
			"account %s {\n    name     = \"Ada Ashgrove\"\n    email    = "
			"\"ada@example.%s\"\n    incoming = local:\n    poll     = 2\n}\n",
			name, i == 0 ? "org" : "net");
	}
	g_autofree char *directory =
		g_build_filename(demo_place_path(demo->place), "config/curlew", NULL);
	g_autofree char *path = g_build_filename(directory, "config", NULL);
	g_mkdir_with_parents(directory, 0700);
	return g_file_set_contents_full(
		path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

/* Nothing in it leads to the user's own mail. */
static char **
make_environment(const Demo *demo)
{
	static const char *const places[][2] = {
		{ "XDG_CONFIG_HOME", "config" },
		{ "XDG_DATA_HOME", "data" },
		{ "XDG_STATE_HOME", "state" },
		{ "XDG_CACHE_HOME", "cache" },
	};
	static const char *const others[] = { "CURLEW_CONFIG", "NOTMUCH_CONFIG", "NOTMUCH_DATABASE",
		"NOTMUCH_PROFILE" };
	char **environment = g_get_environ();
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path =
			g_build_filename(demo_place_path(demo->place), places[i][1], NULL);
		environment = g_environ_setenv(environment, places[i][0], path, TRUE);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		environment = g_environ_unsetenv(environment, others[i]);
	return environment;
}

static void
clean_up(Demo *demo)
{
	demo_place_free(demo->place);
	demo_mail_free(demo->mail);
	g_strfreev(demo->environment);
	g_free(demo->mail_root);
}

/* ---- its run ---- */

static void
take_signals(Demo *demo)
{
	static const int numbers[] = { SIGCHLD, SIGHUP, SIGINT, SIGTERM };
	sigemptyset(&demo->ours);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaddset(&demo->ours, numbers[i]);
	sigprocmask(SIG_BLOCK, &demo->ours, NULL);
}

static bool
start_reader(Demo *demo, GError **error)
{
	char *arguments[] = { "curlew", NULL };
	demo->child = fork();
	if (demo->child == 0) {
		sigprocmask(SIG_UNBLOCK, &demo->ours, NULL);
		execve("/proc/self/exe", arguments, demo->environment);
		_exit(127);
	}
	if (demo->child > 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot start the reader: %s",
		g_strerror(errno));
	return false;
}

static int
exit_code(const Demo *demo, int status)
{
	if (demo->ended_by)
		return 128 + demo->ended_by;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Waits for the reader's end; meanwhile brings mail. */
static int
attend(Demo *demo)
{
	struct timespec pause = { FIRST_SECONDS, 0 };
	for (;;) {
		int status;
		int number = sigtimedwait(&demo->ours, NULL, &pause);
		if (waitpid(demo->child, &status, WNOHANG) == demo->child)
			return exit_code(demo, status);
		if (number < 0 && errno == EAGAIN) {
			demo_mail_write_next(demo->mail, demo->mail_root, NULL);
			pause.tv_sec = NEXT_SECONDS;
		} else if (number > 0 && number != SIGCHLD) {
			demo->ended_by = number;
			kill(demo->child, SIGTERM);
		}
	}
}

static bool
prepare(Demo *demo, GError **error)
{
	demo->place = demo_place_new(error);
	if (!demo->place)
		return false;
	demo->mail_root = g_build_filename(demo_place_path(demo->place), "data/curlew/mail", NULL);
	demo->mail = demo_mail_new();
	demo->environment = make_environment(demo);
	return write_config(demo, error) && demo_mail_write(demo->mail, demo->mail_root, error);
}

int
demo_run(void)
{
	Demo demo = { 0 };
	g_autoptr(GError) error = NULL;
	int result = 1;
	take_signals(&demo);
	if (prepare(&demo, &error) && start_reader(&demo, &error))
		result = attend(&demo);
	clean_up(&demo);
	if (error)
		fprintf(stderr, "curlew: the demo cannot be shown: %s\n", error->message);
	return result;
}

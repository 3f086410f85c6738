/* curlew-agent: one process an account. --probe walks the way to the server for `curlew doctor`. */
#include <locale.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/agent/agent.h"
#include "backend/error.h"
#include "backend/wire/probe.h"
#include "index/json.h"
#include "index/log.h"
#include "index/paths.h"

enum { EXIT_USAGE = 2, NICENESS = 10 };

static void
protect_process(void)
{
	umask(077);
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	if (nice(NICENESS) == -1)
		g_debug("cannot lower the priority");
}

static void
on_step(const ProbeStep *step, void *data)
{
	g_autoptr(JsonObject) line = json_object_new();
	json_set_text(line, "step", step->name);
	json_set_truth(line, "ok", step->ok);
	json_set_text(line, "text", step->text);
	json_set_text(line, "code", step->code);
	json_set_text(line, "help", step->help);
	g_autofree char *written = json_line_write(line);
	puts(written);
	fflush(stdout);
}

static int
probe(const AccountConfig *account)
{
	g_autoptr(GError) error = NULL;
	char *secret = NULL;
	bool has_secret = account->password || account->password_command;
	if (has_secret && config_can_log_in(account, NULL))
		secret = config_secret(account, &error);
	if (error) {
		const ProbeStep step = { .name = "password",
			.text = error->message,
			.code = account_error_word(error->domain == ACCOUNT_ERROR
							   ? error->code
							   : ACCOUNT_ERROR_FAILED),
			.help = "Run password-command by hand: it must print the password as its "
				"first line." };
		on_step(&step, NULL);
	}
	bool ok = probe_run(account, secret, on_step, NULL);
	config_secret_free(secret);
	return ok && !error ? 0 : 1;
}

static bool
open_log(void)
{
	g_autofree char *state = paths_state();
	g_autofree char *path = g_build_filename(state, "curlew.log", NULL);
	g_autoptr(GError) error = NULL;
	return paths_make_directory(state, &error) && log_open(path, "curlew-agent", &error);
}

int
main(int argc, char **argv)
{
	g_autofree char *config_path = NULL;
	gboolean probing = FALSE;
	const GOptionEntry entries[] = {
		{ "config", 'c', 0, G_OPTION_ARG_FILENAME, &config_path, "Read this config",
			"FILE" },
		{ "probe", 0, 0, G_OPTION_ARG_NONE, &probing,
			"Walk the way to the server, print each step", NULL },
		{ 0 },
	};
	setlocale(LC_ALL, "");
	protect_process();
	g_autoptr(GOptionContext) context = g_option_context_new("ACCOUNT");
	g_option_context_add_main_entries(context, entries, NULL);
	g_autoptr(GError) error = NULL;
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 2) {
		fputs("curlew-agent [--probe] --config FILE ACCOUNT (started by curlew itself)\n",
			stderr);
		return EXIT_USAGE;
	}
	if (!config_path)
		config_path = paths_config_file();
	open_log();
	g_autoptr(Config) config = config_load(config_path, NULL, &error);
	const AccountConfig *account = config ? config_account(config, argv[1]) : NULL;
	if (!account) {
		g_warning("no usable account of this name in the config");
		return EXIT_USAGE;
	}
	int code = probing ? probe(account) : agent_run(config, account);
	log_close();
	return code;
}

#include <gio/gio.h>
#include <stdio.h>

#include "backend/error.h"
#include "index/error.h"
#include "index/paths.h"
#include "ui/cli_commands.h"
#include "ui/cli_copies.h"

enum { PROBE_SECONDS = 120 };

typedef struct Doctor {
	Cli *cli;
	const Config *config;
	JsonArray *checks; /* NULL: they are printed as they come */
	int result;
} Doctor;

/* One finding. ACCOUNT and HELP may be NULL; EXIT: what the program ends with if it is bad. */
static void
tell(Doctor *doctor, const char *account, const char *step, bool right, int exit_code,
	const char *text, const char *help)
{
	if (!right)
		doctor->result = cli_worse(doctor->result, exit_code);
	if (doctor->checks) {
		JsonObject *check = json_object_new();
		json_set_text(check, "account", account);
		json_set_text(check, "step", step);
		json_set_truth(check, "ok", right);
		json_set_text(check, "text", text);
		json_set_text(check, "help", right ? NULL : help);
		json_array_add_object_element(doctor->checks, check);
		return;
	}
	cli_print(CLEAN_LINE, "%s %s%s%s: %s", right ? "ok  " : "BAD ", account ? account : "",
		account ? " " : "", step, text);
	if (!right && help)
		cli_print(CLEAN_BODY, "     → %s", help);
	fflush(stdout);
}

/* ---- config ---- */

static void
check_config(Doctor *doctor)
{
	const GPtrArray *problems = config_problems(doctor->config);
	guint wrong = 0;
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		if (problem->warning)
			continue;
		wrong++;
		g_autofree char *text = config_problem_text(problem);
		tell(doctor, NULL, "config", false, CLI_FAILED, text,
			"correct the line, then `curlew config check`");
	}
	g_autofree char *text = g_strdup_printf("%s, accounts that can be used: %u",
		config_path(doctor->config), config_accounts(doctor->config)->len);
	if (!wrong)
		tell(doctor, NULL, "config", true, CLI_DONE, text, NULL);
}

/* ---- servers, by the agent's eyes ---- */

/* What cannot be reached may be there later; everything else needs a hand. */
static int
exit_of_step(const char *step)
{
	return g_str_equal(step, "dns") || g_str_equal(step, "tcp") ? CLI_OFFLINE : CLI_FAILED;
}

static void
tell_probe_line(Doctor *doctor, const char *account, const char *line, gsize length)
{
	g_autoptr(JsonObject) object = json_line_parse(line, length, NULL);
	const char *step = object ? json_text(object, "step") : NULL;
	if (!step)
		return;
	const char *text = json_text(object, "text");
	tell(doctor, account, step, json_truth(object, "ok"), exit_of_step(step),
		text ? text : "no words", json_text(object, "help"));
}

static gboolean
on_time_up(void *data)
{
	g_subprocess_force_exit(data);
	return G_SOURCE_REMOVE;
}

static void
on_probe_exit(GObject *probe, GAsyncResult *result, void *data)
{
	g_main_loop_quit(data);
}

typedef struct Lines {
	Doctor *doctor;
	const char *account;
	GDataInputStream *stream;
	GMainLoop *loop;
	int count;
} Lines;

static void
on_line(GObject *source, GAsyncResult *result, void *data)
{
	Lines *lines = data;
	gsize length = 0;
	g_autofree char *line =
		g_data_input_stream_read_line_finish(lines->stream, result, &length, NULL);
	if (!line) {
		g_main_loop_quit(lines->loop);
		return;
	}
	lines->count++;
	tell_probe_line(lines->doctor, lines->account, line, length);
	g_data_input_stream_read_line_async(
		lines->stream, G_PRIORITY_DEFAULT, NULL, on_line, lines);
}

/* Reads its lines to their end, then its exit; both within the deadline. */
static int
follow_probe(Doctor *doctor, const char *account, GSubprocess *probe)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GDataInputStream) stream =
		g_data_input_stream_new(g_subprocess_get_stdout_pipe(probe));
	Lines lines = { doctor, account, stream, loop, 0 };
	guint timer = g_timeout_add_seconds(PROBE_SECONDS, on_time_up, probe);
	g_data_input_stream_read_line_async(stream, G_PRIORITY_DEFAULT, NULL, on_line, &lines);
	g_main_loop_run(loop);
	g_subprocess_wait_async(probe, NULL, on_probe_exit, loop);
	g_main_loop_run(loop);
	GSource *left = g_main_context_find_source_by_id(NULL, timer);
	if (left)
		g_source_destroy(left);
	return lines.count;
}

static void
check_servers(Doctor *doctor, const AccountConfig *account)
{
	if (account->incoming.scheme == SERVER_LOCAL)
		return;
	g_autoptr(GError) error = NULL;
	g_autofree char *program = paths_program("curlew-agent");
	g_autoptr(GSubprocess) probe = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
		program, "--probe", "--config", cli_config_path(doctor->cli), account->name, NULL);
	if (!probe) {
		tell(doctor, account->name, "agent", false, CLI_FAILED, error->message,
			"curlew-agent must lie beside curlew: install again");
		return;
	}
	int count = follow_probe(doctor, account->name, probe);
	if (g_subprocess_get_if_signaled(probe)) {
		g_autofree char *text = g_strdup_printf(
			"curlew-agent ended by signal %d", g_subprocess_get_term_sig(probe));
		tell(doctor, account->name, "agent", false, CLI_FAILED, text,
			"it took too long or crashed: see curlew.log, and please report it");
	} else if (count == 0) {
		tell(doctor, account->name, "agent", false, CLI_FAILED,
			"curlew-agent said nothing about the server", "see curlew.log");
	}
}

/* ---- what is on this disk ---- */

/* Folders in which nothing is done, with the reason; once where all of them have the same. */
static void
check_held(Doctor *doctor, Envelopes *envelopes, const AccountConfig *account)
{
	g_autoptr(GPtrArray) folders = envelopes_folders(envelopes, NULL);
	const char *last = NULL;
	for (guint i = 0; folders && i < folders->len; i++) {
		const FolderRow *folder = g_ptr_array_index(folders, i);
		if (!folder->error || g_strcmp0(folder->error, last) == 0)
			continue;
		last = folder->error;
		g_autofree char *text = g_strdup_printf("%s: %s", folder->name, last);
		tell(doctor, account->name, "store", false, CLI_FAILED, text, NULL);
	}
}

/* A Maildir with its folders as dotted names beside cur/ is the usual reason. */
static void
tell_no_folders(Doctor *doctor, const AccountConfig *account)
{
	g_autofree char *place = g_build_filename(account->mail_root, account->path, NULL);
	g_autofree char *text = g_strconcat("no folder in ", place, NULL);
	tell(doctor, account->name, "store", false, CLI_FAILED, text,
		"each folder is a Maildir of its own there: INBOX/cur, Lists/notmuch/cur. A "
		"Maildir "
		"with .Folder directories (Maildir++) is not read yet.");
}

static void
check_store(Doctor *doctor, const Stores *stores, const AccountConfig *account, int64_t *messages)
{
	g_autoptr(GError) error = NULL;
	EnvelopesCounts counts = { 0 };
	Envelopes *envelopes = stores_of(stores, account);
	if (!envelopes) {
		g_autofree char *help = g_strdup_printf("curlew sync %s", account->name);
		tell(doctor, account->name, "store", true, CLI_DONE, "nothing was pulled yet",
			help);
		return;
	}
	if (!envelopes_is_sound(envelopes, &error) ||
		!envelopes_counts(envelopes, &counts, &error)) {
		tell(doctor, account->name, "store", false, CLI_FAILED, error->message,
			"the mail itself is not in this file: move state.db away and run `curlew "
			"sync`");
		return;
	}
	*messages += counts.messages;
	if (counts.folders == 0 && account->incoming.scheme == SERVER_LOCAL) {
		tell_no_folders(doctor, account);
		return;
	}
	check_held(doctor, envelopes, account);
	g_autofree char *text =
		g_strdup_printf("%" G_GINT64_FORMAT " messages in %" G_GINT64_FORMAT
				" folders, %" G_GINT64_FORMAT " not downloaded, %" G_GINT64_FORMAT
				" wait for the index, %" G_GINT64_FORMAT " not searchable",
			counts.messages, counts.folders, counts.bodies_missing, counts.index_queue,
			counts.not_searchable);
	tell(doctor, account->name, "store", true, CLI_DONE, text, NULL);
}

static void
check_index(Doctor *doctor, int64_t messages)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *root = config_mail_root(doctor->config);
	QueryCount count = { 0 };
	g_autoptr(Query) query = query_open(root, NULL, &error);
	bool right = query && query_count(query, "*", &count, NULL, &error);
	if (!right && messages == 0 && g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING)) {
		tell(doctor, NULL, "index", true, CLI_DONE, "there is none yet, and no mail", NULL);
		return;
	}
	if (!right) {
		tell(doctor, NULL, "index", false, CLI_FAILED, error->message,
			"curlew rebuild --index");
		return;
	}
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " messages in %" G_GINT64_FORMAT
						" threads can be searched",
		count.messages, count.threads);
	tell(doctor, NULL, "index", count.messages > 0 || messages == 0, CLI_FAILED, text,
		"there is mail, but the index is empty: curlew rebuild --index");
}

/* ---- the command ---- */

static void
run(Doctor *doctor, const GPtrArray *accounts)
{
	g_autoptr(Stores) stores = stores_open(doctor->config);
	int64_t messages = 0;
	check_config(doctor);
	for (guint i = 0; i < accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(accounts, i);
		check_servers(doctor, account);
		check_store(doctor, stores, account, &messages);
	}
	check_index(doctor, messages);
}

int
cli_doctor_run(Cli *cli)
{
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	Doctor doctor = { .cli = cli, .config = cli_config(cli) };
	if (cli_has(cli, "json"))
		doctor.checks = json_array_new();
	run(&doctor, accounts);
	if (doctor.checks) {
		g_autoptr(JsonObject) answer = cli_json_new();
		json_set_array(answer, "checks", doctor.checks);
		cli_print_json(answer);
	}
	return doctor.result;
}

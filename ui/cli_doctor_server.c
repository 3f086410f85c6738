#include <gio/gio.h>

#include "backend/error.h"
#include "index/paths.h"
#include "ui/cli_doctor.h"

/* The way to a server is walked by the agent's program: what links no network cannot look. */
enum { PROBE_SECONDS = 120 };

static void
tell_probe_line(Doctor *doctor, const char *account, const char *line, gsize length)
{
	g_autoptr(JsonObject) object = json_line_parse(line, length, NULL);
	const char *step = object ? json_text(object, "step") : NULL;
	if (!step)
		return;
	const char *text = json_text(object, "text");
	doctor_tell(doctor, account, step, json_truth(object, "ok"),
		cli_exit_of(account_error_code(json_text(object, "code"))),
		text ? text : "no words", json_text(object, "help"));
}

typedef struct Lines {
	Doctor *doctor;
	const char *account;
	GDataInputStream *stream;
	GMainLoop *loop;
	GSubprocess *probe;
	guint timer;
	int count;
	bool too_late;
} Lines;

static gboolean
on_time_up(void *data)
{
	Lines *lines = data;
	lines->timer = 0;
	lines->too_late = true;
	g_subprocess_force_exit(lines->probe);
	return G_SOURCE_REMOVE;
}

static void
on_probe_exit(GObject *probe, GAsyncResult *result, void *data)
{
	g_main_loop_quit(data);
}

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
static void
follow_probe(Lines *lines)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GDataInputStream) stream =
		g_data_input_stream_new(g_subprocess_get_stdout_pipe(lines->probe));
	lines->stream = stream;
	lines->loop = loop;
	lines->timer = g_timeout_add_seconds(PROBE_SECONDS, on_time_up, lines);
	g_data_input_stream_read_line_async(stream, G_PRIORITY_DEFAULT, NULL, on_line, lines);
	g_main_loop_run(loop);
	g_subprocess_wait_async(lines->probe, NULL, on_probe_exit, loop);
	g_main_loop_run(loop);
	g_clear_handle_id(&lines->timer, g_source_remove);
}

void
doctor_check_server(Doctor *doctor, const AccountConfig *account)
{
	if (account->incoming.scheme == SERVER_LOCAL)
		return;
	g_autoptr(GError) error = NULL;
	g_autofree char *program = paths_program("curlew-agent");
	g_autoptr(GSubprocess) probe = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
		program, "--probe", "--config", cli_config_path(doctor->cli), account->name, NULL);
	if (!probe) {
		doctor_tell(doctor, account->name, "agent", false, CLI_FAILED, error->message,
			"curlew-agent must lie beside curlew: install again");
		return;
	}
	Lines lines = { .doctor = doctor, .account = account->name, .probe = probe };
	follow_probe(&lines);
	if (lines.too_late) {
		doctor_tell(doctor, account->name, "agent", false, CLI_OFFLINE,
			"the server took too long", "try again later");
	} else if (g_subprocess_get_if_signaled(probe)) {
		g_autofree char *text = g_strdup_printf(
			"curlew-agent ended by signal %d", g_subprocess_get_term_sig(probe));
		doctor_tell(doctor, account->name, "agent", false, CLI_FAILED, text,
			"it crashed: see curlew.log, and please report it");
	} else if (lines.count == 0) {
		doctor_tell(doctor, account->name, "agent", false, CLI_FAILED,
			"curlew-agent said nothing about the server", "see curlew.log");
	}
}

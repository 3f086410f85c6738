#include "screen_server.h"

#include <gio/gio.h>
#include <stdio.h>

#include "screen_fixture.h"

struct ScreenServer {
	const char *root; /* of the profile */
	unsigned port;    /* 0: any */
	GSubprocess *process;
	GDataInputStream *answers;
};

/* A line of its own. The caller owns it. */
static char *
read_answer(ScreenServer *server)
{
	g_autoptr(GError) error = NULL;
	char *line = g_data_input_stream_read_line(server->answers, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(line);
	return line;
}

/* What it says at first: its port, and the file of its authority. The caller owns it. */
static char *
start(ScreenServer *server)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *port = g_strdup_printf("%u", server->port);
	server->process =
		g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
			&error, CURLEW_SCREEN_SERVER, server->root, port, NULL);
	g_assert_no_error(error);
	server->answers = g_data_input_stream_new(g_subprocess_get_stdout_pipe(server->process));
	return read_answer(server);
}

ScreenServer *
screen_server_start(ScreenProfile *profile)
{
	ScreenServer *server = g_new0(ScreenServer, 1);
	server->root = profile->root;
	g_autofree char *answer = start(server);
	char authority[4096];
	g_assert_cmpint(sscanf(answer, "%u %4095[^\n]", &server->port, authority), ==, 2);
	g_autofree char *config = g_strdup_printf(
		"account work {\n  email = \"ada@example.org\"\n"
		"  incoming = \"imaps://ada@localhost:%u\"\n  password-command = \"echo pw\"\n"
		"  ca-file = \"%s\"\n  poll = 1s\n}\n",
		server->port, authority);
	screen_fixture_write_config(profile, config);
	return server;
}

void
screen_server_add_mail(ScreenServer *server, unsigned number, unsigned size)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_strdup_printf("mail %u %u\n", number, size);
	g_output_stream_write_all(g_subprocess_get_stdin_pipe(server->process), line, strlen(line),
		NULL, NULL, &error);
	g_assert_no_error(error);
	g_autofree char *answer = read_answer(server);
	g_assert_cmpstr(answer, ==, "done");
}

void
screen_server_stop(ScreenServer *server)
{
	g_subprocess_force_exit(server->process);
	g_subprocess_wait(server->process, NULL, NULL);
	g_clear_object(&server->answers);
	g_clear_object(&server->process);
}

void
screen_server_resume(ScreenServer *server)
{
	g_autofree char *answer = start(server);
}

void
screen_server_free(ScreenServer *server)
{
	if (!server)
		return;
	if (server->process)
		screen_server_stop(server);
	g_free(server);
}

#include "ui/screen/program_pipe.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct ProgramPipe {
	GSubprocess *process;
	GCancellable *cancel;
	GBytes *input;
	char *output; /* of PROGRAM_OUTPUT_LIMIT + 1 bytes */
	gsize length;
	ProgramPipeDone done; /* NULL: nobody waits any more */
	void *data;
	unsigned waiting; /* calls under way that hold it */
};

/* In the child: no terminal, and signals as programs expect them. */
static void
set_up_child(void *data)
{
	setsid();
	signal(SIGPIPE, SIG_DFL);
}

static void
drop(ProgramPipe *pipe)
{
	if (--pipe->waiting > 0)
		return;
	g_object_unref(pipe->process);
	g_object_unref(pipe->cancel);
	g_bytes_unref(pipe->input);
	g_free(pipe->output);
	g_free(pipe);
}

char *
program_how_it_ended(int status)
{
	if (WIFSIGNALED(status))
		return g_strdup_printf("signal %d", WTERMSIG(status));
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	return code ? g_strdup_printf("exit status %d", code) : NULL;
}

static void
on_ended(GObject *source, GAsyncResult *result, void *data)
{
	ProgramPipe *pipe = data;
	bool ended = g_subprocess_wait_finish(pipe->process, result, NULL);
	if (ended && pipe->done) {
		bool cut = pipe->length > PROGRAM_OUTPUT_LIMIT;
		g_autofree char *how =
			cut ? NULL : program_how_it_ended(g_subprocess_get_status(pipe->process));
		pipe->done(pipe->output, MIN(pipe->length, PROGRAM_OUTPUT_LIMIT), cut, how,
			pipe->data);
	}
	drop(pipe);
}

/* It said all, or more than is kept: then it is ended. */
static void
on_read(GObject *source, GAsyncResult *result, void *data)
{
	ProgramPipe *pipe = data;
	g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &pipe->length, NULL);
	if (pipe->length > PROGRAM_OUTPUT_LIMIT)
		g_subprocess_force_exit(pipe->process);
	pipe->waiting++;
	g_subprocess_wait_async(pipe->process, pipe->cancel, on_ended, pipe);
	drop(pipe);
}

static void
on_closed(GObject *source, GAsyncResult *result, void *data)
{
	g_output_stream_close_finish(G_OUTPUT_STREAM(source), result, NULL);
	drop(data);
}

/* Whether it read all is its own matter. */
static void
on_written(GObject *source, GAsyncResult *result, void *data)
{
	g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL);
	g_output_stream_close_async(
		G_OUTPUT_STREAM(source), G_PRIORITY_DEFAULT, NULL, on_closed, data);
}

ProgramPipe *
program_pipe_new(
	const char *const *argv, GBytes *input, ProgramPipeDone done, void *data, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
		G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_subprocess_launcher_set_child_setup(launcher, set_up_child, NULL, NULL);
	GSubprocess *process = g_subprocess_launcher_spawnv(launcher, argv, error);
	if (!process)
		return NULL;
	ProgramPipe *pipe = g_new0(ProgramPipe, 1);
	pipe->process = process;
	pipe->cancel = g_cancellable_new();
	pipe->input = g_bytes_ref(input);
	pipe->output = g_malloc(PROGRAM_OUTPUT_LIMIT + 1);
	pipe->done = done;
	pipe->data = data;
	pipe->waiting = 3; /* writing, reading, the owner */
	gsize length;
	const void *bytes = g_bytes_get_data(pipe->input, &length);
	g_output_stream_write_all_async(g_subprocess_get_stdin_pipe(process), bytes, length,
		G_PRIORITY_DEFAULT, pipe->cancel, on_written, pipe);
	g_input_stream_read_all_async(g_subprocess_get_stdout_pipe(process), pipe->output,
		PROGRAM_OUTPUT_LIMIT + 1, G_PRIORITY_DEFAULT, pipe->cancel, on_read, pipe);
	return pipe;
}

void
program_pipe_free(ProgramPipe *pipe)
{
	if (!pipe)
		return;
	pipe->done = NULL;
	g_subprocess_force_exit(pipe->process);
	g_cancellable_cancel(pipe->cancel);
	drop(pipe);
}

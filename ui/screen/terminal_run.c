#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "ui/screen/terminal_private.h"
/* last, for its macros */
#include <ncurses.h>

/* Keys typed while the terminal is another's: they must not be our end, also when its program ends by them before
 * we are told. */
static const int its_signals[TERMINAL_CHILD_SIGNALS] = { SIGINT, SIGQUIT };

/* Ours, and not SIG_IGN: a handler goes away by itself in what is executed. */
static void
on_its_signal(int number)
{
}

void
terminal_leave_signals(Terminal *terminal)
{
	struct sigaction its = { .sa_handler = on_its_signal, .sa_flags = SA_RESTART };
	for (size_t i = 0; i < TERMINAL_CHILD_SIGNALS; i++)
		sigaction(its_signals[i], &its, &terminal->child.before[i]);
}

void
terminal_take_signals(Terminal *terminal)
{
	for (size_t i = 0; i < TERMINAL_CHILD_SIGNALS; i++)
		sigaction(its_signals[i], &terminal->child.before[i], NULL);
}

static void
end_run(Terminal *terminal)
{
	terminal_take_signals(terminal);
	terminal->child.runs = false;
	terminal->child.watch = 0;
}

static void
finish(Terminal *terminal)
{
	end_run(terminal);
	terminal_input_listen(terminal, true);
	terminal_come_back(terminal);
	terminal->child.on_done(terminal->child.status, terminal->child.data);
}

static gboolean
on_pause_key(gint fd, GIOCondition condition, gpointer data)
{
	tcflush(fd, TCIFLUSH); /* all bytes of it */
	finish(data);
	return G_SOURCE_REMOVE;
}

/* Any key is one: the terminal doesn't wait for a line, nor does it echo. */
static void
pause_for_key(Terminal *terminal)
{
	static const char words[] = "\r\n[It has ended. A key returns.] ";
	reset_prog_mode();
	ssize_t ignored = write(STDOUT_FILENO, words, strlen(words));
	(void)ignored;
	terminal->child.watch =
		g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_pause_key, terminal);
}

static void
on_end(GPid pid, gint status, gpointer data)
{
	Terminal *terminal = data;
	g_spawn_close_pid(pid);
	terminal->child.status = status;
	if (terminal->child.pauses)
		pause_for_key(terminal);
	else
		finish(terminal);
}

/* Starts it with INPUT as its standard input; -1: the terminal is. */
static bool
start(Terminal *terminal, const char *const *argv, int input, GError **error)
{
	GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD;
	flags |= input < 0 ? G_SPAWN_CHILD_INHERITS_STDIN : 0;
	GPid pid;
	terminal_leave_signals(terminal);
	terminal_leave(terminal);
	if (!g_spawn_async_with_fds(
		    NULL, (char **)argv, NULL, flags, NULL, NULL, &pid, input, -1, -1, error)) {
		end_run(terminal);
		terminal_come_back(terminal);
		return false;
	}
	terminal_input_listen(terminal, false);
	terminal->child.runs = true;
	terminal->child.pauses = input >= 0;
	terminal->child.watch = g_child_watch_add(pid, on_end, terminal);
	return true;
}

bool
terminal_run(Terminal *terminal, const char *const *argv, void (*on_done)(int status, void *data),
	void *data, GError **error)
{
	g_return_val_if_fail(!terminal->child.runs, false);
	terminal->child.on_done = on_done;
	terminal->child.data = data;
	return start(terminal, argv, -1, error);
}

/* A file without a name, so that neither the program nor the screen waits for the other. */
static int
file_of(GBytes *input, GError **error)
{
	gsize length;
	const char *bytes = g_bytes_get_data(input, &length);
	int fd = memfd_create("input", MFD_CLOEXEC);
	while (fd >= 0 && length > 0) {
		ssize_t count = write(fd, bytes, length);
		if (count < 0)
			break;
		bytes += count;
		length -= (size_t)count;
	}
	if (fd >= 0 && length == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool
terminal_pipe(Terminal *terminal, const char *const *argv, GBytes *input,
	void (*on_done)(int status, void *data), void *data, GError **error)
{
	g_return_val_if_fail(!terminal->child.runs, false);
	int fd = file_of(input, error);
	if (fd < 0)
		return false;
	terminal->child.on_done = on_done;
	terminal->child.data = data;
	bool started = start(terminal, argv, fd, error);
	close(fd);
	return started;
}

void
terminal_run_forget(Terminal *terminal)
{
	g_clear_handle_id(&terminal->child.watch, g_source_remove);
	if (terminal->child.runs)
		end_run(terminal);
}

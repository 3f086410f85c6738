#include "ui/screen/terminal_private.h"

/* Keys of the program that must not be our end, also when it ends by them before we are told. */
static const int its_signals[TERMINAL_CHILD_SIGNALS] = { SIGINT, SIGQUIT };

/* Ours, and not SIG_IGN: a handler goes away by itself in what is executed. */
static void
on_its_signal(int number)
{
}

static void
leave_signals(Terminal *terminal)
{
	struct sigaction its = { .sa_handler = on_its_signal, .sa_flags = SA_RESTART };
	for (size_t i = 0; i < TERMINAL_CHILD_SIGNALS; i++)
		sigaction(its_signals[i], &its, &terminal->child.before[i]);
}

static void
end_run(Terminal *terminal)
{
	for (size_t i = 0; i < TERMINAL_CHILD_SIGNALS; i++)
		sigaction(its_signals[i], &terminal->child.before[i], NULL);
	terminal->child.runs = false;
	terminal->child.watch = 0;
}

static void
on_end(GPid pid, gint status, gpointer data)
{
	Terminal *terminal = data;
	g_spawn_close_pid(pid);
	end_run(terminal);
	terminal_listen(terminal, true);
	terminal_come_back(terminal);
	terminal->child.on_done(status, terminal->child.data);
}

bool
terminal_run(Terminal *terminal, const char *const *argv, void (*on_done)(int status, void *data),
	void *data, GError **error)
{
	GSpawnFlags flags =
		G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN | G_SPAWN_DO_NOT_REAP_CHILD;
	g_return_val_if_fail(!terminal->child.runs, false);
	terminal_leave(terminal);
	leave_signals(terminal);
	GPid pid;
	if (!g_spawn_async(NULL, (char **)argv, NULL, flags, NULL, NULL, &pid, error)) {
		end_run(terminal);
		terminal_come_back(terminal);
		return false;
	}
	terminal_listen(terminal, false);
	terminal->child.runs = true;
	terminal->child.on_done = on_done;
	terminal->child.data = data;
	terminal->child.watch = g_child_watch_add(pid, on_end, terminal);
	return true;
}

void
terminal_run_forget(Terminal *terminal)
{
	g_clear_handle_id(&terminal->child.watch, g_source_remove);
	if (terminal->child.runs)
		end_run(terminal);
}

#include "ui/screen/terminal_private.h"

/* Ours, so that the program's C-\ is not our end; a handler goes away by itself in what is executed. */
static void
on_quit_signal(int number)
{
}

static void
end_run(Terminal *terminal)
{
	sigaction(SIGQUIT, &terminal->child.quit_before, NULL);
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
	struct sigaction quit = { .sa_handler = on_quit_signal, .sa_flags = SA_RESTART };
	sigaction(SIGQUIT, &quit, &terminal->child.quit_before);
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

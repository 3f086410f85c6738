/*
 * For terminal_run_test.c: a screen that shows one line, and runs its arguments as a program when `r` is typed; what that
 * one ended with is the next line. `q` ends it.
 */
#include <stdio.h>

#include "ui/screen/terminal.h"

typedef struct Driver {
	Terminal *terminal;
	Canvas *canvas;
	GMainLoop *loop;
	const char *const *argv;
	char *line;
} Driver;

static void
show(Driver *driver)
{
	int rows = terminal_rows(driver->terminal), columns = terminal_columns(driver->terminal);
	Area all = { 0, 0, rows, columns };
	canvas_resize(driver->canvas, rows, columns);
	canvas_print(driver->canvas, &all, 0, 0, columns, STYLE_NORMAL, "%s", driver->line);
	terminal_show(driver->terminal, driver->canvas);
}

static void
say(Driver *driver, char *line)
{
	g_free(driver->line);
	driver->line = line;
	show(driver);
}

static void
on_done(int status, void *data)
{
	say(data, g_strdup_printf("ended with %d", status));
}

static void
run(Driver *driver)
{
	g_autoptr(GError) error = NULL;
	if (!terminal_run(driver->terminal, driver->argv, on_done, driver, &error))
		say(driver, g_strdup("cannot be started"));
}

static void
on_key(Key key, void *data)
{
	Driver *driver = data;
	if (key == 'r')
		run(driver);
	else if (key == 'q')
		g_main_loop_quit(driver->loop);
	else
		say(driver, g_strdup_printf("key %u", key));
}

static void
on_resize(void *data)
{
	show(data);
}

static void
on_mouse(int row, int column, MouseAction action, void *data)
{
}

static void
on_paste(const char *text, void *data)
{
}

static void
on_hangup(void *data)
{
	g_main_loop_quit(((Driver *)data)->loop);
}

int
main(int argc, char **argv)
{
	g_autoptr(Terminal) terminal = terminal_open(&theme_default, NULL);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Driver driver = { terminal, canvas_new(0, 0), loop, (const char *const *)argv + 1,
		g_strdup("ready") };
	TerminalHandlers handlers = { on_key, on_paste, on_mouse, on_resize, on_hangup, &driver };
	terminal_hear(terminal, &handlers);
	show(&driver);
	g_main_loop_run(loop);
	canvas_free(driver.canvas);
	g_free(driver.line);
	return 0;
}

#include "ui/screen/screen_run.h"

#include <stdio.h>

#include "ui/screen/terminal.h"

typedef struct Screen {
	GMainLoop *loop;
	Terminal *terminal;
	Canvas *canvas;
} Screen;

static void
draw(Screen *screen)
{
	canvas_resize(screen->canvas, terminal_rows(screen->terminal),
		terminal_columns(screen->terminal));
	Area all = { 0, 0, canvas_rows(screen->canvas), canvas_columns(screen->canvas) };
	canvas_fill(screen->canvas, &all, 0, 0, all.columns, STYLE_TOP);
	canvas_print(screen->canvas, &all, 0, 1, all.columns, STYLE_TOP, "curlew");
	terminal_show(screen->terminal, screen->canvas);
	terminal_tell_drawn(screen->terminal);
}

static void
on_key(Key key, void *data)
{
	Screen *screen = data;
	if (key == 'q')
		g_main_loop_quit(screen->loop);
}

static void
on_resize(void *data)
{
	draw(data);
}

static void
on_hangup(void *data)
{
	Screen *screen = data;
	g_main_loop_quit(screen->loop);
}

int
screen_run(const Config *config, const char *config_path, const char *account, const char *view)
{
	Screen screen = { .loop = g_main_loop_new(NULL, FALSE), .canvas = canvas_new(0, 0) };
	TerminalHandlers handlers = { on_key, on_resize, on_hangup, &screen };
	g_autoptr(GError) error = NULL;
	screen.terminal = terminal_open(&theme_default, &handlers, &error);
	if (screen.terminal) {
		draw(&screen);
		g_main_loop_run(screen.loop);
		terminal_close(screen.terminal);
	} else {
		fprintf(stderr, "curlew: %s; try `curlew --help`\n", error->message);
	}
	canvas_free(screen.canvas);
	g_main_loop_unref(screen.loop);
	return error ? 2 : 0;
}

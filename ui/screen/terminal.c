#include "ui/screen/terminal.h"

#include <glib-unix.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
/* after term.h, whose macros would hide ours */
#include <ncurses.h>
#undef clear
#undef lines
#undef columns
#undef tab
#undef bell

#include "ui/screen/terminal_guard.h"
#include "ui/screen/terminal_private.h"

enum { CELL_CODE_POINTS = 5 /* what a cchar_t takes */ };

/* ---- size, stop and end ---- */

static void
take_size(Terminal *terminal)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(
			MIN(size.ws_row, CANVAS_SIZE_LIMIT), MIN(size.ws_col, CANVAS_SIZE_LIMIT));
	terminal->forgotten = true;
}

static gboolean
on_size(gpointer data)
{
	Terminal *terminal = data;
	take_size(terminal);
	terminal->handlers.on_resize(terminal->handlers.data);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_end(gpointer data)
{
	Terminal *terminal = data;
	terminal->handlers.on_hangup(terminal->handlers.data);
	return G_SOURCE_CONTINUE;
}

void
terminal_come_back(Terminal *terminal)
{
	terminal_guard_pause(false);
	reset_prog_mode();
	keypad(stdscr,
		TRUE); /* else ncurses turns that on when it reads: too late for the first key */
	terminal_modes_set(&terminal->modes, true);
	take_size(terminal);
	terminal->handlers.on_resize(terminal->handlers.data);
}

/* The terminal is another's. */
void
terminal_leave(Terminal *terminal)
{
	terminal_paste_close(&terminal->paste);
	terminal_input_forget(terminal);
	terminal_modes_set(&terminal->modes, false);
	endwin();
	terminal_guard_pause(true);
}

void
terminal_suspend(Terminal *terminal)
{
	terminal_leave_signals(terminal);
	terminal_leave(terminal);
	struct sigaction ours;
	sigaction(SIGTSTP, &(struct sigaction){ .sa_handler = SIG_DFL }, &ours);
	kill(0, SIGTSTP); /* the whole job stops, as the terminal driver would do it */
	sigaction(SIGTSTP, &ours, NULL);
	terminal_come_back(terminal);
	terminal_take_signals(terminal);
}

static gboolean
on_wake(gint fd, GIOCondition condition, gpointer data)
{
	Terminal *terminal = data;
	uint64_t told = 0;
	if (read(fd, &told, sizeof(told)) < 0)
		return G_SOURCE_CONTINUE;
	bool stop = told >= TERMINAL_GUARD_STOP;
	if (terminal->child.runs && stop)
		raise(SIGSTOP); /* with the program that has the terminal */
	else if (stop)
		terminal_suspend(terminal);
	else if (!terminal->child.runs)
		terminal_come_back(terminal);
	return G_SOURCE_CONTINUE;
}

static void
add_sources(Terminal *terminal)
{
	terminal->sources[0] = g_unix_fd_add(terminal->wake, G_IO_IN, on_wake, terminal);
	terminal->sources[1] = g_unix_signal_add(SIGWINCH, on_size, terminal);
	terminal->sources[2] = g_unix_signal_add(SIGTERM, on_end, terminal);
	terminal->sources[3] = g_unix_signal_add(SIGHUP, on_end, terminal);
	terminal->sources[4] = g_unix_signal_add(SIGINT, on_end, terminal);
}

/* ---- open and close ---- */

bool
terminal_is_usable(GError **error)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "this is no terminal");
		return false;
	}
	const char *kind = g_getenv("TERM");
	int status = 0;
	if (kind && *kind && setupterm(kind, STDOUT_FILENO, &status) == OK) {
		const char *move = tigetstr("cup");
		bool can_move = move && move != (const char *)-1;
		del_curterm(cur_term);
		if (can_move)
			return true;
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
		"the terminal \"%s\" cannot show a screen", kind ? kind : "");
	return false;
}

/* The canvas is UTF-8, and cells are measured by the locale's wcwidth. */
static void
need_utf8(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

Terminal *
terminal_open(const Theme *theme, GError **error)
{
	if (!terminal_is_usable(error))
		return NULL;
	need_utf8();
	terminal_guard_save();
	g_autofree Terminal *terminal = g_new0(Terminal, 1);
	terminal->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	const char *drawn = g_getenv("CURLEW_TEST_DRAWN_FD");
	terminal->drawn = drawn ? atoi(drawn) : -1;
	add_sources(terminal); /* before ncurses, which sets handlers only where there are none */
	terminal_guard_arm(terminal->wake, "");
	terminal_input_open(terminal);
	set_escdelay(0);
	terminal->screen = newterm(NULL, stdout, terminal->input.units);
	if (!terminal->screen) {
		terminal_close(g_steal_pointer(&terminal));
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the terminal cannot be opened");
		return NULL;
	}
	terminal_modes_open(&terminal->modes); /* now the terminal's sequences are known */
	terminal_guard_arm(terminal->wake, terminal_modes_off(&terminal->modes));
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	terminal_colours_open(&terminal->colours, theme);
	terminal_modes_set(&terminal->modes, true);
	terminal->shown = canvas_new(0, 0);
	terminal->forgotten = true;
	return g_steal_pointer(&terminal);
}

void
terminal_close(Terminal *terminal)
{
	if (!terminal)
		return;
	terminal_run_forget(terminal);
	terminal_input_listen(terminal, false);
	for (size_t i = 0; i < G_N_ELEMENTS(terminal->sources); i++) {
		if (terminal->sources[i])
			g_source_remove(terminal->sources[i]);
	}
	if (terminal->screen) {
		terminal_modes_close(&terminal->modes);
		if (!isendwin())
			endwin();
		delscreen(terminal->screen);
	}
	terminal_input_close(terminal);
	terminal_paste_close(&terminal->paste);
	terminal_guard_disarm();
	if (terminal->wake >= 0)
		close(terminal->wake);
	canvas_free(terminal->shown);
	g_free(terminal);
}

void
terminal_set_theme(Terminal *terminal, const Theme *theme)
{
	terminal_colours_set_theme(&terminal->colours, theme);
	terminal->forgotten = true;
}

TerminalFocus
terminal_focus(const Terminal *terminal)
{
	return terminal->focus;
}

void
terminal_set_title(Terminal *terminal, const CleanText *title)
{
	terminal_modes_title(&terminal->modes, title);
}

void
terminal_ring(Terminal *terminal)
{
	terminal_modes_bell();
}

void
terminal_tell(Terminal *terminal, const CleanText *text)
{
	terminal_modes_message(&terminal->modes, text);
}

void
terminal_hear(Terminal *terminal, const TerminalHandlers *handlers)
{
	terminal->handlers = *handlers;
}

int
terminal_rows(const Terminal *terminal)
{
	return LINES;
}

int
terminal_columns(const Terminal *terminal)
{
	return COLS;
}

/* ---- drawing ---- */

static bool
row_is_shown(const Terminal *terminal, const Canvas *canvas, int row)
{
	size_t bytes = sizeof(CanvasCell) * (size_t)canvas_columns(canvas);
	return !terminal->forgotten && bytes > 0 &&
	       memcmp(canvas_cell(canvas, row, 0), canvas_cell(terminal->shown, row, 0), bytes) ==
	               0;
}

static void
put_row(Terminal *terminal, const Canvas *canvas, int row)
{
	int total = canvas_columns(canvas);
	g_autofree cchar_t *cells = g_new0(cchar_t, (size_t)total + 1);
	int count = 0;
	for (int column = 0; column < total; column++) {
		const CanvasCell *cell = canvas_cell(canvas, row, column);
		if (cell->width == 0)
			continue;
		wchar_t text[CELL_CODE_POINTS + 1] = { 0 };
		const char *next = cell->text;
		for (int i = 0; i < CELL_CODE_POINTS && *next; i++, next = g_utf8_next_char(next))
			text[i] = (wchar_t)g_utf8_get_char(next);
		TerminalLook look = terminal_colours_look(&terminal->colours, cell->style);
		if (setcchar(&cells[count], text, look.attributes, 0, &look.pair) == ERR)
			setcchar(&cells[count], L"?", look.attributes, 0, &look.pair);
		count++;
	}
	mvadd_wchnstr(row, 0, cells, count);
}

void
terminal_show(Terminal *terminal, const Canvas *canvas)
{
	if (terminal->child.runs)
		return;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	if (rows != canvas_rows(terminal->shown) || columns != canvas_columns(terminal->shown)) {
		canvas_resize(terminal->shown, rows, columns);
		terminal->forgotten = true;
	}
	if (terminal->forgotten)
		clearok(curscr, TRUE);
	for (int row = 0; row < rows; row++) {
		if (row_is_shown(terminal, canvas, row))
			continue;
		put_row(terminal, canvas, row);
	}
	canvas_copy(terminal->shown, canvas);
	int row, column;
	curs_set(canvas_cursor(canvas, &row, &column) ? 1 : 0);
	move(row, column);
	terminal->forgotten = false;
	wnoutrefresh(stdscr);
	doupdate();
}

void
terminal_forget(Terminal *terminal)
{
	terminal->forgotten = true;
}

bool
terminal_is_quiet(Terminal *terminal)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	return terminal->input.unit.length == 0 && poll(&input, 1, 0) == 0;
}

void
terminal_tell_drawn(Terminal *terminal)
{
	if (terminal->drawn < 0)
		return;
	uint8_t told[] = { (uint8_t)terminal->taken, (uint8_t)LINES, (uint8_t)COLS };
	ssize_t ignored = write(terminal->drawn, told, sizeof(told));
	(void)ignored;
}

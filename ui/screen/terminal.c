#include "ui/screen/terminal.h"

#include <errno.h>
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

#include "ui/screen/terminal_keys.h"

enum { RESTORE_BYTES = 256, CELL_CODE_POINTS = 5 /* what a cchar_t takes */ };

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

/*
 * What a signal handler must know; it gets no argument, so this is the one piece of static state of the
 * screen. Written before the handlers are set and after they are taken away.
 */
static struct {
	bool armed;
	struct termios before;
	char restore
		[RESTORE_BYTES]; /* leaves the alternate screen, shows the cursor, plain style */
	size_t restore_length;
	int wake; /* eventfd: SIGTSTP and SIGCONT are told here */
	struct sigaction previous[G_N_ELEMENTS(fatal_signals)];
} guard;

struct Terminal {
	const Theme *theme;
	TerminalHandlers handlers;
	SCREEN *screen;
	bool colour;
	int pairs[STYLE_COUNT];
	Canvas *shown; /* what the terminal has now */
	bool forgotten;
	guint sources[6];
	int wake, drawn;
	unsigned taken; /* keys and resizes */
	struct sigaction stop_before, continue_before;
};

/* ---- death ---- */

static void
on_fatal_signal(int number)
{
	if (guard.armed) {
		guard.armed = false;
		ssize_t ignored = write(STDOUT_FILENO, guard.restore, guard.restore_length);
		(void)ignored;
		tcsetattr(STDIN_FILENO, TCSANOW, &guard.before);
	}
	/* whoever handled it before (the default, a sanitizer) has the last word */
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++) {
		if (fatal_signals[i] == number)
			sigaction(number, &guard.previous[i], NULL);
	}
	raise(number);
}

static void
on_stop_signal(int number)
{
	int saved = errno;
	uint64_t told = number == SIGCONT ? 1 : (uint64_t)1 << 32;
	ssize_t ignored = write(guard.wake, &told, sizeof(told));
	(void)ignored;
	errno = saved;
}

static void
append_capability(const char *name)
{
	const char *text = tigetstr(name);
	if (!text || text == (const char *)-1)
		return;
	size_t length = strlen(text);
	if (guard.restore_length + length >= RESTORE_BYTES)
		return;
	memcpy(guard.restore + guard.restore_length, text, length);
	guard.restore_length += length;
}

static void
arm_guard(Terminal *terminal)
{
	guard.restore_length = 0;
	append_capability("sgr0");
	append_capability("cnorm");
	append_capability("rmkx");
	append_capability("rmcup");
	guard.wake = terminal->wake;
	guard.armed = true;
	struct sigaction fatal = { .sa_handler = on_fatal_signal, .sa_flags = SA_ONSTACK };
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
		sigaction(fatal_signals[i], &fatal, &guard.previous[i]);
	struct sigaction stop = { .sa_handler = on_stop_signal, .sa_flags = SA_RESTART };
	sigaction(SIGTSTP, &stop, &terminal->stop_before);
	sigaction(SIGCONT, &stop, &terminal->continue_before);
}

static void
disarm_guard(Terminal *terminal)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
		sigaction(fatal_signals[i], &guard.previous[i], NULL);
	sigaction(SIGTSTP, &terminal->stop_before, NULL);
	sigaction(SIGCONT, &terminal->continue_before, NULL);
	guard.armed = false;
	guard.wake = -1;
}

/* ---- keys ---- */

static bool
input_has_ended(GIOCondition condition)
{
	if (condition & (G_IO_ERR | G_IO_NVAL))
		return true;
	int waiting = 0;
	return (condition & G_IO_HUP) &&
	       (ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0);
}

static gboolean
on_input(gint fd, GIOCondition condition, gpointer data)
{
	Terminal *terminal = data;
	if (input_has_ended(condition)) {
		terminal->sources[0] = 0;
		terminal->handlers.on_hangup(terminal->handlers.data);
		return G_SOURCE_REMOVE;
	}
	/* one turn takes all that has been typed, so that a burst of keys is drawn once */
	for (int taken = 0; taken < 64; taken++) {
		wint_t code = 0;
		int kind = get_wch(&code);
		if (kind == ERR)
			break;
		if (kind == KEY_CODE_YES && code == KEY_RESIZE)
			continue;
		terminal->taken++;
		Key key = terminal_key_of(kind, code);
		if (key != PRESS_NONE)
			terminal->handlers.on_key(key, terminal->handlers.data);
		else
			terminal->handlers.on_resize(terminal->handlers.data);
	}
	return G_SOURCE_CONTINUE;
}

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
	terminal->taken++;
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

static void
come_back(Terminal *terminal)
{
	reset_prog_mode();
	take_size(terminal);
	terminal->handlers.on_resize(terminal->handlers.data);
}

void
terminal_suspend(Terminal *terminal)
{
	endwin();
	guard.armed = false;
	struct sigaction ours;
	sigaction(SIGTSTP, &(struct sigaction){ .sa_handler = SIG_DFL }, &ours);
	kill(0, SIGTSTP); /* the whole job stops, as the terminal driver would do it */
	sigaction(SIGTSTP, &ours, NULL);
	guard.armed = true;
	come_back(terminal);
}

static gboolean
on_wake(gint fd, GIOCondition condition, gpointer data)
{
	Terminal *terminal = data;
	uint64_t told = 0;
	if (read(fd, &told, sizeof(told)) < 0)
		return G_SOURCE_CONTINUE;
	if (told >> 32)
		terminal_suspend(terminal);
	else
		come_back(terminal);
	return G_SOURCE_CONTINUE;
}

static void
add_sources(Terminal *terminal)
{
	terminal->sources[0] = g_unix_fd_add_full(G_PRIORITY_HIGH, STDIN_FILENO,
		G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, terminal, NULL);
	terminal->sources[1] = g_unix_fd_add(terminal->wake, G_IO_IN, on_wake, terminal);
	terminal->sources[2] = g_unix_signal_add(SIGWINCH, on_size, terminal);
	terminal->sources[3] = g_unix_signal_add(SIGTERM, on_end, terminal);
	terminal->sources[4] = g_unix_signal_add(SIGHUP, on_end, terminal);
	terminal->sources[5] = g_unix_signal_add(SIGINT, on_end, terminal);
}

/* ---- colours ---- */

static void
set_pairs(Terminal *terminal)
{
	const char *no_color = g_getenv("NO_COLOR");
	terminal->colour = !(no_color && *no_color) && has_colors() && start_color() == OK &&
	                   use_default_colors() == OK;
	if (!terminal->colour)
		return;
	for (int style = 0; style < STYLE_COUNT; style++) {
		int fg = terminal->theme->styles[style].fg, bg = terminal->theme->styles[style].bg;
		if (fg == THEME_DEFAULT_COLOUR && bg == THEME_DEFAULT_COLOUR)
			continue;
		int pair = alloc_pair(fg < COLORS ? fg : -1, bg < COLORS ? bg : -1);
		terminal->pairs[style] = pair > 0 ? pair : 0;
	}
}

static const struct {
	unsigned attribute;
	attr_t bits;
} attributes[] = {
	{ THEME_BOLD, A_BOLD },
	{ THEME_DIM, A_DIM },
	{ THEME_ITALIC, A_ITALIC },
	{ THEME_UNDERLINE, A_UNDERLINE },
	{ THEME_REVERSE, A_REVERSE },
};

static attr_t
attributes_of(const Terminal *terminal, int style)
{
	attr_t bits = A_NORMAL;
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
		if (terminal->theme->styles[style].attributes & attributes[i].attribute)
			bits |= attributes[i].bits;
	}
	return bits;
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
	tcgetattr(STDIN_FILENO, &guard.before);
	g_autofree Terminal *terminal = g_new0(Terminal, 1);
	terminal->theme = theme;
	terminal->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	const char *drawn = g_getenv("CURLEW_TEST_DRAWN_FD");
	terminal->drawn = drawn ? atoi(drawn) : -1;
	add_sources(terminal); /* before ncurses, which sets handlers only where there are none */
	arm_guard(terminal);
	set_escdelay(25);
	terminal->screen = newterm(NULL, stdout, stdin);
	if (!terminal->screen) {
		terminal_close(g_steal_pointer(&terminal));
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the terminal cannot be opened");
		return NULL;
	}
	disarm_guard(terminal);
	arm_guard(terminal); /* now the terminal's sequences are known */
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	set_pairs(terminal);
	terminal->shown = canvas_new(0, 0);
	terminal->forgotten = true;
	return g_steal_pointer(&terminal);
}

void
terminal_close(Terminal *terminal)
{
	if (!terminal)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(terminal->sources); i++) {
		if (terminal->sources[i])
			g_source_remove(terminal->sources[i]);
	}
	if (terminal->screen) {
		endwin();
		delscreen(terminal->screen);
	}
	disarm_guard(terminal);
	if (terminal->wake >= 0)
		close(terminal->wake);
	canvas_free(terminal->shown);
	g_free(terminal);
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
		int pair = terminal->pairs[cell->style];
		attr_t bits = attributes_of(terminal, cell->style);
		if (setcchar(&cells[count], text, bits, 0, &pair) == ERR)
			setcchar(&cells[count], L"?", bits, 0, &pair);
		count++;
	}
	mvadd_wchnstr(row, 0, cells, count);
}

void
terminal_show(Terminal *terminal, const Canvas *canvas)
{
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

void
terminal_copy(Terminal *terminal, const CleanText *text)
{
	g_autofree char *coded =
		g_base64_encode((const guchar *)clean_text_utf8(text), clean_text_length(text));
	printf("\033]52;c;%s\a", coded);
	fflush(stdout);
}

bool
terminal_is_quiet(Terminal *terminal)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	return poll(&input, 1, 0) == 0;
}

void
terminal_tell_drawn(Terminal *terminal)
{
	if (terminal->drawn < 0)
		return;
	uint8_t byte = (uint8_t)terminal->taken;
	ssize_t ignored = write(terminal->drawn, &byte, 1);
	(void)ignored;
}

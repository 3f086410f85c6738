#include "terminal.h"

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

enum { HANG_SECONDS = 60 };

struct TestTerminal {
	int rows, columns;
	pid_t pid;
	int status;
	bool ended;
	int master, drawn;
	unsigned typed;
	guint8 told[3]; /* last on `drawn`: keys taken, rows, columns */
	bool is_told;
	VTerm *vterm;
	VTermScreen *screen;
	GByteArray *bytes;
	bool cursor_visible;
};

static int
on_property(VTermProp property, VTermValue *value, void *data)
{
	TestTerminal *terminal = data;
	if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->cursor_visible = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static const char *const passed_on[] = { "PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" };

static void
become_program(const char *const *argv, char **environment, int drawn)
{
	char **all = g_strdupv(environment);
	for (size_t i = 0; i < G_N_ELEMENTS(passed_on); i++) {
		if (g_getenv(passed_on[i]))
			all = g_environ_setenv(all, passed_on[i], g_getenv(passed_on[i]), FALSE);
	}
	g_autofree char *number = g_strdup_printf("%d", drawn);
	all = g_environ_setenv(all, "CURLEW_TEST_DRAWN_FD", number, TRUE);
	execve(argv[0], (char **)argv, all);
	_exit(127);
}

TestTerminal *
test_terminal_start(const char *const *argv, char **environment, int rows, int columns)
{
	TestTerminal *terminal = g_new0(TestTerminal, 1);
	terminal->rows = rows;
	terminal->columns = columns;
	terminal->bytes = g_byte_array_new();
	terminal->vterm = vterm_new(rows, columns);
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_reset(terminal->screen, 1);
	terminal->cursor_visible = true;
	int drawn[2];
	assert_int_equal(pipe(drawn), 0);
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	terminal->pid = forkpty(&terminal->master, NULL, NULL, &size);
	assert_true(terminal->pid >= 0);
	if (terminal->pid == 0) {
		close(drawn[0]);
		become_program(argv, environment, drawn[1]);
	}
	close(drawn[1]);
	terminal->drawn = drawn[0];
	return terminal;
}

TestTerminal *
test_terminal_open(const char *const *argv, char **environment, int rows, int columns)
{
	TestTerminal *terminal = test_terminal_start(argv, environment, rows, columns);
	test_terminal_wait(terminal);
	return terminal;
}

void
test_terminal_close(TestTerminal *terminal)
{
	if (!terminal)
		return;
	if (!terminal->ended) {
		kill(terminal->pid, SIGKILL);
		waitpid(terminal->pid, &terminal->status, 0);
	}
	close(terminal->master);
	close(terminal->drawn);
	vterm_free(terminal->vterm);
	g_byte_array_unref(terminal->bytes);
	g_free(terminal);
}

/* ---- reading ---- */

static bool
read_pty(TestTerminal *terminal)
{
	char buffer[8192];
	ssize_t count = read(terminal->master, buffer, sizeof(buffer));
	if (count <= 0)
		return false;
	g_byte_array_append(terminal->bytes, (const guint8 *)buffer, (guint)count);
	vterm_input_write(terminal->vterm, buffer, (size_t)count);
	return true;
}

/* What was written before the byte is read by now or waits here: the kernel flushes a pty before it says
 * that there is nothing. */
static void
drain(TestTerminal *terminal)
{
	struct pollfd fd = { .fd = terminal->master, .events = POLLIN };
	while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) && read_pty(terminal))
		;
}

static void
fail_with_screen(TestTerminal *terminal, const char *what)
{
	/* a sanitizer's report is longer than the screen */
	static const char *const marks[] = { "ERROR: ", "runtime error: " };
	const guint8 *end = terminal->bytes->data + terminal->bytes->len;
	for (size_t i = 0; terminal->bytes->len > 0 && i < G_N_ELEMENTS(marks); i++) {
		const guint8 *report = memmem(
			terminal->bytes->data, terminal->bytes->len, marks[i], strlen(marks[i]));
		if (report)
			print_error("%.*s\n", (int)(end - report), (const char *)report);
	}
	g_autofree char *text = test_terminal_text(terminal);
	fail_msg("%s; keys typed %u, seen %u at %ux%u; the screen:\n%s", what,
		terminal->typed & 0xff, terminal->told[0], terminal->told[2], terminal->told[1],
		text);
}

static int64_t
hang_time(void)
{
	return g_get_monotonic_time() + HANG_SECONDS * G_USEC_PER_SEC;
}

/* Waits for one thing to read; it is not waited for beyond UNTIL. False: the program has ended. */
static bool
try_step(TestTerminal *terminal, const char *what, int64_t until)
{
	struct pollfd fds[2] = { { .fd = terminal->master, .events = POLLIN },
		{ .fd = terminal->drawn, .events = POLLIN } };
	if (poll(fds, 2, HANG_SECONDS * 1000) <= 0 || g_get_monotonic_time() > until)
		fail_with_screen(terminal, what);
	if (fds[0].revents & POLLIN)
		read_pty(terminal);
	if (fds[1].revents & POLLIN)
		terminal->is_told = read(terminal->drawn, terminal->told, sizeof(terminal->told)) ==
		                    sizeof(terminal->told);
	else if ((fds[0].revents & (POLLHUP | POLLERR)) && !(fds[0].revents & POLLIN))
		return false;
	return true;
}

static void
step(TestTerminal *terminal, const char *what, int64_t until)
{
	if (!try_step(terminal, what, until))
		fail_with_screen(terminal, "the program ended");
}

static bool
is_drawn(const TestTerminal *terminal)
{
	const guint8 wanted[] = { (guint8)terminal->typed, (guint8)terminal->rows,
		(guint8)terminal->columns };
	return terminal->is_told && memcmp(terminal->told, wanted, sizeof(wanted)) == 0;
}

bool
test_terminal_wait_or_end(TestTerminal *terminal)
{
	terminal->is_told = false;
	int64_t until = hang_time();
	while (!is_drawn(terminal)) {
		if (!try_step(terminal, "the program did not say that it has drawn", until))
			return false;
	}
	drain(terminal);
	return true;
}

void
test_terminal_wait(TestTerminal *terminal)
{
	if (!test_terminal_wait_or_end(terminal))
		fail_with_screen(terminal, "the program ended");
}

void
test_terminal_wait_text(TestTerminal *terminal, const char *wanted)
{
	int64_t until = hang_time();
	for (;;) {
		drain(terminal);
		g_autofree char *text = test_terminal_text(terminal);
		if (strstr(text, wanted))
			return;
		step(terminal, wanted, until);
	}
}

void
test_terminal_wait_line(TestTerminal *terminal, int row, const char *wanted)
{
	int64_t until = hang_time();
	for (;;) {
		drain(terminal);
		g_autofree char *line = test_terminal_line(terminal, row);
		if (strstr(line, wanted))
			return;
		step(terminal, wanted, until);
	}
}

void
test_terminal_wait_bytes(TestTerminal *terminal, const char *wanted)
{
	int64_t until = hang_time();
	while (!memmem(terminal->bytes->data, terminal->bytes->len, wanted, strlen(wanted)))
		step(terminal, wanted, until);
}

/* ---- typing ---- */

static void
write_all(TestTerminal *terminal, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t count = write(terminal->master, bytes, length);
		if (count < 0 && errno == EINTR)
			continue;
		assert_true(count > 0);
		bytes += count;
		length -= (size_t)count;
	}
}

static const struct {
	const char *name;
	VTermKey key;
	VTermModifier modifier;
} keys[] = {
	{ "Enter", VTERM_KEY_ENTER, 0 },
	{ "Tab", VTERM_KEY_TAB, 0 },
	{ "S-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT },
	{ "Esc", VTERM_KEY_ESCAPE, 0 },
	{ "Backspace", VTERM_KEY_BACKSPACE, 0 },
	{ "Up", VTERM_KEY_UP, 0 },
	{ "Down", VTERM_KEY_DOWN, 0 },
	{ "Left", VTERM_KEY_LEFT, 0 },
	{ "Right", VTERM_KEY_RIGHT, 0 },
	{ "PgUp", VTERM_KEY_PAGEUP, 0 },
	{ "PgDn", VTERM_KEY_PAGEDOWN, 0 },
	{ "Home", VTERM_KEY_HOME, 0 },
	{ "End", VTERM_KEY_END, 0 },
	{ "Del", VTERM_KEY_DEL, 0 },
};

void
test_terminal_press(TestTerminal *terminal, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (!g_str_equal(name, keys[i].name))
			continue;
		char buffer[64];
		vterm_keyboard_key(terminal->vterm, keys[i].key, keys[i].modifier);
		size_t length = vterm_output_read(terminal->vterm, buffer, sizeof(buffer));
		write_all(terminal, buffer, length);
		terminal->typed++;
		return;
	}
	if (g_str_equal(name, "Space"))
		name = " ";
	char control = 0;
	if (g_str_has_prefix(name, "C-") && name[2])
		control = (char)(name[2] & 0x1f);
	if (control) {
		write_all(terminal, &control, 1);
		terminal->typed++;
	} else {
		test_terminal_type(terminal, name);
	}
}

void
test_terminal_type(TestTerminal *terminal, const char *text)
{
	write_all(terminal, text, strlen(text));
	terminal->typed += (unsigned)g_utf8_strlen(text, -1);
}

void
test_terminal_keys(TestTerminal *terminal, const char *words)
{
	g_auto(GStrv) all = g_strsplit(words, " ", -1);
	for (char **word = all; *word; word++)
		test_terminal_press(terminal, *word);
	test_terminal_wait(terminal);
}

void
test_terminal_click(TestTerminal *terminal, int row, int column, int button)
{
	char buffer[64];
	vterm_mouse_move(terminal->vterm, row, column, 0);
	vterm_mouse_button(terminal->vterm, button, true, 0);
	vterm_mouse_button(terminal->vterm, button, false, 0);
	size_t length = vterm_output_read(terminal->vterm, buffer, sizeof(buffer));
	write_all(terminal, buffer, length);
	terminal->typed++; /* the release is not heard */
}

void
test_terminal_paste(TestTerminal *terminal, const char *text)
{
	g_autofree char *marked = g_strdup_printf("\x1b[200~%s\x1b[201~", text);
	write_all(terminal, marked, strlen(marked));
	terminal->typed++;
}

void
test_terminal_focus(TestTerminal *terminal, bool focused)
{
	write_all(terminal, focused ? "\x1b[I" : "\x1b[O", 3);
	terminal->typed++;
}

void
test_terminal_resize(TestTerminal *terminal, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	terminal->rows = rows;
	terminal->columns = columns;
	vterm_set_size(terminal->vterm, rows, columns);
	assert_int_equal(ioctl(terminal->master, TIOCSWINSZ, &size), 0);
}

/* ---- looking ---- */

TestCell
test_terminal_cell(TestTerminal *terminal, int row, int column)
{
	VTermScreenCell cell;
	TestCell result = { .fg = -1, .bg = -1 };
	vterm_screen_get_cell(terminal->screen, (VTermPos){ row, column }, &cell);
	size_t length = 0;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
		if (cell.chars[i] == (uint32_t)-1)
			break;
		length += (size_t)g_unichar_to_utf8(cell.chars[i], result.text + length);
	}
	if (!cell.chars[0])
		strcpy(result.text, " ");
	result.bold = cell.attrs.bold;
	result.reverse = cell.attrs.reverse;
	result.underline = cell.attrs.underline != 0;
	if (VTERM_COLOR_IS_INDEXED(&cell.fg) && !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg))
		result.fg = cell.fg.indexed.idx;
	if (VTERM_COLOR_IS_INDEXED(&cell.bg) && !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
		result.bg = cell.bg.indexed.idx;
	return result;
}

char *
test_terminal_line(TestTerminal *terminal, int row)
{
	GString *line = g_string_new(NULL);
	for (int column = 0; column < terminal->columns; column++) {
		TestCell cell = test_terminal_cell(terminal, row, column);
		g_string_append(line, cell.text);
	}
	g_strchomp(line->str);
	return g_string_free(line, FALSE);
}

char *
test_terminal_text(TestTerminal *terminal)
{
	GString *text = g_string_new(NULL);
	for (int row = 0; row < terminal->rows; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		g_string_append_printf(text, "%s\n", line);
	}
	return g_string_free(text, FALSE);
}

bool
test_terminal_cursor(TestTerminal *terminal, int *row, int *column)
{
	VTermPos position;
	vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
	*row = position.row;
	*column = position.col;
	return terminal->cursor_visible;
}

const GByteArray *
test_terminal_bytes(const TestTerminal *terminal)
{
	return terminal->bytes;
}

int
test_terminal_pid(const TestTerminal *terminal)
{
	return terminal->pid;
}

int
test_terminal_wait_end(TestTerminal *terminal)
{
	/* its last words must be read, or it would wait for us */
	struct pollfd fd = { .fd = terminal->master, .events = POLLIN };
	while (poll(&fd, 1, HANG_SECONDS * 1000) > 0 && (fd.revents & POLLIN) && read_pty(terminal))
		;
	if (!terminal->ended)
		waitpid(terminal->pid, &terminal->status, 0);
	terminal->ended = true;
	return terminal->status;
}

void
test_terminal_wait_end_well(TestTerminal *terminal)
{
	if (test_terminal_wait_end(terminal) != 0)
		fail_with_screen(terminal, "the program did not end well");
}

bool
test_terminal_is_cooked(const TestTerminal *terminal)
{
	struct termios modes;
	if (tcgetattr(terminal->master, &modes) != 0)
		return false;
	return (modes.c_lflag & ECHO) && (modes.c_lflag & ICANON);
}

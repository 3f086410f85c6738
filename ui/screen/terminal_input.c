#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
/* after the others, whose names its macros would hide */
#include <ncurses.h>
#undef clear
#undef lines
#undef columns
#undef tab
#undef bell

#include "ui/screen/terminal_keys.h"
#include "ui/screen/terminal_private.h"

/*
 * Esc alone is a key, or the begin of one whose rest is on its way: so long that is waited for. The begin of a sequence is
 * no key, so its rest may take what time it needs.
 */
enum { ESCAPE_MS = 100, SEQUENCE_MS = 5000, UNITS_AT_ONCE = 64 };

/* ---- what ncurses makes of it ---- */

static const struct {
	mmask_t button;
	MouseAction action;
} mouse_buttons[] = {
	{ BUTTON1_PRESSED, MOUSE_SELECT },
	{ BUTTON4_PRESSED, MOUSE_WHEEL_UP },
	{ BUTTON5_PRESSED, MOUSE_WHEEL_DOWN },
};

void
terminal_set_mouse(Terminal *terminal, bool on)
{
	mmask_t wanted = 0;
	for (size_t i = 0; on && i < G_N_ELEMENTS(mouse_buttons); i++)
		wanted |= mouse_buttons[i].button;
	mouseinterval(0); /* a click is told when the button goes down */
	mousemask(wanted, NULL);
}

static void
take_mouse(Terminal *terminal)
{
	MEVENT event;
	while (getmouse(&event) == OK) {
		for (size_t i = 0; i < G_N_ELEMENTS(mouse_buttons); i++) {
			if (!(event.bstate & mouse_buttons[i].button))
				continue;
			terminal->taken++;
			terminal->handlers.on_mouse(
				event.y, event.x, mouse_buttons[i].action, terminal->handlers.data);
		}
	}
}

/* Keys that are part of it mean nothing. */
static void
take_pasted(Terminal *terminal, int kind, wint_t code)
{
	if (kind == KEY_CODE_YES || !terminal_paste_take(&terminal->paste, code))
		return;
	terminal->taken++;
	terminal->handlers.on_paste(terminal_paste_text(&terminal->paste), terminal->handlers.data);
	terminal_paste_close(&terminal->paste);
}

static void
take_input(Terminal *terminal, int kind, wint_t code)
{
	if (terminal_paste_is_open(&terminal->paste)) {
		take_pasted(terminal, kind, code);
		return;
	}
	if (kind == KEY_CODE_YES && code == TERMINAL_PASTE_BEGIN) {
		terminal_paste_begin(&terminal->paste);
		return;
	}
	if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
		take_mouse(terminal);
		return;
	}
	terminal->taken++;
	Key key = terminal_key_of(kind, code);
	if (kind == KEY_CODE_YES && (code == TERMINAL_FOCUS_IN || code == TERMINAL_FOCUS_OUT))
		terminal->focus = code == TERMINAL_FOCUS_IN ? TERMINAL_FOCUSED : TERMINAL_AWAY;
	if (key != PRESS_NONE)
		terminal->handlers.on_key(key, terminal->handlers.data);
	else
		terminal->handlers.on_resize(terminal->handlers.data);
}

/* COUNT bytes of what is begun are whole. */
static void
take_unit(Terminal *terminal, size_t count)
{
	ssize_t ignored = write(terminal->input.pipe, terminal->input.unit.bytes, count);
	(void)ignored; /* the pipe is empty between two of them */
	terminal_unit_drop(&terminal->input.unit, count);
	wint_t code;
	int kind;
	/* of a terminal that is lent now, ncurses would turn the keys on again */
	while (!terminal->child.runs && (kind = get_wch(&code)) != ERR) {
		if (kind != KEY_CODE_YES || code != KEY_RESIZE)
			take_input(terminal, kind, code);
	}
}

/* ---- what is typed ---- */

static gboolean
on_no_rest(gpointer data)
{
	Terminal *terminal = data;
	terminal->input.rest = 0;
	if (terminal_unit_is_escape(&terminal->input.unit))
		take_unit(terminal, terminal->input.unit.length);
	terminal_input_forget(terminal);
	return G_SOURCE_REMOVE;
}

static void
await_rest(Terminal *terminal)
{
	TerminalInput *input = &terminal->input;
	g_clear_handle_id(&input->rest, g_source_remove);
	if (input->unit.length > 0)
		input->rest = g_timeout_add(
			terminal_unit_is_escape(&input->unit) ? ESCAPE_MS : SEQUENCE_MS, on_no_rest,
			terminal);
}

static bool
input_has_ended(GIOCondition condition)
{
	if (condition & (G_IO_ERR | G_IO_NVAL))
		return true;
	int waiting = 0;
	return (condition & G_IO_HUP) &&
	       (ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0);
}

/* A byte at a time: what is typed behind a key that lends the terminal is the program's. False: none is here. */
static bool
read_unit(Terminal *terminal)
{
	struct pollfd typed = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte;
	size_t whole = 0;
	while (whole == 0) {
		if (poll(&typed, 1, 0) <= 0 || read(STDIN_FILENO, &byte, 1) != 1)
			return false;
		whole = terminal_unit_add(&terminal->input.unit, byte);
	}
	take_unit(terminal, whole);
	return true;
}

static gboolean
on_input(gint fd, GIOCondition condition, gpointer data)
{
	Terminal *terminal = data;
	if (input_has_ended(condition)) {
		terminal->input.source = 0;
		terminal->handlers.on_hangup(terminal->handlers.data);
		return G_SOURCE_REMOVE;
	}
	/* one turn takes all that has been typed, so that a burst of keys is drawn once */
	for (int taken = 0; taken < UNITS_AT_ONCE && !terminal->child.runs; taken++) {
		if (!read_unit(terminal))
			break;
	}
	await_rest(terminal);
	return G_SOURCE_CONTINUE;
}

/* ---- life ---- */

void
terminal_input_open(Terminal *terminal)
{
	int ends[2];
	if (!g_unix_open_pipe(ends, FD_CLOEXEC, NULL) ||
		!g_unix_set_fd_nonblocking(ends[0], true, NULL)) /* ncurses waits for a mouse */
		g_error("no pipe can be opened");
	terminal->input.pipe = ends[1];
	terminal->input.units = fdopen(ends[0], "r");
	terminal_input_listen(terminal, true);
}

void
terminal_input_close(Terminal *terminal)
{
	terminal_input_forget(terminal);
	if (!terminal->input.units)
		return;
	fclose(terminal->input.units);
	close(terminal->input.pipe);
}

void
terminal_input_listen(Terminal *terminal, bool on)
{
	g_clear_handle_id(&terminal->input.source, g_source_remove);
	if (on)
		terminal->input.source = g_unix_fd_add_full(G_PRIORITY_HIGH, STDIN_FILENO,
			G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, terminal, NULL);
}

void
terminal_input_forget(Terminal *terminal)
{
	g_clear_handle_id(&terminal->input.rest, g_source_remove);
	terminal->input.unit.length = 0;
}

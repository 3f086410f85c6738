#pragma once
/*
 * The terminal: its files are the only ones that call ncurses. Opens and restores it (after any death a process can
 * hear of), reads keys on the GLib loop, carries a canvas's cells out. One object, UI thread.
 */
#include <gio/gio.h>
#include <stdbool.h>

#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"
#include "ui/screen/mouse.h"
#include "ui/screen/theme.h"

typedef struct Terminal Terminal;

/* Called on the UI thread's default main context. */
typedef struct TerminalHandlers {
	void (*on_key)(Key key, void *data);
	/* One line, without control characters; belongs to the caller. */
	void (*on_paste)(const char *text, void *data);
	void (*on_mouse)(int row, int column, MouseAction action, void *data);
	void (*on_resize)(void *data); /* also after a stop: draw everything */
	void (*on_hangup)(void *data); /* SIGTERM, SIGHUP or the end of the input */
	void *data;
} TerminalHandlers;

/* Can a screen be shown here: standard input and output are a terminal that can move its cursor? */
bool terminal_is_usable(GError **error);

/* Takes the terminal over. NO_COLOR is obeyed. The theme must outlive it. */
Terminal *terminal_open(const Theme *theme, GError **error);
void terminal_close(Terminal *terminal); /* the terminal is as it was */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Terminal, terminal_close)

/* Another theme from the next terminal_show on; it must outlive TERMINAL too. */
void terminal_set_theme(Terminal *terminal, const Theme *theme);

/* Who hears of keys and sizes from now on; the main context must not run before the first call. */
void terminal_hear(Terminal *terminal, const TerminalHandlers *handlers);

/* Clicks and the wheel are told from now on, or no more. Off at first. */
void terminal_set_mouse(Terminal *terminal, bool on);

typedef enum TerminalFocus {
	TERMINAL_UNTOLD, /* it has not said: it cannot, or nothing has changed since the start */
	TERMINAL_FOCUSED,
	TERMINAL_AWAY,
} TerminalFocus;

TerminalFocus terminal_focus(const Terminal *terminal);

/* The window's title; the old one comes back at the end. */
void terminal_set_title(Terminal *terminal, const CleanText *title);

void terminal_ring(Terminal *terminal);                        /* the bell */
void terminal_tell(Terminal *terminal, const CleanText *text); /* a note of the desktop (OSC 9) */

int terminal_rows(const Terminal *terminal);
int terminal_columns(const Terminal *terminal);

/* Shows the canvas, which must have the terminal's size: what differs from before is written. */
void terminal_show(Terminal *terminal, const Canvas *canvas);

/* The next terminal_show writes every cell again, whatever the terminal shows now (C-l). */
void terminal_forget(Terminal *terminal);

/* Gives the terminal back and stops the process, as C-z does; returns when it goes on. */
void terminal_suspend(Terminal *terminal);

/*
 * Gives the terminal to a program (an editor, a pager; no shell) and goes on when it ends: ON_DONE is called with
 * what waitpid says of it, after the screen has come back. Until then nothing is drawn and no key is read, all else
 * goes on. False: it could not be started. One at a time.
 */
bool terminal_run(Terminal *terminal, const char *const *argv,
	void (*on_done)(int status, void *data), void *data, GError **error);

/* The same for a program whose standard input is INPUT (the keys it finds at /dev/tty); what it wrote stays in sight
 * until a key is pressed. */
bool terminal_pipe(Terminal *terminal, const char *const *argv, GBytes *input,
	void (*on_done)(int status, void *data), void *data, GError **error);

/* No key is waiting to be read. */
bool terminal_is_quiet(Terminal *terminal);

/*
 * For tests: where CURLEW_TEST_DRAWN_FD names a descriptor, writes three bytes there, each modulo 256: how many keys
 * were taken so far, rows and columns. To be called when the screen is drawn and nothing is under way.
 */
void terminal_tell_drawn(Terminal *terminal);

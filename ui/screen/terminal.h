#pragma once
/*
 * The terminal: the only file that calls ncurses. Opens and restores it (after any death a process can
 * hear of), reads keys on the GLib loop, carries a canvas's cells out. One object, UI thread.
 */
#include <gio/gio.h>
#include <stdbool.h>

#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"
#include "ui/screen/theme.h"

typedef struct Terminal Terminal;

/* Called on the UI thread's default main context. */
typedef struct TerminalHandlers {
	void (*on_key)(Key key, void *data);
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

/* Who hears of keys and sizes from now on; the main context must not run before the first call. */
void terminal_hear(Terminal *terminal, const TerminalHandlers *handlers);

int terminal_rows(const Terminal *terminal);
int terminal_columns(const Terminal *terminal);

/* Shows the canvas, which must have the terminal's size: what differs from before is written. */
void terminal_show(Terminal *terminal, const Canvas *canvas);

/* The next terminal_show writes every cell again, whatever the terminal shows now (C-l). */
void terminal_forget(Terminal *terminal);

/* Gives the terminal back and stops the process, as C-z does; returns when it goes on. */
void terminal_suspend(Terminal *terminal);

/* Puts TEXT into the clipboard of who sits before the terminal, if the terminal can (OSC 52). */
void terminal_copy(Terminal *terminal, const CleanText *text);

/* No key is waiting to be read. */
bool terminal_is_quiet(Terminal *terminal);

/*
 * For tests: where CURLEW_TEST_DRAWN_FD names a descriptor, writes one byte there, the number of keys and
 * resizes taken so far modulo 256. To be called when the screen is drawn and nothing is under way.
 */
void terminal_tell_drawn(Terminal *terminal);

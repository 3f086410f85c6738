#pragma once
/*
 * The terminal's state, shared by terminal.c (life, input, drawing) and terminal_run.c (the terminal is another
 * program's for a while).
 */
#include <signal.h>

#include "ui/screen/terminal.h"
#include "ui/screen/terminal_colours.h"
#include "ui/screen/terminal_modes.h"
#include "ui/screen/terminal_paste.h"

enum { TERMINAL_CHILD_SIGNALS = 2 };

/* A program in the foreground. */
typedef struct TerminalChild {
	bool runs;   /* or has ended, and what it wrote is still looked at */
	bool pauses; /* when it ends, a key is waited for */
	int status;  /* what waitpid said of it */
	guint watch; /* for its end, then for that key */
	void (*on_done)(int status, void *data);
	void *data;
	struct sigaction before[TERMINAL_CHILD_SIGNALS]; /* of the keys that are the program's */
} TerminalChild;

struct Terminal {
	TerminalColours colours;
	TerminalHandlers handlers;
	TerminalModes modes;
	TerminalFocus focus;
	TerminalChild child;
	TerminalPaste paste;
	struct screen *screen; /* ncurses' SCREEN */
	Canvas *shown;         /* what the terminal has now */
	bool forgotten;
	guint input, sources[5];
	int wake, drawn;
	unsigned taken; /* keys, clicks, pastes, and the focus come or gone */
};

/* terminal.c: gives the terminal away, and takes it back. */
void terminal_leave(Terminal *terminal);
void terminal_come_back(Terminal *terminal);
void terminal_listen(Terminal *terminal, bool on); /* reads keys */

/* terminal_run.c: forgets a program that still runs. */
void terminal_run_forget(Terminal *terminal);

/* From before the terminal is given away until it is back: its interrupt and quit keys mean others. */
void terminal_leave_signals(Terminal *terminal);
void terminal_take_signals(Terminal *terminal);

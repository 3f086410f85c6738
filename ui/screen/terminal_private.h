#pragma once
/*
 * The terminal's state, shared by terminal.c (life, input, drawing) and terminal_run.c (the terminal is another
 * program's for a while).
 */
#include <signal.h>
#include <stdio.h>

#include "ui/screen/terminal.h"
#include "ui/screen/terminal_colours.h"
#include "ui/screen/terminal_modes.h"
#include "ui/screen/terminal_paste.h"
#include "ui/screen/terminal_unit.h"

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

/* What is typed goes to ncurses by whole units, through a pipe: so it never waits for the rest of one. */
typedef struct TerminalInput {
	TerminalUnit unit; /* begun */
	guint source;      /* of what is typed; 0: nobody listens */
	guint rest;        /* when it runs out, nothing follows what is begun; or 0 */
	int pipe;          /* where ncurses reads the other end */
	FILE *units;       /* that end */
} TerminalInput;

struct Terminal {
	TerminalColours colours;
	TerminalHandlers handlers;
	TerminalModes modes;
	TerminalFocus focus;
	TerminalChild child;
	TerminalPaste paste;
	TerminalInput input;
	struct screen *screen; /* ncurses' SCREEN */
	Canvas *shown;         /* what the terminal has now */
	bool forgotten;
	guint sources[5];
	int wake, drawn;
	unsigned taken; /* keys, clicks, pastes, and the focus come or gone */
};

/* terminal_input.c */
void terminal_input_open(Terminal *terminal);
void terminal_input_close(Terminal *terminal);
void terminal_input_listen(Terminal *terminal, bool on); /* reads keys */
void terminal_input_forget(Terminal *terminal);          /* what is begun */

/* terminal.c: gives the terminal away, and takes it back. */
void terminal_leave(Terminal *terminal);
void terminal_come_back(Terminal *terminal);

/* terminal_run.c: forgets a program that still runs. */
void terminal_run_forget(Terminal *terminal);

/* From before the terminal is given away until it is back: its interrupt and quit keys mean others. */
void terminal_leave_signals(Terminal *terminal);
void terminal_take_signals(Terminal *terminal);

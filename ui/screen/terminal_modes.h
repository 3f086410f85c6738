#pragma once
/*
 * What ncurses does not know of a terminal: its title, whether it has the focus, news while it has not, what is pasted.
 * Where the terminal is not of xterm's kind nothing of it is written, but the bell. Part of the terminal; UI thread.
 */
#include <stdbool.h>

#include "index/clean_text.h"

typedef struct TerminalModes {
	bool on, known;   /* known: the terminal understands xterm's sequences */
	CleanText *title; /* NULL: none was set */
} TerminalModes;

/* What a focus event and the mark before what is pasted are as key codes of ncurses. */
enum { TERMINAL_FOCUS_IN = 0x7001, TERMINAL_FOCUS_OUT, TERMINAL_PASTE_BEGIN };

void terminal_modes_open(TerminalModes *modes); /* after newterm */
void terminal_modes_close(TerminalModes *modes);

/* On: the old title is put aside, focus is reported and what is pasted is marked. Off: all is as it was. */
void terminal_modes_set(TerminalModes *modes, bool on);

/* The sequences that take all modes back, also the mouse's; "" where none was set. Constant. */
const char *terminal_modes_off(const TerminalModes *modes);

void terminal_modes_title(TerminalModes *modes, const CleanText *title);
void terminal_modes_bell(void);
void terminal_modes_message(const TerminalModes *modes, const CleanText *text); /* OSC 9 */

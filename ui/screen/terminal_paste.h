#pragma once
/*
 * What a terminal marks as pasted (mode 2004), put together as one text. A paste may hold anything, also a password:
 * it is wiped once it was told. Part of the terminal; knows no ncurses. UI thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct TerminalPaste {
	GString *text;  /* NULL: none is under way */
	size_t matched; /* characters of the mark of its end that were read */
} TerminalPaste;

void terminal_paste_begin(TerminalPaste *paste);
bool terminal_paste_is_open(const TerminalPaste *paste);

/* One more character of it. True: that was its end, and its text is whole. */
bool terminal_paste_take(TerminalPaste *paste, gunichar character);

/* One line without control characters: line ends and tabs are blanks, those at its end are left out. Belongs to PASTE
 * until it is closed. */
const char *terminal_paste_text(const TerminalPaste *paste);

void terminal_paste_close(
	TerminalPaste *paste); /* none is under way any more; what there was is wiped */

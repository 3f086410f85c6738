#pragma once
/*
 * What a terminal sends, cut into what belongs together: a character of several bytes, the sequence of a key, of a mouse
 * or of a paste's mark. It may come in pieces, over a slow line or on a busy machine, and ncurses would take what comes
 * late for keys of their own. Part of the terminal; knows no ncurses. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

enum { TERMINAL_UNIT_MOST = 64 }; /* bytes; what is longer is no key's */

typedef struct TerminalUnit {
	char bytes[TERMINAL_UNIT_MOST];
	size_t length;
} TerminalUnit;

/* One more byte. So many of the first bytes are whole now, to be taken; 0: more are to come. */
size_t terminal_unit_add(TerminalUnit *unit, char byte);
/* Takes the first COUNT bytes out. */
void terminal_unit_drop(TerminalUnit *unit, size_t count);
/* Is it Esc alone, which may be a key itself? */
bool terminal_unit_is_escape(const TerminalUnit *unit);

#pragma once
/*
 * A theme's styles as ncurses shows them: attributes and colour pairs, made when a style is first drawn, one a
 * style at most. Part of the terminal; UI thread.
 */
#include <stdbool.h>
#include <wchar.h>

#include "ui/screen/theme.h"

typedef struct TerminalColours {
	const Theme *theme;
	bool any; /* the terminal has colours and may use them */
	int palette; /* of direct colour (RGB in terminfo): so many of them are the palette's; else 0 */
	int pairs[STYLE_COUNT]; /* -1: not made yet; 0: the terminal's own colours */
} TerminalColours;

/* After newterm. NO_COLOR is obeyed: attributes only. */
void terminal_colours_open(TerminalColours *colours, const Theme *theme);
void terminal_colours_set_theme(TerminalColours *colours, const Theme *theme);

typedef struct TerminalLook {
	unsigned attributes; /* ncurses' attr_t */
	int pair;
} TerminalLook;

TerminalLook terminal_colours_look(TerminalColours *colours, int style);

#include "ui/screen/terminal_colours.h"

#include <string.h>
#include <term.h>
/* after term.h, whose macros would hide ours */
#include <ncurses.h>

enum { PALETTE = 256, PLAIN = 8 };

static const struct {
	unsigned attribute;
	attr_t bits;
} attributes[] = {
	{ THEME_BOLD, A_BOLD },
	{ THEME_DIM, A_DIM },
	{ THEME_ITALIC, A_ITALIC },
	{ THEME_UNDERLINE, A_UNDERLINE },
	{ THEME_REVERSE, A_REVERSE },
};

void
terminal_colours_set_theme(TerminalColours *colours, const Theme *theme)
{
	colours->theme = theme;
	if (colours->any)
		reset_color_pairs();
	for (int style = 0; style < STYLE_COUNT; style++)
		colours->pairs[style] = colours->any ? -1 : 0;
}

/* Which numbers it means as palette stands in no capability, but in what it would be sent for the last one. */
static int
palette_of_direct(void)
{
	const char *sequence = tigetstr("setaf");
	if (!sequence || sequence == (const char *)-1 || COLORS < COLOUR_RGB)
		return 0;
	const char *last = tiparm(sequence, PALETTE - 1);
	bool is_whole = last && (strstr(last, "5;255m") || strstr(last, "5:255m"));
	return is_whole ? PALETTE : PLAIN;
}

void
terminal_colours_open(TerminalColours *colours, const Theme *theme)
{
	const char *no_color = g_getenv("NO_COLOR");
	colours->any = !(no_color && *no_color) && has_colors() && start_color() == OK &&
	               use_default_colors() == OK;
	colours->palette = colours->any ? palette_of_direct() : 0;
	terminal_colours_set_theme(colours, theme);
}

static int
number_of(const TerminalColours *colours, int colour)
{
	return colours->palette ? colour_direct(colour, colours->palette)
	                        : colour_nearest(colour, COLORS);
}

static int
make_pair(const TerminalColours *colours, const ThemeStyle *style)
{
	int fg = number_of(colours, style->fg), bg = number_of(colours, style->bg);
	if (fg == COLOUR_DEFAULT && bg == COLOUR_DEFAULT)
		return 0;
	return MAX(alloc_pair(fg, bg), 0);
}

TerminalLook
terminal_colours_look(TerminalColours *colours, int style)
{
	const ThemeStyle *wanted = &colours->theme->styles[style];
	if (colours->pairs[style] < 0)
		colours->pairs[style] = make_pair(colours, wanted);
	TerminalLook look = { A_NORMAL, colours->pairs[style] };
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
		if (wanted->attributes & attributes[i].attribute)
			look.attributes |= attributes[i].bits;
	}
	return look;
}

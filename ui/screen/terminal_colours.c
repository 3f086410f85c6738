#include "ui/screen/terminal_colours.h"

#include <ncurses.h>

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

void
terminal_colours_open(TerminalColours *colours, const Theme *theme)
{
	const char *no_color = g_getenv("NO_COLOR");
	colours->any = !(no_color && *no_color) && has_colors() && start_color() == OK &&
	               use_default_colors() == OK;
	terminal_colours_set_theme(colours, theme);
}

static int
make_pair(const ThemeStyle *style)
{
	int fg = colour_nearest(style->fg, COLORS), bg = colour_nearest(style->bg, COLORS);
	if (fg == COLOUR_DEFAULT && bg == COLOUR_DEFAULT)
		return 0;
	return MAX(alloc_pair(fg, bg), 0);
}

TerminalLook
terminal_colours_look(TerminalColours *colours, int style)
{
	const ThemeStyle *wanted = &colours->theme->styles[style];
	if (colours->pairs[style] < 0)
		colours->pairs[style] = make_pair(wanted);
	TerminalLook look = { A_NORMAL, colours->pairs[style] };
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
		if (wanted->attributes & attributes[i].attribute)
			look.attributes |= attributes[i].bits;
	}
	return look;
}

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "ui/screen/theme_file.h"

/* All that is wrong, one a line; warnings begin with ~. */
static char *
sentences(GPtrArray *problems)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < problems->len; i++) {
		const ThemeProblem *problem = g_ptr_array_index(problems, i);
		g_string_append_printf(
			all, "%s%s\n", problem->warning ? "~" : "", problem->sentence);
	}
	return g_string_free(all, FALSE);
}

static const struct {
	const char *text;
	Style style;
	int fg, bg;
	unsigned attributes;
	const char *problems;
} cases[] = {
	{ "style list.unread { fg = bright-blue  bg = default  attr = {bold} }", STYLE_LIST_UNREAD,
		12, -1, THEME_BOLD, "" },
	{ "style cursor { fg=208 bg=\"#ffaf00\" attr=reverse }", STYLE_CURSOR, 208,
		COLOUR_RGB | 0xffaf00, THEME_REVERSE, "" },
	{ "style cursor { bg = #FFaf00 # amber\n fg = #000000}", STYLE_CURSOR, COLOUR_RGB,
		COLOUR_RGB | 0xffaf00, 0, "" },
	{ "style cursor { attr = {bold dim, italic underline} fg = grey }", STYLE_CURSOR, 8, -1,
		THEME_BOLD | THEME_DIM | THEME_ITALIC | THEME_UNDERLINE, "" },
	/* what is left out looks like the role above */
	{ "", STYLE_CURSOR, -1, -1, 0, "" },
	{ "style list { fg = red }", STYLE_LIST_UNREAD, 1, -1, 0, "" },
	{ "style list.unread { bg = 3 } style list { fg = red }", STYLE_LIST_UNREAD, 1, 3, 0, "" },
	{ "style normal { bg = white }", STYLE_HELP_HEADING, -1, 7, 0, "" },
	/* or as in the theme that it inherits */
	{ "inherit = default", STYLE_HINTS, 6, -1, 0, "" },
	{ "inherit = default style list.unread { fg = red }", STYLE_LIST_UNREAD, 1, -1, THEME_BOLD,
		"" },
	{ "inherit = default style list.unread { attr = {} }", STYLE_LIST_UNREAD, -1, -1, 0, "" },
	{ "inherit = lihgt", STYLE_HINTS, 6, -1, 0,
		"there is no theme 'lihgt' (did you mean 'light'?)\n" },
	{ "inherit = \"../light\"", STYLE_HINTS, 6, -1, 0,
		"there is no theme '../light' in themes/ beside the config\n" },
	/* one mistake never stops the others */
	{ "style list.unred { fg = red }\nstyle hints { fg = 2 }", STYLE_HINTS, 2, -1, 0,
		"~themes/t:1:1: unknown style 'list.unred' (did you mean 'list.unread'?)\n" },
	{ "style hints { fg = blu bg = red }", STYLE_HINTS, -1, 1, 0,
		"themes/t:1:20: unknown colour 'blu' (did you mean 'blue'?)\n" },
	{ "style hints { fg = 256 bg = -1 }", STYLE_HINTS, -1, -1, 0,
		"themes/t:1:20: unknown colour '256'\nthemes/t:1:29: unknown colour '-1'\n" },
	{ "style hints { fg = \"#12345\" bg = \"#12345g\" attr = {blod} }", STYLE_HINTS, -1, -1, 0,
		"themes/t:1:20: unknown colour '#12345'\nthemes/t:1:34: unknown colour '#12345g'\n"
		"themes/t:1:51: unknown attribute 'blod' (did you mean 'bold'?)\n" },
	{ "style hints { gf = red }\nstyle rule { fg = red }", STYLE_RULE, 1, -1, 0,
		"themes/t:1:15: unknown option 'gf' (did you mean 'fg'?)\n" },
	{ "stile hints { fg = red }", STYLE_HINTS, -1, -1, 0,
		"themes/t:1:1: unknown block 'stile' (did you mean 'style'?)\n" },
	{ "account work { incoming = local: }", STYLE_HINTS, -1, -1, 0,
		"themes/t:1:1: unknown block 'account'\n" },
};

static void
themes_are_read_and_mistakes_named(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Theme theme;
		g_autoptr(GPtrArray) problems =
			theme_parse(&theme, "t", cases[i].text, strlen(cases[i].text));
		g_autofree char *got = sentences(problems);
		assert_string_equal(got, cases[i].problems);
		const ThemeStyle *style = &theme.styles[cases[i].style];
		if (style->fg != cases[i].fg || style->bg != cases[i].bg ||
			style->attributes != cases[i].attributes)
			fail_msg("%s: %d %d %u", cases[i].text, style->fg, style->bg,
				style->attributes);
		assert_string_equal(style->name, theme_default.styles[cases[i].style].name);
	}
}

static void
read_shipped(Theme *theme, const char *name, char **text)
{
	g_autofree char *path = g_build_filename(CURLEW_THEMES, name, NULL);
	gsize length;
	assert_true(g_file_get_contents(path, text, &length, NULL));
	g_autoptr(GPtrArray) problems = theme_parse(theme, name, *text, length);
	g_autofree char *got = sentences(problems);
	assert_string_equal(got, "");
}

/* The file documents what is built in: every role has its line there. */
static void
the_default_theme_is_its_file(void **state)
{
	g_autofree char *text = NULL;
	Theme theme;
	read_shipped(&theme, "default", &text);
	for (int i = 0; i < STYLE_COUNT; i++) {
		const ThemeStyle *built_in = &theme_default.styles[i], *read = &theme.styles[i];
		g_autofree char *head = g_strdup_printf("\nstyle %s ", built_in->name);
		if (!strstr(text, head) || read->fg != built_in->fg || read->bg != built_in->bg ||
			read->attributes != built_in->attributes)
			fail_msg("themes/default has no line for %s, or another one",
				built_in->name);
	}
}

static void
shipped_themes_have_no_mistake(void **state)
{
	static const char *const names[] = { "light", "mono" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = NULL;
		Theme theme;
		read_shipped(&theme, names[i], &text);
	}
}

static void
mono_has_no_colour(void **state)
{
	g_autofree char *text = NULL;
	Theme theme;
	read_shipped(&theme, "mono", &text);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(theme.styles[i].fg, COLOUR_DEFAULT);
		assert_int_equal(theme.styles[i].bg, COLOUR_DEFAULT);
	}
}

static void
a_theme_that_inherits_itself_is_a_mistake(void **state)
{
	g_autofree char *root = g_dir_make_tmp("curlew-theme-XXXXXX", NULL);
	g_autofree char *directory = g_build_filename(root, "curlew", "themes", NULL);
	g_autofree char *path = g_build_filename(directory, "round", NULL);
	assert_int_equal(g_mkdir_with_parents(directory, 0700), 0);
	assert_true(g_file_set_contents(path, "inherit = round style top { fg = 5 }", -1, NULL));
	g_setenv("XDG_CONFIG_HOME", root, TRUE);
	Theme theme;
	g_autoptr(GPtrArray) problems = theme_load(&theme, "round");
	g_autofree char *got = sentences(problems);
	assert_string_equal(got, "theme 'round' inherits itself, or 9 others\n");
	assert_int_equal(theme.styles[STYLE_TOP].fg, 5);
	g_remove(path);
	g_rmdir(directory);
	g_autofree char *above = g_path_get_dirname(directory);
	g_rmdir(above);
	g_rmdir(root);
}

static void
fewer_colours_show_the_nearest(void **state)
{
	static const struct {
		int colour, count, nearest;
	} wanted[] = {
		{ COLOUR_DEFAULT, 8, COLOUR_DEFAULT },
		{ 5, 8, 5 },
		{ 200, 256, 200 },
		{ 12, 16, 12 },
		{ 12, 8, 4 },
		{ 8, 8, 7 },
		{ 208, 16, 3 },
		{ 196, 8, 1 },
		{ 255, 16, 7 },
		{ COLOUR_RGB | 0xffaf00, 256, 214 },
		{ COLOUR_RGB | 0x000000, 256, 16 },
		{ COLOUR_RGB | 0x030303, 256, 16 },
		{ COLOUR_RGB | 0x808080, 256, 244 },
		{ COLOUR_RGB | 0xff0000, 16, 9 },
		{ COLOUR_RGB | 0xff0000, 8, 1 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		int got = colour_nearest(wanted[i].colour, wanted[i].count);
		if (got != wanted[i].nearest)
			fail_msg("%x of %d: %d", wanted[i].colour, wanted[i].count, got);
	}
}

static void
direct_colour_shows_all_but_the_palette_exactly(void **state)
{
	static const struct {
		int colour, palette, number;
	} wanted[] = {
		{ COLOUR_DEFAULT, 8, COLOUR_DEFAULT },
		{ 7, 8, 7 },
		{ 12, 8, 0x5c5cff },
		{ 208, 8, 0xff8700 },
		{ 12, 16, 12 },
		{ 208, 256, 208 },
		{ COLOUR_RGB | 0xffaf00, 8, 0xffaf00 },
		{ COLOUR_RGB | 0x000000, 256, 0 },
		{ COLOUR_RGB | 0x000007, 8, 8 },
		{ COLOUR_RGB | 0x000080, 256, 256 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		int got = colour_direct(wanted[i].colour, wanted[i].palette);
		if (got != wanted[i].number)
			fail_msg("%x beside %d: %x", wanted[i].colour, wanted[i].palette, got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(themes_are_read_and_mistakes_named),
		cmocka_unit_test(the_default_theme_is_its_file),
		cmocka_unit_test(shipped_themes_have_no_mistake),
		cmocka_unit_test(mono_has_no_colour),
		cmocka_unit_test(a_theme_that_inherits_itself_is_a_mistake),
		cmocka_unit_test(fewer_colours_show_the_nearest),
		cmocka_unit_test(direct_colour_shows_all_but_the_palette_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

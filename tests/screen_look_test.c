/*
 * How it looks and what the terminal is told: themes, colours, mouse, focus, title, new mail, and the way back.
 * The real program on a pty, without an agent.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_fixture.h"

static const char accounts[] = "account work {\n  incoming = local:\n}\n"
			       "account home {\n  incoming = local:\n}\n";

static void
write_theme(ScreenFixture *fixture, const char *name, const char *text)
{
	g_autofree char *directory =
		g_build_filename(fixture->profile->root, "config/curlew/themes", NULL);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	assert_int_equal(g_mkdir_with_parents(directory, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Started with `ui { OPTIONS }` in the config and, where VARIABLE is not NULL, with that one set. */
static TestTerminal *
start_with(ScreenFixture *fixture, const char *options, const char *variable, const char *value)
{
	g_autofree char *config = g_strdup_printf("%sui { %s }\n", accounts, options);
	screen_fixture_write_config(fixture->profile, config);
	g_auto(GStrv) environment = g_strdupv(fixture->profile->environment);
	if (variable)
		environment = g_environ_setenv(environment, variable, value, TRUE);
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, environment, 24, 80);
	test_terminal_wait_text(terminal, "work: stopped");
	test_terminal_keys(terminal, "C-l");
	return terminal;
}

static int
hint_colour(TestTerminal *terminal)
{
	return test_terminal_cell(terminal, 23, 1).fg;
}

static void
a_theme_is_chosen_in_the_config(void **state)
{
	write_theme(*state, "mine", "inherit = default\nstyle hints { fg = 208 bg = #0000ff }\n");
	g_autoptr(TestTerminal) terminal = start_with(*state, "theme = mine", NULL, NULL);
	assert_int_equal(hint_colour(terminal), 208);
	assert_int_equal(test_terminal_cell(terminal, 23, 1).bg, 21);
	assert_true(test_terminal_cell(terminal, 1, 30).reverse);
}

static void
a_theme_is_read_again_with_the_config(void **state)
{
	g_autoptr(TestTerminal) terminal = start_with(*state, "theme = default", NULL, NULL);
	assert_int_equal(hint_colour(terminal), 6);
	write_theme(*state, "mine", "style hints { fg = 208 }\n");
	g_autofree char *config = g_strdup_printf("%sui { theme = mine }\n", accounts);
	screen_fixture_write_config(((ScreenFixture *)*state)->profile, config);
	test_terminal_keys(terminal, "$");
	test_terminal_keys(terminal, "C-l"); /* the second one is heard by the next App */
	assert_int_equal(hint_colour(terminal), 208);
	assert_false(test_terminal_cell(terminal, 1, 30).reverse);
}

static void
mistakes_of_a_theme_are_told(void **state)
{
	write_theme(*state, "mine", "inherit = default\nstyle hints { fg = blu }\n");
	g_autofree char *config = g_strdup_printf("%sui { theme = mine }\n", accounts);
	screen_fixture_write_config(((ScreenFixture *)*state)->profile, config);
	const char *argv[] = { ((ScreenFixture *)*state)->program, NULL };
	g_autoptr(TestTerminal) terminal =
		test_terminal_open(argv, ((ScreenFixture *)*state)->profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "themes/mine:2:20: unknown colour 'blu'");
	assert_int_equal(hint_colour(terminal), 6);
}

static void
each_kind_of_terminal_shows_the_nearest_colour(void **state)
{
	static const struct {
		const char *kind;
		int shown;
	} kinds[] = { { "xterm-256color", 214 }, { "xterm", 3 }, { "vt100", -1 } };
	write_theme(*state, "mine", "style hints { fg = #ffaf00 }\n");
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(TestTerminal) terminal =
			start_with(*state, "theme = mine", "TERM", kinds[i].kind);
		assert_int_equal(hint_colour(terminal), kinds[i].shown);
	}
}

static void
no_color_leaves_attributes_only(void **state)
{
	g_autoptr(TestTerminal) terminal = start_with(*state, "theme = default", "NO_COLOR", "1");
	for (int row = 0; row < 24; row++) {
		for (int column = 0; column < 80; column++) {
			TestCell cell = test_terminal_cell(terminal, row, column);
			assert_int_equal(cell.fg, -1);
			assert_int_equal(cell.bg, -1);
		}
	}
	assert_true(test_terminal_cell(terminal, 1, 30).reverse);
	g_autoptr(TestTerminal) empty = start_with(*state, "theme = default", "NO_COLOR", "");
	assert_int_equal(hint_colour(empty), 6);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_theme_is_chosen_in_the_config),
		cmocka_unit_test(a_theme_is_read_again_with_the_config),
		cmocka_unit_test(mistakes_of_a_theme_are_told),
		cmocka_unit_test(each_kind_of_terminal_shows_the_nearest_colour),
		cmocka_unit_test(no_color_leaves_attributes_only),
	};
	return cmocka_run_group_tests(tests, screen_fixture_open, screen_fixture_close);
}

/*
 * How it looks and what the terminal is told: themes, colours, mouse, focus, title, new mail, and the way back.
 * The real program on a pty, without an agent.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
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

static size_t
count_bytes(const TestTerminal *terminal, const char *wanted)
{
	const GByteArray *bytes = test_terminal_bytes(terminal);
	size_t count = 0, length = strlen(wanted);
	for (size_t i = 0; i + length <= bytes->len; i++)
		count += memcmp(bytes->data + i, wanted, length) == 0;
	return count;
}

/* As ncurses' own xterm-direct and xterm-direct256 say it, which not every system has. */
static const char direct_kinds[] =
	"test-direct, colors#0x1000000, pairs#0x10000, RGB,\n"
	"  setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d"
	"\\:%p1%{255}%&%d%;m,\n"
	"  setab=\\E[%?%p1%{8}%<%t4%p1%d%e48\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d"
	"\\:%p1%{255}%&%d%;m,\n"
	"  use=xterm-256color,\n"
	"test-direct256,\n"
	"  setaf=\\E[%?%p1%{8}%<%t3%p1%d%e%p1%{256}%<%t38;5;%p1%d%e38\\:2\\:\\:%p1%{65536}%/%d"
	"\\:%p1%{256}%/%{255}%&%d\\:%p1%{255}%&%d%;m,\n"
	"  use=test-direct,\n";

static void
direct_colour_is_shown_exactly(void **state)
{
	static const struct {
		const char *kind, *colour, *bytes;
	} cases[] = {
		{ "test-direct", "#ffaf01", "\x1b[38:2::255:175:1m" },
		{ "test-direct", "208", "\x1b[38:2::255:135:0m" },
		{ "test-direct", "green", "\x1b[32m" },
		{ "test-direct256", "#ffaf01", "\x1b[38:2::255:175:1m" },
		{ "test-direct256", "208", "\x1b[38;5;208m" },
	};
	const char *root = ((ScreenFixture *)*state)->profile->root;
	g_autofree char *source = g_build_filename(root, "direct.ti", NULL);
	g_autofree char *kinds = g_build_filename(root, "terminfo", NULL);
	assert_true(g_file_set_contents(source, direct_kinds, -1, NULL));
	const char *compile[] = { "tic", "-x", "-o", kinds, source, NULL };
	int status = -1;
	g_spawn_sync(NULL, (char **)compile, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		&status, NULL);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *theme =
			g_strdup_printf("style hints { fg = \"%s\" }\n", cases[i].colour);
		write_theme(*state, "mine", theme);
		ScreenProfile *profile = ((ScreenFixture *)*state)->profile;
		g_auto(GStrv) before = g_strdupv(profile->environment);
		profile->environment =
			g_environ_setenv(profile->environment, "TERMINFO", kinds, TRUE);
		g_autoptr(TestTerminal) terminal =
			start_with(*state, "theme = mine", "TERM", cases[i].kind);
		assert_true(count_bytes(terminal, cases[i].bytes) > 0);
		g_strfreev(profile->environment);
		profile->environment = g_steal_pointer(&before);
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

static void
click(TestTerminal *terminal, int row, int column, int button)
{
	test_terminal_click(terminal, row, column, button);
	test_terminal_wait(terminal);
}

static void
a_click_selects_and_a_second_one_opens(void **state)
{
	g_autoptr(TestTerminal) terminal = start_with(*state, "", NULL, NULL);
	click(terminal, 4, 40, 1);
	assert_true(test_terminal_cell(terminal, 4, 30).reverse);
	assert_false(test_terminal_cell(terminal, 1, 30).reverse);
	click(terminal, 4, 40, 1);
	test_terminal_wait_text(terminal, "Charles B.");
	test_terminal_wait_text(terminal, "From:");
	test_terminal_keys(terminal, "q");
	click(terminal, 6, 5, 1); /* work/Lists: the focus goes there too */
	assert_true(test_terminal_cell(terminal, 6, 5).reverse);
	click(terminal, 6, 5, 1);
	test_terminal_wait_text(terminal, " curlew  work/Lists ");
	click(terminal, 20, 40, 1);
	test_terminal_keys(terminal, "j"); /* what comes next is a first click again */
	click(terminal, 20, 40, 1);
	g_autofree char *title = test_terminal_line(terminal, 0);
	assert_true(g_str_has_prefix(title, " curlew  work/Lists "));
	assert_true(test_terminal_cell(terminal, 20, 30).reverse);
}

static void
the_wheel_scrolls_the_pane_under_it(void **state)
{
	g_autoptr(TestTerminal) terminal = start_with(*state, "", NULL, NULL);
	test_terminal_keys(terminal, "c L i s t s Enter");
	g_autofree char *fourth = test_terminal_line(terminal, 4);
	click(terminal, 10, 40, 5);
	g_autofree char *first = test_terminal_line(terminal, 1);
	assert_string_equal(strstr(first, "│"), strstr(fourth, "│"));
	test_terminal_keys(terminal, "?");
	g_autofree char *before = test_terminal_line(terminal, 4);
	click(terminal, 10, 40, 5);
	g_autofree char *after = test_terminal_line(terminal, 1);
	assert_string_equal(before, after);
	click(terminal, 10, 40, 4);
	g_autofree char *back = test_terminal_line(terminal, 4);
	assert_string_equal(before, back);
}

static void
the_mouse_can_be_left_alone(void **state)
{
	g_autoptr(TestTerminal) with = start_with(*state, "mouse = on", NULL, NULL);
	assert_int_equal(count_bytes(with, "\x1b[?1006;1000h"), 1);
	g_autoptr(TestTerminal) without = start_with(*state, "mouse = off", NULL, NULL);
	assert_int_equal(count_bytes(without, "\x1b[?1006;1000h"), 0);
}

static void
the_title_tells_unread_mail_and_the_old_one_comes_back(void **state)
{
	static const char *const ends[] = { "q", "C-z" };
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autoptr(TestTerminal) terminal = start_with(*state, "", NULL, NULL);
		assert_int_equal(count_bytes(terminal, "\x1b]2;curlew 2 unread\x1b\\"), 1);
		assert_int_equal(count_bytes(terminal, "\x1b[22;0t"), 1);
		assert_int_equal(count_bytes(terminal, "\x1b[23;0t"), 0);
		test_terminal_press(terminal, ends[i]);
		if (g_str_equal(ends[i], "q"))
			test_terminal_wait_end(terminal);
		else
			test_terminal_wait_bytes(terminal, "\x1b[?1049l");
		assert_int_equal(count_bytes(terminal, "\x1b[23;0t"), 1);
		assert_int_equal(count_bytes(terminal, "\x1b[?1004l"), 1);
		assert_int_equal(count_bytes(terminal, "\x1b[?2004l"), 1);
	}
}

static void
death_takes_all_modes_back(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGQUIT, SIGALRM,
		SIGUSR1 };
	static const char *const wanted[] = { "\x1b[?1049l", "\x1b[?1004l", "\x1b[23;0t",
		"\x1b[?1000l", "\x1b[?1006", "\x1b[?2004l" };
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
		g_autoptr(TestTerminal) terminal = start_with(*state, "", NULL, NULL);
		size_t before[G_N_ELEMENTS(wanted)];
		for (size_t w = 0; w < G_N_ELEMENTS(wanted); w++)
			before[w] = count_bytes(terminal, wanted[w]);
		kill(test_terminal_pid(terminal), signals[i]);
		test_terminal_wait_end(terminal);
		for (size_t w = 0; w < G_N_ELEMENTS(wanted); w++)
			if (count_bytes(terminal, wanted[w]) == before[w])
				fail_msg(
					"signal %d: %s was not written", signals[i], wanted[w] + 1);
	}
}

/* The last one: it leaves mail behind. */
static void
new_mail_is_told_to_who_looks_elsewhere(void **state)
{
	static const struct {
		const char *options;
		bool focused;
		const char *title, *told;
		size_t count;
	} cases[] = {
		{ "", true, "\x1b]2;curlew 3 unread\x1b\\", "\a", 0 },
		{ "", false, "\x1b]2;curlew 4 unread\x1b\\", "4 unread\x1b\\\a", 1 },
		{ "notify = osc9", false, "\x1b]2;curlew 5 unread\x1b\\",
			"\x1b]9;curlew 5 unread\x1b\\", 1 },
		{ "notify = off", false, "\x1b]2;curlew 6 unread\x1b\\", "\a", 0 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TestTerminal) terminal = start_with(*state, cases[i].options, NULL, NULL);
		test_terminal_focus(terminal, !cases[i].focused);
		test_terminal_focus(terminal, cases[i].focused);
		test_terminal_wait(terminal);
		screen_profile_add_one(((ScreenFixture *)*state)->profile, "work", 5000 + i);
		test_terminal_wait_bytes(terminal, cases[i].title);
		test_terminal_keys(terminal, "C-l");
		assert_int_equal(count_bytes(terminal, cases[i].told), cases[i].count);
	}
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
		cmocka_unit_test(direct_colour_is_shown_exactly),
		cmocka_unit_test(a_click_selects_and_a_second_one_opens),
		cmocka_unit_test(the_wheel_scrolls_the_pane_under_it),
		cmocka_unit_test(the_mouse_can_be_left_alone),
		cmocka_unit_test(the_title_tells_unread_mail_and_the_old_one_comes_back),
		cmocka_unit_test(death_takes_all_modes_back),
		cmocka_unit_test(no_color_leaves_attributes_only),
		cmocka_unit_test(new_mail_is_told_to_who_looks_elsewhere),
	};
	return cmocka_run_group_tests(tests, screen_fixture_open, screen_fixture_close);
}

/*
 * The screen as a user sees it: the real program on a pty, whole screens compared with those on record. The agent is
 * left out: the program runs from a directory without one, so that nothing changes but by keys.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "screen_fixture.h"
#include "screen_record.h"

static const int sizes[][2] = { { 10, 40 }, { 24, 80 }, { 40, 140 } };

static void
each_place_looks_as_recorded_at_three_sizes(void **state)
{
	static const struct {
		const char *name, *keys;
	} places[] = {
		{ "inboxes", NULL },
		{ "list-second", "j" },
		{ "reader", "Enter" },
		{ "reader-hostile", "q j j k Enter" },
		{ "help", "q ?" },
		{ "folders", "q Left" },
		{ "lists", "j j j j j Enter G" },
		{ "next-unread", "gg Tab Tab" },
		{ "empty", "c E m p t y Enter" },
		{ "search-prompt", "\\ s u b j e c t : e n g i n e" },
		{ "search", "Enter" },
		{ "search-left", "q" },
		{ "no-hits", "\\ n o t h e r e Enter" },
		{ "bad-query", "\\ d a t e : s o o n Enter" },
	};
	for (size_t size = 0; size < G_N_ELEMENTS(sizes); size++) {
		g_autoptr(TestTerminal) terminal =
			screen_fixture_start(*state, sizes[size][0], sizes[size][1]);
		for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
			if (places[i].keys)
				test_terminal_keys(terminal, places[i].keys);
			g_autofree char *name = g_strdup_printf(
				"%dx%d-%s", sizes[size][1], sizes[size][0], places[i].name);
			screen_record_check(terminal, name, sizes[size][0], sizes[size][1]);
		}
	}
}

static void
the_cursor_line_and_unread_rows_stand_out(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	assert_true(test_terminal_cell(terminal, 1, 30).reverse);
	assert_false(test_terminal_cell(terminal, 2, 30).reverse);
	assert_true(test_terminal_cell(terminal, 3, 30).bold);
	test_terminal_keys(terminal, "j");
	assert_false(test_terminal_cell(terminal, 1, 30).reverse);
	assert_true(test_terminal_cell(terminal, 1, 30).bold);
	assert_true(test_terminal_cell(terminal, 2, 30).reverse);
	int row, column;
	assert_false(test_terminal_cursor(terminal, &row, &column));
	assert_int_equal(row, 2);
	test_terminal_keys(terminal, "\\ x");
	assert_true(test_terminal_cursor(terminal, &row, &column));
	assert_int_equal(row, 22);
}

static void
quitting_leaves_the_terminal_as_it_was(void **state)
{
	static const char *const ways[] = { "q", "Q", "Enter q q", "Left q q", "? q q",
		"\\ Esc q" };
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
		assert_false(test_terminal_is_cooked(terminal));
		g_auto(GStrv) words = g_strsplit(ways[i], " ", -1);
		for (char **word = words; *word; word++) {
			test_terminal_press(terminal, *word);
			if (word[1])
				test_terminal_wait(terminal);
		}
		int status = test_terminal_wait_end(terminal);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		assert_true(test_terminal_is_cooked(terminal));
	}
}

static bool
bytes_hold(const TestTerminal *terminal, const char *wanted)
{
	const GByteArray *bytes = test_terminal_bytes(terminal);
	return memmem(bytes->data, bytes->len, wanted, strlen(wanted)) != NULL;
}

static void
any_death_gives_the_terminal_back(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGBUS };
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
		g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
		kill(test_terminal_pid(terminal), signals[i]);
		test_terminal_wait_end(terminal);
		assert_true(test_terminal_is_cooked(terminal));
		assert_true(bytes_hold(terminal, "\x1b[?1049l"));
	}
}

static void
control_c_and_escape_never_quit(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "C-c C-c Esc");
	test_terminal_keys(terminal, "j C-c");
	test_terminal_keys(terminal, "\\ a b c C-c");
	test_terminal_keys(terminal, "Enter C-c");
	test_terminal_wait_text(terminal, "From:");
}

static void
the_open_message_is_marked_in_the_list(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 40, 140);
	test_terminal_keys(terminal, "j Enter");
	test_terminal_keys(terminal, "Left j");
	assert_string_equal(test_terminal_cell(terminal, 1, 25).text, " ");
	assert_string_equal(test_terminal_cell(terminal, 2, 25).text, "▸");
	assert_string_equal(test_terminal_cell(terminal, 3, 25).text, " ");
	test_terminal_keys(terminal, "q");
	assert_string_equal(test_terminal_cell(terminal, 2, 25).text, " ");
}

static void
nothing_from_mail_controls_the_terminal(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "j Enter");
	test_terminal_wait_text(terminal, "boo");
	assert_false(bytes_hold(terminal, "\x1b]0;title"));
	assert_false(bytes_hold(terminal, "\x1b[2Jboo"));
	assert_false(bytes_hold(terminal, "\xe2\x80\xae"));
}

static void
a_terminal_without_a_cursor_is_refused(void **state)
{
	ScreenFixture *fixture = *state;
	g_auto(GStrv) environment = g_strdupv(fixture->profile->environment);
	environment = g_environ_setenv(environment, "TERM", "dumb", TRUE);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_start(argv, environment, 24, 80);
	int status = test_terminal_wait_end(terminal);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_true(bytes_hold(terminal, "curlew sync"));
}

static void
no_color_means_none(void **state)
{
	ScreenFixture *fixture = *state;
	g_auto(GStrv) environment = g_strdupv(fixture->profile->environment);
	environment = g_environ_setenv(environment, "NO_COLOR", "1", TRUE);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, environment, 24, 80);
	test_terminal_wait_text(terminal, "work: stopped");
	test_terminal_keys(terminal, "Enter");
	for (int row = 0; row < 24; row++) {
		for (int column = 0; column < 80; column++) {
			TestCell cell = test_terminal_cell(terminal, row, column);
			assert_int_equal(cell.fg, -1);
			assert_int_equal(cell.bg, -1);
		}
	}
}

static void
a_key_that_does_nothing_is_answered(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "x");
	test_terminal_wait_text(terminal, "x does nothing here; ? shows the keys");
	test_terminal_keys(terminal, "g z");
	test_terminal_wait_text(terminal, "gz does nothing here");
	test_terminal_keys(terminal, "j");
	g_autofree char *status = test_terminal_line(terminal, 22);
	assert_null(strstr(status, "does nothing here"));
}

static void
the_keys_that_may_follow_are_shown(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "g ?");
	g_autofree char *shown = screen_record_text(terminal);
	assert_non_null(strstr(shown, " g        to the newest"));
	assert_non_null(strstr(shown, " i        open the inbox"));
	test_terminal_keys(terminal, "Esc");
	g_autofree char *left = screen_record_text(terminal);
	assert_null(strstr(left, "open the inbox"));
	assert_null(strstr(left, "does nothing here"));
	test_terminal_keys(terminal, "1 ?");
	test_terminal_wait_text(terminal, " j Down   move down");
	test_terminal_keys(terminal, "j");
	assert_true(test_terminal_cell(terminal, 2, 30).reverse);
	test_terminal_keys(terminal, "g");
	test_terminal_wait_text(terminal, "open the inbox"); /* by itself, after a while */
	test_terminal_keys(terminal, "g");
	g_autofree char *after = screen_record_text(terminal);
	assert_null(strstr(after, "open the inbox"));
	assert_true(test_terminal_cell(terminal, 1, 30).reverse);
}

static void
commands_run_by_name(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, ": d o w");
	test_terminal_wait_text(terminal, " down               j Down");
	test_terminal_keys(terminal, "n Space 2 Enter");
	assert_true(test_terminal_cell(terminal, 3, 30).reverse);
	test_terminal_keys(terminal, ": Up");
	test_terminal_wait_text(terminal, ":down 2");
	test_terminal_keys(terminal, "C-u f i r Tab Enter");
	assert_true(test_terminal_cell(terminal, 1, 30).reverse);
	test_terminal_keys(terminal, ": f o l d e r Space L i s t");
	test_terminal_wait_text(terminal, " folder work/Lists");
	test_terminal_keys(terminal, "Tab Enter");
	test_terminal_wait_text(terminal, "curlew  work/Lists");
	test_terminal_keys(terminal, ": q u i t Space n o w Enter");
	test_terminal_wait_text(terminal, "\"quit\" takes a number and nothing else");
}

static void
help_is_searched_and_run(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "? / T O Space O L D E S T");
	g_autofree char *narrowed = screen_record_text(terminal);
	assert_non_null(strstr(narrowed, " list\n  G End "));
	assert_null(strstr(narrowed, "gg Home"));
	assert_null(strstr(narrowed, "everywhere"));
	test_terminal_keys(terminal, "Enter Enter");
	assert_true(test_terminal_cell(terminal, 5, 30).reverse);
	test_terminal_keys(terminal, "? / u n d e r Space w a y Enter Enter"); /* of everywhere */
	test_terminal_wait_text(terminal, "Nothing is under way");
	test_terminal_keys(terminal, "q ? / z z z z");
	test_terminal_wait_text(terminal, "No command, key or help holds these words");
	test_terminal_keys(terminal, "Esc");
	test_terminal_wait_text(terminal, "a page down");
	test_terminal_keys(terminal, "/ r e a d - o n Enter Enter");
	test_terminal_wait_text(terminal, "The reader is not open now");
	test_terminal_keys(terminal, "Enter ?");
	g_autofree char *reader = test_terminal_line(terminal, 1);
	assert_string_equal(reader, " reader");
}

/* The last one: it leaves a folder behind. */
static void
what_another_process_commits_is_shown(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, 24, 80);
	screen_profile_add_folder(fixture->profile, "work", "Fresh");
	test_terminal_wait_text(terminal, "   Fresh ");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place_looks_as_recorded_at_three_sizes),
		cmocka_unit_test(the_cursor_line_and_unread_rows_stand_out),
		cmocka_unit_test(quitting_leaves_the_terminal_as_it_was),
		cmocka_unit_test(any_death_gives_the_terminal_back),
		cmocka_unit_test(control_c_and_escape_never_quit),
		cmocka_unit_test(the_open_message_is_marked_in_the_list),
		cmocka_unit_test(nothing_from_mail_controls_the_terminal),
		cmocka_unit_test(a_terminal_without_a_cursor_is_refused),
		cmocka_unit_test(no_color_means_none),
		cmocka_unit_test(a_key_that_does_nothing_is_answered),
		cmocka_unit_test(the_keys_that_may_follow_are_shown),
		cmocka_unit_test(commands_run_by_name),
		cmocka_unit_test(help_is_searched_and_run),
		cmocka_unit_test(what_another_process_commits_is_shown),
	};
	return cmocka_run_group_tests(tests, screen_fixture_open, screen_fixture_close);
}

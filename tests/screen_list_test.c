/*
 * The list as a user sees it: threads, folds, jumps to a date, how it is sorted. The real program on a pty,
 * without an agent.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "screen_fixture.h"

/* Three threads: a short one, a long one that is read, a long one with something unread. */
static const ScreenMail threads[] = {
	{ 10, "a0", NULL, "short", "S" },
	{ 70, "a1", "a0", "Re: short", "S" },
	{ 20, "b0", NULL, "long", "S" },
	{ 21, "b1", "b0", "Re: long 1", "S" },
	{ 22, "b2", "b0", "Re: long 2", "S" },
	{ 23, "b3", "b1", "Re: long 3", "S" },
	{ 24, "b4", "b0", "Re: long 4", "S" },
	{ 60, "b5", "b4", "Re: long 5", "S" },
	{ 30, "c0", NULL, "news", "S" },
	{ 31, "c1", "c0", "Re: news 1", "S" },
	{ 32, "c2", "c0", "Re: news 2", "" },
	{ 33, "c3", "c0", "Re: news 3", "S" },
	{ 34, "c4", "c0", "Re: news 4", "S" },
	{ 35, "c5", "c0", "Re: news 5", "S" },
};

static int
open_fixture(void **state)
{
	screen_fixture_open(state);
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(
		fixture->profile, "work", "Threads", threads, G_N_ELEMENTS(threads));
	return 0;
}

static TestTerminal *
start_in_threads(ScreenFixture *fixture)
{
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "c T h r e a d s Enter");
	test_terminal_wait_text(terminal, " curlew  work/Threads ");
	test_terminal_wait(terminal);
	return terminal;
}

/* What stands in the subjects' column, one line a row, the cursor's with a '>' before. */
static char *
subjects(TestTerminal *terminal)
{
	GString *text = g_string_new(NULL);
	int cursor, column;
	test_terminal_cursor(terminal, &cursor, &column);
	for (int row = 1; row < 22; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		const char *after = strstr(line, "Ada ");
		if (!after)
			continue;
		g_autofree char *subject = g_strstrip(g_strdup(after + 4));
		g_string_append_printf(text, "%s%s|", row == cursor ? ">" : "", subject);
	}
	return g_string_free(text, FALSE);
}

static void
assert_keys_show(TestTerminal *terminal, const char *keys, const char *expected)
{
	if (*keys)
		test_terminal_keys(terminal, keys);
	g_autofree char *got = subjects(terminal);
	assert_string_equal(got, expected);
}

#define SHORT     "short|└ Re: short|"
#define LONG_OPEN "long|├ Re: long 1|│ └ Re: long 3|├ Re: long 2|└ Re: long 4|└ Re: long 5|"
#define NEWS      "news|├ Re: news 1|├ Re: news 2|├ Re: news 3|├ Re: news 4|└ Re: news 5|"

#define FLAT_AFTER                                                                           \
	"Re: long 5|Re: news 5|Re: news 4|Re: news 3|Re: news 2|Re: news 1|news|Re: long 4|" \
	"Re: long 3|Re: long 2|Re: long 1|long|short|"

static void
threads_stand_by_their_newest_and_long_read_ones_are_folded(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	assert_keys_show(terminal, "", ">" SHORT "(6) Re: long 5|" NEWS);
	assert_keys_show(terminal, "j j za", SHORT ">" LONG_OPEN NEWS);
	assert_keys_show(terminal, "j j za", SHORT ">(6) Re: long 5|" NEWS);
	assert_keys_show(terminal, "G",
		SHORT "(6) Re: long 5|news|├ Re: news 1|├ Re: news 2|├ Re: news 3|"
		      "├ Re: news 4|>└ Re: news 5|");
	assert_keys_show(terminal, "za", SHORT "(6) Re: long 5|>(6, 1 unread) Re: news 5|");
}

static void
all_threads_are_folded_and_opened(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	assert_keys_show(
		terminal, "j zM", ">(2) Re: short|(6) Re: long 5|(6, 1 unread) Re: news 5|");
	assert_keys_show(terminal, "zR", ">" SHORT LONG_OPEN NEWS);
}

static void
flat_shows_messages_by_date_and_keeps_the_cursor(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	assert_keys_show(terminal, "j j j zT",
		"Re: short|Re: long 5|Re: news 5|Re: news 4|Re: news 3|Re: news 2|Re: news 1|>news|"
		"Re: long 4|Re: long 3|Re: long 2|Re: long 1|long|short|");
	assert_keys_show(terminal, "zT", SHORT "(6) Re: long 5|>" NEWS);
}

static void
the_next_unread_one_is_found_in_a_fold(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	assert_keys_show(
		terminal, "zM Tab", "(2) Re: short|(6) Re: long 5|>(6, 1 unread) Re: news 5|");
	assert_keys_show(terminal, "zR gg Tab",
		SHORT LONG_OPEN "news|├ Re: news 1|>├ Re: news 2|├ Re: news 3|├ Re: news 4|"
				"└ Re: news 5|");
}

/* Whether the move came before the answer or after: in any case it goes on from there, and nothing waits any more. */
static void
a_move_behind_next_unread_goes_on_from_there(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	test_terminal_keys(terminal, "zR");
	for (int i = 0; i < 10; i++) {
		assert_keys_show(terminal, "gg Tab j",
			SHORT LONG_OPEN "news|├ Re: news 1|├ Re: news 2|>├ Re: news 3|"
					"├ Re: news 4|└ Re: news 5|");
		assert_keys_show(terminal, "S-Tab",
			SHORT LONG_OPEN "news|├ Re: news 1|>├ Re: news 2|├ Re: news 3|"
					"├ Re: news 4|└ Re: news 5|");
	}
}

/* Where it is asked for, all of that day stands below the cursor. */
static void
a_date_is_gone_to(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	assert_keys_show(terminal, "zT", ">Re: short|" FLAT_AFTER);
	assert_keys_show(terminal, "gD 2 0 1 0 - 0 1 - 0 2 Enter",
		"Re: short|Re: long 5|>Re: news 5|Re: news 4|Re: news 3|Re: news 2|Re: news 1|news|"
		"Re: long 4|Re: long 3|Re: long 2|Re: long 1|long|short|");
	assert_keys_show(
		terminal, "zT G gD 2 0 1 0 - 0 1 - 0 2 Enter", SHORT "(6) Re: long 5|>" NEWS);
	test_terminal_keys(terminal, "gD 1 9 9 9 Enter");
	assert_keys_show(terminal, "",
		SHORT "(6) Re: long 5|news|├ Re: news 1|├ Re: news 2|├ Re: news 3|├ Re: news 4|"
		      ">└ Re: news 5|");
	test_terminal_keys(terminal, "gD s o o n Enter");
	test_terminal_wait_text(terminal, "soon is no date: type 2025-11, ");
	test_terminal_keys(terminal, "gu gD 1 d Enter");
	test_terminal_wait(terminal);
}

static TestTerminal *
start_again(ScreenFixture *fixture)
{
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, fixture->profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "work: stopped");
	test_terminal_keys(terminal, "c T h r e a d s Enter");
	test_terminal_wait_text(terminal, " curlew  work/Threads ");
	test_terminal_wait(terminal);
	return terminal;
}

static void
quit(TestTerminal *terminal)
{
	test_terminal_press(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
}

static char *
memory_path(ScreenFixture *fixture)
{
	return g_build_filename(fixture->profile->root, "state/curlew/screen.json", NULL);
}

static void
a_view_is_found_as_it_was_left(void **state)
{
	ScreenFixture *fixture = *state;
	TestTerminal *first = start_in_threads(fixture);
	assert_keys_show(first, "G za k k",
		"short|>└ Re: short|(6) Re: long 5|"
		"(6, 1 unread) Re: news 5|");
	quit(first);
	test_terminal_close(first);
	g_autofree char *path = memory_path(fixture);
	GStatBuf status;
	assert_int_equal(g_stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	g_autoptr(TestTerminal) second = start_again(fixture);
	assert_keys_show(second, "", "short|>└ Re: short|(6) Re: long 5|(6, 1 unread) Re: news 5|");
	test_terminal_keys(second, "c w o r k / I N B O X Enter");
	test_terminal_keys(second, "c T h r e a d s Enter");
	assert_keys_show(second, "", "short|>└ Re: short|(6) Re: long 5|(6, 1 unread) Re: news 5|");
}

static void
a_damaged_memory_is_none(void **state)
{
	static const char *const texts[] = { "", "{", "[]",
		"{\"version\":1,\"views\":[1,{}],\"folded\":[1,null,{},[],\"x\"]}",
		"{\"version\":1,\"views\":[{\"view\":\"folder work/Threads\",\"rule\":77,"
		"\"key\":\"nosuch\",\"account\":\"work\",\"folds\":[7],\"marks\":[\"x\"]}]}" };
	ScreenFixture *fixture = *state;
	g_autofree char *path = memory_path(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		assert_true(g_file_set_contents(path, texts[i], -1, NULL));
		g_autoptr(TestTerminal) terminal = start_again(fixture);
		assert_keys_show(terminal, "", ">" SHORT "(6) Re: long 5|" NEWS);
		quit(terminal);
	}
}

static void
a_memory_that_is_no_file_is_none(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *path = memory_path(fixture);
	g_unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	g_autoptr(TestTerminal) terminal = start_again(fixture);
	quit(terminal);
	assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
}

static void
a_list_is_narrowed_as_one_types(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_threads(*state);
	test_terminal_keys(terminal, "j j / N E W");
	test_terminal_wait_text(terminal, " curlew  work/Threads /NEW ");
	test_terminal_wait_text(terminal, "6 messages");
	assert_keys_show(terminal, "S Space 3", "Re: news 3|");
	assert_keys_show(terminal, "Backspace Enter j",
		"Re: news 5|>Re: news 4|Re: news 3|Re: news 2|Re: news 1|news|");
	assert_keys_show(terminal, "q", SHORT ">(6) Re: long 5|" NEWS);
	assert_keys_show(terminal, "/ x % _ Enter", "");
	test_terminal_wait_text(terminal, "Nothing here has \"x%_\" in its sender or subject");
	assert_keys_show(terminal, "Esc", SHORT ">(6) Re: long 5|" NEWS);
	assert_keys_show(terminal, "/ l o n g Esc", SHORT ">(6) Re: long 5|" NEWS);
	test_terminal_keys(terminal, "gu / n o n a");
	test_terminal_wait_text(terminal, " 1 message");
	test_terminal_keys(terminal, "Esc");
	test_terminal_wait_text(terminal, " curlew  Unread ");
	test_terminal_keys(terminal, "gi / e n g i n e Enter");
	test_terminal_wait_text(terminal, " 2 messages");
}

/* Ends with what stands before the sender in the row with this subject: "N", "!", "" … */
static char *
signs_of(TestTerminal *terminal, const char *subject)
{
	g_autofree char *found = NULL;
	for (int row = 1; row < 22; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		const char *rule = strstr(line, "│");
		if (!rule || !strstr(line, subject))
			continue;
		assert_null(found); /* one row */
		found = g_strndup(rule + strlen("│") + 1, 2);
	}
	assert_non_null(found);
	return g_strdup(g_strstrip(found));
}

static void
merged_lists_show_messages_and_folders_show_copies(void **state)
{
	static const ScreenMail here[] = { { 200, "twin", NULL, "seen elsewhere", "" },
		{ 201, "both", NULL, "unread twice", "F" },
		{ 202, "edited", NULL, "as it was sent", "S" } };
	static const ScreenMail there[] = { { 200, "twin", NULL, "seen elsewhere", "S" },
		{ 201, "both", NULL, "unread twice", "" },
		{ 202, "edited", NULL, "as the list made it", "S" } };
	static const struct {
		const char *keys, *twin, *both;
	} places[] = { { "gi", "", "N!" }, { "zT", "", "N!" },
		{ "c w o r k / I N B O X Enter", "N", "N!" },
		{ "c h o m e / I N B O X Enter", "", "N" } };
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(fixture->profile, "work", "INBOX", here, G_N_ELEMENTS(here));
	screen_profile_add_mail(fixture->profile, "home", "INBOX", there, G_N_ELEMENTS(there));
	g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, 24, 80);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		test_terminal_keys(terminal, places[i].keys);
		test_terminal_wait(terminal);
		g_autofree char *twin = signs_of(terminal, "seen elsewhere");
		g_autofree char *both = signs_of(terminal, "unread twice");
		assert_string_equal(twin, places[i].twin);
		assert_string_equal(both, places[i].both);
	}
	test_terminal_keys(terminal, "gi gg Tab");
	int row, column;
	test_terminal_cursor(terminal, &row, &column);
	assert_int_equal(row, 2); /* not the one that was read elsewhere */
	g_autofree char *first = test_terminal_line(terminal, 1);
	assert_non_null(strstr(first, "[2 versions]"));
}

/* The last but one: it leaves a message behind. */
static void
what_came_since_the_last_look_is_marked(void **state)
{
	static const ScreenMail more[] = { { 65, "d0", NULL, "fresh", "" } };
	ScreenFixture *fixture = *state;
	TestTerminal *first = start_in_threads(fixture);
	quit(first);
	test_terminal_close(first);
	screen_profile_add_mail(fixture->profile, "work", "Threads", more, G_N_ELEMENTS(more));
	for (int look = 0; look < 2; look++) {
		g_autoptr(TestTerminal) terminal = start_again(fixture);
		g_autofree char *line = test_terminal_line(terminal, 3);
		assert_non_null(strstr(line, "fresh"));
		assert_non_null(strstr(line, look == 0 ? "│*N " : "│ N "));
		g_autofree char *older = test_terminal_line(terminal, 7);
		assert_non_null(strstr(older, "│ N "));
		quit(terminal);
	}
}

static void
assert_line_ends(TestTerminal *terminal, int row, const char *expected)
{
	g_autofree char *line = g_strchomp(test_terminal_line(terminal, row));
	if (!g_str_has_suffix(line, expected))
		fail_msg("'%s' does not end with '%s'", line, expected);
}

/* What lies in another folder is seen through; what stands deep is cut at its left. Leaves folders behind. */
static void
answers_are_indented_as_far_as_there_is_room(void **state)
{
	static const ScreenMail deep[] = {
		{ 40, "d0", NULL, "deep 0", "S" },
		{ 41, "d1", "d0", "deep 1", "S" },
		{ 42, "d2", "d1", "deep 2", "S" },
		{ 44, "d4", "d3", "deep 4", "S" },
		{ 45, "d5", "d4", "deep 5", "S" },
		{ 46, "d6", "d5", "deep 6", "S" },
		{ 47, "d7", "d6", "deep 7", "" },
		{ 48, "d8", "d1", "deep 8", "S" },
	};
	static const ScreenMail hidden[] = { { 43, "d3", "d2", "deep 3", "S" } };
	static const struct {
		int columns;
		const char *lines[G_N_ELEMENTS(deep)];
	} cases[] = {
		{ 80, { " deep 0", " └ deep 1", "   ├ deep 2", "   │ └ deep 4", "   │   └ deep 5",
			      "   │     └ deep 6", " …       └ deep 7", "   └ deep 8" } },
		{ 40, { " deep 0", " └ deep 1", "   ├ deep 2", "   │ └ deep 4", " …   └ deep 5",
			      " …   └ deep 6", " …   └ deep 7", "   └ deep 8" } },
	};
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(fixture->profile, "work", "Hidden", hidden, G_N_ELEMENTS(hidden));
	screen_profile_add_mail(fixture->profile, "work", "Deep", deep, G_N_ELEMENTS(deep));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TestTerminal) terminal =
			screen_fixture_start(fixture, 24, cases[i].columns);
		test_terminal_keys(terminal, "c w o r k / D e e p Enter");
		test_terminal_wait_text(terminal, "deep 0");
		for (int row = 0; row < (int)G_N_ELEMENTS(deep); row++)
			assert_line_ends(terminal, row + 1, cases[i].lines[row]);
		quit(terminal);
	}
}

/* The last one: it leaves a message behind. */
static void
an_answer_lifts_its_thread_and_the_cursor_goes_along(void **state)
{
	static const ScreenMail more[] = { { 80, "c6", "c0", "Re: news 6", "S" } };
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start_in_threads(fixture);
	test_terminal_keys(terminal, "G");
	screen_profile_add_mail(fixture->profile, "work", "Threads", more, G_N_ELEMENTS(more));
	test_terminal_wait_text(terminal, "Re: news 6");
	test_terminal_keys(terminal, "C-l");
	assert_keys_show(terminal, "",
		"news|├ Re: news 1|├ Re: news 2|├ Re: news 3|├ Re: news 4|>├ Re: news 5|"
		"└ Re: news 6|" SHORT "fresh|(6) Re: long 5|");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_stand_by_their_newest_and_long_read_ones_are_folded),
		cmocka_unit_test(all_threads_are_folded_and_opened),
		cmocka_unit_test(flat_shows_messages_by_date_and_keeps_the_cursor),
		cmocka_unit_test(the_next_unread_one_is_found_in_a_fold),
		cmocka_unit_test(a_move_behind_next_unread_goes_on_from_there),
		cmocka_unit_test(a_date_is_gone_to),
		cmocka_unit_test(a_view_is_found_as_it_was_left),
		cmocka_unit_test(a_damaged_memory_is_none),
		cmocka_unit_test(a_memory_that_is_no_file_is_none),
		cmocka_unit_test(a_list_is_narrowed_as_one_types),
		cmocka_unit_test(merged_lists_show_messages_and_folders_show_copies),
		cmocka_unit_test(what_came_since_the_last_look_is_marked),
		cmocka_unit_test(answers_are_indented_as_far_as_there_is_room),
		cmocka_unit_test(an_answer_lifts_its_thread_and_the_cursor_goes_along),
	};
	return cmocka_run_group_tests(tests, open_fixture, screen_fixture_close);
}

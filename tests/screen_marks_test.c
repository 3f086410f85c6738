/*
 * Marking messages of the list, and doing something to all of them: the real program on a pty, beside an agent that does
 * it to the rows of its store.
 */
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "screen_deeds.h"

enum { LINE = 21, ROWS = 21 }; /* where the list begins, and how many rows of it are seen */

/* Its rows are here when this returns. */
static TestTerminal *
open_lists(ScreenFixture *fixture)
{
	TestTerminal *terminal = screen_deeds_start(fixture);
	test_terminal_keys(terminal, "c w o r k / L i s Enter");
	test_terminal_keys(terminal, "g g");
	return terminal;
}

/* A character a row of the screen: # marked. */
static void
assert_marked(TestTerminal *terminal, const char *wanted)
{
	g_autoptr(GString) marked = g_string_new(NULL);
	for (size_t i = 0; i < strlen(wanted); i++) {
		TestCell cell = test_terminal_cell(terminal, (int)i + 1, LINE);
		g_string_append_c(marked, g_str_equal(cell.text, "●") ? '#' : '.');
	}
	assert_string_equal(marked->str, wanted);
}

static void
marks_are_seen_and_counted(void **state)
{
	static const struct {
		const char *keys, *marked, *count; /* of 20 rows; NULL: none is said */
	} cases[] = {
		{ "t", "#....", "1 marked" },
		{ "j t", "#.#..", "2 marked" },
		{ "k t", "#....", "1 marked" },
		{ "Esc", ".....", NULL },
		{ "g g 3 t", "###..", "3 marked" },
		{ "T", ".....", NULL },
		{ "T", "#####", "20 marked" },
		{ "Esc g g j V j j", ".###.", "3 marked" },
		{ "k k k", "##...", "2 marked" },
		{ "V G", "##...", "2 marked" },
		{ "V k Esc", ".....", NULL },
		{ "g g V G", "#####", "20 marked" },
		{ "g g", "#....", "1 marked" },
	};
	g_autoptr(TestTerminal) terminal = open_lists(*state);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		test_terminal_keys(terminal, cases[i].keys);
		assert_marked(terminal, cases[i].marked);
		g_autofree char *top = test_terminal_line(terminal, 0);
		bool is_said = strstr(top, "marked") != NULL;
		assert_int_equal(is_said, cases[i].count != NULL);
		if (cases[i].count && !strstr(top, cases[i].count))
			fail_msg("%s: %s", cases[i].keys, top);
	}
}

static void
what_is_done_is_done_to_all_that_is_marked(void **state)
{
	g_autoptr(TestTerminal) terminal = open_lists(*state);
	test_terminal_keys(terminal, "t j t F");
	test_terminal_wait_text(terminal, "2 messages flagged; u undoes");
	assert_marked(terminal, "....."); /* they are no more */
	assert_string_equal(test_terminal_cell(terminal, 1, LINE + 2).text, "!");
	assert_string_equal(test_terminal_cell(terminal, 3, LINE + 2).text, "!");
	test_terminal_keys(terminal, "g g V j j j d");
	test_terminal_wait_text(terminal, "4 messages deleted; u undoes");
	test_terminal_keys(terminal, "T");
	test_terminal_wait_text(terminal, "16 marked");
	test_terminal_keys(terminal, "Esc u");
	test_terminal_wait_text(terminal, "Undone: 4 messages deleted; C-r does it again");
	test_terminal_keys(terminal, "g g T s w o r k / I N Enter");
	test_terminal_wait_text(terminal, "20 messages moved to work/INBOX");
	test_terminal_wait_text(terminal, "No messages in work/Lists");
}

/* New mail moves the rows, and none of the marks. */
static void
marks_stay_with_their_messages(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = screen_deeds_start(fixture);
	test_terminal_keys(terminal, "c w o r k / I N B Enter");
	test_terminal_keys(terminal, "g g j t");
	assert_marked(terminal, ".#.");
	g_autofree char *marked = test_terminal_line(terminal, 2);
	screen_profile_add_one(fixture->profile, "work", 5001);
	test_terminal_wait_line(terminal, 3, strstr(marked, "●"));
	assert_marked(terminal, "..#.");
}

/* Many, most of which are not on the screen, nor held. */
static void
a_range_goes_over_what_is_not_held(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = open_lists(fixture);
	test_terminal_keys(terminal, "j j V G");
	test_terminal_wait_text(terminal, "1,998 marked");
	test_terminal_keys(terminal, "k k");
	test_terminal_wait_text(terminal, "1,996 marked");
	test_terminal_keys(terminal, "g g");
	test_terminal_wait_text(terminal, "3 marked");
	test_terminal_keys(terminal, "Esc T F");
	test_terminal_wait_text(terminal, "2,000 messages flagged; u undoes");
	g_autofree char *path = screen_deeds_path(fixture, "work", "deeds");
	g_autofree char *deeds = NULL;
	assert_true(g_file_get_contents(path, &deeds, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(g_strchomp(deeds), "\n", -1);
	assert_int_equal(g_strv_length(lines), 2); /* of 1,000 messages each */
}

/* Typed before the rows are there. */
static void
what_is_typed_ahead_waits_for_the_rows(void **state)
{
	g_autoptr(TestTerminal) terminal = open_lists(*state);
	g_autofree char *last = NULL;
	test_terminal_keys(terminal, "G");
	last = test_terminal_line(terminal, 20);
	test_terminal_keys(terminal, "g g");
	test_terminal_type(terminal, "gicwork/Lis\rGtkta");
	test_terminal_wait_text(terminal, "2 messages archived; u undoes");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, strstr(last, "│") + strlen("│  ")));
}

static int
open_many(void **state)
{
	*state = screen_deeds_new(screen_profile_new(2000, FALSE));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define FRESH(test) cmocka_unit_test_setup_teardown(test, screen_deeds_open, screen_fixture_close)
		FRESH(marks_are_seen_and_counted),
		FRESH(what_is_done_is_done_to_all_that_is_marked),
		FRESH(marks_stay_with_their_messages),
		FRESH(what_is_typed_ahead_waits_for_the_rows),
		cmocka_unit_test_setup_teardown(
			a_range_goes_over_what_is_not_held, open_many, screen_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

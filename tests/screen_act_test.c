/*
 * What is done to messages: the real program on a pty beside tests/screen_agent.py, which writes down what it is told to
 * do, and does it to the rows of the store. Where it is held back, what is seen is what the screen shows by itself.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_deeds.h"

/* Its rows are here when this returns. */
static void
open_inbox(TestTerminal *terminal)
{
	test_terminal_keys(terminal, "c w o r k / I N B Enter");
	test_terminal_keys(terminal, "g g");
}

/* Of the open message: the line with its subject. */
static char *
subject_line(TestTerminal *terminal)
{
	for (int row = 1; row < 22; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		if (strstr(line, "Subject:"))
			return g_steal_pointer(&line);
	}
	fail_msg("no message is open");
	return NULL;
}

static void
flags_are_shown_at_once_and_asked_for(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	open_inbox(terminal);
	screen_deeds_hold(*state, "work", true);
	test_terminal_keys(terminal, "F");
	assert_string_equal(test_terminal_cell(terminal, 1, 23).text, "!");
	assert_string_equal(test_terminal_cell(terminal, 1, 24).text, "^");
	screen_deeds_hold(*state, "work", false);
	test_terminal_wait_text(terminal, "1 message flagged; u undoes");
	screen_deeds_wait(*state, "work", "\"set\": [\"flagged\"]");
	assert_string_equal(test_terminal_cell(terminal, 1, 23).text, "!");
	test_terminal_keys(terminal, "F");
	test_terminal_wait_text(terminal, "1 message no longer flagged");
	screen_deeds_wait(*state, "work", "\"clear\": [\"flagged\"]");
	assert_string_equal(test_terminal_cell(terminal, 1, 23).text, " ");
	test_terminal_keys(terminal, "u");
	test_terminal_wait_text(terminal, "Undone: 1 message no longer flagged; C-r does it again");
	screen_deeds_wait(*state, "work", "\"do\": \"undo\", \"redo\": false");
	test_terminal_keys(terminal, "C-r");
	test_terminal_wait_text(terminal, "Done again: 1 message no longer flagged; u undoes");
	screen_deeds_wait(*state, "work", "\"do\": \"undo\", \"redo\": true");
	test_terminal_keys(terminal, "u u u");
	test_terminal_wait_text(terminal, "Undone: 1 message flagged");
	test_terminal_keys(terminal, "u");
	test_terminal_wait_text(terminal, "Nothing to undo; `curlew undo` takes back");
}

static void
what_leaves_a_folder_is_gone_at_once(void **state)
{
	static const struct {
		const char *keys, *said, *told;
	} cases[] = {
		{ "d", "deleted; u undoes", "\"do\": \"delete\"" },
		{ "a", "archived; u undoes", "\"role\": \"archive\"" },
		{ "X", "moved to junk; u undoes", "\"role\": \"junk\"" },
		{ "s w o r k / I N Enter", "moved to work/INBOX; u undoes",
			"\"do\": \"move\", \"folder\": \"INBOX\"" },
	};
	static const char *const places[] = { "One", "Two", "Three", "Four" };
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	test_terminal_keys(terminal, "c w o r k / L i s Enter");
	test_terminal_keys(terminal, "g g");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *next = test_terminal_line(terminal, 2);
		screen_deeds_hold(*state, "work", true);
		test_terminal_keys(terminal, cases[i].keys);
		screen_profile_add_folder(((ScreenFixture *)*state)->profile, "work", places[i]);
		test_terminal_wait_text(terminal, places[i]); /* all was read anew meanwhile */
		g_autofree char *now = test_terminal_line(terminal, 1);
		assert_non_null(strstr(now, strstr(next, "│") + strlen("│")));
		screen_deeds_hold(*state, "work", false);
		test_terminal_wait_text(terminal, cases[i].said);
		screen_deeds_wait(*state, "work", cases[i].told);
	}
}

static void
what_is_refused_comes_back(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	g_autofree char *refuse = screen_deeds_path(*state, "work", "refuse-deeds");
	assert_true(g_file_set_contents(refuse, "", 0, NULL));
	open_inbox(terminal);
	g_autofree char *first = test_terminal_line(terminal, 1);
	test_terminal_keys(terminal, "a");
	test_terminal_wait_text(terminal, "Not done: no such folder");
	test_terminal_wait_line(terminal, 1, strstr(first, "│") + strlen("│"));
	test_terminal_keys(terminal, "u");
	test_terminal_wait_text(terminal, "Nothing to undo; `curlew undo` takes back");
	g_unlink(refuse);
}

/* What is taken back before its agent has answered is taken back behind it. */
static void
what_is_not_answered_yet_can_be_taken_back(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	open_inbox(terminal);
	g_autofree char *first = test_terminal_line(terminal, 1);
	screen_deeds_hold(*state, "work", true);
	test_terminal_keys(terminal, "a");
	test_terminal_keys(terminal, "u");
	screen_deeds_hold(*state, "work", false);
	test_terminal_wait_text(terminal, "Undone: 1 message archived; C-r does it again");
	test_terminal_wait_line(terminal, 1, strstr(first, "│") + strlen("│"));
}

static void
the_reader_goes_on_to_the_next_message(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	open_inbox(terminal);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "Subject:");
	test_terminal_keys(terminal, "F");
	test_terminal_wait_text(terminal, "1 message flagged");
	g_autofree char *first = subject_line(terminal);
	test_terminal_keys(terminal, "d");
	test_terminal_wait_text(terminal, "1 message deleted");
	test_terminal_wait_text(terminal, "Subject:");
	g_autofree char *second = subject_line(terminal);
	assert_string_not_equal(first, second);
}

static void
tags_and_copies_name_theirs(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	open_inbox(terminal);
	test_terminal_keys(terminal, "+ b l u e Enter");
	test_terminal_wait_text(terminal, "1 message tagged: blue; u undoes");
	screen_deeds_wait(*state, "work", "\"add\": [\"blue\"]");
	test_terminal_keys(terminal, "- b l u e Enter");
	screen_deeds_wait(*state, "work", "\"remove\": [\"blue\"]");
	test_terminal_keys(terminal, "C L i s t s Enter");
	screen_deeds_wait(*state, "work", "\"do\": \"copy\", \"folder\": \"Lists\"");
	test_terminal_keys(terminal, "C h o m e / I N Enter");
	test_terminal_wait_text(terminal, "1 message copied to home/INBOX; u undoes");
	screen_deeds_wait(*state, "work", "\"account\": \"home\"");
	test_terminal_keys(terminal, "u");
	screen_deeds_wait(*state, "work", "\"do\": \"undo\"");
	screen_deeds_wait(*state, "home", "\"do\": \"undo\"");
}

static void
tags_are_completed(void **state)
{
	ScreenFixture *fixture = screen_deeds_new(screen_profile_new(20, TRUE));
	screen_profile_tag(fixture->profile, "blue");
	screen_profile_tag(fixture->profile, "skyblue");
	g_autoptr(TestTerminal) terminal = screen_deeds_start(fixture);
	open_inbox(terminal);
	test_terminal_keys(terminal, "+");
	test_terminal_wait_text(
		terminal, "add tag:    blue  skyblue"); /* and none that is computed */
	test_terminal_keys(terminal, "b l Tab Tab Enter");
	test_terminal_wait_text(terminal, "1 message tagged: skyblue");
	test_terminal_keys(terminal, "-");
	test_terminal_wait_text(terminal, "take off tag:    skyblue"); /* what it has, alone */
	test_terminal_keys(terminal, "Esc");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, "blue  skyblue"));
	test_terminal_keys(terminal, "- Esc j -");
	g_autofree char *line = test_terminal_line(terminal, 22);
	assert_null(strstr(line, "blue"));
	test_terminal_keys(terminal, "Esc k -");
	test_terminal_wait_text(terminal, "take off tag:    skyblue");
	test_terminal_keys(terminal, "Tab Enter");
	test_terminal_wait_text(terminal, "1 message no longer tagged: skyblue");
	screen_fixture_close((void *[]){ fixture });
}

static void
a_merged_list_names_the_places(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	test_terminal_keys(terminal, "g i");
	test_terminal_keys(terminal, "a");
	test_terminal_wait_text(terminal, "archived (from ");
}

static void
only_what_is_for_ever_asks(void **state)
{
	ScreenFixture *fixture = *state;
	screen_profile_change_store(
		fixture->profile, "work", "UPDATE folder SET role=4 WHERE name='Lists'");
	g_autoptr(TestTerminal) terminal = screen_deeds_start(fixture);
	test_terminal_keys(terminal, "c w o r k / L i s Enter");
	test_terminal_keys(terminal, "g g");
	g_autofree char *first = test_terminal_line(terminal, 1);
	test_terminal_keys(terminal, "d n Enter");
	test_terminal_wait_text(terminal, "Nothing was deleted");
	test_terminal_wait_line(terminal, 1, strstr(first, "│") + strlen("│"));
	test_terminal_keys(terminal, "d y Enter");
	test_terminal_wait_text(terminal, "1 message deleted for ever");
	/* under no name, so that nothing takes it back: not `curlew undo` either */
	screen_deeds_wait(fixture, "work", "{\"do\": \"delete\", \"keys\": [");
	screen_deeds_wait(fixture, "work", "\"purge\": true");
	g_autofree char *now = test_terminal_line(terminal, 1);
	assert_string_not_equal(now, first);
}

/* Its rows are copies of that folder, as they are when all of it is shown. */
static void
a_narrowed_folder_is_that_folder(void **state)
{
	ScreenFixture *fixture = *state;
	screen_profile_change_store(
		fixture->profile, "work", "UPDATE folder SET role=4 WHERE name='Lists'");
	g_autoptr(TestTerminal) terminal = screen_deeds_start(fixture);
	test_terminal_keys(terminal, "c w o r k / L i s Enter");
	test_terminal_keys(terminal, "g g / e Enter");
	test_terminal_keys(terminal, "a");
	test_terminal_wait_text(terminal, "1 message archived; u undoes");
	test_terminal_keys(terminal, "d y Enter");
	test_terminal_wait_text(terminal, "1 message deleted for ever");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_shown_at_once_and_asked_for),
		cmocka_unit_test(what_leaves_a_folder_is_gone_at_once),
		cmocka_unit_test(what_is_refused_comes_back),
		cmocka_unit_test(what_is_not_answered_yet_can_be_taken_back),
		cmocka_unit_test(the_reader_goes_on_to_the_next_message),
		cmocka_unit_test(tags_and_copies_name_theirs),
		cmocka_unit_test(tags_are_completed),
		cmocka_unit_test(a_merged_list_names_the_places),
		cmocka_unit_test(only_what_is_for_ever_asks),
		cmocka_unit_test(a_narrowed_folder_is_that_folder),
	};
	return cmocka_run_group_tests(tests, screen_deeds_open, screen_fixture_close);
}

/*
 * What the servers are still to be told, and what they refused: the real program on a pty, beside an agent that does to the
 * rows of its store what the user decides.
 */
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "screen_deeds.h"
#include "screen_record.h"

/* SUBJECT: of one message. */
static void
add_op(ScreenFixture *fixture, const char *account, const char *subject, const char *values)
{
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO op(msg,kind,state,tries,err,made) SELECT id,%s,1262304000 FROM msg"
		" WHERE subject='%s';"
		"UPDATE msg SET op=(SELECT id FROM op WHERE op.msg=msg.id) WHERE subject='%s'",
		values, subject, subject);
	screen_profile_change_store(fixture->profile, account, sql);
}

static void
refuse(ScreenFixture *fixture)
{
	add_op(fixture, "work", "Message 3", "2,2,2,'no room there'");
	add_op(fixture, "home", "Re: Notes on the engine", "9,2,-1,'the file says so'");
	add_op(fixture, "work", "Message 5", "3,0,0,NULL");
}

/* With what refuse makes. */
static TestTerminal *
start(ScreenFixture *fixture)
{
	refuse(fixture);
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, fixture->profile->environment, 24, 100);
	test_terminal_wait_text(terminal, "2 changes wait for your answer: :pending");
	test_terminal_keys(terminal, "C-l"); /* that stays until a key */
	test_terminal_wait_text(terminal, "work ✓");
	test_terminal_wait_text(terminal, "home ✓");
	return terminal;
}

/* On which row of the screen it stands. */
static int
line_with(TestTerminal *terminal, const char *text)
{
	for (int row = 0; row < 22; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		if (strstr(line, text))
			return row;
	}
	fail_msg("nothing says \"%s\"", text);
	return -1;
}

static void
assert_line(TestTerminal *terminal, const char *text, int below, const char *const *wanted)
{
	g_autofree char *line = test_terminal_line(terminal, line_with(terminal, text) + below);
	for (; *wanted; wanted++) {
		if (!strstr(line, *wanted))
			fail_msg("the line is \"%s\", without \"%s\"", line, *wanted);
	}
}

static void
what_waits_is_listed_with_what_the_server_said(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state);
	test_terminal_keys(terminal, "g p");
	assert_line(terminal, "Message 3", 0,
		(const char *const[]){ "✗", "2010", "move to", "work/Lists", "List Robot", NULL });
	assert_line(terminal, "Message 3", 1,
		(const char *const[]){ "refused 2 times: no room there", NULL });
	assert_line(terminal, "Re: Notes", 0,
		(const char *const[]){ "✗", "flags and tags", "home/INBOX", "Charles B.", NULL });
	assert_line(
		terminal, "Re: Notes", 1, (const char *const[]){ "asked: the file says so", NULL });
	assert_line(terminal, "Message 5", 0,
		(const char *const[]){ "^", "copy to", "work/Lists", NULL });
	assert_true(line_with(terminal, "Message 5") > line_with(terminal, "Message 3"));
	assert_true(line_with(terminal, "Message 5") > line_with(terminal, "Re: Notes"));
	test_terminal_keys(terminal, "q");
	assert_line(terminal, "Unread", 0, (const char *const[]){ "Unread", NULL });
}

static void
it_is_read_anew_by_itself(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_deeds_start(*state);
	test_terminal_keys(terminal, "g p");
	test_terminal_wait_text(terminal, "Nothing waits: what was done here, the servers know");
	add_op(*state, "work", "Message 5", "3,0,0,NULL");
	test_terminal_wait_text(terminal, "Message 5");
	screen_profile_change_store(((ScreenFixture *)*state)->profile, "work",
		"UPDATE msg SET op=NULL; DELETE FROM op");
	test_terminal_wait_text(terminal, "Nothing waits");
}

static void
what_was_refused_is_tried_again_or_given_up(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state);
	test_terminal_keys(terminal, "g p");
	test_terminal_keys(terminal, "r"); /* Message 3, the first */
	test_terminal_wait_text(terminal, "1 change tried again");
	screen_deeds_wait(*state, "work", "\"do\": \"retry\", \"keys\": [\"");
	test_terminal_wait_line(terminal, 4, "Message 3"); /* behind what waits for the user */
	test_terminal_keys(terminal, "g g d n Enter");
	test_terminal_wait_text(terminal, "Nothing was given up");
	test_terminal_keys(terminal, "d y Enter");
	test_terminal_wait_text(terminal, "1 change given up");
	screen_deeds_wait(*state, "home", "\"do\": \"drop\", \"keys\": [\"");
	test_terminal_wait_line(terminal, 1, "work/Lists");
	test_terminal_keys(terminal, "g g d");
	test_terminal_wait_text(terminal, "The server did not refuse it: only undo takes it back");
	test_terminal_keys(terminal, "r"); /* it is told now, as by $ */
	test_terminal_wait_text(terminal, "Nothing new");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, "Re: Notes"));
	assert_null(strstr(text, "no room there"));
}

static void
enter_reads_the_message_in_its_folder(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state);
	test_terminal_keys(terminal, "g p Enter");
	test_terminal_wait_text(terminal, "This is number 3.");
	test_terminal_keys(terminal, "J");
	test_terminal_wait_text(terminal, "This is number 2.");
	test_terminal_keys(terminal, "q");
	assert_line(terminal, "work/Lists", 0, (const char *const[]){ "20 messages", NULL });
}

static void
what_waits_for_the_user_is_said(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start(fixture);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new; 2 changes wait for your answer: :pending");
	test_terminal_keys(terminal, "j");
	add_op(fixture, "work", "Message 4", "3,2,2,'nor here'");
	test_terminal_wait_text(terminal, "3 changes wait for your answer: :pending");
	static const char *const accounts[] = { "work", "home" };
	for (size_t i = 0; i < G_N_ELEMENTS(accounts); i++)
		screen_profile_change_store(
			fixture->profile, accounts[i], "UPDATE msg SET op=NULL; DELETE FROM op");
	test_terminal_keys(terminal, "g p");
	test_terminal_wait_text(terminal, "Nothing waits");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, "your answer"));
}

static void
it_looks_as_recorded(void **state)
{
	static const int sizes[][2] = { { 10, 40 }, { 24, 80 }, { 40, 140 } };
	ScreenFixture *fixture = screen_fixture_new(screen_profile_new(20, FALSE));
	refuse(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		const char *argv[] = { fixture->program, NULL };
		int rows = sizes[i][0], columns = sizes[i][1];
		g_autoptr(TestTerminal) terminal =
			test_terminal_open(argv, fixture->profile->environment, rows, columns);
		test_terminal_wait_text(terminal, "wait for your");
		test_terminal_keys(terminal, "C-l"); /* the error stays until a key */
		test_terminal_wait_text(terminal, "work: stopped");
		test_terminal_keys(terminal, ": p e n d i n g Enter");
		g_autofree char *name = g_strdup_printf("%dx%d-pending", columns, rows);
		screen_record_check(terminal, name, rows, columns);
	}
	screen_fixture_close((void *[]){ fixture });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define FRESH(test) cmocka_unit_test_setup_teardown(test, screen_deeds_open, screen_fixture_close)
		FRESH(what_waits_is_listed_with_what_the_server_said),
		FRESH(it_is_read_anew_by_itself),
		FRESH(what_was_refused_is_tried_again_or_given_up),
		FRESH(enter_reads_the_message_in_its_folder),
		FRESH(what_waits_for_the_user_is_said),
		cmocka_unit_test(it_looks_as_recorded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

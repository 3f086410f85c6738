/*
 * The screen and its agents: the real program on a pty beside tests/screen_agent.py, which stands for the
 * agent of each account (its name says how it behaves).
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_fixture.h"
#include "screen_record.h"

static int
open_fixture(void **state)
{
	ScreenFixture *fixture = g_new0(ScreenFixture, 1);
	fixture->profile = screen_profile_new_empty();
	fixture->program = g_build_filename(fixture->profile->root, "curlew", NULL);
	screen_fixture_copy(CURLEW_BUILD "/curlew", fixture->program);
	g_autofree char *agent = g_build_filename(fixture->profile->root, "curlew-agent", NULL);
	screen_fixture_copy(CURLEW_SCREEN_AGENT, agent);
	*state = fixture;
	return 0;
}

/* ACCOUNTS: names with blanks between; "local:NAME" has no server. */
static TestTerminal *
start_at(ScreenFixture *fixture, const char *accounts, int rows, int columns)
{
	g_autoptr(GString) config = g_string_new(NULL);
	g_auto(GStrv) names = g_strsplit(accounts, " ", -1);
	for (char **name = names; *name; name++) {
		bool local = g_str_has_prefix(*name, "local:");
		g_string_append_printf(config, "account %s {\n  incoming = \"%s\"\n}\n",
			local ? *name + 6 : *name, local ? "local:" : "imaps://ada@localhost");
	}
	screen_fixture_write_config(fixture->profile, config->str);
	const char *argv[] = { fixture->program, NULL };
	return test_terminal_open(argv, fixture->profile->environment, rows, columns);
}

static TestTerminal *
start(ScreenFixture *fixture, const char *accounts)
{
	return start_at(fixture, accounts, 24, 100);
}

static void
assert_line(TestTerminal *terminal, int row, const char *wanted)
{
	g_autofree char *line = test_terminal_line(terminal, row);
	if (!strstr(line, wanted))
		fail_msg("line %d is \"%s\", without \"%s\"", row, line, wanted);
}

static void
a_password_is_asked_for_by_a_key_and_again_when_refused(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "ask");
	test_terminal_wait_text(terminal, "ask asks for its password: press $");
	test_terminal_keys(terminal, "j k");
	assert_line(terminal, 22, "ask asks for its password: press $");
	test_terminal_keys(terminal, "$");
	assert_line(terminal, 22, "password of account ask:");
	test_terminal_keys(terminal, "q Q x Enter");
	test_terminal_wait_text(terminal, "ask: login failed, localhost: the server says: "
					  "Authentication failed.: press $ for");
	test_terminal_keys(terminal, "j $");
	assert_line(terminal, 22, "password of account ask:");
	test_terminal_keys(terminal, "r i g h t Enter");
	test_terminal_wait_text(terminal, "ask ✓");
	assert_line(terminal, 22, "ask ✓");
}

static void
a_password_that_is_not_given_can_be_given_later(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "ask");
	test_terminal_wait_text(terminal, "press $");
	test_terminal_keys(terminal, "$ Esc");
	assert_line(terminal, 22, "ask: no password was given; $ asks again");
	test_terminal_keys(terminal, "j");
	test_terminal_wait_text(terminal, "ask asks for its password: press $");
	test_terminal_keys(terminal, "$ r i g h t Enter");
	test_terminal_wait_text(terminal, "ask ✓");
}

/* What the agent says of the time before it had a password is no word of the server's about that one. */
static void
a_late_word_of_a_cancel_refuses_no_password(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "asklate");
	test_terminal_wait_text(terminal, "press $");
	test_terminal_keys(terminal, "$ Esc");
	test_terminal_keys(terminal, "$ r i g h t Enter");
	test_terminal_wait_text(terminal, "asklate ✓");
	test_terminal_keys(terminal, "g m");
	test_terminal_wait_text(terminal, "Nothing new");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, "login failed"));
}

static void
what_was_asked_is_answered(void **state)
{
	static const struct {
		const char *accounts, *asking, *answer;
	} cases[] = {
		{ "late", "Asking the servers for news", "Nothing new" },
		{ "mail late", "Asking the servers for news", "3 new" },
		{ "local:late", "Looking at the files", "Nothing new" },
		{ "local:mail2 local:mail3 local:late", "Looking at the files", "6 new" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TestTerminal) terminal = start(*state, cases[i].accounts);
		test_terminal_wait_text(terminal, "✓");
		test_terminal_keys(terminal, "$");
		assert_line(terminal, 22, cases[i].asking);
		test_terminal_keys(terminal, "$");
		test_terminal_wait_text(terminal, cases[i].answer);
	}
}

static void
the_account_that_needs_somebody_comes_first(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "mail ask slow");
	test_terminal_wait_text(terminal, "mail ✓");
	test_terminal_wait_text(terminal, "slow ✓");
	test_terminal_wait_text(terminal, "ask asks for its password: press $ · mail ✓");
	test_terminal_keys(terminal, "$ Esc");
	test_terminal_keys(terminal, "j");
	test_terminal_wait_text(terminal, "ask asks for its password: press $ · slow: syncing");
}

static const int sizes[][2] = { { 10, 40 }, { 24, 80 }, { 40, 140 } };

static void
check(TestTerminal *terminal, const char *place, const int size[2])
{
	g_autofree char *name = g_strdup_printf("%dx%d-%s", size[1], size[0], place);
	screen_record_check(terminal, name, size[0], size[1]);
}

static void
a_first_sync_and_its_job_look_as_recorded(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(TestTerminal) terminal =
			start_at(*state, "slow", sizes[i][0], sizes[i][1]);
		test_terminal_wait_text(terminal, "slow ✓");
		test_terminal_keys(terminal, "$");
		test_terminal_keys(
			terminal, "C-l"); /* what was said of that is not shown for its time */
		test_terminal_wait_text(terminal, "1,204 of 20,000");
		test_terminal_keys(terminal, "C-l");
		check(terminal, "first-sync", sizes[i]);
		test_terminal_keys(terminal, "gJ");
		test_terminal_wait_text(terminal, "index of slow: 300 of 1,000");
		check(terminal, "job", sizes[i]);
	}
}

static void
a_password_and_what_was_said_look_as_recorded(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(TestTerminal) terminal =
			start_at(*state, "ask", sizes[i][0], sizes[i][1]);
		test_terminal_wait_text(terminal, "ask asks for its password");
		test_terminal_keys(terminal, "$ x");
		check(terminal, "password-prompt", sizes[i]);
		test_terminal_keys(terminal, "Enter");
		test_terminal_wait_text(terminal, "login failed");
		test_terminal_keys(terminal, "gm");
		check(terminal, "messages", sizes[i]);
	}
}

/* OSC 52 */
static bool
has_copied(TestTerminal *terminal, const char *text)
{
	g_autofree char *coded = g_base64_encode((const guchar *)text, strlen(text));
	g_autofree char *wanted = g_strdup_printf("\033]52;c;%s\a", coded);
	const GByteArray *bytes = test_terminal_bytes(terminal);
	return memmem(bytes->data, bytes->len, wanted, strlen(wanted)) != NULL;
}

static void
what_was_said_can_be_read_again_and_copied(void **state)
{
	static const char sentence[] = "fail/Lists: no space is left";
	g_autoptr(TestTerminal) terminal = start(*state, "fail");
	test_terminal_wait_text(terminal, "fail ✓");
	test_terminal_keys(terminal, "g m");
	assert_line(terminal, 1, "Nothing was said yet");
	test_terminal_keys(terminal, "q $");
	test_terminal_wait_text(terminal, sentence);
	assert_line(terminal, 22, sentence);
	test_terminal_keys(terminal, "g m");
	test_terminal_wait_text(terminal, "Nothing new");
	assert_line(terminal, 1, "Asking the servers for news");
	assert_line(terminal, 2, "✗ fail/Lists: no space is left");
	assert_line(terminal, 3, "Nothing new");
	g_autofree char *status = test_terminal_line(terminal, 22);
	assert_null(strstr(status, sentence));
	test_terminal_keys(terminal, "g g j");
	assert_true(test_terminal_cell(terminal, 2, 20).reverse);
	assert_false(has_copied(terminal, sentence));
	test_terminal_keys(terminal, "y");
	assert_true(has_copied(terminal, sentence));
	test_terminal_keys(terminal, "k");
	assert_true(test_terminal_cell(terminal, 1, 20).reverse);
	test_terminal_keys(terminal, "q");
	assert_line(terminal, 1, "Unread");
}

static void
what_failed_is_said_once(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "failed mail");
	test_terminal_wait_text(terminal, "mail ✓");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "failed/Lists: no space is left");
	test_terminal_keys(terminal, "$ g m");
	test_terminal_wait_text(terminal, "failed/Lists: no space is left");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, "failed: Lists"));
}

static void
a_job_is_seen_and_stopped(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "slow");
	test_terminal_wait_text(terminal, "slow ✓");
	test_terminal_keys(terminal, "g J");
	assert_line(terminal, 1, "Nothing is under way");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal,
		"sync of slow: INBOX, new mail, 1,204 of 20,000, 850 a second, 22 s left");
	test_terminal_wait_text(terminal, "index of slow: 300 of 1,000 messages");
	test_terminal_keys(terminal, "j d");
	assert_line(terminal, 22, "slow: the index catches up by itself");
	test_terminal_keys(terminal, "k d");
	test_terminal_wait_text(terminal, "Cancelled: sync of slow");
	test_terminal_wait_line(
		terminal, 1, "index of slow"); /* its agent says when it has stopped */
	test_terminal_keys(terminal, "q");
	assert_line(terminal, 1, "Unread");
}

static void
an_index_that_waits_for_another_program_says_so(void **state)
{
	static const char words[] = ", index waits: another program holds it";
	g_autoptr(TestTerminal) terminal = start(*state, "wait");
	test_terminal_wait_text(terminal, "wait ✓");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, words);
	test_terminal_keys(terminal, "g J");
	test_terminal_wait_line(terminal, 1, "index of wait: waits, another program holds it");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_line(terminal, 1, "Nothing is under way");
	test_terminal_keys(terminal, "q");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, words));
}

/* Each start of an agent adds a line to the file "starts". */
static void
an_agent_that_does_not_start_is_not_started_over_and_over(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *agent = g_build_filename(fixture->profile->root, "curlew-agent", NULL);
	g_autofree char *starts = g_build_filename(fixture->profile->root, "starts", NULL);
	g_autofree char *script = g_strdup_printf("#!/bin/sh\necho >>'%s'\n", starts);
	assert_true(g_file_set_contents(agent, script, -1, NULL));
	assert_int_equal(g_chmod(agent, 0755), 0);
	g_autoptr(TestTerminal) terminal = start(fixture, "none");
	test_terminal_keys(terminal, "j k");
	test_terminal_wait_text(terminal, "none: stopped, its agent does not start");
	g_autofree char *lines = NULL;
	gsize count; /* once a second for ten seconds */
	assert_true(g_file_get_contents(starts, &lines, &count, NULL));
	assert_in_range(count, 1, 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_password_is_asked_for_by_a_key_and_again_when_refused, open_fixture,
			screen_fixture_close),
		cmocka_unit_test_setup_teardown(a_first_sync_and_its_job_look_as_recorded,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(a_password_and_what_was_said_look_as_recorded,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(a_password_that_is_not_given_can_be_given_later,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(a_late_word_of_a_cancel_refuses_no_password,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(an_index_that_waits_for_another_program_says_so,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			what_was_asked_is_answered, open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			what_failed_is_said_once, open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			a_job_is_seen_and_stopped, open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			an_agent_that_does_not_start_is_not_started_over_and_over, open_fixture,
			screen_fixture_close),
		cmocka_unit_test_setup_teardown(the_account_that_needs_somebody_comes_first,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(what_was_said_can_be_read_again_and_copied,
			open_fixture, screen_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

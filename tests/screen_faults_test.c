/*
 * The screen while things go wrong around it: the real program and the real agents on a profile of local
 * accounts. Every key is answered, the state is said, and it goes on when it can.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "screen_fixture.h"
#include "screen_server.h"

static int
open_fixture(void **state)
{
	ScreenFixture *fixture = g_new0(ScreenFixture, 1);
	fixture->profile = screen_profile_new(20, TRUE);
	static const ScreenMail mail = { 900, "linked", NULL, "With a link", "S",
		"See https://example.org/." };
	screen_profile_add_mail(fixture->profile, "work", "INBOX", &mail, 1);
	fixture->program = g_strdup(CURLEW_BUILD "/curlew");
	*state = fixture;
	return 0;
}

static char *
state_path(const ScreenFixture *fixture, const char *name)
{
	return g_build_filename(fixture->profile->root, "state/curlew", name, NULL);
}

/* Of an agent, or of the indexer: its lock names it. */
static int
pid_in(const ScreenFixture *fixture, const char *lock)
{
	g_autofree char *path = state_path(fixture, lock);
	g_autofree char *text = NULL;
	return g_file_get_contents(path, &text, NULL, NULL) ? atoi(text) : 0;
}

static int
close_fixture(void **state)
{
	static const char *const locks[] = { "work/lock", "home/lock", "index.lock" };
	for (size_t i = 0; i < G_N_ELEMENTS(locks); i++) {
		int pid = pid_in(*state, locks[i]);
		if (pid > 1)
			kill(pid, SIGKILL);
	}
	return screen_fixture_close(state);
}

static TestTerminal *
start(const ScreenFixture *fixture)
{
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, fixture->profile->environment, 24, 100);
	test_terminal_wait_text(terminal, "work ✓");
	test_terminal_wait_text(terminal, "home ✓");
	return terminal;
}

static void
an_agent_that_dies_is_started_again(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start(fixture);
	int died = pid_in(fixture, "work/lock");
	assert_true(died > 1);
	assert_int_equal(kill(died, SIGSEGV), 0);
	screen_fixture_press_everywhere(terminal, "g g Enter");
	test_terminal_keys(terminal, "g m");
	test_terminal_wait_text(terminal, "✗ agent of work stopped, starting again");
	test_terminal_wait_text(terminal, "work: all is well again");
	test_terminal_keys(terminal, "q");
	screen_fixture_press_everywhere(terminal, "g g Enter");
	assert_int_not_equal(pid_in(fixture, "work/lock"), died);
}

static void
an_agent_that_hangs_is_told_of_and_waited_for(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start(fixture);
	int hangs = pid_in(fixture, "home/lock");
	assert_int_equal(kill(hangs, SIGSTOP), 0);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "agent of home does not answer");
	screen_fixture_press_everywhere(terminal, "g g Enter");
	assert_int_equal(kill(hangs, SIGCONT), 0);
	test_terminal_wait_text(terminal, "home ✓");
}

/* Until all that waited for the index is in it: what comes later would make it anew. */
static void
wait_indexed(const ScreenFixture *fixture, const char *account)
{
	g_autofree char *database = g_build_filename(account, "state.db", NULL);
	g_autofree char *path = state_path(fixture, database);
	int64_t left = -1;
	for (int i = 0; i < 6000 && left != 0; i++) {
		sqlite3 *store = NULL;
		sqlite3_stmt *rows = NULL;
		assert_int_equal(
			sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
		sqlite3_busy_timeout(store, 10000);
		assert_int_equal(
			sqlite3_prepare_v2(store, "SELECT count(*) FROM ixq", -1, &rows, NULL),
			SQLITE_OK);
		if (sqlite3_step(rows) == SQLITE_ROW)
			left = sqlite3_column_int64(rows, 0);
		sqlite3_finalize(rows);
		sqlite3_close(store);
		if (left != 0)
			g_usleep(10 * 1000);
	}
	assert_int_equal(left, 0);
}

static void
the_lists_need_no_index_and_a_new_one_is_made(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *index =
		g_build_filename(fixture->profile->root, "data/curlew/mail/.notmuch", NULL);
	g_autofree char *away = g_build_filename(fixture->profile->root, "away", NULL);
	g_autoptr(TestTerminal) terminal = start(fixture);
	wait_indexed(fixture, "work");
	wait_indexed(fixture, "home");
	assert_int_equal(g_rename(index, away), 0);
	test_terminal_keys(terminal, "\\ n u m b e r Enter");
	test_terminal_wait_text(terminal, "makes it");
	test_terminal_keys(terminal, "q");
	screen_fixture_press_everywhere(terminal, "g g Enter");
	screen_profile_add_one(fixture->profile, "work", 6000);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new");
	test_terminal_keys(terminal, "\\ n u m b e r Enter");
	test_terminal_wait_text(terminal, "20 messages");
}

static void
a_locked_store_is_read_and_waited_for(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start(fixture);
	g_autofree char *path = state_path(fixture, "work/state.db");
	sqlite3 *database = NULL;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(database, 10000), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "database is locked; another program holds it");
	screen_fixture_press_everywhere(terminal, "g g Enter");
	assert_int_equal(sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new");
	test_terminal_wait_text(terminal, "work ✓");
}

/* What the store says of a folder that is held is seen where the folder is. */
static void
a_held_folder_says_why_and_the_account_is_not_well(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start(fixture);
	screen_profile_change_store(fixture->profile, "work",
		"UPDATE folder SET state=3, err='its files are gone' WHERE "
		"name IN ('Lists','Lists/Empty')");
	test_terminal_wait_text(terminal, "work ✗ 2 folders are held: its files are gone");
	test_terminal_keys(terminal, "c w o r k / L i s t s Enter");
	test_terminal_wait_text(terminal, "work/Lists is held: its files are gone");
	test_terminal_keys(terminal, "c E m p t y Enter");
	test_terminal_keys(terminal, "j");
	g_autofree char *line = test_terminal_line(terminal, 1);
	assert_non_null(strstr(line, "work/Lists/Empty is held: its files are gone"));
}

static void
a_server_that_stops_is_said_and_waited_for(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenServer) server = screen_server_start(fixture->profile);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal =
		test_terminal_open(argv, fixture->profile->environment, 24, 100);
	test_terminal_wait_text(terminal, "work ✓");
	test_terminal_wait_text(terminal, "Number 3");
	screen_server_stop(server);
	test_terminal_wait_text(terminal, "✗ offline");
	screen_fixture_press_everywhere(terminal, "g g Enter");
	screen_server_resume(server);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new");
	test_terminal_wait_text(terminal, "work ✓");
}

static int
open_empty(void **state)
{
	ScreenFixture *fixture = g_new0(ScreenFixture, 1);
	fixture->profile = screen_profile_new_empty();
	fixture->program = g_strdup(CURLEW_BUILD "/curlew");
	*state = fixture;
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_agent_that_dies_is_started_again, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(
			an_agent_that_hangs_is_told_of_and_waited_for, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(
			the_lists_need_no_index_and_a_new_one_is_made, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(
			a_server_that_stops_is_said_and_waited_for, open_empty, close_fixture),
		cmocka_unit_test_setup_teardown(
			a_locked_store_is_read_and_waited_for, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(a_held_folder_says_why_and_the_account_is_not_well,
			open_fixture, close_fixture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

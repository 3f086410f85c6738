/*
 * `curlew demo` as a newcomer meets it: no config, nothing beside the program. Nothing is left behind, and
 * nothing of the user's is touched.
 */
#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "screen_fixture.h"

static int
open_fixture(void **state)
{
	ScreenFixture *fixture = g_new0(ScreenFixture, 1);
	fixture->profile = screen_profile_new_empty();
	fixture->program = g_strdup(CURLEW_BUILD "/curlew");
	fixture->profile->environment = g_environ_setenv(
		fixture->profile->environment, "XDG_RUNTIME_DIR", fixture->profile->root, TRUE);
	*state = fixture;
	return 0;
}

static TestTerminal *
start(const ScreenFixture *fixture, const char *command)
{
	const char *argv[] = { fixture->program, command, NULL };
	TestTerminal *terminal = test_terminal_start(argv, fixture->profile->environment, 24, 100);
	return terminal;
}

static void
assert_nothing_left(const ScreenFixture *fixture)
{
	g_autoptr(GDir) directory = g_dir_open(fixture->profile->root, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(directory))) {
		if (g_str_has_prefix(name, "curlew-demo-"))
			fail_msg("%s is left", name);
	}
	g_autofree char *mail = g_build_filename(fixture->profile->root, "data/curlew/mail", NULL);
	assert_false(g_file_test(mail, G_FILE_TEST_EXISTS));
}

static void
sample_mail_is_there_and_new_mail_comes(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "demo");
	test_terminal_wait_text(terminal, "Key for the gate");
	test_terminal_wait_text(terminal, "home ✓");
	test_terminal_wait_text(terminal, "Tide table for tomorrow");
	test_terminal_type(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_nothing_left(*state);
}

static void
it_leaves_nothing_behind_when_it_is_ended(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "demo");
	test_terminal_wait_text(terminal, "Key for the gate");
	kill(test_terminal_pid(terminal), SIGTERM);
	int status = test_terminal_wait_end(terminal);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
	assert_true(test_terminal_is_cooked(terminal));
	assert_nothing_left(*state);
}

/* In the profile's directory; NULL: there is none. */
static char *
place_of_demo(const ScreenFixture *fixture)
{
	g_autoptr(GDir) directory = g_dir_open(fixture->profile->root, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(directory))) {
		if (g_str_has_prefix(name, "curlew-demo-"))
			return g_build_filename(fixture->profile->root, name, NULL);
	}
	return NULL;
}

/* Its reader has left too, now that its terminal is gone. */
static void
wait_until_dead(const char *place)
{
	g_autofree char *path = g_build_filename(place, "lock", NULL);
	int lock = open(path, O_RDWR | O_CLOEXEC);
	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	close(lock);
}

static void
the_next_one_sweeps_what_a_killed_one_left(void **state)
{
	const ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) killed = start(fixture, "demo");
	test_terminal_wait_text(killed, "home ✓");
	g_autofree char *place = place_of_demo(fixture);
	kill(test_terminal_pid(killed), SIGKILL);
	g_clear_pointer(&killed, test_terminal_close);
	assert_true(g_file_test(place, G_FILE_TEST_IS_DIR));
	wait_until_dead(place);
	g_autoptr(TestTerminal) terminal = start(fixture, "demo");
	test_terminal_wait_text(terminal, "Key for the gate");
	assert_false(g_file_test(place, G_FILE_TEST_EXISTS));
	test_terminal_type(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_nothing_left(fixture);
}

/* A name alone proves nothing, nor does a link; and one that runs is let be. */
static void
only_what_is_dead_is_swept(void **state)
{
	const ScreenFixture *fixture = *state;
	const char *root = fixture->profile->root;
	g_autoptr(TestTerminal) first = start(fixture, "demo");
	test_terminal_wait_text(first, "home ✓");
	g_autofree char *bare = g_build_filename(root, "curlew-demo-bare", NULL);
	g_autofree char *mine = g_build_filename(root, "mine", NULL);
	g_autofree char *lock = g_build_filename(mine, "lock", NULL);
	g_autofree char *link = g_build_filename(root, "curlew-demo-link", NULL);
	assert_int_equal(g_mkdir(bare, 0700), 0);
	assert_int_equal(g_mkdir(mine, 0700), 0);
	assert_true(g_file_set_contents_full(lock, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	assert_int_equal(symlink(mine, link), 0);
	g_autoptr(TestTerminal) second = start(fixture, "demo");
	test_terminal_wait_text(second, "home ✓");
	assert_true(g_file_test(bare, G_FILE_TEST_IS_DIR));
	assert_true(g_file_test(lock, G_FILE_TEST_EXISTS));
	test_terminal_type(first, "Q");
	assert_int_equal(test_terminal_wait_end(first), 0);
	test_terminal_type(second, "Q");
	assert_int_equal(test_terminal_wait_end(second), 0);
}

static void
enter_on_the_empty_screen_starts_it(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, NULL);
	test_terminal_wait_text(terminal, "No account yet");
	test_terminal_type(terminal, "\r");
	test_terminal_wait_text(terminal, "Key for the gate");
	test_terminal_type(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_nothing_left(*state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sample_mail_is_there_and_new_mail_comes,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(it_leaves_nothing_behind_when_it_is_ended,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(the_next_one_sweeps_what_a_killed_one_left,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			only_what_is_dead_is_swept, open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			enter_on_the_empty_screen_starts_it, open_fixture, screen_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

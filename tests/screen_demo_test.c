/*
 * `curlew demo` as a newcomer meets it: no config, nothing beside the program. Nothing is left behind, and
 * nothing of the user's is touched.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

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
		cmocka_unit_test_setup_teardown(
			enter_on_the_empty_screen_starts_it, open_fixture, screen_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "screen_deeds.h"

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

ScreenFixture *
screen_deeds_new(ScreenProfile *profile)
{
	ScreenFixture *fixture = screen_fixture_new(profile);
	g_autofree char *agent = g_build_filename(fixture->profile->root, "curlew-agent", NULL);
	screen_fixture_copy(CURLEW_SCREEN_AGENT, agent);
	return fixture;
}

int
screen_deeds_open(void **state)
{
	*state = screen_deeds_new(screen_profile_new(20, FALSE));
	return 0;
}

TestTerminal *
screen_deeds_start(ScreenFixture *fixture)
{
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, fixture->profile->environment, 24, 100);
	test_terminal_wait_text(terminal, "work ✓");
	test_terminal_wait_text(terminal, "home ✓");
	return terminal;
}

char *
screen_deeds_path(const ScreenFixture *fixture, const char *account, const char *name)
{
	return g_build_filename(fixture->profile->root, "state/curlew", account, name, NULL);
}

void
screen_deeds_wait(const ScreenFixture *fixture, const char *account, const char *wanted)
{
	g_autofree char *path = screen_deeds_path(fixture, account, "deeds");
	g_autofree char *deeds = NULL;
	for (int i = 0; i < 6000; i++) {
		g_clear_pointer(&deeds, g_free);
		if (g_file_get_contents(path, &deeds, NULL, NULL) && strstr(deeds, wanted))
			return;
		g_usleep(10 * 1000);
	}
	fail_msg("%s was not told \"%s\" but: %s", account, wanted, deeds ? deeds : "nothing");
}

void
screen_deeds_hold(const ScreenFixture *fixture, const char *account, bool held)
{
	g_autofree char *path = screen_deeds_path(fixture, account, "hold-deeds");
	if (held)
		assert_true(g_file_set_contents(path, "", 0, NULL));
	else
		assert_int_equal(g_unlink(path), 0);
}

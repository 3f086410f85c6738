#include "screen_fixture.h"

#include <cmocka.h>
#include <glib/gstdio.h>

enum { BIG_FOLDER = 300 };

void
screen_fixture_copy(const char *from, const char *to)
{
	g_autofree char *bytes = NULL;
	gsize length;
	g_autoptr(GError) error = NULL;
	g_file_get_contents(from, &bytes, &length, &error);
	assert_null(error);
	g_file_set_contents(to, bytes, (gssize)length, &error);
	assert_null(error);
	g_chmod(to, 0755);
}

ScreenFixture *
screen_fixture_new(ScreenProfile *profile)
{
	ScreenFixture *fixture = g_new0(ScreenFixture, 1);
	fixture->profile = profile;
	fixture->program = g_build_filename(fixture->profile->root, "curlew", NULL);
	screen_fixture_copy(CURLEW_BUILD "/curlew", fixture->program);
	g_autofree char *helper = g_build_filename(fixture->profile->root, "curlew-mime", NULL);
	screen_fixture_copy(CURLEW_BUILD "/curlew-mime", helper);
	return fixture;
}

int
screen_fixture_open(void **state)
{
	*state = screen_fixture_new(screen_profile_new(BIG_FOLDER, TRUE));
	return 0;
}

int
screen_fixture_close(void **state)
{
	ScreenFixture *fixture = *state;
	screen_profile_free(fixture->profile);
	g_free(fixture->program);
	g_free(fixture);
	return 0;
}

TestTerminal *
screen_fixture_start(ScreenFixture *fixture, int rows, int columns)
{
	const char *argv[] = { fixture->program, NULL };
	g_autofree char *memory =
		g_build_filename(fixture->profile->root, "state/curlew/screen.json", NULL);
	g_unlink(memory);
	TestTerminal *terminal =
		test_terminal_open(argv, fixture->profile->environment, rows, columns);
	test_terminal_wait_text(terminal, "work: stopped");
	test_terminal_keys(terminal, "C-l");
	return terminal;
}

void
screen_fixture_press_everywhere(TestTerminal *terminal, const char *open)
{
	const struct {
		const char *keys, *there; /* in the last line, which tells the keys of the place */
	} places[] = {
		{ "g i", "Enter read" },
		{ "Left j k", "Enter open" },
		{ "Right j k", "Enter read" },
		{ open, "Space read on" },
		{ "v j k", "Enter view" },
		{ "q x j k", "Enter open  y copy" },
		{ "q j k ?", "Enter run" },
		{ "j k q g m", "y copy" },
		{ "j k q g J", "d cancel" },
		{ "j k q g p", "r try again" },
		{ "j k q q G g g", "Enter read" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		test_terminal_keys(terminal, places[i].keys);
		test_terminal_wait_text(terminal, places[i].there);
	}
}

void
screen_fixture_write_config(ScreenProfile *profile, const char *text)
{
	g_autofree char *path = g_build_filename(profile->root, "config/curlew/config", NULL);
	g_autofree char *directory = g_path_get_dirname(path);
	assert_int_equal(g_mkdir_with_parents(directory, 0700), 0);
	g_autofree char *whole = screen_profile_config(text);
	assert_true(g_file_set_contents(path, whole, -1, NULL));
}

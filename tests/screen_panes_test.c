/*
 * Each pane and prompt that a message or a key opens, and a message that is not here, at three sizes as on record. The
 * real program on a pty, without an agent.
 */
#include <cmocka.h>
#include <glib.h>

#include "screen_fixture.h"
#include "screen_record.h"

#define HEAD(subject, day)                                                             \
	"From: Ada Lovelace <ada@example.org>\nTo: you@example.org\nSubject: " subject \
	"\nDate: " day " Jan 2010 00:00:00 +0000\nMIME-Version: 1.0\n"

static const char plain[] = HEAD("Only plain", "01") "\n> quoted\n>> twice\nmine\n-- \nAda\n";

static const char everything[] = HEAD(
	"Everything", "02") "Content-Type: multipart/mixed; boundary=b\n\n"
			    "--b\nContent-Type: text/plain\n\nSee https://one.example/x\nand "
			    "https://two.example/y\n"
			    "--b\nContent-Type: text/csv; name=sheet.csv\n"
			    "Content-Disposition: attachment; filename=sheet.csv\n\na,b\n--b--\n";

static const int sizes[][2] = { { 10, 40 }, { 24, 80 }, { 40, 140 } };

typedef struct Place {
	const char *name, *keys; /* typed where the one before was left */
} Place;

static void
check_places(ScreenFixture *fixture, const Place *places, size_t count)
{
	for (size_t size = 0; size < G_N_ELEMENTS(sizes); size++) {
		int rows = sizes[size][0], columns = sizes[size][1];
		g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, rows, columns);
		for (size_t i = 0; i < count; i++) {
			test_terminal_keys(terminal, places[i].keys);
			g_autofree char *name =
				g_strdup_printf("%dx%d-%s", columns, rows, places[i].name);
			screen_record_check(terminal, name, rows, columns);
		}
	}
}

static void
each_pane_and_prompt_looks_as_recorded(void **state)
{
	static const Place places[] = {
		{ "jobs", "gJ" },
		{ "which-key", "q g ?" },
		{ "palette", "Esc : f o l" },
		{ "palette-chosen", "Tab" },
		{ "folder-prompt", "Esc c i n" },
		{ "date-prompt", "Esc gD 2 0 1 0" },
		{ "narrow-prompt", "Esc / p l a i n" },
		{ "narrowed", "Enter" },
		{ "headers", "q gg Enter h" },
		{ "source", "h H" },
		{ "find-prompt", "H / t w o" },
		{ "found", "Enter" },
		{ "links", "x" },
		{ "link-asked", "2 Enter" },
		{ "parts", "q q v" },
		{ "save-prompt", "G s" },
		{ "pipe-prompt", "Esc | c a t" },
		{ "part", "Esc G Enter" },
	};
	ScreenFixture *fixture = screen_fixture_new(
		screen_profile_new_of((const char *const[]){ plain, everything, NULL }));
	g_autofree char *downloads = g_build_filename(fixture->profile->root, "Downloads", NULL);
	assert_int_equal(g_mkdir_with_parents(downloads, 0700), 0);
	check_places(fixture, places, G_N_ELEMENTS(places));
	screen_fixture_close((void *[]){ fixture });
}

static void
what_is_pasted_into_a_pane_looks_as_recorded(void **state)
{
	ScreenFixture *fixture =
		screen_fixture_new(screen_profile_new_of((const char *const[]){ plain, NULL }));
	for (size_t size = 0; size < G_N_ELEMENTS(sizes); size++) {
		int rows = sizes[size][0], columns = sizes[size][1];
		g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, rows, columns);
		test_terminal_paste(terminal, "qQ");
		test_terminal_wait(terminal);
		g_autofree char *name = g_strdup_printf("%dx%d-pasted", columns, rows);
		screen_record_check(terminal, name, rows, columns);
	}
	screen_fixture_close((void *[]){ fixture });
}

static void
what_is_not_here_looks_as_recorded(void **state)
{
	static const Place places[] = { { "not-here", "Enter" }, { "not-here-parts", "v" } };
	ScreenFixture *fixture =
		screen_fixture_new(screen_profile_new_of((const char *const[]){ plain, NULL }));
	screen_profile_make_stubs(fixture->profile);
	check_places(fixture, places, G_N_ELEMENTS(places));
	screen_fixture_close((void *[]){ fixture });
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pane_and_prompt_looks_as_recorded),
		cmocka_unit_test(what_is_not_here_looks_as_recorded),
		cmocka_unit_test(what_is_pasted_into_a_pane_looks_as_recorded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The reader on a pty: the forms of a message and the keys that lead to them, with mail of its own.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_fixture.h"

#define HEAD(subject, minute)                                                          \
	"From: Ada Lovelace <ada@example.org>\nTo: you@example.org\nSubject: " subject \
	"\nDate: Fri, 01 Jan 2010 00:" minute ":00 +0000\nMIME-Version: 1.0\n"

static const char forms[] = HEAD(
	"Two ways", "02") "X-Odd: shown by h\n"
			  "Content-Type: multipart/alternative; boundary=b\n\n"
			  "--b\nContent-Type: text/plain\n\nPlain words.\n"
			  "--b\nContent-Type: text/html\n\n<p>Marked <b>words</b>.</p>\n--b--\n";

static const char plain[] = HEAD("Only plain", "01") "List-Id: <tide.example.org>\n\n"
						     "> quoted\n>> twice\nmine\n-- \nAda\n";

static int
open_fixture(void **state)
{
	*state = screen_fixture_new(
		screen_profile_new_of((const char *const[]){ plain, forms, NULL }));
	return 0;
}

static void
assert_shows(TestTerminal *terminal, const char *text, bool wanted)
{
	g_autofree char *all = test_terminal_text(terminal);
	if (!!strstr(all, text) != wanted)
		fail_msg("\"%s\" is %s:\n%s", text, wanted ? "missing" : "there", all);
}

static void
each_form_of_a_message_has_its_key_and_the_way_back(void **state)
{
	static const struct {
		const char *keys, *there, *not_there;
	} steps[] = {
		{ "Enter", "Plain words.", "Marked words." },
		{ "g h", "Marked words.", "Plain words." },
		{ "g h", "Plain words.", "Marked words." },
		{ "h", "X-Odd: shown by h", "<b>" },
		{ "h", "Plain words.", "X-Odd" },
		{ "H", "<p>Marked <b>words</b>.</p>", "Marked words." },
		{ "q", "Plain words.", "<b>" },
		{ "H H", "Plain words.", "<b>" },
		{ "J g h", "This message has no HTML part", "Plain words." },
		{ "j", "List: <tide.example.org>", "X-Odd" },
	};
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		test_terminal_keys(terminal, steps[i].keys);
		assert_shows(terminal, steps[i].there, true);
		assert_shows(terminal, steps[i].not_there, false);
	}
}

static TestCell
cell_of(TestTerminal *terminal, const char *text)
{
	for (int row = 0; row < 24; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		const char *found = strstr(line, text);
		if (found)
			return test_terminal_cell(
				terminal, row, (int)g_utf8_strlen(line, found - line));
	}
	fail_msg("%s is not there", text);
	return (TestCell){ 0 };
}

static void
quotes_have_colours_by_their_depth(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "j Enter");
	TestCell once = cell_of(terminal, "> quoted"), twice = cell_of(terminal, ">> twice");
	TestCell mine = cell_of(terminal, "mine");
	assert_int_not_equal(once.fg, mine.fg);
	assert_int_not_equal(twice.fg, mine.fg);
	assert_int_not_equal(once.fg, twice.fg);
}

static void
a_large_source_is_read_to_its_end_and_back(void **state)
{
	g_autoptr(GString) text = g_string_new(HEAD("Long", "00") "\nfirst line\n");
	for (int i = 0; i < 200000; i++)
		g_string_append_printf(text, "line %d\n", i);
	g_string_append(text, "last line\n");
	ScreenFixture *fixture =
		screen_fixture_new(screen_profile_new_of((const char *const[]){ text->str, NULL }));
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "Enter H");
	assert_shows(terminal, "MIME-Version: 1.0", true);
	test_terminal_keys(terminal, "G");
	assert_shows(terminal, "last line", true);
	test_terminal_keys(terminal, "k");
	assert_shows(terminal, "last line", false);
	assert_shows(terminal, "line 199999", true);
	test_terminal_keys(terminal, "g g");
	assert_shows(terminal, "first line", true);
	test_terminal_close(terminal);
	void *closed = fixture;
	screen_fixture_close(&closed);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_of_a_message_has_its_key_and_the_way_back),
		cmocka_unit_test(quotes_have_colours_by_their_depth),
		cmocka_unit_test(a_large_source_is_read_to_its_end_and_back),
	};
	return cmocka_run_group_tests(tests, open_fixture, screen_fixture_close);
}

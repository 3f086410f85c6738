/*
 * The reader on a pty: the forms of a message and the keys that lead to them, with mail of its own.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_fixture.h"

#define HEAD(subject, day)                                                             \
	"From: Ada Lovelace <ada@example.org>\nTo: you@example.org\nSubject: " subject \
	"\nDate: " day " Jan 2010 00:00:00 +0000\nMIME-Version: 1.0\n"

static const char forms[] = HEAD(
	"Two ways", "03") "X-Odd: shown by h\n"
			  "Content-Type: multipart/alternative; boundary=b\n\n"
			  "--b\nContent-Type: text/plain\n\nPlain words.\n"
			  "--b\nContent-Type: text/html\n\n<p>Marked <b>words</b>.</p>\n--b--\n";

static const char plain[] = HEAD("Only plain", "02") "List-Id: <tide.example.org>\n\n"
						     "> quoted\n>> twice\nmine\n-- \nAda\n";

static const char parts[] = HEAD("With parts",
	"01") "Content-Type: multipart/mixed; boundary=b\n\n"
	      "--b\nContent-Type: text/plain\n\nSee https://bank.example@evil.example/x now.\n"
	      "--b\nContent-Type: text/csv; name=\"../../.sheet.csv\"\n"
	      "Content-Disposition: attachment; filename=\"../../.sheet.csv\"\n\na,b\n1,2\n"
	      "--b\nContent-Type: application/octet-stream; name=x.bin\n"
	      "Content-Disposition: attachment; filename=x.bin\n\nbytes\n"
	      "--b\nContent-Type: message/rfc822\n\n"
	      "From: Inner <inner@example.org>\nSubject: Inside\n\nInner text.\n--b--\n";

static int
open_fixture(void **state)
{
	*state = screen_fixture_new(
		screen_profile_new_of((const char *const[]){ parts, plain, forms, NULL }));
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

static char *
path_in(ScreenFixture *fixture, const char *name)
{
	return g_build_filename(fixture->profile->root, name, NULL);
}

static char *
contents_in(ScreenFixture *fixture, const char *name)
{
	g_autofree char *path = path_in(fixture, name);
	char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("%s is not there", path);
	return text;
}

static void
parts_are_shown_as_what_they_are(void **state)
{
	static const struct {
		const char *keys, *there, *not_there;
	} steps[] = {
		{ "G Enter v", "multipart/mixed", "now." },
		{ "Enter", "multipart/mixed only holds the parts below it", "now." },
		{ "j Enter", "part 1: without a name (text/plain", "multipart" },
		{ "q", "multipart/mixed", "now." },
		{ "j Enter", "a,b", "multipart" },
		{ "q j Enter", "application/octet-stream cannot be shown here", "With parts" },
		{ "j Enter", "Subject: Inside", "With parts" },
		{ "q q", "now.", "multipart" },
		{ "v v", "now.", "multipart" },
	};
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		test_terminal_keys(terminal, steps[i].keys);
		assert_shows(terminal, steps[i].there, true);
		assert_shows(terminal, steps[i].not_there, false);
	}
}

static void
a_part_is_saved_under_a_safe_name_and_never_over_another(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *downloads = path_in(fixture, "Downloads");
	g_mkdir_with_parents(downloads, 0700);
	g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "G Enter v");
	test_terminal_keys(terminal, "j j s");
	assert_shows(terminal, "Downloads/sheet.csv", true);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "Saved as");
	test_terminal_keys(terminal, "s Enter");
	test_terminal_wait_text(terminal, "sheet (1).csv");
	test_terminal_keys(terminal, "S");
	assert_shows(terminal, " save 3 parts in: ", true);
	test_terminal_keys(terminal, "a l l / Enter");
	test_terminal_wait_text(terminal, "Saved 3 files");
	static const char *const made[] = { "Downloads/sheet.csv", "Downloads/sheet (1).csv",
		"Downloads/all/sheet.csv" };
	for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
		g_autofree char *text = contents_in(fixture, made[i]);
		assert_string_equal(text, "a,b\n1,2");
	}
	g_autofree char *other = contents_in(fixture, "Downloads/all/x.bin");
	assert_string_equal(other, "bytes");
}

static void
a_part_is_piped_without_a_shell_and_the_output_shown(void **state)
{
	static const struct {
		const char *typed, *there;
	} steps[] = {
		{ "rev", "b,a" },
		{ "echo 'one  two' $HOME", "one  two $HOME" },
		{ "printf '\\033[31mre%s' d", "red" }, /* not in what is typed */
		{ "false", "false: exit status 1" },
		{ "/nowhere/program", "No such file" },
		{ "yes", "the first 100 kB" },
	};
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "G Enter v");
	test_terminal_keys(terminal, "j j");
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		test_terminal_press(terminal, "|");
		test_terminal_type(terminal, steps[i].typed);
		test_terminal_press(terminal, "Enter");
		test_terminal_wait_text(terminal, steps[i].there);
		if (steps[i].there[0] != 'f' && steps[i].there[0] != 'N')
			test_terminal_keys(terminal, "q");
	}
	const GByteArray *bytes = test_terminal_bytes(terminal);
	assert_null(memmem(bytes->data, bytes->len, "\x1b[31mred", 8));
}

/* Of a file that another program is about to write. */
static char *
wait_for_contents(const char *path)
{
	for (int i = 0; i < 6000; i++) {
		char *text = NULL;
		if (g_file_get_contents(path, &text, NULL, NULL) && *text)
			return text;
		g_free(text);
		g_usleep(10000);
	}
	fail_msg("%s was not written", path);
	return NULL;
}

static void
a_link_is_opened_after_its_host_was_shown(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *opened = path_in(fixture, "opened");
	g_autofree char *opener = path_in(fixture, "opener");
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\nprintf '%%s\\n' \"$@\" >%s\n", opened);
	assert_true(g_file_set_contents(opener, script, -1, NULL));
	g_chmod(opener, 0700);
	g_autofree char *config = g_strdup_printf(
		"account work {\n  incoming = local:\n}\nui {\n  open = \"%s -x\"\n}\n", opener);
	screen_fixture_write_config(fixture->profile, config);
	g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "G Enter x");
	assert_shows(terminal, " 1 evil.example https://bank.example@evil.example/x", true);
	test_terminal_keys(terminal, "1 Enter");
	assert_shows(terminal, "Enter opens this link at evil.example", true);
	assert_false(g_file_test(opened, G_FILE_TEST_EXISTS));
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "was asked to open evil.example");
	g_autofree char *arguments = wait_for_contents(opened);
	assert_string_equal(arguments, "-x\nhttps://bank.example@evil.example/x\n");
	test_terminal_keys(terminal, "y");
	const GByteArray *bytes = test_terminal_bytes(terminal);
	static const char copied[] = "\x1b]52;c;aHR0cHM6Ly9iYW5rLmV4YW1wbGVAZXZpbC5leGFtcGxlL3g=\a";
	assert_non_null(memmem(bytes->data, bytes->len, copied, strlen(copied)));
	test_terminal_keys(terminal, "q");
	assert_shows(terminal, "now.", true);
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

static const char stub[] = HEAD("Only headers", "01") "\nnever shown\n";

typedef enum StubAgent { NO_AGENT, AGENT, AGENT_THAT_REFUSES } StubAgent;

static TestTerminal *
start_with_stub(ScreenFixture **fixture, StubAgent agent)
{
	*fixture = screen_fixture_new(screen_profile_new_of((const char *const[]){ stub, NULL }));
	screen_profile_make_stubs((*fixture)->profile);
	g_autofree char *path = path_in(*fixture, "curlew-agent");
	if (agent == NO_AGENT)
		return screen_fixture_start(*fixture, 24, 80);
	g_autofree char *refuses = path_in(*fixture, "state/curlew/work/refuse-fetches");
	if (agent == AGENT_THAT_REFUSES)
		assert_true(g_file_set_contents(refuses, "", 0, NULL));
	screen_fixture_copy(CURLEW_SCREEN_AGENT, path);
	const char *argv[] = { (*fixture)->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, (*fixture)->profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "work ✓");
	return terminal;
}

static void
end_with_stub(ScreenFixture *fixture, TestTerminal *terminal)
{
	assert_shows(terminal, "never shown", false);
	test_terminal_close(terminal);
	void *closed = fixture;
	screen_fixture_close(&closed);
}

static void
what_is_not_here_says_so(void **state)
{
	ScreenFixture *fixture;
	TestTerminal *terminal = start_with_stub(&fixture, NO_AGENT);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "not downloaded yet, will come when the server is back");
	assert_shows(terminal, "Subject: Only headers", true);
	test_terminal_keys(terminal, "v");
	assert_shows(terminal, "This message is not here yet", true);
	end_with_stub(fixture, terminal);
}

static void
a_download_tells_how_far_it_is_and_can_be_given_up(void **state)
{
	ScreenFixture *fixture;
	TestTerminal *terminal = start_with_stub(&fixture, AGENT);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "downloading … 40 %");
	test_terminal_keys(terminal, "Esc");
	assert_shows(terminal, "not downloaded: open it again to ask for it", true);
	test_terminal_wait_text(terminal, "work: the download was cancelled");
	test_terminal_keys(terminal, "q Enter");
	test_terminal_wait_text(terminal, "downloading … 40 %");
	test_terminal_keys(terminal, "g J");
	assert_shows(terminal, "message of work: Only headers, 40 %", true);
	test_terminal_keys(terminal, "d");
	assert_shows(terminal, "Nothing is under way", true);
	test_terminal_keys(terminal, "q");
	assert_shows(terminal, "not downloaded: open it again to ask for it", true);
	end_with_stub(fixture, terminal);
}

/* The agent goes on with what the screen asked for; there is no message any more whose download could be stopped. */
static void
a_download_of_a_closed_message_is_nobodys_to_give_up(void **state)
{
	ScreenFixture *fixture;
	TestTerminal *terminal = start_with_stub(&fixture, AGENT);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "downloading … 40 %");
	test_terminal_keys(terminal, "q");
	test_terminal_resize(terminal, 40, 140);
	test_terminal_wait_text(terminal, "Enter shows the message here.");
	test_terminal_click(terminal, 10, 120, 1);
	test_terminal_keys(terminal, "Esc");
	assert_shows(terminal, "Enter shows the message here.", true);
	end_with_stub(fixture, terminal);
}

static void
a_download_that_is_refused_is_not_asked_for_over_and_over(void **state)
{
	ScreenFixture *fixture;
	TestTerminal *terminal = start_with_stub(&fixture, AGENT_THAT_REFUSES);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "not downloaded: too odd");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "Nothing new");
	test_terminal_keys(terminal, "g m");
	assert_shows(terminal, "asked in vain", false);
	end_with_stub(fixture, terminal);
}

static void
what_is_found_is_marked_and_shown(void **state)
{
	g_autoptr(GString) text = g_string_new(HEAD("Long", "01") "\nNeedle at the top\n");
	for (int i = 0; i < 100; i++)
		g_string_append_printf(text, "%s %d\n", i == 60 ? "a needle" : "hay", i);
	ScreenFixture *fixture =
		screen_fixture_new(screen_profile_new_of((const char *const[]){ text->str, NULL }));
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "Enter");
	static const struct {
		const char *keys, *there;
	} steps[] = {
		{ "n", "/ finds something first" },
		{ "/ n e e d l e Enter", "Needle at the top" },
		{ "n", "a needle 60" },
		{ "n", "Searched on from the top" },
		{ "N", "Searched on from the end" },
		{ "N", "Needle at the top" },
		{ "/ N e e D Enter", "\"NeeD\" is not found" },
		{ "/ a Space n e e d Enter", "a needle 60" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		test_terminal_keys(terminal, steps[i].keys);
		assert_shows(terminal, steps[i].there, true);
	}
	assert_true(cell_of(terminal, "needle 60").reverse);
	assert_false(cell_of(terminal, "le 60").reverse);
	test_terminal_close(terminal);
	void *closed = fixture;
	screen_fixture_close(&closed);
}

static void
a_large_source_is_read_to_its_end_and_back(void **state)
{
	g_autoptr(GString) text = g_string_new(HEAD("Long", "01") "\nfirst line\n");
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

/* In one go: the helper cannot have answered before the last key is there. */
static void
keys_typed_ahead_go_to_the_pane_that_opens(void **state)
{
	static const struct {
		const char *typed, *there;
	} cases[] = {
		{ "G\rvjjs", "save as: " },
		{ "G\rvjjqx", "evil.example" },
		{ "G\rxy", "Copied" },
		{ "\rxjj", "No links here" },
		{ "G\rvjj\x03v", "sheet.csv" },
		{ "G\rHvjjs", "save as: " },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
		test_terminal_type(terminal, cases[i].typed);
		test_terminal_wait_text(terminal, cases[i].there);
	}
}

/* As from a shell: only a job of one can be stopped. */
static void
it_stops_and_goes_on_as_a_job_of_the_shell(void **state)
{
	ScreenFixture *fixture = *state;
	g_autofree char *line = g_strdup_printf(
		"%s; echo it stopped; read line; kill -INT %%1; fg; echo ended with $?",
		fixture->program);
	const char *argv[] = { "/bin/sh", "-m", "-c", line, NULL };
	g_autoptr(TestTerminal) terminal =
		test_terminal_start(argv, fixture->profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "Enter read");
	test_terminal_press(terminal, "C-z");
	test_terminal_wait_text(terminal, "it stopped");
	assert_true(test_terminal_is_cooked(terminal));
	test_terminal_type(terminal, "\n");
	test_terminal_wait_text(terminal, "Enter read");
	test_terminal_type(terminal, "?");
	test_terminal_wait_text(terminal, "read the message");
	test_terminal_type(terminal, "Q");
	test_terminal_wait_text(terminal, "ended with 0");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
}

static ScreenFixture *
fixture_of_lines(int lines, const char *last)
{
	g_autoptr(GString) text = g_string_new(HEAD("Long", "01") "\nfirst line\n");
	for (int i = 0; i < lines; i++)
		g_string_append_printf(text, "line %d of a text that is as long as any\n", i);
	g_string_append_printf(text, "%s\n", last);
	return screen_fixture_new(screen_profile_new_of((const char *const[]){ text->str, NULL }));
}

static void
a_long_text_is_looked_through_while_keys_are_heard(void **state)
{
	void *fixture = fixture_of_lines(150000, "the needle");
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "first line");
	test_terminal_type(terminal, "/needle\r\x03"); /* C-c, long before it is there */
	test_terminal_wait_text(terminal, "Cancelled");
	assert_shows(terminal, "first line", true);
	test_terminal_keys(terminal, "/ n e e d l e Enter");
	test_terminal_wait_text(terminal, "the needle");
	test_terminal_keys(terminal, "n");
	test_terminal_wait_text(terminal, "Searched on from the top");
	test_terminal_keys(terminal, "g g N");
	test_terminal_wait_text(terminal, "Searched on from the end");
	test_terminal_wait_text(terminal, "the needle");
	test_terminal_keys(terminal, "/ n e e d l e s Enter");
	test_terminal_wait_text(terminal, "\"needles\" is not found");
	test_terminal_close(terminal);
	screen_fixture_close(&fixture);
}

static void
the_whole_source_is_looked_through(void **state)
{
	static const struct {
		const char *keys, *there, *beside;
	} steps[] = {
		{ "/ n e e d l e Enter", "the needle", "line 29999 of" },
		{ "n", "Searched on from the top", "the needle" },
		{ "/ l i n e Space 1 5 0 0 0 Enter", "line 15000 of", "Searched on from the top" },
		{ "N", "Searched on from the end", "line 15000 of" },
		{ "/ f i r s t Enter", "first line", "line 0 of" },
		{ "/ n e v e r Enter", "\"never\" is not found", "first line" },
	};
	void *fixture = fixture_of_lines(30000, "the needle");
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "Enter H");
	test_terminal_wait_text(terminal, "MIME-Version");
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		test_terminal_keys(terminal, steps[i].keys);
		test_terminal_wait_text(terminal, steps[i].there);
		test_terminal_wait_text(terminal, steps[i].beside);
	}
	test_terminal_close(terminal);
	screen_fixture_close(&fixture);
}

static void
a_program_has_the_terminal_for_a_part(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "G Enter v");
	test_terminal_keys(terminal, "j j !");
	test_terminal_type(
		terminal, "sh -c \"rev; read key </dev/tty; echo got \\$key; exit 3\"\r");
	test_terminal_wait_text(terminal, "b,a");
	assert_true(test_terminal_is_cooked(terminal));
	test_terminal_type(terminal, "jjj\n");
	test_terminal_wait_text(terminal, "got jjj");
	test_terminal_wait_text(terminal, "A key returns");
	test_terminal_press(terminal, "Down");
	test_terminal_wait_text(terminal, ": exit status 3");
	test_terminal_wait_text(terminal, "sheet.csv");
	test_terminal_type(terminal, "|true\r");
	test_terminal_wait_text(terminal, "true: done");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_of_a_message_has_its_key_and_the_way_back),
		cmocka_unit_test(parts_are_shown_as_what_they_are),
		cmocka_unit_test(a_part_is_saved_under_a_safe_name_and_never_over_another),
		cmocka_unit_test(a_part_is_piped_without_a_shell_and_the_output_shown),
		cmocka_unit_test(a_link_is_opened_after_its_host_was_shown),
		cmocka_unit_test(quotes_have_colours_by_their_depth),
		cmocka_unit_test(what_is_not_here_says_so),
		cmocka_unit_test(a_download_of_a_closed_message_is_nobodys_to_give_up),
		cmocka_unit_test(a_download_that_is_refused_is_not_asked_for_over_and_over),
		cmocka_unit_test(a_download_tells_how_far_it_is_and_can_be_given_up),
		cmocka_unit_test(what_is_found_is_marked_and_shown),
		cmocka_unit_test(keys_typed_ahead_go_to_the_pane_that_opens),
		cmocka_unit_test(it_stops_and_goes_on_as_a_job_of_the_shell),
		cmocka_unit_test(a_long_text_is_looked_through_while_keys_are_heard),
		cmocka_unit_test(the_whole_source_is_looked_through),
		cmocka_unit_test(a_program_has_the_terminal_for_a_part),
		cmocka_unit_test(a_large_source_is_read_to_its_end_and_back),
	};
	return cmocka_run_group_tests(tests, open_fixture, screen_fixture_close);
}

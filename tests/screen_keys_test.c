/*
 * What is typed, by rule and by chance: every command of the table by its keys and by its name, keys at random, sizes
 * at random. The real program on a pty, without an agent. Nothing it could start is on its PATH, and what it may save
 * lies in the profile, which is removed.
 */
#include <cmocka.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "screen_fixture.h"
#include "screen_record.h"

enum { ROWS = 24, COLUMNS = 80 };

#define HEAD(subject, day)                                                             \
	"From: Ada Lovelace <ada@example.org>\nTo: you@example.org\nSubject: " subject \
	"\nDate: " day " Jan 2010 00:00:00 +0000\nMIME-Version: 1.0\n"

static const char answer[] = HEAD("Re: everything", "01") "In-Reply-To: <all@example.org>\n"
							  "References: <all@example.org>\n\n"
							  "> quoted\nA needle.\n";

static const char everything[] = HEAD("everything",
	"02") "Message-ID: <all@example.org>\nContent-Type: multipart/mixed; boundary=b\n\n"
	      "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
	      "--c\nContent-Type: text/plain\n\nSee https://one.example/x\nand "
	      "https://two.example/y"
	      "\n--c\nContent-Type: text/html\n\n<p>Marked <b>words</b>.</p>\n--c--\n"
	      "--b\nContent-Type: text/csv; name=sheet.csv\n"
	      "Content-Disposition: attachment; filename=sheet.csv\n\na,b\n--b--\n";

/* ROOT/Downloads is where parts are saved. */
static ScreenFixture *
make_harmless(ScreenFixture *fixture)
{
	ScreenProfile *profile = fixture->profile;
	g_autofree char *downloads = g_build_filename(profile->root, "Downloads", NULL);
	assert_int_equal(g_mkdir_with_parents(downloads, 0700), 0);
	profile->environment = g_environ_setenv(profile->environment, "PATH", "/nonexistent", TRUE);
	return fixture;
}

static int
open_fixture(void **state)
{
	*state = make_harmless(screen_fixture_new(
		screen_profile_new_of((const char *const[]){ answer, everything, NULL })));
	return 0;
}

static int
open_large_fixture(void **state)
{
	screen_fixture_open(state);
	make_harmless(*state);
	return 0;
}

/* ---- every command ---- */

static const struct {
	const char *pane, *way; /* from the list, its cursor on the newest message */
} places[] = {
	{ "all", NULL },
	{ "list", NULL },
	{ "folders", "Left" },
	{ "reader", "Enter" },
	{ "parts", "Enter v" },
	{ "links", "Enter x" },
	{ "help", "?" },
	{ "messages", "gm" },
	{ "jobs", "gJ" },
	{ "pending", "gp" },
};

static void
go_to(TestTerminal *terminal, const char *pane)
{
	test_terminal_keys(terminal, "C-c C-c C-c gi");
	test_terminal_keys(terminal, "od"); /* whatever it was sorted by */
	test_terminal_keys(terminal, "gg"); /* not to where the cursor was left */
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!g_str_equal(places[i].pane, pane))
			continue;
		if (places[i].way)
			test_terminal_keys(terminal, places[i].way);
		return;
	}
	fail_msg("no way to the pane %s is known to this test", pane);
}

/* As `curlew keys --json` gives it; the caller's. */
static JsonNode *
read_table(const ScreenFixture *fixture)
{
	char *argv[] = { fixture->program, "keys", "--json", NULL };
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;
	g_spawn_sync(NULL, argv, fixture->profile->environment, G_SPAWN_DEFAULT, NULL, NULL, &text,
		NULL, &status, &error);
	assert_null(error);
	assert_int_equal(status, 0);
	JsonNode *table = json_from_string(text, &error);
	assert_null(error);
	return table;
}

static void
assert_taken(TestTerminal *terminal, const char *how)
{
	static const char *const refusals[] = { "does nothing here", "No command is named",
		"takes a number and nothing else" };
	g_autofree char *text = test_terminal_text(terminal);
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
		if (strstr(text, refusals[i]))
			fail_msg("%s: refused:\n%s", how, text);
	}
}

/* But for the time of day and the name of the profile, which are others in the next program. */
static char *
record_alike(TestTerminal *terminal)
{
	g_autofree char *record = screen_record(terminal, ROWS, COLUMNS);
	g_autoptr(GRegex) other =
		g_regex_new("\\b\\d\\d:\\d\\d\\b|curlew-screen-\\w{6}", 0, 0, NULL);
	return g_regex_replace_literal(other, record, -1, 0, "…", 0, NULL);
}

/* Two programs, side by side: in one the key is pressed, in the other the name typed; what they show is the same. */
typedef struct Pair {
	ScreenFixture *fixtures[2];
	TestTerminal *terminals[2];
} Pair;

static void
pair_start(Pair *pair)
{
	for (int i = 0; i < 2; i++) {
		test_terminal_close(pair->terminals[i]);
		pair->terminals[i] = screen_fixture_start(pair->fixtures[i], ROWS, COLUMNS);
		test_terminal_keys(pair->terminals[i], ": u p Enter"); /* both have earlier lines */
	}
}

static void
assert_same(Pair *pair, const char *how)
{
	char *records[2];
	for (int i = 0; i < 2; i++) {
		assert_taken(pair->terminals[i], how);
		records[i] = record_alike(pair->terminals[i]);
	}
	screen_record_assert_same(how, records[0], records[1]);
	g_free(records[0]);
	g_free(records[1]);
}

/* It asks for an agent, which is not there. */
static void
assert_syncs(Pair *pair)
{
	for (int i = 0; i < 2; i++)
		test_terminal_wait_line(
			pair->terminals[i], ROWS - 2, "Failed to execute child process");
}

static void
check_key(Pair *pair, const char *pane, const char *command, const char *argument, const char *key)
{
	g_autofree char *typed = g_strjoin(argument ? " " : NULL, command, argument, NULL);
	g_autofree char *how = g_strdup_printf("%s: %s by %s", pane, typed, key);
	for (int i = 0; i < 2; i++)
		go_to(pair->terminals[i], pane);
	test_terminal_press(pair->terminals[0], key);
	test_terminal_type(pair->terminals[1], ":");
	test_terminal_type(pair->terminals[1], typed);
	test_terminal_press(pair->terminals[1], "Enter");
	bool goes_on = test_terminal_wait_or_end(pair->terminals[0]);
	if (test_terminal_wait_or_end(pair->terminals[1]) != goes_on)
		fail_msg("%s: one of the two quits", how);
	if (!goes_on)
		pair_start(pair);
	else if (g_str_equal(command, "sync"))
		assert_syncs(pair);
	else
		assert_same(pair, how);
}

static void
every_command_is_reached_by_key_and_by_name(void **state)
{
	void *other;
	open_fixture(&other);
	Pair pair = { .fixtures = { *state, other } };
	pair_start(&pair);
	g_autoptr(JsonNode) table = read_table(*state);
	JsonArray *rows = json_object_get_array_member(json_node_get_object(table), "keys");
	unsigned checked = 0;
	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);
		JsonArray *keys = json_object_get_array_member(row, "keys");
		const char *pane = json_object_get_string_member(row, "pane");
		const char *command = json_object_get_string_member(row, "command");
		const char *argument =
			json_object_get_string_member_with_default(row, "argument", NULL);
		if (json_array_get_length(keys) == 0)
			fail_msg("%s: %s has no key", pane, command);
		if (g_str_equal(pane, "prompt")) /* there a name would be text */
			continue;
		for (guint k = 0; k < json_array_get_length(keys); k++, checked++)
			check_key(&pair, pane, command, argument,
				json_array_get_string_element(keys, k));
	}
	printf("%u keys of %u commands\n", checked, json_array_get_length(rows));
	for (int i = 0; i < 2; i++)
		test_terminal_close(pair.terminals[i]);
	screen_fixture_close(&other);
}

/* ---- keys and sizes at random ---- */

static const char *const random_keys[] = { "j", "k", "Up", "Down", "PgUp", "PgDn", "C-d", "C-u",
	"g", "G", "Home", "End", "Enter", "Enter", "Tab", "S-Tab", "\\", "?", "/", "q", "C-c",
	"C-l", "C-z", "Esc", "$", "Space", "Backspace", "J", "K", "1", "3", "0", "c", "Left",
	"Right", "x", "ä", ":", "h", "H", "v", "s", "S", "|", "y", "n", "N", "z", "a", "M", "R",
	"T", "D", "i", "m", "u", "d", "e", "o", "t", "V", "X", "U", "F", "C", "+", "-", "C-r",
	"C-w", "C-k", "C-a", "漢" };

static const char *
random_key(void)
{
	return random_keys[random() % (long)G_N_ELEMENTS(random_keys)];
}

static void
what_is_pasted_is_text_of_a_prompt_and_nowhere_a_key(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, ROWS, COLUMNS);
	test_terminal_press(terminal, "g");
	test_terminal_paste(terminal, "QQ\rq:quit\r\x1b[Bx");
	test_terminal_wait(terminal);
	g_autofree char *said = test_terminal_line(terminal, ROWS - 2);
	assert_string_equal(said, " What was pasted is not taken as keys");
	test_terminal_press(terminal, "\\");
	test_terminal_paste(terminal, "subject:engine\r\x1bOA\nor\tQ\x03\x15 ☃\r\n");
	test_terminal_keys(terminal, "!");
	g_autofree char *typed = test_terminal_line(terminal, ROWS - 2);
	assert_string_equal(typed, " search all mail: subject:engine  or Q ☃!");
	/* what is broken off at its end takes no part of the mark with it */
	test_terminal_paste(terminal, " caf\xe9");
	test_terminal_paste(terminal, " x\x1b[");
	test_terminal_keys(terminal, "?");
	g_autofree char *more = test_terminal_line(terminal, ROWS - 2);
	assert_string_equal(more, " search all mail: subject:engine  or Q ☃! caf x[?");
	test_terminal_keys(terminal, "Esc"); /* keys are keys again */
	test_terminal_press(terminal, "Q");
	test_terminal_wait_end_well(terminal);
}

static void
each_key_of_a_prompt_does_what_it_says(void **state)
{
	static const struct {
		const char *keys, *line; /* after "one two" was typed, up to the end of the text */
	} cases[] = {
		{ "Backspace", " search all mail: one tw" },
		{ "Left Del", " search all mail: one tw" },
		{ "Home C-d", " search all mail: ne two" },
		{ "C-w", " search all mail: one" },
		{ "Left C-u", " search all mail: o" },
		{ "C-a Right C-k", " search all mail: o" },
		{ "C-a C-f C-f C-b C-k", " search all mail: o" },
		{ "C-a x C-e y", " search all mail: xone twoy" },
		{ "Home x End y", " search all mail: xone twoy" },
		{ "Tab S-Tab Up Down C-p C-n C-x PgUp", " search all mail: one two" },
		{ "Esc", " work: stopped" },
		{ "C-c", " work: stopped" },
		{ "C-g", " work: stopped" },
		{ "C-u Backspace", " work: stopped" },
	};
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, ROWS, COLUMNS);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		test_terminal_keys(terminal, "\\ o n e Space t w o");
		test_terminal_keys(terminal, cases[i].keys);
		g_autofree char *line = test_terminal_line(terminal, ROWS - 2);
		if (!g_str_has_prefix(line, cases[i].line) ||
			(cases[i].line[1] == 's' && !g_str_equal(line, cases[i].line)))
			fail_msg("%s: '%s', not '%s'", cases[i].keys, line, cases[i].line);
		test_terminal_keys(terminal, "Esc Esc");
	}
}

static void
keys_of_prompts_are_those_of_the_config(void **state)
{
	ScreenProfile *profile = ((ScreenFixture *)*state)->profile;
	screen_fixture_write_config(profile,
		"account work {\n  incoming = local:\n}\n"
		"bind prompt { C-x = erase-word  Esc = none  C-q = leave }\n");
	g_autoptr(TestTerminal) terminal = test_terminal_open(
		(const char *const[]){ ((ScreenFixture *)*state)->program, NULL },
		profile->environment, ROWS, COLUMNS);
	test_terminal_keys(terminal, "\\ o n e Space t w o C-x 3");
	g_autofree char *typed = test_terminal_line(terminal, ROWS - 2);
	assert_string_equal(typed, " search all mail: one 3");
	g_autofree char *hints = test_terminal_line(terminal, ROWS - 1);
	assert_string_equal(hints, " Enter go  C-q leave");
	test_terminal_keys(terminal, "Esc C-q");
	g_autofree char *left = test_terminal_line(terminal, ROWS - 1);
	assert_non_null(strstr(left, "Enter read"));
}

/* A prompt is where the cursor is seen. */
static bool
is_in_prompt(TestTerminal *terminal)
{
	int row, column;
	return test_terminal_cursor(terminal, &row, &column);
}

/* Enter at a path that random keys have made could reach beyond the profile. */
static bool
would_reach_out(TestTerminal *terminal)
{
	g_autofree char *text = test_terminal_text(terminal);
	bool saves = strstr(text, " save as: ") || strstr(text, " part in: ") ||
	             strstr(text, " parts in: ");
	bool starts = strstr(text, " pipe to: ") != NULL;
	return is_in_prompt(terminal) &&
	       ((saves && !strstr(text, ": ~/Downloads/")) || (starts && strchr(text, '/')));
}

static TestTerminal *
start_again(ScreenFixture *fixture, TestTerminal *terminal)
{
	test_terminal_wait_end_well(terminal);
	assert_true(test_terminal_is_cooked(terminal));
	test_terminal_close(terminal);
	return screen_fixture_start(fixture, ROWS, COLUMNS);
}

/* What may end the program is waited for; the terminal of the next one then. */
static TestTerminal *
press_waiting(ScreenFixture *fixture, TestTerminal *terminal, const char *key)
{
	test_terminal_wait(terminal); /* what is seen must be what it has now */
	if (g_str_equal(key, "Enter") && would_reach_out(terminal))
		key = "Esc";
	test_terminal_press(terminal, key);
	return test_terminal_wait_or_end(terminal) ? terminal : start_again(fixture, terminal);
}

static TestTerminal *
click_at_random(ScreenFixture *fixture, TestTerminal *terminal)
{
	test_terminal_click(terminal, (int)(random() % ROWS), (int)(random() % COLUMNS),
		(int)(random() % 3 ? random() % 2 + 4 : 1));
	return test_terminal_wait_or_end(terminal) ? terminal : start_again(fixture, terminal);
}

/* Keys come before and after each size without a wait; the last size is the usual one. Each size is waited for: the
 * signals of two that come at once are one, and who waits could not tell whether another is under way. */
static void
resize_at_random(TestTerminal *terminal)
{
	static const int sizes[][2] = { { 10, 40 }, { 40, 140 }, { 5, 20 }, { 2, 3 } };
	for (long i = random() % 6; i >= 0; i--) {
		int size[] = { (int)(random() % 60) + 2, (int)(random() % 200) + 2 };
		if (random() % 2)
			memcpy(size, sizes[random() % (long)G_N_ELEMENTS(sizes)], sizeof(size));
		if (i == 0) {
			size[0] = ROWS;
			size[1] = COLUMNS;
		}
		test_terminal_press(terminal, random() % 2 ? "j" : "Left");
		test_terminal_resize(terminal, size[0], size[1]);
		test_terminal_press(terminal, random() % 2 ? "k" : "Right");
		test_terminal_wait(terminal);
	}
}

/* What was drawn piece by piece is what a drawing from nothing shows. */
static void
assert_drawn_well(TestTerminal *terminal, int step)
{
	for (int i = 0; i < 3; i++) /* leaves a prompt, a fold of keys, a narrowed list */
		test_terminal_keys(terminal, "C-c");
	g_autofree char *before = screen_record(terminal, ROWS, COLUMNS);
	test_terminal_keys(terminal, "C-l");
	g_autofree char *after = screen_record(terminal, ROWS, COLUMNS);
	g_autofree char *what = g_strdup_printf("after %d keys, drawn again and as it was", step);
	screen_record_assert_same(what, after, before);
}

static void
random_keys_leave_what_a_fresh_drawing_shows(void **state)
{
	ScreenFixture *fixture = *state;
	assert_int_equal(chdir(fixture->profile->root), 0); /* where a path of random keys leads */
	TestTerminal *terminal = screen_fixture_start(fixture, ROWS, COLUMNS);
	const char *given = g_getenv("CURLEW_TEST_SEED");
	unsigned seed = given ? (unsigned)atoi(given) : 42;
	int steps = g_getenv("CURLEW_FULL") ? 10000 : 2000;
	print_message("%d keys, CURLEW_TEST_SEED=%u\n", steps, seed);
	srandom(seed);
	for (int i = 1; i <= steps; i++) {
		const char *key = random_key();
		if (g_str_equal(key, "Enter") || g_str_equal(key, "q"))
			terminal = press_waiting(fixture, terminal, key);
		else
			test_terminal_press(terminal, key);
		/* or Esc would begin what comes next, and while it is suspended the terminal takes C-c */
		if (g_str_equal(key, "Esc") || g_str_equal(key, "C-z"))
			test_terminal_wait(terminal);
		if (i % 9 == 4)
			terminal = click_at_random(fixture, terminal);
		if (i % 100 == 50)
			resize_at_random(terminal);
		if (i % 50 == 0)
			assert_drawn_well(terminal, i);
	}
	test_terminal_close(terminal);
}

static void
sizes_come_and_go(void **state)
{
	static const int storm[][2] = { { 5, 20 }, { 10, 40 }, { 1, 1 }, { 40, 140 }, { 36, 100 },
		{ 9, 200 }, { 200, 39 }, { 24, 80 } };
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, ROWS, COLUMNS);
	g_autofree char *before = screen_record(terminal, ROWS, COLUMNS);
	for (size_t i = 0; i < G_N_ELEMENTS(storm); i++) {
		test_terminal_resize(terminal, storm[i][0], storm[i][1]);
		test_terminal_wait(terminal);
		test_terminal_keys(terminal, "Enter");
		test_terminal_keys(terminal, "q");
		if (storm[i][0] < 10 || storm[i][1] < 40) {
			g_autofree char *line = test_terminal_line(terminal, 0);
			assert_true(g_str_has_prefix("too small: 40x10 needed", line) ||
				    g_str_has_suffix(line, "…"));
		}
	}
	g_autofree char *after = screen_record(terminal, ROWS, COLUMNS);
	assert_string_equal(before, after);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_command_is_reached_by_key_and_by_name,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			what_is_pasted_is_text_of_a_prompt_and_nowhere_a_key, open_fixture,
			screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			each_key_of_a_prompt_does_what_it_says, open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(keys_of_prompts_are_those_of_the_config,
			open_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(random_keys_leave_what_a_fresh_drawing_shows,
			open_large_fixture, screen_fixture_close),
		cmocka_unit_test_setup_teardown(
			sizes_come_and_go, open_large_fixture, screen_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

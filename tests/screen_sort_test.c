/*
 * Lists that are held whole, as a user sees them: sorted by sender, subject and size, narrowed; and what becomes of
 * them when mail comes. The real program on a pty, without an agent.
 */
#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "screen_fixture.h"

static const ScreenMail mails[] = {
	{ 10, "s0", NULL, "Re: beta", "S", .from = "Zoe <zoe@example.org>" },
	{ 11, "s1", NULL, "alpha", "", .lines = 50 },
	{ 12, "s2", NULL, "=?utf-8?q?=C3=84rger?=", "S",
		.from = "=?utf-8?q?=C3=89mile?= <emile@example.org>", .lines = 10 },
	{ 13, "s3", NULL, "Re: alpha", "F", .from = "bob@example.org", .lines = 100 },
};

#define BY_DATE "Re: alpha|Ärger|alpha|Re: beta|"

static int
open_fixture(void **state)
{
	screen_fixture_open(state);
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(fixture->profile, "work", "Sort", mails, G_N_ELEMENTS(mails));
	return 0;
}

static void
go_to_folder(TestTerminal *terminal)
{
	test_terminal_keys(terminal, "c w o r k / S o r t Enter");
	test_terminal_wait_text(terminal, " curlew  work/Sort ");
	test_terminal_wait(terminal);
}

static TestTerminal *
start_in_folder(ScreenFixture *fixture)
{
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	go_to_folder(terminal);
	return terminal;
}

/* The subjects of the rows, one line a row, the cursor's with a '>' before. */
static char *
subjects(TestTerminal *terminal)
{
	static const char *const known[] = { "Re: alpha", "alpha", "Ärger", "ärgerlich", "Re: beta",
		"fresh" };
	GString *text = g_string_new(NULL);
	int cursor, column;
	test_terminal_cursor(terminal, &cursor, &column);
	for (int row = 1; row < 22; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
			if (!g_str_has_suffix(line, known[i]))
				continue;
			g_string_append_printf(text, "%s%s|", row == cursor ? ">" : "", known[i]);
			break;
		}
	}
	return g_string_free(text, FALSE);
}

static void
assert_subjects(TestTerminal *terminal, const char *expected)
{
	g_autofree char *got = subjects(terminal);
	assert_string_equal(got, expected);
}

static void
assert_keys_show(TestTerminal *terminal, const char *keys, const char *title, const char *expected)
{
	test_terminal_keys(terminal, keys);
	test_terminal_wait_text(terminal, title);
	test_terminal_wait(terminal);
	assert_subjects(terminal, expected);
}

static void
a_folder_is_sorted_and_is_by_date_again(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_folder(*state);
	assert_keys_show(
		terminal, "of", "work/Sort [by sender] ", ">alpha|Re: alpha|Ärger|Re: beta|");
	assert_keys_show(
		terminal, "os", "work/Sort [by subject] ", ">Re: alpha|alpha|Ärger|Re: beta|");
	assert_keys_show(
		terminal, "oz", "work/Sort [by size] ", ">Re: alpha|alpha|Ärger|Re: beta|");
	assert_keys_show(
		terminal, "oZ", "work/Sort [smallest first] ", ">Re: beta|Ärger|alpha|Re: alpha|");
	assert_keys_show(terminal, "oD", "[oldest first] ", ">Re: beta|alpha|Ärger|Re: alpha|");
	assert_keys_show(terminal, "od", "work/Sort  ", ">Re: alpha|Ärger|alpha|Re: beta|");
}

static void
the_cursor_stays_on_its_message(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_folder(*state);
	assert_keys_show(terminal, "j of", "[by sender] ", "alpha|Re: alpha|>Ärger|Re: beta|");
	assert_keys_show(terminal, "oS", "Z to A] ", "Re: beta|>Ärger|Re: alpha|alpha|");
	assert_keys_show(terminal, "j od", "work/Sort  ", ">Re: alpha|Ärger|alpha|Re: beta|");
	assert_keys_show(terminal, "j j oz", "[by size] ", "Re: alpha|>alpha|Ärger|Re: beta|");
}

static void
what_needs_dates_says_so_in_a_sorted_list(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_folder(*state);
	test_terminal_keys(terminal, "of zT");
	test_terminal_wait_text(terminal, "A sorted list is flat; `sort date` shows threads");
	test_terminal_keys(terminal, "gD");
	test_terminal_wait_text(terminal, "This list is not by date; `sort date` puts it so");
	test_terminal_keys(terminal, ": s o r t Space c o l o u r Enter");
	test_terminal_wait_text(terminal, "A list is not sorted by \"colour\"; by: date, sender, ");
	assert_keys_show(terminal, "oo s i z Tab Enter", "work/Sort [by size] ",
		">Re: alpha|alpha|Ärger|Re: beta|");
}

/* From the row under the cursor on, in the order that is shown. */
static void
the_next_unread_one_is_found_in_a_sorted_list(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_folder(*state);
	assert_keys_show(terminal, "oZ", "[smallest first] ", ">Re: beta|Ärger|alpha|Re: alpha|");
	assert_keys_show(terminal, "Tab", "[smallest first] ", "Re: beta|Ärger|>alpha|Re: alpha|");
	assert_keys_show(terminal, "Tab", "[smallest first] ", "Re: beta|Ärger|alpha|>Re: alpha|");
	assert_keys_show(
		terminal, "S-Tab", "[smallest first] ", "Re: beta|Ärger|>alpha|Re: alpha|");
}

static void
merged_lists_narrowed_lists_and_searches_are_sorted(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "gi of");
	test_terminal_wait_text(terminal, " curlew  All inboxes [by sender] ");
	test_terminal_wait(terminal);
	g_autofree char *first = test_terminal_line(terminal, 1);
	assert_non_null(strstr(first, "Ada Lovelace"));
	g_autofree char *second = test_terminal_line(terminal, 2);
	assert_non_null(strstr(second, "Charles B."));
	test_terminal_keys(terminal, "c F l a g g e d Enter oF");
	test_terminal_wait_text(terminal, " curlew  Flagged [by sender, Z to A] ");
	test_terminal_wait(terminal);
	g_autofree char *flagged = test_terminal_line(terminal, 1);
	assert_non_null(strstr(flagged, "Charles B."));
	go_to_folder(terminal);
	assert_keys_show(
		terminal, "/ a l p h a Enter oz", "/alpha [by size] ", ">Re: alpha|alpha|");
	assert_keys_show(terminal, "oZ", "/alpha [smallest first] ", ">alpha|Re: alpha|");
	test_terminal_keys(terminal, "q \\ e n g i n e Enter os");
	test_terminal_wait_text(terminal, " curlew  [engine] [by subject] ");
	test_terminal_wait_text(terminal, "2 messages");
	test_terminal_keys(terminal, "oz");
	test_terminal_wait_text(terminal, " curlew  [engine] [by size] ");
	test_terminal_wait(terminal);
	g_autofree char *largest = test_terminal_line(terminal, 1);
	assert_non_null(strstr(largest, "Ada Lovelace"));
}

static void
how_a_list_is_sorted_is_remembered(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) first = start_in_folder(fixture);
	test_terminal_keys(first, "zT of");
	test_terminal_wait_text(first, "[by sender] ");
	test_terminal_press(first, "Q");
	assert_int_equal(test_terminal_wait_end(first), 0);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) again =
		test_terminal_open(argv, fixture->profile->environment, 24, 80);
	go_to_folder(again);
	test_terminal_wait_text(again, " curlew  work/Sort [by sender] ");
	test_terminal_wait(again);
	assert_subjects(again, ">alpha|Re: alpha|Ärger|Re: beta|");
	assert_keys_show(again, "od", "work/Sort  ", ">" BY_DATE);
	test_terminal_keys(again, "zT");
	test_terminal_wait_text(again, "By threads"); /* it was flat before it was sorted */
}

/* ---- a sort that takes as long as it likes: who opens its store waits until our lease of it is given back ---- */

typedef struct Hold {
	char *store, *aside;
	int file;
} Hold;

/* False: this file system knows no leases. */
static bool
hold_store(const ScreenFixture *fixture, Hold *hold)
{
	hold->store = g_build_filename(fixture->profile->root, "state/curlew/work/state.db", NULL);
	hold->aside = g_build_filename(fixture->profile->root, "aside.db", NULL);
	signal(SIGIO, SIG_IGN); /* tells that somebody waits */
	assert_int_equal(g_rename(hold->store, hold->aside), 0);
	hold->file = open(hold->store, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(hold->file >= 0);
	return fcntl(hold->file, F_SETLEASE, F_WRLCK) == 0;
}

static void
let_go(Hold *hold)
{
	assert_int_equal(g_rename(hold->aside, hold->store), 0);
	close(hold->file);
	g_free(hold->store);
	g_free(hold->aside);
}

static void
press(TestTerminal *terminal, const char *keys)
{
	g_auto(GStrv) words = g_strsplit(keys, " ", -1);
	for (char **word = words; *word; word++)
		test_terminal_press(terminal, *word);
}

static void
a_sort_is_a_job_that_is_cancelled(void **state)
{
	static const struct {
		const char *keys, *said;
	} ways[] = { { "Esc", " curlew  work/Sort   " }, { "C-c", " curlew  work/Sort   " },
		{ "g J d", "Cancelled: sort work/Sort by sender" } };
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(TestTerminal) terminal = start_in_folder(*state);
		test_terminal_keys(terminal, "j");
		Hold hold;
		if (!hold_store(*state, &hold)) {
			print_message("no leases here: a sort cannot be held\n");
			let_go(&hold);
			skip();
		}
		press(terminal, "o f");
		test_terminal_wait_text(terminal, " curlew  work/Sort [by sender] ");
		test_terminal_wait_text(terminal, "│ sort work/Sort by sender");
		press(terminal, ways[i].keys);
		test_terminal_wait_text(terminal, ways[i].said);
		test_terminal_wait_text(terminal, "work/Sort   ");
		let_go(&hold);
		if (*ways[i].keys == 'g')
			test_terminal_keys(terminal, "q");
		test_terminal_wait_text(terminal, "Re: beta");
		test_terminal_wait(terminal);
		assert_subjects(terminal, "Re: alpha|>Ärger|alpha|Re: beta|");
	}
}

static void
narrowing_ignores_case_beyond_ascii(void **state)
{
	g_autoptr(TestTerminal) terminal = start_in_folder(*state);
	assert_keys_show(terminal, "/ ä R G Enter", "work/Sort /äRG ", ">Ärger|");
	assert_keys_show(terminal, "q / é m i l E Enter", "work/Sort /émilE ", ">Ärger|");
}

/* The counter alone is asked: where it says that nothing is unread, no row is looked at. */
static void
the_counter_says_whether_unread_is_looked_for(void **state)
{
	ScreenFixture *fixture = *state;
	screen_profile_change_store(fixture->profile, "work",
		"UPDATE folder SET unread=0 WHERE name IN ('Sort','Lists','INBOX')");
	screen_profile_change_store(
		fixture->profile, "home", "UPDATE folder SET unread=0 WHERE name='INBOX'");
	g_autoptr(TestTerminal) terminal = start_in_folder(fixture);
	static const char *const ways[] = { "Tab", "zT Tab", "od of gg Tab" };
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		test_terminal_keys(terminal, "C-l");
		test_terminal_keys(terminal, ways[i]);
		test_terminal_wait_text(terminal, "No more unread in other folders");
	}
	screen_profile_change_store(fixture->profile, "work",
		"UPDATE folder SET unread=(SELECT count(*) FROM msg m WHERE m.folder=folder.id AND "
		"st IN (0,1) AND (loc & 16)=0)");
	screen_profile_change_store(fixture->profile, "home",
		"UPDATE folder SET unread=(SELECT count(*) FROM msg m WHERE m.folder=folder.id AND "
		"st IN (0,1) AND (loc & 16)=0)");
}

/* Which copy it is does not matter to who reads it. */
static void
a_copy_that_is_here_is_opened(void **state)
{
	static const ScreenMail twin[] = { { 300, "twice", NULL, "fresh", "S" } };
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(fixture->profile, "work", "INBOX", twin, 1);
	screen_profile_add_mail(fixture->profile, "home", "INBOX", twin, 1);
	screen_profile_change_store(
		fixture->profile, "work", "UPDATE msg SET part=1 WHERE mid='twice'");
	static const char *const ways[] = { "gi", "zT", "zT zM", "of / f r e s h Enter" };
	g_autoptr(TestTerminal) terminal = screen_fixture_start(fixture, 24, 80);
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		test_terminal_keys(terminal, ways[i]);
		test_terminal_wait_text(terminal, "fresh");
		test_terminal_keys(terminal, "gg Enter");
		test_terminal_wait_text(terminal, "This is twice.");
		test_terminal_keys(terminal, "q");
	}
}

/* The last one: it leaves messages behind. */
static void
what_is_held_is_looked_for_again_when_mail_comes(void **state)
{
	static const ScreenMail more[] = { { 20, "s4", NULL, "=?utf-8?q?=C3=A4rgerlich?=", "S",
						   .from = "Bea <bea@example.org>", .lines = 20 },
		{ 21, "s5", NULL, "fresh", "S", .from = "Dan <dan@example.org>" } };
	ScreenFixture *fixture = *state;
	g_autoptr(TestTerminal) terminal = start_in_folder(fixture);
	assert_keys_show(terminal, "/ ä r g Enter j k", "work/Sort /ärg ", ">Ärger|");
	screen_profile_add_mail(fixture->profile, "work", "Sort", &more[0], 1);
	test_terminal_wait_text(terminal, "ärgerlich");
	test_terminal_wait_text(terminal, "2 messages");
	test_terminal_keys(terminal, "C-l");
	assert_subjects(terminal, "ärgerlich|>Ärger|");
	assert_keys_show(
		terminal, "q of j", "[by sender] ", "alpha|>ärgerlich|Re: alpha|Ärger|Re: beta|");
	screen_profile_add_mail(fixture->profile, "work", "Sort", &more[1], 1);
	test_terminal_wait_text(terminal, "fresh");
	test_terminal_keys(terminal, "C-l");
	assert_subjects(terminal, "alpha|>ärgerlich|Re: alpha|fresh|Ärger|Re: beta|");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_is_sorted_and_is_by_date_again),
		cmocka_unit_test(the_cursor_stays_on_its_message),
		cmocka_unit_test(what_needs_dates_says_so_in_a_sorted_list),
		cmocka_unit_test(the_next_unread_one_is_found_in_a_sorted_list),
		cmocka_unit_test(merged_lists_narrowed_lists_and_searches_are_sorted),
		cmocka_unit_test(how_a_list_is_sorted_is_remembered),
		cmocka_unit_test(a_sort_is_a_job_that_is_cancelled),
		cmocka_unit_test(narrowing_ignores_case_beyond_ascii),
		cmocka_unit_test(the_counter_says_whether_unread_is_looked_for),
		cmocka_unit_test(a_copy_that_is_here_is_opened),
		cmocka_unit_test(what_is_held_is_looked_for_again_when_mail_comes),
	};
	return cmocka_run_group_tests(tests, open_fixture, screen_fixture_close);
}

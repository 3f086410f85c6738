/*
 * From place to place: folders, views, unread mail, back again; and where a config is missing, wrong or new.
 * The real program on a pty, without an agent.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_fixture.h"

static void
reading_goes_on_to_the_next_unread_in_other_folders(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "c w o r k / I N B O X Enter");
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "No subject here.");
	test_terminal_keys(terminal, "Tab"); /* the second unread one of this folder */
	test_terminal_wait_text(terminal, "yamada@example.jp");
	test_terminal_keys(terminal, "Space"); /* at its end: over to the next folder */
	test_terminal_keys(terminal, "C-l");
	test_terminal_wait_text(terminal, "From:");
	test_terminal_keys(terminal, "J K");
	g_autofree char *line = test_terminal_line(terminal, 1);
	assert_non_null(strstr(line, "From:"));
}

static char *
cursor_row(TestTerminal *terminal)
{
	int row, column;
	test_terminal_cursor(terminal, &row, &column);
	g_autofree char *title = test_terminal_line(terminal, 0);
	g_autofree char *line = test_terminal_line(terminal, row);
	return g_strconcat(title, line, NULL);
}

/* Presses KEY until MESSAGE stands there; the rows it stopped at, each of them a new one. */
static guint
walk_unread(TestTerminal *terminal, const char *key, const char *message)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (;;) {
		test_terminal_keys(terminal, key);
		g_autofree char *status = test_terminal_line(terminal, 22);
		if (strstr(status, message))
			return g_hash_table_size(seen);
		assert_true(g_hash_table_add(seen, cursor_row(terminal)));
	}
}

static void
next_unread_stays_in_a_merged_view_and_ends(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	assert_int_equal(walk_unread(terminal, "Tab", "No more unread here"), 1);
	assert_int_equal(walk_unread(terminal, "Tab", "No more unread here"), 0);
	test_terminal_wait_text(terminal, " curlew  All inboxes ");
	test_terminal_keys(terminal, "gu");
	assert_int_equal(walk_unread(terminal, "Tab", "No more unread here"), 44);
	test_terminal_wait_text(terminal, " curlew  Unread ");
}

static void
next_unread_comes_once_over_all_folders(void **state)
{
	static const char *const keys[] = { "Tab", "S-Tab", "Tab" };
	static const guint stops[] = { 43 + 2, 1 + 43, 42 + 2 };
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "c L i s t s Enter");
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		assert_int_equal(walk_unread(terminal, keys[i], "No more unread in other folders"),
			stops[i]);
}

static void
a_fold_of_the_folders_sums_what_it_hides(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(terminal, "c L i s t s Enter Left za");
	g_autofree char *folded = test_terminal_line(terminal, 6);
	g_autofree char *after = test_terminal_line(terminal, 7);
	assert_true(g_str_has_prefix(folded, "  ▸Lists         43 │"));
	assert_true(g_str_has_prefix(after, " home "));
	test_terminal_keys(terminal, "Left Left");
	g_autofree char *account = test_terminal_line(terminal, 4);
	g_autofree char *home = test_terminal_line(terminal, 5);
	assert_non_null(strstr(account, "45 │"));
	assert_true(g_str_has_prefix(account, "▸work "));
	assert_true(g_str_has_prefix(home, " home "));
	test_terminal_keys(terminal, "Right j j Right");
	g_autofree char *again = test_terminal_line(terminal, 7);
	assert_true(g_str_has_prefix(again, "     Empty "));
	test_terminal_keys(terminal, "Right");
	test_terminal_wait_text(terminal, "Enter read  Tab next unread");
}

static TestTerminal *
start_in_folders(ScreenFixture *fixture, ScreenProfile *profile)
{
	const char *argv[] = { fixture->program, NULL };
	TestTerminal *terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, " home ");
	test_terminal_keys(terminal, "Left");
	return terminal;
}

static void
assert_folders(TestTerminal *terminal, const char *const lines[])
{
	for (int row = 1; lines[row - 1]; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		if (!g_str_has_prefix(line, lines[row - 1]))
			fail_msg("'%s' does not begin with '%s'", line, lines[row - 1]);
	}
}

static void
saved_views_have_a_heading_and_folds_are_kept(void **state)
{
	static const char accounts[] = "account work {\n  incoming = local:\n}\n"
				       "account home {\n  incoming = local:\n}\n",
			  views[] = "view engines {\n  query = subject:engine\n}\n"
				    "view from-ada {\n  query = from:ada\n}\n";
	static const char *const open[] = { " All inboxes", " Unread", " Flagged", " views ",
		"   engines", "   from-ada", " work", "   INBOX", "   Lists", "     Empty", " home",
		NULL };
	static const char *const folded[] = { " All inboxes", " Unread", " Flagged", "▸views ",
		" work", "   INBOX", "  ▸Lists", " home", NULL };
	static const char *const turned[] = { " All inboxes", " Unread", " Flagged", " home",
		"   INBOX", " work", "   INBOX", "  ▸Lists", NULL };
	static const char turned_accounts[] = "account home {\n  incoming = local:\n}\n"
					      "account work {\n  incoming = local:\n}\n";
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	g_autofree char *text = g_strconcat(accounts, views, NULL);
	screen_fixture_write_config(profile, text);
	TestTerminal *first = start_in_folders(fixture, profile);
	assert_folders(first, open);
	test_terminal_keys(first, "G k k k za g g j j j za");
	assert_folders(first, folded);
	test_terminal_press(first, "Q");
	assert_int_equal(test_terminal_wait_end(first), 0);
	test_terminal_close(first);
	TestTerminal *second = start_in_folders(fixture, profile);
	assert_folders(second, folded);
	test_terminal_press(second, "Q");
	assert_int_equal(test_terminal_wait_end(second), 0);
	test_terminal_close(second);
	screen_fixture_write_config(profile, turned_accounts);
	g_autoptr(TestTerminal) third = start_in_folders(fixture, profile);
	assert_folders(third, turned);
}

static void
without_an_account_it_says_what_to_do(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new_empty();
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "No account yet. `curlew config init`");
	g_autofree char *hints = test_terminal_line(terminal, 23);
	assert_string_equal(hints, " $ read config  ? help  q quit");
	test_terminal_press(terminal, "q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
}

static void
a_config_is_read_again_by_the_key_that_syncs(void **state)
{
	static const char both[] = "account work {\n  incoming = local:\n}\n"
				   "account home {\n  incoming = local:\n}\n";
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	g_autofree char *path = g_build_filename(profile->root, "config/curlew/config", NULL);
	g_unlink(path);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, "No account yet.");
	screen_fixture_write_config(profile, "account work {\n  incoming = locale:\n}\n");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, "config:2:14: ");
	screen_fixture_write_config(profile, both);
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, " home     ✗ stopped");
	test_terminal_keys(terminal, "c L i s t s Enter");
	screen_fixture_write_config(profile, "account work {\n  incoming = local:\n}\n");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, " curlew  work/Lists ");
	g_autofree char *text = test_terminal_text(terminal);
	assert_null(strstr(text, " home "));
	test_terminal_keys(terminal, "q");
	test_terminal_wait_text(terminal, " curlew  work/INBOX ");
	test_terminal_press(terminal, "q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_true(test_terminal_is_cooked(terminal));
}

static void
a_config_without_a_good_account_leaves_the_one_in_use(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	screen_fixture_write_config(profile, "account work {\n  incoming = local:\n}\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, " curlew  work/INBOX ");
	screen_fixture_write_config(
		profile, "account work {\n  incoming = local:\n  archiv = \"A\"\n}\n");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(
		terminal, "The config of before stays in use; in the new one config:3:3: unknown");
	test_terminal_wait_text(terminal, " curlew  work/INBOX ");
	screen_fixture_write_config(profile,
		"account work {\n  incoming = local:\n}\naccount home {\n  incoming = local:\n}\n");
	test_terminal_keys(terminal, "$");
	test_terminal_wait_text(terminal, " home ");
}

static void
an_account_that_has_stopped_names_the_key_that_tries_again(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	screen_fixture_write_config(profile, "account work {\n  incoming = local:\n}\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 240);
	test_terminal_wait_text(terminal, " work: stopped, ");
	test_terminal_wait_text(terminal, " ($ tries again)");
}

static void
mistakes_of_the_config_stay_in_sight(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	screen_fixture_write_config(profile,
		"account work {\n  incoming = local:\n}\n"
		"account home {\n  incoming = local:\n  zzz = 1\n}\n"
		"account third {\n  incoming = local:\n  pin = 1\n}\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, " home ✗ config:6:3…");
	test_terminal_wait_text(terminal, " third ✗ config:10…");
	test_terminal_wait_text(terminal, "2 mistakes in the config (? shows all): config:6:3: ");
	test_terminal_keys(terminal, "Left G Enter");
	test_terminal_wait_text(terminal, "config:10:9: 'pin' is sha256: and 64 hex digits");
	test_terminal_keys(terminal, "?");
	test_terminal_wait_text(terminal, "config:6:3: unknown option 'zzz'");
	test_terminal_wait_text(terminal, "config:10:9: 'pin'");
}

static void
without_a_good_account_all_mistakes_are_told(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new_empty();
	screen_fixture_write_config(profile,
		"account home {\n  incoming = local:\n  zzz = 1\n}\n"
		"account third {\n  incoming = local:\n  pin = 1\n}\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_keys(terminal, "j");
	test_terminal_wait_text(terminal, " home ✗ config:3:3…");
	test_terminal_wait_text(terminal, "config:3:3: unknown option 'zzz'");
	test_terminal_wait_text(terminal, "config:7:9: 'pin' is sha256: and 64 hex digits");
	g_autofree char *hints = test_terminal_line(terminal, 23);
	assert_string_equal(hints, " $ read config  ? help  q quit");
}

static void
help_opens_at_the_place_it_was_asked_in(void **state)
{
	static const struct {
		const char *keys, *heading;
	} cases[] = { { "?", " list" }, { "Enter", NULL }, { "?", " reader" },
		{ "? Left ?", " folders" } };
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		test_terminal_keys(terminal, cases[i].keys);
		g_autofree char *line = test_terminal_line(terminal, 1);
		if (cases[i].heading)
			assert_string_equal(line, cases[i].heading);
		if (i == 0)
			test_terminal_keys(terminal, "q");
	}
}

static void
a_folder_on_the_command_line_is_where_it_begins(void **state)
{
	static const struct {
		const char *view, *shown;
	} cases[] = {
		{ "work/Lists", " curlew  work/Lists " },
		{ "work/Lists/Empty", "No messages in work/Lists/Empty" },
		{ "work/Nowhere", "There is no folder work/Nowhere here (yet)" },
		{ "subject:engine", " curlew  [subject:engine] " },
		{ "Flagged", " curlew  Flagged " },
	};
	ScreenFixture *fixture = *state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *argv[] = { fixture->program, cases[i].view, NULL };
		g_autoptr(TestTerminal) terminal =
			test_terminal_open(argv, fixture->profile->environment, 24, 80);
		test_terminal_wait_text(terminal, cases[i].shown);
		test_terminal_press(terminal, "Q");
		assert_int_equal(test_terminal_wait_end(terminal), 0);
	}
}

/* WORDS are typed into the prompt of `c`, one after the other in one program. */
static void
a_folder_is_found_by_what_is_typed(void **state)
{
	static const struct {
		const char *keys, *title;
	} cases[] = {
		{ "h / i n Enter", " curlew  home/INBOX " },
		{ "I N B O X Enter", " curlew  home/INBOX " }, /* the account one is in */
		{ "l i s t s Enter", " curlew  work/Lists " },
		{ "i n b o x Enter", " curlew  work/INBOX " },
		{ "l i s Tab Tab Enter", " curlew  work/Lists/Empty " },
		{ "e n g Enter", " curlew  engines " }, { "f l a Enter", " curlew  Flagged " },
		{ "a l l Enter", " curlew  All inboxes " },
		{ "c a f é Enter",
			" curlew  Cafe\u0301 " }, /* one letter, written in another way */
	};
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, TRUE);
	screen_fixture_write_config(profile, "account work {\n  incoming = local:\n}\n"
					     "account home {\n  incoming = local:\n}\n"
					     "view engines {\n  query = subject:engine\n}\n"
					     "view Cafe\u0301 {\n  query = subject:coffee\n}\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(terminal, " engines ");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		test_terminal_keys(terminal, "c");
		test_terminal_keys(terminal, cases[i].keys);
		test_terminal_wait_text(terminal, cases[i].title);
	}
	test_terminal_keys(terminal, "c");
	test_terminal_wait_text(
		terminal, " folder:    All inboxes  Unread  Flagged  engines  Cafe\u0301  work/");
	test_terminal_keys(terminal, "Tab Tab Enter");
	test_terminal_wait_text(terminal, " curlew  Unread ");
	test_terminal_keys(terminal, "c l i");
	test_terminal_wait_text(terminal, "folder: li   work/Lists  work/Lists/Empty");
	test_terminal_wait_text(terminal, " Enter go  Tab complete  Esc leave");
}

/* The cursor is where it was, and what is newer is in sight above it. */
static void
a_folder_is_come_back_to_with_its_newest_rows(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(60, FALSE);
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_keys(terminal, "c L i s t s Enter");
	test_terminal_wait_text(terminal, " curlew  work/Lists ");
	test_terminal_wait_text(terminal, "Message ");
	g_autofree char *newest = test_terminal_line(terminal, 1);
	test_terminal_keys(terminal, "j j");
	g_autofree char *left = cursor_row(terminal);
	test_terminal_keys(terminal, "c h / i n Enter");
	test_terminal_wait_text(terminal, " curlew  home/INBOX ");
	test_terminal_keys(terminal, "c L i s t s Enter");
	test_terminal_wait_text(terminal, " curlew  work/Lists ");
	test_terminal_wait_text(terminal, strstr(newest, "│"));
	g_autofree char *again = cursor_row(terminal);
	assert_string_equal(again, left);
	g_autofree char *top = test_terminal_line(terminal, 1);
	assert_string_equal(top, newest);
}

static void
q_goes_back_to_the_view_it_began_with(void **state)
{
	static const char *const ways[][3] = { { "c L i s t s Enter" }, { "J J J" },
		{ "Left j j j j j Enter" }, { "c L i s t s Enter J" },
		{ "c L i s t s Enter", "Enter", "q" },
		{ "c L i s t s Enter", "\\ a d a Enter", "q" } };
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 24, 80);
		g_autofree char *first = test_terminal_line(terminal, 23);
		assert_non_null(strstr(first, "q quit"));
		for (size_t j = 0; j < 3 && ways[i][j]; j++)
			test_terminal_keys(terminal, ways[i][j]);
		g_autofree char *there = test_terminal_line(terminal, 0);
		g_autofree char *hints = test_terminal_line(terminal, 23);
		assert_null(strstr(there, "All inboxes"));
		assert_non_null(strstr(hints, "q back"));
		test_terminal_keys(terminal, "q");
		g_autofree char *back = test_terminal_line(terminal, 0);
		g_autofree char *last = test_terminal_line(terminal, 23);
		assert_non_null(strstr(back, "All inboxes"));
		assert_non_null(strstr(last, "q quit"));
	}
}

static void
q_beside_an_open_message_closes_it(void **state)
{
	g_autoptr(TestTerminal) terminal = screen_fixture_start(*state, 40, 140);
	test_terminal_keys(terminal, "Enter Left q");
	test_terminal_wait_text(terminal, "Enter shows the message here.");
	g_autoptr(TestTerminal) narrow = screen_fixture_start(*state, 24, 80);
	test_terminal_keys(narrow, "Enter Left q");
	test_terminal_wait_text(narrow, "No subject here.");
	test_terminal_keys(narrow, "q");
	test_terminal_wait_text(narrow, "Notes on the engine");
}

static void
keys_of_the_config_are_in_force_and_shown(void **state)
{
	ScreenFixture *fixture = *state;
	g_autoptr(ScreenProfile) profile = screen_profile_new(10, FALSE);
	screen_fixture_write_config(profile,
		"account work {\n  incoming = local:\n}\nui { keys = mutt }\n"
		"bind list { n = next-unread Tab = none \"gl\" = \"folder Lists\" }\n"
		"bind list2 { x = open }\n");
	const char *argv[] = { fixture->program, NULL };
	g_autoptr(TestTerminal) terminal = test_terminal_open(argv, profile->environment, 24, 80);
	test_terminal_wait_text(
		terminal, "config:6:1: unknown pane 'list2' (did you mean 'list'?)");
	test_terminal_wait_text(terminal, " n next unread ");
	test_terminal_keys(terminal, "Tab");
	test_terminal_wait_text(terminal, "Tab does nothing here");
	test_terminal_keys(terminal, "g ?");
	test_terminal_wait_text(terminal, " l        folder Lists");
	test_terminal_keys(terminal, "l");
	test_terminal_wait_text(terminal, "curlew  work/Lists");
	test_terminal_keys(terminal, "? / f o l d e r Enter");
	test_terminal_wait_text(terminal, " gl                 Lists: open a folder");
	test_terminal_wait_text(terminal, " y c ");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_goes_on_to_the_next_unread_in_other_folders),
		cmocka_unit_test(next_unread_stays_in_a_merged_view_and_ends),
		cmocka_unit_test(next_unread_comes_once_over_all_folders),
		cmocka_unit_test(a_fold_of_the_folders_sums_what_it_hides),
		cmocka_unit_test(saved_views_have_a_heading_and_folds_are_kept),
		cmocka_unit_test(without_an_account_it_says_what_to_do),
		cmocka_unit_test(a_config_is_read_again_by_the_key_that_syncs),
		cmocka_unit_test(a_config_without_a_good_account_leaves_the_one_in_use),
		cmocka_unit_test(an_account_that_has_stopped_names_the_key_that_tries_again),
		cmocka_unit_test(mistakes_of_the_config_stay_in_sight),
		cmocka_unit_test(without_a_good_account_all_mistakes_are_told),
		cmocka_unit_test(help_opens_at_the_place_it_was_asked_in),
		cmocka_unit_test(a_folder_on_the_command_line_is_where_it_begins),
		cmocka_unit_test(a_folder_is_found_by_what_is_typed),
		cmocka_unit_test(a_folder_is_come_back_to_with_its_newest_rows),
		cmocka_unit_test(q_goes_back_to_the_view_it_began_with),
		cmocka_unit_test(q_beside_an_open_message_closes_it),
		cmocka_unit_test(keys_of_the_config_are_in_force_and_shown),
	};
	return cmocka_run_group_tests(tests, screen_fixture_open, screen_fixture_close);
}

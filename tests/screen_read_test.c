/*
 * A message that is shown for a while is marked read: the real program on a pty, beside an agent that does it to the rows of
 * its store. Where time would tell, it is none, or more than a test takes.
 */
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "screen_deeds.h"

/* Where the list has its signs. */
enum { FIRST_ROW = 1, UNREAD_COLUMN = 22 };

/* WHEN: of the config. */
static TestTerminal *
start(ScreenFixture *fixture, const char *when)
{
	g_autofree char *config = g_strdup_printf("account work {\n  incoming = local:\n}\n"
						  "account home {\n  incoming = local:\n}\n"
						  "ui {\n  mark-read = %s\n}\n",
		when);
	screen_fixture_write_config(fixture->profile, config);
	return screen_deeds_start(fixture);
}

/* Its rows are here when this returns, the cursor on the newest. */
static void
open_folder(TestTerminal *terminal, const char *name)
{
	test_terminal_keys(terminal, "c");
	test_terminal_type(terminal, name);
	test_terminal_keys(terminal, "Enter");
	test_terminal_keys(terminal, "g g");
}

static char *
deeds(ScreenFixture *fixture)
{
	g_autofree char *path = screen_deeds_path(fixture, "work", "deeds");
	char *text = NULL;
	return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

static bool
is_unread(TestTerminal *terminal)
{
	return g_str_equal(test_terminal_cell(terminal, FIRST_ROW, UNREAD_COLUMN).text, "N");
}

static void
what_is_shown_is_marked_and_undo_passes_over_it(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "0");
	open_folder(terminal, "work/INB");
	assert_true(is_unread(terminal));
	test_terminal_keys(terminal, "F");
	test_terminal_wait_text(terminal, "1 message flagged; u undoes");
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "Subject:");
	/* under no name, so that `curlew undo` passes over it, too */
	screen_deeds_wait(*state, "work", "\n{\"do\": \"flag\", \"keys\": [");
	test_terminal_keys(terminal, "q");
	assert_false(is_unread(terminal));
	test_terminal_keys(terminal, "u");
	test_terminal_wait_text(terminal, "Undone: 1 message flagged");
	assert_false(is_unread(terminal));
	g_autofree char *told = deeds(*state);
	assert_non_null(strstr(told, "\"set\": [\"seen\"]"));
	test_terminal_keys(terminal, "g m");
	g_autofree char *said = test_terminal_text(terminal);
	assert_null(strstr(said, "marked read"));
}

static void
what_the_user_marks_unread_stays_so_until_it_is_opened_again(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "0");
	open_folder(terminal, "work/INB");
	test_terminal_keys(terminal, "Enter");
	screen_deeds_wait(*state, "work", "\"set\": [\"seen\"]");
	test_terminal_keys(terminal, "U");
	test_terminal_wait_text(terminal, "1 message marked unread");
	test_terminal_keys(terminal, "h h q");
	assert_true(is_unread(terminal));
	test_terminal_keys(terminal, "Enter");
	test_terminal_wait_text(terminal, "Subject:");
	test_terminal_keys(terminal, "q");
	test_terminal_keys(terminal, "F");
	test_terminal_wait_text(terminal, "1 message flagged");
	g_autofree char *told = deeds(*state);
	const char *unread = strstr(told, "\"clear\": [\"seen\"]");
	assert_non_null(unread);
	assert_non_null(strstr(unread, "\"set\": [\"seen\"]"));
}

/* Typed ahead of what is to be shown. */
static void
what_the_user_decides_before_it_is_shown_stays_so(void **state)
{
	g_autoptr(TestTerminal) terminal = start(*state, "0");
	open_folder(terminal, "work/INB");
	test_terminal_type(terminal, "\rUU");
	test_terminal_wait_text(terminal, "1 message marked unread");
	test_terminal_wait_text(terminal, "No subject here.");
	test_terminal_keys(terminal, "q F");
	test_terminal_wait_text(terminal, "1 message flagged");
	assert_true(is_unread(terminal));
	g_autofree char *told = deeds(*state);
	assert_null(strstr(told, "{\"do\""));
}

static void
nothing_is_marked_before_its_time(void **state)
{
	static const char *const times[] = { "1h", "never", "forever" };
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autoptr(TestTerminal) terminal = start(*state, times[i]);
		open_folder(terminal, "work/INB");
		test_terminal_keys(terminal, "Enter");
		test_terminal_wait_text(terminal, "Subject:");
		test_terminal_keys(terminal, "q F");
		test_terminal_wait_text(terminal, "u undoes");
		g_autofree char *told = deeds(*state);
		assert_null(strstr(told, "seen"));
		assert_true(is_unread(terminal));
	}
}

static void
of_a_folded_thread_its_message_alone_is_marked(void **state)
{
	static const ScreenMail thread[] = {
		{ 10, "one@test", NULL, "Ferry", "", NULL, NULL, 0 },
		{ 11, "two@test", "one@test", "Re: Ferry", "", NULL, NULL, 0 },
		{ 12, "three@test", "two@test", "Re: Ferry", "", NULL, NULL, 0 },
	};
	ScreenFixture *fixture = *state;
	screen_profile_add_mail(fixture->profile, "work", "Threads", thread, G_N_ELEMENTS(thread));
	g_autoptr(TestTerminal) terminal = start(fixture, "0");
	open_folder(terminal, "work/Thr");
	test_terminal_keys(terminal, "z M");
	test_terminal_wait_text(terminal, "(3, 3 unread)");
	screen_deeds_hold(fixture, "work", true);
	test_terminal_keys(terminal, "Enter");
	screen_deeds_wait(fixture, "work", "\"set\": [\"seen\"]");
	test_terminal_keys(terminal, "q");
	test_terminal_wait_text(terminal, "(3, 2 unread)"); /* at once */
	screen_deeds_hold(fixture, "work", false);
	test_terminal_keys(terminal, "F");
	test_terminal_wait_text(terminal, "flagged");
	test_terminal_wait_text(terminal, "(3, 2 unread)");
	g_autofree char *told = deeds(fixture);
	const char *keys = strstr(told, "\"keys\": [");
	assert_non_null(keys);
	assert_true(strcspn(keys, ",") > strcspn(keys, "]")); /* one */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define FRESH(test) cmocka_unit_test_setup_teardown(test, screen_deeds_open, screen_fixture_close)
		FRESH(what_is_shown_is_marked_and_undo_passes_over_it),
		FRESH(what_the_user_marks_unread_stays_so_until_it_is_opened_again),
		FRESH(what_the_user_decides_before_it_is_shown_stays_so),
		FRESH(nothing_is_marked_before_its_time),
		FRESH(of_a_folded_thread_its_message_alone_is_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

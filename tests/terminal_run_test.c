/* The terminal lent to a program, and taken back: by a small screen of its own on a pty. */
#include <cmocka.h>
#include <glib.h>
#include <sys/wait.h>

#include "terminal.h"
#include "ui/screen/key.h"

static TestTerminal *
start(const char *const *command)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_ptr_array_add(argv, (void *)TERMINAL_DRIVER);
	for (; *command; command++)
		g_ptr_array_add(argv, (void *)*command);
	g_ptr_array_add(argv, NULL);
	char *environment[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };
	TestTerminal *terminal =
		test_terminal_start((const char *const *)argv->pdata, environment, 10, 40);
	test_terminal_wait_text(terminal, "ready");
	return terminal;
}

static void
end(TestTerminal *terminal)
{
	test_terminal_type(terminal, "q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_true(test_terminal_is_cooked(terminal));
}

static void
a_program_has_the_terminal_until_it_ends(void **state)
{
	static const char *const command[] = { "sh", "-c",
		"echo here; read line; echo got $line; read line; exit 3", NULL };
	g_autoptr(TestTerminal) terminal = start(command);
	test_terminal_type(terminal, "r");
	test_terminal_wait_text(terminal, "here");
	assert_true(test_terminal_is_cooked(terminal));
	test_terminal_type(terminal, "qqq\n");
	test_terminal_wait_text(terminal, "got qqq");
	test_terminal_type(terminal, "\n");
	test_terminal_wait_text(terminal, "ended with 768");
	assert_false(test_terminal_is_cooked(terminal));
	test_terminal_type(terminal, "x");
	test_terminal_wait_text(terminal, "key 120");
	end(terminal);
}

/* The terminal sends keys as we know them again, and not only from the second one on. */
static void
the_first_key_after_it_is_known(void **state)
{
	static const char *const command[] = { "true", NULL };
	g_autoptr(TestTerminal) terminal = start(command);
	g_autofree char *said = g_strdup_printf("key %u", PRESS_DOWN);
	test_terminal_type(terminal, "r");
	test_terminal_wait_text(terminal, "ended with 0");
	test_terminal_press(terminal, "Down");
	test_terminal_wait_text(terminal, said);
	end(terminal);
}

static void
its_interrupt_and_quit_keys_are_not_ours(void **state)
{
	static const char *const keys[] = { "\x03", "\x1c" };
	static const char *const command[] = { "sh", "-c", "echo here; exec cat", NULL };
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(TestTerminal) terminal = start(command);
		test_terminal_type(terminal, "r");
		test_terminal_wait_text(terminal, "here");
		test_terminal_type(terminal, keys[i]);
		test_terminal_wait_text(terminal, "ended with ");
		end(terminal);
	}
}

static void
a_program_that_is_missing_is_told(void **state)
{
	static const char *const command[] = { "/nonexistent/editor", NULL };
	g_autoptr(TestTerminal) terminal = start(command);
	test_terminal_type(terminal, "r");
	test_terminal_wait_text(terminal, "cannot be started");
	end(terminal);
}

/* As over a slow line. */
static void
a_key_that_comes_in_pieces_is_one_key(void **state)
{
	static const char *const none[] = { NULL };
	static const struct {
		const char *first, *rest;
		Key key;
	} cases[] = {
		{ "\x1bO", "B", PRESS_DOWN },
		{ "\x1b[5", "~", PRESS_PAGE_UP },
		{ "\x1b[", "Z", PRESS_BACK_TAB },
	};
	g_autoptr(TestTerminal) terminal = start(none);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *said = g_strdup_printf("key %u", cases[i].key);
		test_terminal_type(terminal, cases[i].first);
		g_usleep(60 * 1000); /* of the seconds that it has */
		test_terminal_type(terminal, cases[i].rest);
		test_terminal_wait_text(terminal, said);
	}
	test_terminal_type(terminal, "\x1b");
	test_terminal_wait_text(terminal, "key 27");
	end(terminal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_has_the_terminal_until_it_ends),
		cmocka_unit_test(the_first_key_after_it_is_known),
		cmocka_unit_test(its_interrupt_and_quit_keys_are_not_ours),
		cmocka_unit_test(a_program_that_is_missing_is_told),
		cmocka_unit_test(a_key_that_comes_in_pieces_is_one_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/terminal_paste.h"

/* Takes all of BYTES; how many characters stand behind the end of the paste, -1: it has none. */
static int
take(TerminalPaste *paste, const char *bytes)
{
	for (const char *at = bytes; *at; at = g_utf8_next_char(at)) {
		if (terminal_paste_take(paste, g_utf8_get_char(at)))
			return (int)g_utf8_strlen(g_utf8_next_char(at), -1);
	}
	return -1;
}

static void
a_paste_is_one_line_up_to_its_mark(void **state)
{
	static const struct {
		const char *bytes, *text;
		int rest;
	} cases[] = {
		{ "one\x1b[201~two", "one", 3 },
		{ "\x1b[201~", "", 0 },
		{ "a\r\nb\tc\n\x1b[201~", "a  b c", 0 },
		{ "ü\x03\x7f\x1b[31m☃\x1b[201~", "ü[31m☃", 0 },
		{ "\x1b[20\x1b[201~", "[20", 0 },
		{ "\x1b\x1b[201~", "", 0 },
		{ "\x1b[200~x\x1b[201~\x1b[201~", "[200~x", 6 },
		{ "no end \x1b[201", "", -1 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		TerminalPaste paste = { 0 };
		terminal_paste_begin(&paste);
		assert_int_equal(take(&paste, cases[i].bytes), cases[i].rest);
		if (cases[i].rest >= 0)
			assert_string_equal(terminal_paste_text(&paste), cases[i].text);
		terminal_paste_close(&paste);
		assert_false(terminal_paste_is_open(&paste));
	}
}

static void
a_long_paste_is_cut_and_its_end_is_found(void **state)
{
	TerminalPaste paste = { 0 };
	terminal_paste_begin(&paste);
	const char *room = paste.text->str;
	for (int i = 0; i < 100000; i++)
		assert_false(terminal_paste_take(&paste, 0x2603));
	assert_int_equal(take(&paste, "\x1b[201~"), 0);
	assert_true(strlen(terminal_paste_text(&paste)) < 5000);
	assert_ptr_equal(paste.text->str, room); /* no copy was left behind */
	terminal_paste_close(&paste);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paste_is_one_line_up_to_its_mark),
		cmocka_unit_test(a_long_paste_is_cut_and_its_end_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/terminal_unit.h"

/* The units of BYTES with blanks between, and behind / what is not whole; Esc is written as ^. */
static char *
cut(const char *bytes)
{
	GString *text = g_string_new(NULL);
	TerminalUnit unit = { 0 };
	for (; *bytes; bytes++) {
		size_t whole = terminal_unit_add(&unit, *bytes);
		if (whole == 0)
			continue;
		g_string_append_len(text, unit.bytes, (gssize)whole);
		g_string_append_c(text, ' ');
		terminal_unit_drop(&unit, whole);
	}
	if (unit.length > 0) {
		g_string_append_c(text, '/');
		g_string_append_len(text, unit.bytes, (gssize)unit.length);
	}
	g_string_replace(text, "\x1b", "^", 0);
	return g_string_free(text, FALSE);
}

static void
what_belongs_together_is_one_unit(void **state)
{
	static const struct {
		const char *bytes, *units;
	} cases[] = {
		{ "ab", "a b " },
		{ "\xc3\xa4x\xe6\xbc\xa2\xf0\x9f\x93\xb7", "ä x 漢 📷 " },
		{ "\xc3", "/\xc3" },
		{ "\xe6\xbc", "/\xe6\xbc" },
		{ "\xc3x\xffy", "\xc3x \xff y " },
		{ "\x1b", "/^" },
		{ "\x1bjk", "^j k " },
		{ "\x1b\x1b[A", "^ ^[A " },
		{ "\x1b\x1b\x1bx", "^ ^ ^x " },
		{ "\x1bOA\x1b[A\x1b[5~q", "^OA ^[A ^[5~ q " },
		{ "\x1b[1;5C\x1bO1;2P", "^[1;5C ^O1;2P " },
		{ "\x1b[", "/^[" },
		{ "\x1bO", "/^O" },
		{ "\x1b[200", "/^[200" },
		{ "\x1b[200~a\x1b[201~", "^[200~ a ^[201~ " },
		{ "\x1b[<0;12;5Mx\x1b[<0;12;5m", "^[<0;12;5M x ^[<0;12;5m " },
		{ "\x1b[M !\"x", "^[M !\" x " },
		{ "\x1b[M !", "/^[M !" },
		{ "\x1b[[Ax", "^[[A x " },
		{ "\x1b[1\x1b[A", "^[1 ^[A " }, /* it was none */
		{ "\x1b[200~caf\xe9\x1b[201~", "^[200~ c a f \xe9 ^[201~ " },
		{ "\x1b[200~\x1b[\x1b[201~", "^[200~ ^[ ^[201~ " },
		{ "\x1bO\x1b[201~", "^O ^[201~ " },
		{ "\x1b[M\x1b[201~", "^[M ^[201~ " },
		{ "\x1b[I\x1b[O", "^[I ^[O " },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *units = cut(cases[i].bytes);
		assert_string_equal(units, cases[i].units);
	}
}

static void
no_unit_is_longer_than_its_room(void **state)
{
	g_autofree char *many = g_strnfill(200, '1');
	g_autofree char *bytes = g_strconcat("\x1b[", many, NULL);
	g_autofree char *units = cut(bytes);
	assert_int_equal(strcspn(units, " "), TERMINAL_UNIT_MOST);
}

static void
an_escape_alone_is_told_from_others(void **state)
{
	TerminalUnit unit = { 0 };
	assert_false(terminal_unit_is_escape(&unit));
	terminal_unit_add(&unit, '\x1b');
	assert_true(terminal_unit_is_escape(&unit));
	terminal_unit_add(&unit, '[');
	assert_false(terminal_unit_is_escape(&unit));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_belongs_together_is_one_unit),
		cmocka_unit_test(no_unit_is_longer_than_its_room),
		cmocka_unit_test(an_escape_alone_is_told_from_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <string.h>

#include "ui/screen/choice.h"

/* A pane of four rows; a line whose letter is small is one that the cursor cannot be on. */
typedef struct Letters {
	ChoicePane choice;
	const char *lines;
} Letters;

static bool
is_capital(const ChoicePane *choice, size_t line)
{
	return g_ascii_isupper(((const Letters *)choice)->lines[line]);
}

static Letters
letters_of(const char *lines)
{
	Letters letters = { .lines = lines };
	letters.choice.base.rows = 4;
	letters.choice.is_stop = is_capital;
	choice_set_length(&letters.choice, strlen(lines));
	return letters;
}

/* What is in sight, the cursor's line with a '>' before it. */
static char *
sight_of(const Letters *letters)
{
	const ChoicePane *choice = &letters->choice;
	GString *text = g_string_new(NULL);
	for (size_t i = choice->top; i < MIN(choice->top + 4, choice->length); i++)
		g_string_append_printf(text, "%s%c",
			i == choice->cursor && choice_has_current(choice) ? ">" : "",
			letters->lines[i]);
	return g_string_free(text, FALSE);
}

static void
press(Letters *letters, const char *keys)
{
	static const struct {
		char key;
		void (*run)(Pane *pane, int count);
	} commands[] = {
		{ 'j', choice_run_down },
		{ 'k', choice_run_up },
		{ 'f', choice_run_page_down },
		{ 'b', choice_run_page_up },
		{ 'd', choice_run_half_down },
		{ 'u', choice_run_half_up },
		{ 'g', choice_run_first },
		{ 'G', choice_run_last },
	};
	for (; *keys; keys++) {
		for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
			if (commands[i].key == *keys)
				commands[i].run(&letters->choice.base, 0);
		}
		if (*keys == 'W')
			choice_take_mouse(&letters->choice, 0, MOUSE_WHEEL_DOWN);
		if (*keys == 'w')
			choice_take_mouse(&letters->choice, 0, MOUSE_WHEEL_UP);
		if (g_ascii_isdigit(*keys))
			choice_take_mouse(&letters->choice, *keys - '0', MOUSE_SELECT);
	}
}

static void
keys_move_the_cursor_and_what_is_in_sight(void **state)
{
	static const struct {
		const char *lines, *keys, *sight;
	} cases[] = {
		{ "", "jkfbduGg", "" },
		{ "A", "jkfG", ">A" },
		{ "ABCDEFGH", "", ">ABCD" },
		{ "ABCDEFGH", "jj", "AB>CD" },
		{ "ABCDEFGH", "jjjj", "BCD>E" },
		{ "ABCDEFGH", "jjjjkkkk", ">ABCD" },
		{ "ABCDEFGH", "jjjjk", "BC>DE" },
		{ "ABCDEFGH", "f", "ABC>D" },
		{ "ABCDEFGH", "ff", "DEF>G" },
		{ "ABCDEFGH", "fff", "EFG>H" },
		{ "ABCDEFGH", "Gb", ">EFGH" },
		{ "ABCDEFGH", "d", "A>BCD" },
		{ "ABCDEFGH", "Gu", "EF>GH" },
		{ "ABCDEFGH", "Gg", ">ABCD" },
		{ "ABCDEFGH", "W", ">DEFG" },
		{ "ABCDEFGH", "WW", ">EFGH" },
		{ "ABCDEFGH", "GW", "EFG>H" },
		{ "ABCDEFGH", "Gw", "BCD>E" },
		{ "ABCDEFGH", "2", "AB>CD" },
		{ "AB", "3", ">AB" },
		/* what belongs to a line comes in sight with it */
		{ "AbcDef", "j", "c>Def" },
		{ "AbcDef", "jk", ">AbcD" },
		{ "AbcdefG", "jk", ">Abcd" },
		{ "AbcdefG", "f", "def>G" },
		{ "AbcDefGhi", "2", ">AbcD" },
		{ "AbcDefGhi", "W", ">DefG" },
		{ "AbcDefGhi", "f", "c>Def" },
		/* what stands above the first line */
		{ "xyA", "", "xy>A" },
		{ "xyzuvA", "", "xyzu" },
		{ "xyzuvA", "j", "zuv>A" },
		{ "xyzuvA", "jk", "xyzu" },
		{ "xyABCD", "Ggf", "ABC>D" },
		{ "xyz", "jfGgb", "xyz" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Letters letters = letters_of(cases[i].lines);
		press(&letters, cases[i].keys);
		g_autofree char *sight = sight_of(&letters);
		if (strcmp(sight, cases[i].sight) != 0)
			fail_msg("%s %s: %s, not %s", cases[i].lines, cases[i].keys, sight,
				cases[i].sight);
	}
}

static void
lines_that_come_and_go_leave_the_cursor_where_it_can_be(void **state)
{
	Letters letters = letters_of("ABCDEFGH");
	press(&letters, "G");
	letters.lines = "ABCDE";
	choice_renew(&letters.choice, 5, 7);
	g_autofree char *fewer = sight_of(&letters);
	assert_string_equal(fewer, "BCD>E");
	letters.lines = "abCde";
	choice_renew(&letters.choice, 5, 1);
	g_autofree char *after = sight_of(&letters);
	assert_string_equal(after, "ab>Cd");
	letters.lines = "aBcde";
	choice_renew(&letters.choice, 5, 2);
	g_autofree char *others = sight_of(&letters);
	assert_string_equal(others, "a>Bcd");
	choice_renew(&letters.choice, 0, 0);
	assert_false(choice_has_current(&letters.choice));
}

static void
a_second_click_on_a_line_opens_it(void **state)
{
	Letters letters = letters_of("Abc");
	assert_false(choice_take_mouse(&letters.choice, 0, MOUSE_SELECT));
	assert_true(choice_take_mouse(&letters.choice, 0, MOUSE_OPEN));
	assert_false(choice_take_mouse(&letters.choice, 1, MOUSE_OPEN));
	assert_false(choice_take_mouse(&letters.choice, 3, MOUSE_OPEN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_move_the_cursor_and_what_is_in_sight),
		cmocka_unit_test(lines_that_come_and_go_leave_the_cursor_where_it_can_be),
		cmocka_unit_test(a_second_click_on_a_line_opens_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

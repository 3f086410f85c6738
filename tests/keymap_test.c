#include <cmocka.h>
#include <glib.h>

#include "ui/screen/command.h"
#include "ui/screen/keymap.h"

static void
nothing(Pane *pane, int count)
{
}

static const Command here[] = {
	{ "down", "j Down", "down", "move down", nothing },
	{ "first", "gg Home", NULL, "to the first", nothing },
	{ "inbox", "gi", NULL, "the inbox", nothing },
	{ "half", "C-d", NULL, "half a page", nothing },
	{ "next", "Tab", "next", "the next one", nothing },
	{ "long", "zxy", NULL, "three keys", nothing },
	{ NULL },
};
static const Command everywhere[] = {
	{ "other", "j x", NULL, "hidden where j is taken", nothing },
	{ "prefix", "g", NULL, "cannot be reached", nothing },
	{ "umlaut", "ä", "umlaut", "a letter beyond ASCII", nothing },
	{ NULL },
};
static const Command *const tables[] = { here, everywhere, NULL };

static const struct {
	const char *keys; /* words, pressed one after the other */
	const char *runs; /* name, or NULL: unknown, or "": still pending */
	int count;
} presses[] = {
	{ "j", "down", 0 },
	{ "Down", "down", 0 },
	{ "5 j", "down", 5 },
	{ "1 0 j", "down", 10 },
	{ "0", NULL, 0 },
	{ "9 9 9 9 9 9 9 9 9 9 9 j", "down", 9999999 },
	{ "g", "", 0 },
	{ "g g", "first", 0 },
	{ "3 g g", "first", 3 },
	{ "g i", "inbox", 0 },
	{ "g 5", NULL, 0 },
	{ "g x", NULL, 0 },
	{ "g x x", "other", 0 },
	{ "g Esc", NULL, 0 },
	{ "z x y", "long", 0 },
	{ "z x x", NULL, 0 },
	{ "C-d", "half", 0 },
	{ "Tab", "next", 0 },
	{ "S-Tab", NULL, 0 },
	{ "ä", "umlaut", 0 },
	{ "2 Esc j", "down", 0 },
	{ "", "", 0 },
};

static void
presses_find_their_command(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(presses); i++) {
		g_autoptr(Keymap) keymap = keymap_new(tables);
		g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
		g_auto(GStrv) words = g_strsplit(presses[i].keys, " ", -1);
		for (char **word = words; *word; word++)
			key_parse_word(*word, keys);
		KeymapResult result = KEYMAP_PENDING;
		const Command *command = NULL;
		int count = -1;
		for (guint k = 0; k < keys->len; k++)
			result =
				keymap_press(keymap, g_array_index(keys, Key, k), &command, &count);
		if (!presses[i].runs) {
			assert_int_equal(result, KEYMAP_UNKNOWN);
		} else if (!*presses[i].runs) {
			assert_int_equal(result, KEYMAP_PENDING);
		} else {
			assert_int_equal(result, KEYMAP_FOUND);
			assert_string_equal(command->name, presses[i].runs);
			assert_int_equal(count, presses[i].count);
			assert_string_equal(keymap_typed(keymap), "");
		}
	}
}

static void
what_was_typed_is_shown_and_forgotten(void **state)
{
	g_autoptr(Keymap) keymap = keymap_new(tables);
	const Command *command;
	int count;
	keymap_press(keymap, '1', &command, &count);
	keymap_press(keymap, '2', &command, &count);
	keymap_press(keymap, 'g', &command, &count);
	assert_string_equal(keymap_typed(keymap), "12g");
	assert_true(keymap_reset(keymap));
	assert_string_equal(keymap_typed(keymap), "");
	assert_false(keymap_reset(keymap));
}

static void
names_of_keys_read_back(void **state)
{
	static const char *const names[] = { "j", "C-d", "PgDn", "Space", "Tab", "Esc", "ä" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
		assert_true(key_parse_word(names[i], keys));
		assert_int_equal(keys->len, 1);
		g_autoptr(GString) text = g_string_new(NULL);
		key_append_name(text, g_array_index(keys, Key, 0));
		assert_string_equal(text->str, names[i]);
	}
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(Key));
	assert_false(key_parse_word("", none));
}

static void
hints_are_cut_between_commands(void **state)
{
	static const struct {
		size_t columns;
		const char *hints;
	} widths[] = { { 80, "j down  Tab next  ä umlaut" }, { 16, "j down  Tab next" },
		{ 15, "j down" }, { 5, "" } };
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_autofree char *hints = command_hints(tables, 0, widths[i].columns);
		assert_string_equal(hints, widths[i].hints);
	}
}

static const Command places[] = {
	{ "read", "Enter", "read", "read it", nothing, 0, COMMAND_NEEDS_ROW },
	{ "unread", "Tab", "next unread", "the next one", nothing },
	{ "search", "x", "go", "search", nothing },
	{ "back", "q", "back", "leave", nothing, COMMAND_HINT_STAYS, COMMAND_NEEDS_BACK, "quit" },
	{ NULL },
};

static void
hints_are_the_first_ones_and_true(void **state)
{
	static const struct {
		unsigned have;
		size_t columns;
		const char *hints;
	} cases[] = {
		{ COMMAND_NEEDS_ROW | COMMAND_NEEDS_BACK, 80,
			"Enter read  Tab next unread  x go  q back" },
		{ COMMAND_NEEDS_ROW, 80, "Enter read  Tab next unread  x go  q quit" },
		{ 0, 80, "Tab next unread  x go  q quit" },
		{ COMMAND_NEEDS_ROW, 26,
			"Enter read  q quit" }, /* never the third without the second */
		{ COMMAND_NEEDS_ROW, 10, "q quit" },
	};
	const Command *const table[] = { places, NULL };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *hints = command_hints(table, cases[i].have, cases[i].columns);
		assert_string_equal(hints, cases[i].hints);
	}
}

static void
help_names_keys_and_says_what_they_do(void **state)
{
	g_autoptr(GPtrArray) lines = command_help(here);
	assert_int_equal(lines->len, 6);
	assert_string_equal(g_ptr_array_index(lines, 0), "j Down             move down");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presses_find_their_command),
		cmocka_unit_test(what_was_typed_is_shown_and_forgotten),
		cmocka_unit_test(names_of_keys_read_back),
		cmocka_unit_test(hints_are_cut_between_commands),
		cmocka_unit_test(hints_are_the_first_ones_and_true),
		cmocka_unit_test(help_names_keys_and_says_what_they_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

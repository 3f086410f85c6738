#include <cmocka.h>
#include <glib.h>
#include <string.h>

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

static Keymap *
keymap_of_tables(void)
{
	Keymap *keymap = keymap_new();
	for (const Command *const *table = tables; *table; table++)
		keymap_bind_table(keymap, *table);
	return keymap;
}

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
		g_autoptr(Keymap) keymap = keymap_of_tables();
		g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
		g_auto(GStrv) words = g_strsplit(presses[i].keys, " ", -1);
		for (char **word = words; *word; word++)
			key_parse_word(*word, keys);
		KeymapResult result = KEYMAP_PENDING;
		const Binding *binding = NULL;
		int count = -1;
		for (guint k = 0; k < keys->len; k++)
			result =
				keymap_press(keymap, g_array_index(keys, Key, k), &binding, &count);
		if (!presses[i].runs) {
			assert_int_equal(result, KEYMAP_UNKNOWN);
		} else if (!*presses[i].runs) {
			assert_int_equal(result, KEYMAP_PENDING);
		} else {
			assert_int_equal(result, KEYMAP_FOUND);
			assert_string_equal(binding->command->name, presses[i].runs);
			assert_int_equal(count, presses[i].count);
			assert_string_equal(keymap_typed(keymap), "");
		}
	}
}

static void
what_was_typed_is_shown_and_forgotten(void **state)
{
	g_autoptr(Keymap) keymap = keymap_of_tables();
	const Binding *binding;
	int count;
	keymap_press(keymap, '1', &binding, &count);
	keymap_press(keymap, '2', &binding, &count);
	keymap_press(keymap, 'g', &binding, &count);
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
	g_autoptr(Keymap) keymap = keymap_of_tables();
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_autofree char *hints = command_hints(tables, keymap, 0, widths[i].columns);
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
	g_autoptr(Keymap) keymap = keymap_new();
	keymap_bind_table(keymap, places);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *hints =
			command_hints(table, keymap, cases[i].have, cases[i].columns);
		assert_string_equal(hints, cases[i].hints);
	}
}

static void
an_earlier_binding_is_the_one_in_force(void **state)
{
	g_autoptr(Keymap) keymap = keymap_new();
	assert_true(keymap_bind(keymap, "n", &here[0], NULL));
	assert_true(keymap_bind(keymap, "gi", &here[1], "work"));
	assert_true(keymap_bind(keymap, "Tab", NULL, NULL));
	assert_false(keymap_bind(keymap, "g", &here[2], NULL));
	assert_false(keymap_bind(keymap, "nn", &here[2], NULL));
	keymap_bind_table(keymap, here);
	g_autofree char *down = keymap_keys(keymap, &here[0]);
	assert_string_equal(down, "n j Down");
	g_autofree char *inbox = keymap_keys(keymap, &here[2]);
	assert_string_equal(inbox, "");
	const Binding *binding;
	int count;
	assert_int_equal(keymap_press(keymap, PRESS_TAB, &binding, &count), KEYMAP_UNKNOWN);
	keymap_press(keymap, 'g', &binding, &count);
	assert_int_equal(keymap_press(keymap, 'i', &binding, &count), KEYMAP_FOUND);
	assert_string_equal(binding->argument, "work");
	const Command *const only[] = { here, NULL };
	g_autofree char *hints = command_hints(only, keymap, 0, 80);
	assert_string_equal(hints, "n down");
}

static void
what_may_follow_is_known(void **state)
{
	static const struct {
		const char *typed, *keys;
		size_t length;
	} cases[] = { { "g", "gg gi", 1 }, { "z", "zxy", 1 }, { "zx", "zxy", 2 },
		{ "5g", "gg gi", 1 }, { "5", "j Down gg Home gi C-d Tab zxy x ä", 0 } };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Keymap) keymap = keymap_of_tables();
		const Binding *binding;
		int count;
		for (const char *at = cases[i].typed; *at; at++)
			keymap_press(keymap, (Key)*at, &binding, &count);
		size_t length;
		g_autoptr(GPtrArray) possible = keymap_possible(keymap, &length);
		g_autoptr(GString) keys = g_string_new(NULL);
		for (guint k = 0; k < possible->len; k++)
			g_string_append_printf(keys, "%s%s", k ? " " : "",
				((Binding *)g_ptr_array_index(possible, k))->keys);
		assert_string_equal(keys->str, cases[i].keys);
		assert_int_equal(length, cases[i].length);
	}
}

static void
keys_that_cannot_be_are_told(void **state)
{
	static const struct {
		const char *word, *sentence; /* NULL: right */
	} cases[] = { { "gi", NULL }, { "C-wh", NULL }, { "PgDn", NULL }, { "]]", NULL },
		{ "ä", NULL }, { "-", NULL }, { "Space", NULL }, { "F", NULL },
		{ "", "a key is missing" }, { "Return", "did you mean 'Enter'?" },
		{ "F5", "no key is named 'F5'" }, { "M-x", "no key is named" },
		{ "C-X", "no key is named" }, { "C-i", "did you mean 'Tab'?" },
		{ "g i", "has a blank" }, { "PgDwn", "did you mean 'PgDn'?" } };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *sentence = key_mistake(cases[i].word);
		if (!cases[i].sentence)
			assert_null(sentence);
		else if (!sentence || !strstr(sentence, cases[i].sentence))
			fail_msg("%s: %s", cases[i].word, sentence);
	}
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
		cmocka_unit_test(an_earlier_binding_is_the_one_in_force),
		cmocka_unit_test(what_may_follow_is_known),
		cmocka_unit_test(keys_that_cannot_be_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/config_tables.h"
#include "ui/screen/bindings.h"
#include "ui/screen/key_presets.h"

static Config *
config_of(const char *text)
{
	return config_parse(text, strlen(text), 0600, config_ui_tables);
}

/* "folder work" for what these keys do; "" for nothing. The caller owns it. */
static char *
deed_of(const Bindings *bindings, PaneNumber pane, const char *keys)
{
	const GPtrArray *all = keymap_bindings(bindings_keymap(bindings, pane));
	for (guint i = 0; i < all->len; i++) {
		const Binding *binding = g_ptr_array_index(all, i);
		if (g_str_equal(binding->keys, keys))
			return g_strjoin(" ", binding->command->name, binding->argument, NULL);
	}
	return g_strdup("");
}

static const char *const example =
	"ui { keys = vim }\n"
	"bind list { \"gi\" = \"folder  inbox\" \"]x\" = next-unread J = none "
	"\"Space\" = open }\n"
	"bind all { \"x\" = none \"Z\" = search q = quit Space = back }\n"
	"bind reader { Enter = \"back\" }\n"
	"bind prompt { C-x = erase-word \"C-w\" = none }\n";

static void
the_config_goes_before_the_preset_before_the_tables(void **state)
{
	static const struct {
		PaneNumber pane;
		const char *keys, *deed;
	} cases[] = {
		{ PANE_LIST, "gi", "folder inbox" },
		{ PANE_READER, "gi", "inbox" },
		{ PANE_LIST, "]x", "next-unread" },
		{ PANE_LIST, "]]", "next-unread" },
		{ PANE_LIST, "J", "" },
		{ PANE_READER, "J", "next-message" },
		{ PANE_LIST, "Space", "open" },
		{ PANE_READER, "Space", "back" },
		{ PANE_LIST, "ZZ", "" },
		{ PANE_FOLDERS, "Z", "search" },
		{ PANE_FOLDERS, "l", "open" },
		{ PANE_HELP, "q", "quit" },
		{ PANE_READER, "Enter", "back" },
		{ PANE_LIST, "j", "down" },
		{ PANE_PROMPT, "C-x", "erase-word" },
		{ PANE_PROMPT, "C-w", "" },
		{ PANE_PROMPT, "Enter", "accept" },
		{ PANE_PROMPT, "ZQ", "" },
		{ PANE_PROMPT, "q", "" },
	};
	g_autoptr(Config) config = config_of(example);
	assert_int_equal(config_problems(config)->len, 0);
	g_autoptr(Bindings) bindings = bindings_new(config);
	assert_int_equal(bindings_problems(bindings)->len, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *deed = deed_of(bindings, cases[i].pane, cases[i].keys);
		if (!g_str_equal(deed, cases[i].deed))
			fail_msg("%s: %s", cases[i].keys, deed);
	}
}

static void
mistakes_are_told_with_place_and_neighbour(void **state)
{
	static const struct {
		const char *config, *problem;
	} cases[] = {
		{ "bind lst { x = open }",
			"config:1:1: unknown pane 'lst' (did you mean 'list'?)" },
		{ "bind list { x = opn }",
			"config:1:17: unknown command 'opn' (did you mean 'open'?)" },
		{ "bind list { Return = open }",
			"no key is named 'Return' (did you mean 'Enter'?)" },
		{ "bind list { x = {open} }", "a key does one command" },
		{ "bind list { x = \"open it\" }", "the command 'open' takes nothing behind it" },
		{ "bind list { g = open gx = down }", "'gx' can never be typed" },
		{ "bind all { x = nowhere-at-all }", "unknown command 'nowhere-at-all'" },
		{ "bind prompt { C-x = open }", "config:1:21: unknown command 'open'" },
		{ "bind prompt { C-x = eras }", "(did you mean 'erase'?)" },
		{ "bind prompt { jj = leave }", "in the prompt one key does a command" },
		{ "bind all { C-x = erase-word }", "unknown command 'erase-word'" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Config) config = config_of(cases[i].config);
		assert_int_equal(config_problems(config)->len, 0);
		g_autoptr(Bindings) bindings = bindings_new(config);
		const GPtrArray *problems = bindings_problems(bindings);
		assert_int_equal(problems->len, 1);
		g_autofree char *text = config_problem_text(g_ptr_array_index(problems, 0));
		if (!strstr(text, cases[i].problem))
			fail_msg("%s: %s", cases[i].config, text);
	}
}

/* Every row of a preset is in force: its command exists, and no other row hides it. */
static void
presets_hold(void **state)
{
	static const char *const names[] = { "mutt", "vim" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = g_strdup_printf("ui { keys = %s }", names[i]);
		g_autoptr(Config) config = config_of(text);
		g_autoptr(Bindings) bindings = bindings_new(config);
		const KeyPreset *preset = key_preset(names[i]);
		assert_non_null(preset);
		for (; preset->keys; preset++) {
			PaneNumber pane = preset->pane == PANE_COUNT ? PANE_LIST : preset->pane;
			g_autofree char *deed = deed_of(bindings, pane, preset->keys);
			if (!g_str_equal(deed, preset->command))
				fail_msg("%s: %s is '%s', not %s", names[i], preset->keys, deed,
					preset->command);
		}
	}
	assert_null(key_preset("curlew"));
	assert_null(key_preset(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_config_goes_before_the_preset_before_the_tables),
		cmocka_unit_test(mistakes_are_told_with_place_and_neighbour),
		cmocka_unit_test(presets_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

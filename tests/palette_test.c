#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/palette.h"
#include "ui/screen/pane.h"

/* What ran last, and with what. */
typedef struct Ran {
	Pane pane;
	int count;
	char *argument;
	bool is_run;
} Ran;

static void
run(Pane *pane, int count)
{
	((Ran *)pane)->is_run = true;
	((Ran *)pane)->count = count;
}

static void
run_with(Pane *pane, const char *argument)
{
	((Ran *)pane)->is_run = true;
	((Ran *)pane)->argument = g_strdup(argument);
}

static GPtrArray *
match(Pane *pane, const char *argument)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(found, g_strdup_printf("work/%s", argument));
	return found;
}

static const Command here[] = {
	{ "next-unread", "Tab", NULL, "the next one", run },
	{ "next-folder", "J", NULL, "the next folder", run },
	{ "unread", "gu", NULL, "what is unread", run },
	{ NULL },
};
static const Command everywhere[] = {
	{ "folder", "c", NULL, "a folder", run, .run_with = run_with, .matches = match },
	{ "unread", "x", NULL, "hidden", run },
	{ "quit", "Q", NULL, "quit", run },
	{ NULL },
};
static const Command *const tables[] = { here, everywhere, NULL };

static void
letters_in_order_find_commands_the_best_first(void **state)
{
	static const struct {
		const char *typed, *found;
	} cases[] = {
		{ "folder", "folder next-folder" },
		{ "nu", "next-unread" },
		{ "nf", "next-folder" },
		{ "un", "unread next-unread" },
		{ "QU", "quit" },
		{ "nxt", "next-unread next-folder" },
		{ "zz", "" },
		{ "", "next-unread next-folder unread folder quit" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) found = palette_find(tables, cases[i].typed);
		g_autoptr(GString) names = g_string_new(NULL);
		for (guint k = 0; k < found->len; k++)
			g_string_append_printf(names, "%s%s", k ? " " : "",
				((const Command *)g_ptr_array_index(found, k))->name);
		assert_string_equal(names->str, cases[i].found);
	}
}

static void
names_and_arguments_are_completed(void **state)
{
	static const struct {
		const char *typed, *first; /* NULL: nothing */
	} cases[] = { { "fo", "folder" }, { "folder in", "folder work/in" }, { "quit x", NULL },
		{ "nothing x", NULL } };
	Ran ran = { 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) found = palette_matches(tables, &ran.pane, cases[i].typed);
		assert_int_equal(found->len > 0, cases[i].first != NULL);
		if (found->len > 0)
			assert_string_equal(g_ptr_array_index(found, 0), cases[i].first);
	}
}

static void
a_line_runs_its_command(void **state)
{
	static const struct {
		const char *line;
		bool runs;
		int count;
		const char *argument, *mistake;
	} cases[] = {
		{ "quit", true, 0, NULL, NULL },
		{ " next-unread  3 ", true, 3, NULL, NULL },
		{ "folder work/Lists and so", true, 0, "work/Lists and so", NULL },
		{ "nu", true, 0, NULL, NULL },
		{ "", false, 0, NULL, NULL },
		{ "quit now", false, 0, NULL, "takes a number" },
		{ "foldr x", false, 0, NULL, "did you mean \"folder\"?" },
		{ "zzz", false, 0, NULL, "No command is named \"zzz\"" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Ran ran = { 0 };
		g_autofree char *mistake = palette_run(tables, &ran.pane, cases[i].line);
		assert_int_equal(ran.is_run, cases[i].runs);
		assert_int_equal(ran.count, cases[i].count);
		assert_int_equal(g_strcmp0(ran.argument, cases[i].argument), 0);
		assert_int_equal(mistake != NULL, cases[i].mistake != NULL);
		if (mistake && !strstr(mistake, cases[i].mistake))
			fail_msg("%s: %s", cases[i].line, mistake);
		g_free(ran.argument);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_in_order_find_commands_the_best_first),
		cmocka_unit_test(names_and_arguments_are_completed),
		cmocka_unit_test(a_line_runs_its_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

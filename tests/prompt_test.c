#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/prompt.h"

enum { COLUMNS = 40 };

static char *
line_of(const Prompt *prompt)
{
	g_autoptr(Canvas) canvas = canvas_new(1, COLUMNS);
	prompt_draw(prompt, canvas, &(Area){ 0, 0, 1, COLUMNS });
	GString *line = g_string_new(NULL);
	for (int column = 0; column < COLUMNS; column++)
		g_string_append(line, canvas_cell(canvas, 0, column)->text);
	return g_string_free(line, FALSE);
}

/* As the table of keys has it. */
static void
press(Prompt *prompt, Key key)
{
	if (key == PRESS_UP || key == PRESS_DOWN)
		prompt_go(prompt, key == PRESS_UP ? -1 : 1);
	else if (key == PRESS_TAB || key == PRESS_BACK_TAB)
		prompt_choose(prompt, key == PRESS_TAB ? 1 : -1);
	else if (key == PRESS_BACKSPACE)
		prompt_erase(prompt, PROMPT_BEFORE);
	else
		prompt_type(prompt, key);
}

/* The line as it is drawn when TEXT has been typed; the caller owns it. */
static char *
drawn(Prompt *prompt, const char *text)
{
	prompt_insert(prompt, text);
	return line_of(prompt);
}

static void
what_is_typed_is_shown(void **state)
{
	g_autoptr(Prompt) prompt = prompt_new("search: ", "");
	g_autofree char *line = drawn(prompt, "curlews");
	assert_non_null(strstr(line, "search: curlews"));
	assert_string_equal(prompt_text(prompt), "curlews");
}

static void
nothing_of_a_secret_is_shown(void **state)
{
	g_autoptr(Prompt) prompt = prompt_new_secret("password: ");
	g_autofree char *line = drawn(prompt, "hunter2");
	g_strchomp(line);
	assert_string_equal(line, " password:");
	assert_string_equal(prompt_text(prompt), "hunter2");
}

static void
a_long_text_shows_where_it_is_cut(void **state)
{
	g_autoptr(Prompt) prompt = prompt_new("search: ", "");
	prompt_insert(prompt, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
	g_autofree char *at_end = line_of(prompt);
	assert_non_null(strstr(at_end, "search: …"));
	assert_null(strstr(at_end, "z…"));
	for (int i = 0; i < 10; i++)
		prompt_move(prompt, PROMPT_BEFORE);
	g_autofree char *between = line_of(prompt);
	assert_non_null(strstr(between, "search: …"));
	assert_true(g_str_has_suffix(between, "…"));
	prompt_move(prompt, PROMPT_START);
	g_autofree char *at_start = line_of(prompt);
	assert_non_null(strstr(at_start, "search: abc"));
	assert_true(g_str_has_suffix(at_start, "…"));
}

static void
earlier_lines_come_again_by_up_and_down(void **state)
{
	static const struct {
		Key key;
		const char *text;
	} steps[] = { { PRESS_UP, "two" }, { PRESS_UP, "one" }, { PRESS_UP, "one" },
		{ PRESS_DOWN, "two" }, { PRESS_DOWN, "typed" }, { PRESS_DOWN, "typed" } };
	g_autoptr(GPtrArray) history = g_ptr_array_new();
	g_ptr_array_add(history, "one");
	g_ptr_array_add(history, "two");
	g_autoptr(Prompt) prompt = prompt_new("search: ", "");
	prompt_set_history(prompt, history);
	prompt_insert(prompt, "typed");
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		press(prompt, steps[i].key);
		assert_string_equal(prompt_text(prompt), steps[i].text);
	}
}

/* All that begin with what is typed, of three. */
static GPtrArray *
match_three(const char *text, void *data)
{
	static const char *const names[] = { "work/INBOX", "work/Lists", "home/INBOX" };
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_str_has_prefix(names[i], text))
			g_ptr_array_add(found, g_strdup(names[i]));
	}
	return found;
}

static void
what_matches_is_shown_and_gone_through(void **state)
{
	static const struct {
		Key key;
		const char *text, *shown;
	} steps[] = {
		{ 'w', "w", " to: w   work/INBOX  work/Lists " },
		{ PRESS_TAB, "work/INBOX", " to: work/INBOX   work/Lists " },
		{ PRESS_TAB, "work/Lists", " to: work/Lists   work/INBOX " },
		{ PRESS_TAB, "work/INBOX", " to: work/INBOX   work/Lists " },
		{ PRESS_BACK_TAB, "work/Lists", " to: work/Lists   work/INBOX " },
		{ PRESS_BACKSPACE, "work/List", " to: work/List   work/Lists " },
		{ 'x', "work/Listx", " to: work/Listx " },
		{ PRESS_TAB, "work/Listx", " to: work/Listx " },
	};
	g_autoptr(Prompt) prompt = prompt_new("to: ", "");
	prompt_set_matches(prompt, match_three, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		press(prompt, steps[i].key);
		g_autofree char *line = line_of(prompt);
		g_strchomp(line);
		g_autofree char *shown = g_strchomp(g_strdup(steps[i].shown));
		assert_string_equal(prompt_text(prompt), steps[i].text);
		assert_string_equal(line, shown);
	}
}

static void
arrows_go_through_a_box_once_something_is_typed(void **state)
{
	static const struct {
		Key key;
		const char *text;
	} steps[] = { { PRESS_UP, "earlier" }, { PRESS_DOWN, "" }, { 'w', "w" },
		{ PRESS_DOWN, "work/INBOX" }, { PRESS_DOWN, "work/Lists" },
		{ PRESS_UP, "work/INBOX" } };
	g_autoptr(GPtrArray) history = g_ptr_array_new();
	g_ptr_array_add(history, "earlier");
	g_autoptr(Prompt) prompt = prompt_new(":", "");
	prompt_set_history(prompt, history);
	prompt_set_box(prompt);
	prompt_set_matches(prompt, match_three, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		press(prompt, steps[i].key);
		assert_string_equal(prompt_text(prompt), steps[i].text);
	}
	assert_int_equal(prompt_chosen(prompt), 0);
	assert_int_equal(prompt_matches(prompt)->len, 2);
	g_autofree char *line = line_of(prompt);
	assert_null(strstr(line, "work/Lists")); /* drawn by someone else */
}

static void
on_changed(const char *text, void *data)
{
	g_string_append_printf(data, "[%s]", text);
}

static void
each_change_is_told_once(void **state)
{
	g_autoptr(GString) told = g_string_new(NULL);
	g_autoptr(Prompt) prompt = prompt_new("/", "");
	prompt_set_changed(prompt, on_changed, told);
	prompt_type(prompt, 'a');
	prompt_type(prompt, 'b');
	prompt_move(prompt, PROMPT_BEFORE);
	prompt_erase(prompt, PROMPT_BEFORE);
	prompt_erase(prompt, PROMPT_BEFORE); /* of nothing */
	prompt_type(prompt, PRESS_LEFT);     /* no text */
	prompt_insert(prompt, "xyz");
	assert_string_equal(told->str, "[a][ab][b][xyzb]");
}

static void
what_is_erased_reaches_from_the_cursor(void **state)
{
	static const struct {
		PromptPlace place;
		const char *text; /* of "one two  b", the cursor before the b */
	} cases[] = {
		{ PROMPT_START, "b" },
		{ PROMPT_WORD, "one b" },
		{ PROMPT_BEFORE, "one two b" },
		{ PROMPT_BEHIND, "one two  " },
		{ PROMPT_END, "one two  " },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Prompt) prompt = prompt_new("/", "one two  b");
		prompt_move(prompt, PROMPT_BEFORE);
		prompt_erase(prompt, cases[i].place);
		assert_string_equal(prompt_text(prompt), cases[i].text);
	}
}

static void
a_text_is_put_in_at_the_cursor_and_has_an_end(void **state)
{
	g_autoptr(Prompt) prompt = prompt_new("/", "ad");
	prompt_move(prompt, PROMPT_BEFORE);
	prompt_insert(prompt, "b\nü\x1b");
	assert_string_equal(prompt_text(prompt), "abüd");
	g_autofree char *long_text = g_strnfill(5000, 'x');
	prompt_insert(prompt, long_text);
	assert_int_equal(strlen(prompt_text(prompt)), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_is_shown),
		cmocka_unit_test(nothing_of_a_secret_is_shown),
		cmocka_unit_test(a_long_text_shows_where_it_is_cut),
		cmocka_unit_test(earlier_lines_come_again_by_up_and_down),
		cmocka_unit_test(what_matches_is_shown_and_gone_through),
		cmocka_unit_test(arrows_go_through_a_box_once_something_is_typed),
		cmocka_unit_test(each_change_is_told_once),
		cmocka_unit_test(what_is_erased_reaches_from_the_cursor),
		cmocka_unit_test(a_text_is_put_in_at_the_cursor_and_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

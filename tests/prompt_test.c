#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/prompt.h"

enum { COLUMNS = 40 };

/* Types TEXT and a line break, with the line drawn before that; the caller owns the line. */
static char *
drawn(Prompt *prompt, const char *text)
{
	for (const char *at = text; *at; at++)
		assert_int_equal(prompt_press(prompt, (Key)*at), PROMPT_GOES_ON);
	g_autoptr(Canvas) canvas = canvas_new(1, COLUMNS);
	prompt_draw(prompt, canvas, &(Area){ 0, 0, 1, COLUMNS });
	GString *line = g_string_new(NULL);
	for (int column = 0; column < COLUMNS; column++)
		g_string_append(line, canvas_cell(canvas, 0, column)->text);
	assert_int_equal(prompt_press(prompt, PRESS_ENTER), PROMPT_DONE);
	return g_string_free(line, FALSE);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_is_shown),
		cmocka_unit_test(nothing_of_a_secret_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

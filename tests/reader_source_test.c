#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "ui/screen/reader_source.h"

enum { LINES = 100000, ROWS = 30, COLUMNS = 80 };

static char *
big_file(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < LINES; i++)
		g_string_append_printf(text, "line %d\n", i);
	char *path = g_build_filename(g_get_tmp_dir(), "curlew-source-XXXXXX", NULL);
	int fd = g_mkstemp(path);
	assert_true(fd >= 0);
	g_close(fd, NULL);
	assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
	return path;
}

static SourceShown
show(const char *file, int64_t window, SourceFrom from, int64_t lines)
{
	SourceWish wish = { file, window, COLUMNS, from, lines };
	SourceShown shown = { 0 };
	assert_true(source_show(&wish, &shown, NULL));
	return shown;
}

static int
number_of_line(const SourceShown *shown, size_t line)
{
	TextLine found;
	assert_true(text_flow_line(shown->flow, line, &found));
	const char *text = clean_text_utf8(found.text) + found.offset;
	assert_true(g_str_has_prefix(text, "line "));
	return atoi(text + 5);
}

static void
one_scrolls_down_through_all_windows_without_a_break(void **state)
{
	g_autofree char *file = big_file();
	SourceShown shown = show(file, 0, SOURCE_AT_TOP, 0);
	int expected = 0;
	while (shown.more) {
		assert_int_equal(number_of_line(&shown, shown.top), expected);
		int64_t length = (int64_t)text_flow_length(shown.flow, SIZE_MAX - 1);
		assert_true(length < LINES / 2);
		int64_t top = length - ROWS + 1;
		expected += (int)(top - (int64_t)shown.top);
		text_flow_free(shown.flow);
		shown = show(file, shown.window + 1, SOURCE_FROM_ABOVE, length - top);
	}
	assert_int_equal(number_of_line(&shown, shown.top), expected);
	size_t length = text_flow_length(shown.flow, SIZE_MAX - 1);
	assert_int_equal(number_of_line(&shown, length - 1), LINES - 1);
	text_flow_free(shown.flow);
	g_unlink(file);
}

static void
one_scrolls_up_from_the_end_without_a_break(void **state)
{
	g_autofree char *file = big_file();
	SourceShown shown = show(file, 0, SOURCE_AT_END, ROWS);
	int expected = LINES - ROWS;
	assert_int_equal(number_of_line(&shown, shown.top), expected);
	while (shown.window > 0) {
		expected -= (int)shown.top + 1;
		text_flow_free(shown.flow);
		shown = show(file, shown.window - 1, SOURCE_FROM_BELOW, 1);
		assert_int_equal(number_of_line(&shown, shown.top), expected);
	}
	assert_int_equal(number_of_line(&shown, 0), 0);
	text_flow_free(shown.flow);
	g_unlink(file);
}

static void
what_is_no_file_is_refused(void **state)
{
	SourceWish wish = { "/dev/null", 0, COLUMNS, SOURCE_AT_TOP, 0 };
	SourceShown shown = { 0 };
	g_autoptr(GError) error = NULL;
	assert_false(source_show(&wish, &shown, &error));
	assert_non_null(error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_scrolls_down_through_all_windows_without_a_break),
		cmocka_unit_test(one_scrolls_up_from_the_end_without_a_break),
		cmocka_unit_test(what_is_no_file_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

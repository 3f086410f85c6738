#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/reader_find.h"

/* Ten columns: the first line of each entry is where a match is found, going down and up; -1: none. */
static const struct {
	const char *text, *pattern;
	int down, up;
} cases[] = {
	{ "one\ntwo\nthree\ntwo again\n", "two", 1, 3 },
	{ "one\nTwo\n", "two", 1, 1 },
	{ "one\ntwo\n", "Two", -1, -1 },
	{ "Straße\nÜBER ALLES\n", "über", 1, 1 },
	{ "split over\ntwo lines\n", "over two", 0, 0 },
	{ "abcdefgh ijklmnop\n", "ijk", 1, 1 },
	{ "aaaa\n", "aaaaa", -1, -1 },
	{ "", "x", -1, -1 },
	{ "日本語のテキスト\n", "語", 0, 0 },
};

/* A line at a time: -1 if there is none. */
static int
find(const Finder *finder, TextFlow *flow, int64_t line, bool backwards)
{
	FinderResult result = FINDER_GOES_ON;
	while (result == FINDER_GOES_ON)
		result = finder_find(finder, flow, &line, backwards, 1);
	return result == FINDER_FOUND ? (int)line : -1;
}

static void
matches_are_found_both_ways(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TextFlow) flow = text_flow_new();
		text_flow_set_width(flow, 10);
		text_flow_add(flow, clean_text_new(CLEAN_BODY, cases[i].text, -1), STYLE_READER);
		g_autoptr(Finder) finder = finder_new(cases[i].pattern);
		int down = find(finder, flow, 0, false);
		int up = find(finder, flow, (int64_t)text_flow_length(flow, 100) - 1, true);
		if (down != cases[i].down || up != cases[i].up)
			fail_msg("\"%s\": %d down, %d up", cases[i].pattern, down, up);
	}
}

static void
no_more_lines_are_looked_at_than_was_asked(void **state)
{
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_add(flow, clean_text_new(CLEAN_BODY, "a\nb\nc\nd\n", -1), STYLE_READER);
	g_autoptr(Finder) finder = finder_new("d");
	int64_t line = 0;
	assert_int_equal(finder_find(finder, flow, &line, false, 3), FINDER_GOES_ON);
	assert_int_equal(line, 3);
	assert_int_equal(finder_find(finder, flow, &line, false, 1), FINDER_FOUND);
	assert_int_equal(line, 3);
	line = 2;
	assert_int_equal(finder_find(finder, flow, &line, true, 100), FINDER_ENDED);
}

static void
a_match_that_began_before_is_known(void **state)
{
	g_autoptr(CleanText) text = clean_text_new(CLEAN_BODY, "split over two", -1);
	g_autoptr(Finder) finder = finder_new("over two");
	size_t start, length;
	assert_true(finder_match(finder, text, 11, 14, &start, &length));
	assert_int_equal(start, 6);
	assert_int_equal(length, 8);
	assert_false(finder_match(finder, text, 14, 14, &start, &length));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_are_found_both_ways),
		cmocka_unit_test(no_more_lines_are_looked_at_than_was_asked),
		cmocka_unit_test(a_match_that_began_before_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>

#include "ui/screen/marks.h"

enum { ROWS = 8 };

static ListRow *rows[ROWS];

static int
make_rows(void **state)
{
	for (int i = 0; i < ROWS; i++) {
		g_autofree char *key = g_strdup_printf("key%d", i);
		rows[i] = list_row_new_named(0, key);
		rows[i]->copy->id = i + 1;
	}
	return 0;
}

static int
free_rows(void **state)
{
	for (int i = 0; i < ROWS; i++)
		list_row_unref(rows[i]);
	return 0;
}

/* Steps are those of a cursor: to the row that stands there. */
static const struct {
	const char *
		steps; /* digit: the cursor goes there; t: mark it alone; V: begin a range, v: keep it; c: clear */
	const char *marked; /* a character a row: # marked */
} cases[] = {
	{ "2t", "..#....." },
	{ "2t5t", "..#..#.." },
	{ "2tc", "........" },
	{ "2V345", "..####.." },
	{ "2V34543", "..##...." },
	{ "4V321", ".####..." },
	{ "4V3456", "....###." }, /* over where it began */
	{ "2V3v56", "..##...." },
	{ "3t2V34543", "..##...." },
	{ "3t2V345432", "..##...." }, /* what was marked alone stays when the range goes back */
	{ "3t1V234321v", ".#.#...." },
	{ "1V2v5V6", ".##..##." },
	{ "1V234c567", "........" },
};

static void
take_step(Marks *marks, char step, ListRow **cursor)
{
	switch (step) {
	case 't':
		marks_set(marks, *cursor, true);
		break;
	case 'V':
		marks_begin_range(marks, *cursor);
		break;
	case 'v':
		marks_keep_range(marks);
		break;
	case 'c':
		marks_clear(marks);
		break;
	default:
		*cursor = rows[step - '0'];
		if (marks_range_end(marks))
			marks_extend_range(marks, *cursor);
	}
}

static void
a_range_follows_the_cursor_and_what_is_marked_alone_stays(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Marks) marks = marks_new();
		ListRow *cursor = NULL;
		unsigned count = 0;
		char marked[ROWS + 1] = { 0 };
		for (const char *step = cases[i].steps; *step; step++)
			take_step(marks, *step, &cursor);
		for (int row = 0; row < ROWS; row++) {
			marked[row] = marks_has(marks, rows[row]) ? '#' : '.';
			count += marked[row] == '#';
		}
		if (!g_str_equal(marked, cases[i].marked))
			fail_msg("%s: %s, not %s", cases[i].steps, marked, cases[i].marked);
		assert_int_equal(marks_count(marks), count);
	}
}

static void
what_was_done_is_no_more_marked(void **state)
{
	g_autoptr(Marks) marks = marks_new();
	marks_set(marks, rows[1], true);
	marks_begin_range(marks, rows[3]);
	marks_extend_range(marks, rows[4]);
	g_autoptr(GPtrArray) targets = marks_targets(marks);
	assert_int_equal(targets->len, 3);
	marks_set(marks, rows[6], true);
	marks_remove(marks, targets);
	assert_int_equal(marks_count(marks), 1);
	assert_true(marks_has(marks, rows[6]));
	assert_null(marks_range_end(marks));
}

/* What only the index knows cannot be marked; the range goes over it. */
static void
what_no_account_has_is_not_marked(void **state)
{
	g_autoptr(Marks) marks = marks_new();
	g_autoptr(ListRow) unknown = list_row_new_unknown("Ada", "lost", 1, "/f", 3);
	marks_set(marks, unknown, true);
	assert_int_equal(marks_count(marks), 0);
	marks_begin_range(marks, rows[1]);
	marks_extend_range(marks, unknown);
	marks_extend_range(marks, rows[2]);
	assert_int_equal(marks_count(marks), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_follows_the_cursor_and_what_is_marked_alone_stays),
		cmocka_unit_test(what_was_done_is_no_more_marked),
		cmocka_unit_test(what_no_account_has_is_not_marked),
	};
	return cmocka_run_group_tests(tests, make_rows, free_rows);
}

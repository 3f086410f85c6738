#include <cmocka.h>
#include <glib.h>
#include <locale.h>
#include <string.h>

#include "ui/screen/canvas.h"

enum { ROWS = 3, COLUMNS = 10 };

static char *
row_text(const Canvas *canvas, int row)
{
	GString *text = g_string_new(NULL);
	for (int column = 0; column < canvas_columns(canvas); column++)
		g_string_append(text, canvas_cell(canvas, row, column)->text);
	return g_string_free(text, FALSE);
}

static const struct {
	Area area;
	int row, column, columns;
	const char *text;
	int drawn;
	const char *rows[ROWS];
} draws[] = {
	{ { 0, 0, 3, 10 }, 0, 0, 10, "abc", 3, { "abc       ", "          ", "          " } },
	{ { 1, 2, 1, 5 }, 0, 1, 10, "abcdefgh", 4, { "          ", "   abc…   ", "          " } },
	{ { 1, 2, 1, 5 }, 1, 0, 10, "below", 0, { "          ", "          ", "          " } },
	{ { 1, 2, 1, 5 }, -1, 0, 10, "above", 0, { "          ", "          ", "          " } },
	{ { 0, 0, 3, 10 }, 0, 8, 10, "xyz", 2, { "        x…", "          ", "          " } },
	{ { 0, 0, 3, 10 }, 0, 10, 10, "xyz", 0, { "          ", "          ", "          " } },
	{ { 0, 8, 3, 10 }, 0, 0, 10, "outside", 2, { "        ou", "          ", "          " } },
	{ { 5, 0, 3, 10 }, 0, 0, 10, "outside", 0, { "          ", "          ", "          " } },
	{ { 2, 0, 1, 10 }, 0, 0, 10, "日本", 4, { "          ", "          ", "日本      " } },
	{ { 0, 0, 1, 10 }, 0, 0, 3, "日本", 3, { "日…       ", "          ", "          " } },
	{ { 0, 0, 1, 10 }, 0, 0, 9, "e\u0301a", 2,
		{ "e\u0301a        ", "          ", "          " } },
	{ { 0, 0, 1, 10 }, 0, 0, -1, "none", 0, { "          ", "          ", "          " } },
};

static void
text_is_cut_at_the_edges_of_its_area(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
		g_autoptr(Canvas) canvas = canvas_new(ROWS, COLUMNS);
		g_autoptr(CleanText) text = clean_text_new(CLEAN_LINE, draws[i].text, -1);
		int drawn = canvas_draw(canvas, &draws[i].area, draws[i].row, draws[i].column,
			draws[i].columns, STYLE_LIST, text);
		assert_int_equal(drawn, draws[i].drawn);
		for (int row = 0; row < ROWS; row++) {
			g_autofree char *got = row_text(canvas, row);
			assert_string_equal(got, draws[i].rows[row]);
		}
	}
}

static void
half_a_wide_character_never_stays(void **state)
{
	static const struct {
		int column;
		const char *row;
	} overwrites[] = { { 0, "x 本      " }, { 1, " x本      " }, { 2, "日x       " },
		{ 3, "日 x      " } };
	Area all = { 0, 0, ROWS, COLUMNS };
	g_autoptr(CleanText) wide = clean_text_new(CLEAN_LINE, "日本", -1);
	for (size_t i = 0; i < G_N_ELEMENTS(overwrites); i++) {
		g_autoptr(Canvas) canvas = canvas_new(ROWS, COLUMNS);
		canvas_draw(canvas, &all, 0, 0, COLUMNS, STYLE_LIST, wide);
		canvas_print(canvas, &all, 0, overwrites[i].column, 1, STYLE_LIST, "x");
		g_autofree char *got = row_text(canvas, 0);
		assert_string_equal(got, overwrites[i].row);
	}
}

static void
cells_know_their_width_and_style(void **state)
{
	Area all = { 0, 0, ROWS, COLUMNS };
	g_autoptr(Canvas) canvas = canvas_new(ROWS, COLUMNS);
	canvas_print(canvas, &all, 0, 0, COLUMNS, STYLE_CURSOR, "日a");
	assert_int_equal(canvas_cell(canvas, 0, 0)->width, 2);
	assert_int_equal(canvas_cell(canvas, 0, 1)->width, 0);
	assert_int_equal(canvas_cell(canvas, 0, 2)->width, 1);
	assert_int_equal(canvas_cell(canvas, 0, 1)->style, STYLE_CURSOR);
	assert_int_equal(canvas_cell(canvas, 0, 3)->style, STYLE_NORMAL);
}

static void
nothing_hostile_reaches_a_cell(void **state)
{
	Area all = { 0, 0, ROWS, COLUMNS };
	g_autoptr(Canvas) canvas = canvas_new(ROWS, COLUMNS);
	canvas_print(canvas, &all, 0, 0, COLUMNS, STYLE_LIST, "\x1b[2J\a\xff\u202e");
	for (int column = 0; column < COLUMNS; column++) {
		const char *text = canvas_cell(canvas, 0, column)->text;
		assert_true(g_utf8_validate(text, -1, NULL));
		for (; *text; text = g_utf8_next_char(text))
			assert_false(clean_text_is_unsafe(g_utf8_get_char(text)));
	}
}

static void
any_size_can_be_drawn_on(void **state)
{
	static const int sizes[][2] = { { 0, 0 }, { 1, 1 }, { 1, 500 }, { 200, 1 }, { 5000, 5000 },
		{ -1, 3 } };
	g_autoptr(CleanText) text = clean_text_new(CLEAN_LINE, "日e\u0301日 much text", -1);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Canvas) canvas = canvas_new(sizes[i][0], sizes[i][1]);
		Area all = { 0, 0, canvas_rows(canvas), canvas_columns(canvas) };
		for (int column = -2; column < 4; column++) {
			canvas_draw(canvas, &all, 0, column, 9999, STYLE_LIST, text);
			canvas_fill(canvas, &all, column, column, 9999, STYLE_LIST);
		}
		canvas_draw_row_rule(canvas, &all, 0);
		canvas_draw_column_rule(canvas, &all, 0);
		canvas_set_cursor(canvas, &all, 9999, 9999, true);
	}
}

int
main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_the_edges_of_its_area),
		cmocka_unit_test(half_a_wide_character_never_stays),
		cmocka_unit_test(cells_know_their_width_and_style),
		cmocka_unit_test(nothing_hostile_reaches_a_cell),
		cmocka_unit_test(any_size_can_be_drawn_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

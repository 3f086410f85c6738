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

/* What the pieces are made of: wide, marked, joined, of ambiguous width, hostile. */
static const char *const pieces[] = { "a", "日", "e\u0301", "e\u0301\u0302\u0303\u0304\u0305\u0306",
	"👩\u200d👩\u200d👧", "…", "│", "§", "\u200d", "\u0301", "한", "👍🏽", "\x1b[31m", " ",
	"क्षि", "x\u200dy" };

typedef struct Draw {
	Area area;
	int row, column, columns, kind;
	Style style;
	CleanText *text;
} Draw;

static void
draw_fill(Canvas *canvas, const Draw *draw)
{
	canvas_fill(canvas, &draw->area, draw->row, draw->column, draw->columns, draw->style);
}

static void
draw_column_rule(Canvas *canvas, const Draw *draw)
{
	canvas_draw_column_rule(canvas, &draw->area, draw->column);
}

static void
draw_row_rule(Canvas *canvas, const Draw *draw)
{
	canvas_draw_row_rule(canvas, &draw->area, draw->row);
}

static void
draw_text(Canvas *canvas, const Draw *draw)
{
	canvas_draw(canvas, &draw->area, draw->row, draw->column, draw->columns, draw->style,
		draw->text);
}

static void (*const kinds[])(Canvas *canvas, const Draw *draw) = { draw_fill, draw_column_rule,
	draw_row_rule, draw_text, draw_text, draw_text };

static int
pick(GRand *random, int first, int end)
{
	return g_rand_int_range(random, first, end);
}

static void
random_draw(GRand *random, Draw *draw)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int count = pick(random, 0, 12); count > 0; count--)
		g_string_append(text, pieces[pick(random, 0, G_N_ELEMENTS(pieces))]);
	*draw = (Draw){ { pick(random, -2, 8), pick(random, -3, 24), pick(random, 0, 9),
				pick(random, 0, 24) },
		pick(random, -1, 8), pick(random, -2, 22), pick(random, -1, 30),
		pick(random, 0, G_N_ELEMENTS(kinds)), (Style)pick(random, 0, STYLE_COUNT),
		clean_text_new(CLEAN_LINE, text->str, -1) };
}

/* Each wide cell has its right half, nothing else has none, and a group is as wide as the locale says. */
static void
assert_is_sound(const Canvas *canvas)
{
	for (int row = 0; row < canvas_rows(canvas); row++) {
		int due = 0;
		for (int column = 0; column < canvas_columns(canvas); column++) {
			const CanvasCell *cell = canvas_cell(canvas, row, column);
			assert_int_equal(cell->width == 0, due > 0);
			due = cell->width == 2 ? 1 : 0;
			assert_true(cell->width < 2 || column + 1 < canvas_columns(canvas));
			if (cell->width == 0)
				continue;
			const char *next = cell->text;
			int width;
			assert_int_equal(clean_text_step(&next, &width), strlen(cell->text));
			assert_int_equal(width, cell->width);
		}
	}
}

static void
assert_same(const Canvas *one, const Canvas *other)
{
	for (int row = 0; row < canvas_rows(one); row++)
		for (int column = 0; column < canvas_columns(one); column++)
			assert_memory_equal(canvas_cell(one, row, column),
				canvas_cell(other, row, column), sizeof(CanvasCell));
}

static void
drawing_anew_equals_a_first_drawing(void **state)
{
	enum { FRAMES = 400, DRAWS = 24 };
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	g_autoptr(Canvas) used = canvas_new(5, 20);
	for (int frame = 0; frame < FRAMES; frame++) {
		int rows = pick(random, 0, 9), columns = pick(random, 0, 24);
		bool resize = frame % 3 == 0;
		if (resize)
			canvas_resize(used, rows, columns);
		else
			canvas_clear(used);
		g_autoptr(Canvas) fresh = canvas_new(canvas_rows(used), canvas_columns(used));
		for (int i = 0; i < DRAWS; i++) {
			Draw draw;
			random_draw(random, &draw);
			kinds[draw.kind](used, &draw);
			kinds[draw.kind](fresh, &draw);
			clean_text_unref(draw.text);
			assert_is_sound(used);
		}
		assert_same(used, fresh);
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
		cmocka_unit_test(drawing_anew_equals_a_first_drawing),
		cmocka_unit_test(any_size_can_be_drawn_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

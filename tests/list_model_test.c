#include <cmocka.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/list_model.h"
#include "ui/screen/target.h"

/*
 * A source of TOTAL rows, numbered by their place; row N is unread if N is a multiple of `unread_each`.
 * Answers when told to, and counts the rows it has handed out: that is what a move costs.
 */
typedef struct FakeSource {
	ListSource base;
	int64_t newest, total, unread_each; /* rows from `newest` to below `total` */
	size_t handed_out, asked;
	bool waiting, late; /* late: answers only when told */
	bool fails;
	ListAsk ask;
	int64_t from; /* -1: none */
} FakeSource;

static ListRow *
make_row(int64_t number, bool unread)
{
	g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT, number);
	ListRow *row = list_row_new_unknown("Ada", subject, -number, "/f", number);
	row->unread = unread;
	return row;
}

static void
fake_range(const FakeSource *fake, int64_t *first, int64_t *end)
{
	int64_t limit = (int64_t)fake->ask.limit;
	if (fake->ask.backward) {
		*end = fake->from < 0 ? fake->total : fake->from + (fake->ask.inclusive ? 1 : 0);
		*first = MAX(*end - limit, fake->newest);
	} else {
		*first = fake->from < 0 ? fake->newest : fake->from + (fake->ask.inclusive ? 0 : 1);
		*end = MIN(*first + limit, fake->total);
	}
}

static void
fake_answer(FakeSource *fake)
{
	if (!fake->waiting)
		return;
	fake->waiting = false;
	int64_t first, end;
	if (fake->fails) {
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		g_autoptr(CleanText) why = clean_text_new(CLEAN_LINE, "locked", -1);
		ListPage page = { none, true, why };
		fake->base.on_page(&page, fake->base.data);
		return;
	}
	if (fake->ask.unread)
		fake->ask.limit = (size_t)fake->total;
	fake_range(fake, &first, &end);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	for (int64_t i = first; i < end; i++) {
		int64_t at = fake->ask.unread && fake->ask.backward ? end - 1 - (i - first) : i;
		bool unread = fake->unread_each && at % fake->unread_each == 0;
		if (fake->ask.unread && !unread)
			continue;
		g_ptr_array_add(rows, make_row(at, unread));
		fake->handed_out++;
		if (fake->ask.unread)
			break;
	}
	ListPage page = { rows, rows->len < fake->ask.limit, NULL };
	fake->base.on_page(&page, fake->base.data);
}

static void
fake_ask(ListSource *base, const ListAsk *ask)
{
	FakeSource *fake = (FakeSource *)base;
	fake->ask = *ask;
	fake->from = ask->from ? ask->from->place : -1;
	fake->waiting = true;
	fake->asked++;
	if (!fake->late)
		fake_answer(fake);
}

static void
fake_cancel(ListSource *base)
{
	((FakeSource *)base)->waiting = false;
}

static void
fake_free(ListSource *base)
{
	g_free(base);
}

static const ListSourceClass fake_class = { fake_ask, fake_cancel, fake_free };

static void
on_change(void *data)
{
}

static ListModel *
open_model(FakeSource **fake, int64_t total)
{
	*fake = g_new0(FakeSource, 1);
	(*fake)->base.class = &fake_class;
	(*fake)->total = total;
	ListModel *model = list_model_new(&(*fake)->base, on_change, NULL);
	list_model_set_height(model, 20);
	return model;
}

static int64_t
place(const ListModel *model)
{
	ListRow *row = list_model_current(model);
	return row ? row->place : -1;
}

static const struct {
	int64_t total;
	const char *moves; /* j k J K (±10) d u (pages) G g */
	int64_t place;
} walks[] = {
	{ 1000000, "", 0 },
	{ 1000000, "jjj", 3 },
	{ 1000000, "jjk", 1 },
	{ 1000000, "k", 0 },
	{ 1000000, "d", 20 },
	{ 1000000, "ddddddddddddddddddddddddd", 500 },
	{ 1000000, "dddddddddduuuu", 120 },
	{ 1000000, "G", 999999 },
	{ 1000000, "Gk", 999998 },
	{ 1000000, "Guuuuuuuuuuuuuuuuuuuuu", 999579 },
	{ 1000000, "Gg", 0 },
	{ 1000000, "Ggjjj", 3 },
	{ 1000000, "ddddddddddddddddg", 0 },
	{ 1000000, "jG", 999999 },
	{ 5, "G", 4 },
	{ 5, "jjjjjjjjjj", 4 },
	{ 5, "dd", 4 },
	{ 1, "jk", 0 },
	{ 0, "jkGgdu", -1 },
};

static void
walk(ListModel *model, const char *moves)
{
	for (; *moves; moves++) {
		switch (*moves) {
		case 'j':
			list_model_move(model, 1);
			break;
		case 'k':
			list_model_move(model, -1);
			break;
		case 'd':
			list_model_scroll(model, 20);
			break;
		case 'u':
			list_model_scroll(model, -20);
			break;
		case 'G':
			list_model_end(model);
			break;
		case 'g':
			list_model_home(model);
			break;
		}
	}
}

static void
assert_screen_holds_cursor(const ListModel *model)
{
	int line = list_model_cursor_line(model);
	ListRow *current = list_model_current(model);
	assert_true(line >= 0 && line < 20);
	assert_ptr_equal(list_model_row(model, line), current);
	for (int i = 1; i < 20; i++) {
		const ListRow *above = list_model_row(model, i - 1),
			      *row = list_model_row(model, i);
		if (row)
			assert_int_equal(row->place, above->place + 1);
	}
}

static void
moves_lead_where_they_should(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(walks); i++) {
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, walks[i].total);
		walk(model, walks[i].moves);
		assert_int_equal(place(model), walks[i].place);
		assert_screen_holds_cursor(model);
	}
}

static void
moves_typed_ahead_wait_for_their_page(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(walks); i++) {
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, walks[i].total);
		fake->late = true;
		walk(model, walks[i].moves);
		for (int turn = 0; turn < 100 && fake->waiting; turn++)
			fake_answer(fake);
		assert_int_equal(place(model), walks[i].place);
		assert_screen_holds_cursor(model);
	}
}

static void
no_move_reads_more_than_a_few_pages(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 1000000);
	static const char *const moves[] = { "G", "g", "d", "j", "Gu", "gd" };
	for (size_t i = 0; i < G_N_ELEMENTS(moves); i++) {
		fake->handed_out = 0;
		walk(model, moves[i]);
		assert_true(fake->handed_out <= 300);
	}
}

static void
a_count_goes_on_until_it_is_used_up(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 1000000);
	list_model_move(model, 12345);
	assert_int_equal(place(model), 12345);
	list_model_move(model, -12000);
	assert_int_equal(place(model), 345);
	list_model_move(model, INT32_MIN);
	assert_int_equal(place(model), 0);
}

static void
next_unread_is_found_far_away(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 100000);
	fake->unread_each = 777;
	static const int64_t places[] = { 777, 1554, 2331 };
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		list_model_seek_unread(model, false, false, NULL, NULL);
		assert_int_equal(place(model), places[i]);
		assert_screen_holds_cursor(model);
	}
	list_model_seek_unread(model, true, false, NULL, NULL);
	assert_int_equal(place(model), 1554);
	list_model_seek_unread(model, true, true, NULL, NULL);
	assert_int_equal(place(model), 99456);
}

static void
a_search_typed_ahead_of_a_jump_begins_where_it_ends(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 100000);
	fake->unread_each = 777;
	fake->late = true;
	list_model_end(model);
	list_model_seek_unread(model, true, false, NULL, NULL);
	for (int turn = 0; turn < 100 && fake->waiting; turn++)
		fake_answer(fake);
	assert_int_equal(place(model), 99456);
}

static void
tell_found(bool found, void *data)
{
	*(int *)data = found ? 1 : 0;
}

static void
answer_all(FakeSource *fake)
{
	for (int turn = 0; turn < 100 && fake->waiting; turn++)
		fake_answer(fake);
}

static void
a_move_typed_ahead_of_what_is_sought_goes_on_from_there(void **state)
{
	static const struct {
		bool jumps;
		int64_t place;
	} cases[] = { { false, 778 }, { true, 99457 } };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, 100000);
		fake->unread_each = 777;
		fake->late = true;
		int found = -1;
		if (cases[i].jumps)
			list_model_end(model);
		list_model_seek_unread(model, cases[i].jumps, false, tell_found, &found);
		list_model_move(model, 1);
		assert_int_equal(found, -1);
		answer_all(fake);
		assert_int_equal(found, 1);
		assert_int_equal(place(model), cases[i].place);
		assert_false(list_model_is_loading(model));
	}
}

static void
what_cannot_be_sought_is_not_found_and_says_why(void **state)
{
	for (int jumps = 0; jumps < 2; jumps++) {
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, 1000);
		fake->late = true;
		int found = -1;
		if (jumps)
			list_model_end(model);
		list_model_seek_unread(model, false, false, tell_found, &found);
		fake->fails = true;
		answer_all(fake);
		assert_int_equal(found, 0);
		assert_non_null(list_model_why(model));
		assert_false(list_model_is_loading(model));
	}
}

static void
who_stops_seeking_hears_nothing_more(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 1000);
	fake->unread_each = 777;
	fake->late = true;
	int found = -1;
	list_model_seek_unread(model, false, false, tell_found, &found);
	list_model_move(model, 1);
	list_model_stop_seeking(model);
	answer_all(fake);
	assert_int_equal(found, -1);
	assert_int_equal(place(model), 0);
	assert_false(list_model_is_loading(model));
}

static void
nothing_unread_leaves_the_cursor(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 1000);
	walk(model, "ddd");
	int found = -1;
	list_model_seek_unread(model, false, false, tell_found, &found);
	assert_int_equal(found, 0);
	assert_int_equal(place(model), 60);
}

static void
reading_again_keeps_the_cursor(void **state)
{
	static const char *const moves[] = { "", "jjj", "dddd", "G", "Guu" };
	for (size_t i = 0; i < G_N_ELEMENTS(moves); i++) {
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, 5000);
		walk(model, moves[i]);
		int64_t before = place(model);
		int line = list_model_cursor_line(model);
		list_model_reread(model);
		assert_int_equal(place(model), before);
		assert_int_equal(list_model_cursor_line(model), line);
		assert_screen_holds_cursor(model);
	}
}

/* Three newer messages come, after these moves. */
static void
new_mail_is_under_the_cursor_until_it_was_used(void **state)
{
	static const struct {
		const char *moves;
		bool hold;
		int64_t place;
	} cases[] = {
		{ "", false, 7 },
		{ "", true, 10 },
		{ "j", false, 11 },
		{ "jk", false, 10 },
		{ "Gg", false, 10 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FakeSource *fake = g_new0(FakeSource, 1);
		fake->base.class = &fake_class;
		fake->newest = 10;
		fake->total = 500;
		g_autoptr(ListModel) model = list_model_new(&fake->base, on_change, NULL);
		list_model_set_height(model, 20);
		walk(model, cases[i].moves);
		if (cases[i].hold)
			list_model_hold(model);
		fake->newest = 7;
		list_model_reread(model);
		assert_int_equal(place(model), cases[i].place);
		assert_int_equal(list_model_row(model, 0)->place, 7);
	}
}

static void
random_walks_agree_with_an_array(void **state)
{
	srandom(7);
	for (int round = 0; round < 60; round++) {
		int64_t total = random() % 700;
		FakeSource *fake;
		g_autoptr(ListModel) model = open_model(&fake, total);
		int64_t expected = total ? 0 : -1;
		for (int move = 0; move < 200 && total; move++) {
			int64_t step = random() % 200 - 100;
			list_model_move(model, step);
			expected = CLAMP(expected + step, 0, total - 1);
			if (random() % 20 == 0) {
				list_model_end(model);
				expected = total - 1;
			} else if (random() % 20 == 0) {
				list_model_reread(model);
			}
			assert_int_equal(place(model), expected);
			assert_screen_holds_cursor(model);
		}
	}
}

static void
a_list_that_is_cancelled_first_says_so_and_is_under_way_no_more(void **state)
{
	FakeSource *fake = g_new0(FakeSource, 1);
	*fake = (FakeSource){ .base.class = &fake_class, .total = 100, .late = true };
	g_autoptr(ListModel) model = list_model_new(&fake->base, on_change, NULL);
	assert_true(list_model_is_loading(model));
	assert_true(list_model_cancel(model));
	assert_non_null(list_model_why(model));
	assert_false(list_model_is_loading(model));
	assert_false(list_model_cancel(model));
	list_model_move(model, 1);
	list_model_reread(model);
	fake_answer(fake);
	assert_null(list_model_why(model));
	assert_int_equal(place(model), 0);
}

/* As a list begins that remembers its place. */
static void
home_before_the_first_page_takes_the_place_of_a_row(void **state)
{
	FakeSource *fake = g_new0(FakeSource, 1);
	*fake = (FakeSource){ .base.class = &fake_class, .total = 100, .late = true };
	g_autoptr(ListModel) model = list_model_new(&fake->base, on_change, NULL);
	g_autoptr(ListRow) row = make_row(50, false);
	list_model_go_to_row(model, row);
	list_model_home(model);
	fake_answer(fake);
	assert_int_equal(place(model), 0);
	list_model_move(model, 1);
	assert_int_equal(place(model), 1);
}

/* ---- what the user does ---- */

static const ListChange gone = { true, -1, -1 }, read_ = { false, 0, -1 };

/* Rows FIRST to LAST. */
static GPtrArray *
targets_at(int64_t first, int64_t last)
{
	GPtrArray *targets = targets_new();
	for (int64_t i = first; i <= last; i++) {
		g_autoptr(ListRow) row = make_row(i, false);
		Target *target = g_new0(Target, 1);
		target->name = target_name(row);
		g_ptr_array_add(targets, target);
	}
	return targets;
}

static void
wish(ListModel *model, unsigned deed, const ListChange *change, int64_t first, int64_t last)
{
	g_autoptr(GPtrArray) targets = targets_at(first, last);
	list_model_wish(model, deed, change, targets);
}

static void
what_is_done_is_shown_until_it_is_read_back(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 100);
	wish(model, 1, &gone, 0, 2);
	assert_int_equal(place(model), 3);
	list_model_reread(model); /* the source does not know yet */
	assert_int_equal(place(model), 3);
	assert_int_equal(list_model_row(model, 0)->place, 3);
	list_model_end_wish(model, 1, false); /* refused */
	assert_int_equal(list_model_row(model, 0)->place, 0);
	assert_int_equal(place(model), 3);
}

static void
rows_asked_for_before_the_end_do_not_bring_it_back(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 100);
	wish(model, 1, &gone, 0, 0);
	fake->late = true;
	list_model_refold(model);
	list_model_end_wish(model, 1, true);
	fake_answer(fake); /* with rows of before */
	assert_int_equal(list_model_row(model, 0)->place, 1);
	fake->newest = 1;
	while (fake->waiting)
		fake_answer(fake);
	assert_int_equal(list_model_row(model, 0)->place, 1);
	fake->newest = 0; /* it was put back by somebody else */
	list_model_reread(model);
	fake_answer(fake);
	assert_int_equal(list_model_row(model, 0)->place, 0);
}

static void
what_lies_behind_all_that_is_gone_is_found(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 5000);
	wish(model, 1, &gone, 0, 3000);
	assert_int_equal(place(model), 3001);
	list_model_end(model);
	assert_int_equal(place(model), 4999);
	list_model_home(model);
	assert_int_equal(place(model), 3001);
	wish(model, 2, &gone, 3001, 4999);
	assert_true(list_model_is_empty(model));
}

static void
what_was_just_read_is_not_sought(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 1000);
	fake->unread_each = 100;
	wish(model, 1, &read_, 100, 150);
	wish(model, 2, &gone, 200, 200);
	list_model_seek_unread(model, false, false, NULL, NULL);
	assert_int_equal(place(model), 300);
}

/* ---- walks ---- */

typedef struct Walk {
	int64_t rows, last, enough;
	int ends;
	bool whole;
} Walk;

static bool
on_walk_rows(const GPtrArray *rows, void *data)
{
	Walk *walk = data;
	walk->rows += rows->len;
	walk->last = rows->len ? ((ListRow *)rows->pdata[rows->len - 1])->place : -1;
	return walk->rows < walk->enough;
}

static void
on_walk_end(bool whole, void *data)
{
	Walk *walk = data;
	walk->whole = whole;
	walk->ends++;
}

static void
a_walk_meets_all_rows_and_leaves_the_window(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 12345);
	list_model_move(model, 5);
	Walk all = { .enough = INT64_MAX };
	list_model_walk(model, NULL, false, on_walk_rows, on_walk_end, &all);
	assert_int_equal(all.rows, 12345);
	assert_int_equal(all.last, 12344);
	assert_true(all.whole);
	Walk some = { .enough = 1 };
	g_autoptr(ListRow) from = make_row(3000, false);
	list_model_walk(model, from, true, on_walk_rows, on_walk_end, &some);
	assert_int_equal(some.last, 2999);
	assert_int_equal(place(model), 5);
	assert_screen_holds_cursor(model);
}

static void
a_walk_that_is_stopped_ends_once(void **state)
{
	FakeSource *fake;
	g_autoptr(ListModel) model = open_model(&fake, 5000);
	fake->late = true;
	Walk walk = { .enough = INT64_MAX };
	list_model_walk(model, NULL, false, on_walk_rows, on_walk_end, &walk);
	fake_answer(fake);
	assert_true(list_model_is_loading(model));
	assert_true(list_model_cancel(model));
	fake_answer(fake);
	assert_int_equal(walk.ends, 1);
	assert_false(walk.whole);
	assert_int_equal(walk.rows, 1000);
	assert_false(list_model_is_loading(model));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_lead_where_they_should),
		cmocka_unit_test(moves_typed_ahead_wait_for_their_page),
		cmocka_unit_test(no_move_reads_more_than_a_few_pages),
		cmocka_unit_test(a_count_goes_on_until_it_is_used_up),
		cmocka_unit_test(next_unread_is_found_far_away),
		cmocka_unit_test(a_search_typed_ahead_of_a_jump_begins_where_it_ends),
		cmocka_unit_test(new_mail_is_under_the_cursor_until_it_was_used),
		cmocka_unit_test(a_move_typed_ahead_of_what_is_sought_goes_on_from_there),
		cmocka_unit_test(what_cannot_be_sought_is_not_found_and_says_why),
		cmocka_unit_test(who_stops_seeking_hears_nothing_more),
		cmocka_unit_test(nothing_unread_leaves_the_cursor),
		cmocka_unit_test(reading_again_keeps_the_cursor),
		cmocka_unit_test(random_walks_agree_with_an_array),
		cmocka_unit_test(home_before_the_first_page_takes_the_place_of_a_row),
		cmocka_unit_test(a_list_that_is_cancelled_first_says_so_and_is_under_way_no_more),
		cmocka_unit_test(what_is_done_is_shown_until_it_is_read_back),
		cmocka_unit_test(rows_asked_for_before_the_end_do_not_bring_it_back),
		cmocka_unit_test(what_lies_behind_all_that_is_gone_is_found),
		cmocka_unit_test(what_was_just_read_is_not_sought),
		cmocka_unit_test(a_walk_meets_all_rows_and_leaves_the_window),
		cmocka_unit_test(a_walk_that_is_stopped_ends_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

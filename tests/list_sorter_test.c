/*
 * The order of a list's rows.
 */
#include <cmocka.h>
#include <glib.h>

#include "ui/screen/list_sorter.h"

static const struct {
	const char *sender, *subject;
	int64_t size, date;
} rows[] = {
	{ "Zoe", "Re: beta", 100, 50 },
	{ "ada@example.org", "Alpha", 3000, 40 },
	{ "Émile", "[list] gamma", 200, 30 },
	{ "'Bob", "AW: Fwd: alpha", 2000000000000, 20 },
	{ "bob", NULL, 0, 10 },
	{ "Bartholomew the younger", "a long subject that differs late", 5, 9 },
	{ "Bartholomew the elder", "a long subject that differs early", 6, 8 },
};

static void
rows_are_sorted_and_the_newest_of_equals_is_first(void **state)
{
	static const struct {
		const char *order, *expected;
	} orders[] = {
		{ "date", "0123456" },
		{ "date-reverse", "6543210" },
		{ "sender", "1653420" },
		{ "sender-reverse", "0234561" },
		{ "subject", "4651302" },
		{ "subject-reverse", "2013564" },
		{ "size", "3120654" },
		{ "size-reverse", "4560213" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		ListOrder order;
		assert_true(list_order_read(orders[i].order, &order));
		assert_string_equal(list_order_name(order), orders[i].order);
		g_autoptr(ListSorter) sorter = list_sorter_new(order);
		for (size_t row = 0; row < G_N_ELEMENTS(rows); row++)
			list_sorter_add(sorter, rows[row].sender, rows[row].subject, rows[row].size,
				rows[row].date);
		g_autoptr(GArray) sorted = list_sorter_order(sorter);
		g_autoptr(GString) got = g_string_new(NULL);
		for (guint at = 0; at < sorted->len; at++)
			g_string_append_printf(got, "%u", g_array_index(sorted, guint, at));
		assert_string_equal(got->str, orders[i].expected);
	}
}

static void
an_order_that_there_is_not_is_none(void **state)
{
	ListOrder order = { FIELD_SIZE, true };
	assert_false(list_order_read("colour", &order));
	assert_false(list_order_read(NULL, &order));
	assert_int_equal(order.field, FIELD_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted_and_the_newest_of_equals_is_first),
		cmocka_unit_test(an_order_that_there_is_not_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

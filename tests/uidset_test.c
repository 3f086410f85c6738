#include <cmocka.h>
#include <string.h>

#include "backend/core/uidset.h"

static char *
joined(GPtrArray *texts)
{
	g_ptr_array_add(texts, NULL);
	return g_strjoinv("|", (char **)texts->pdata);
}

static void
lists_become_ranges_in_chunks(void **state)
{
	static const struct {
		uint32_t uids[12];
		size_t size, limit, count;
		const char *text;
	} cases[] = {
		{ { 0 }, 0, 0, 0, "" },
		{ { 7 }, 1, 0, 0, "7" },
		{ { 1, 2, 3, 5, 9, 10 }, 6, 0, 0, "1:3,5,9:10" },
		{ { 0, 1, 1, 2, 2, 4 }, 6, 0, 0, "1:2,4" },
		{ { 1, 3, 5, 7 }, 4, 3, 0, "1,3|5,7" },
		{ { 1, 2, 3, 4, 5 }, 5, 0, 2, "1:2|3:4|5" },
		{ { 1, 2, 3, 9 }, 4, 0, 3, "1:3|9" },
		{ { 4294967294, 4294967295 }, 2, 0, 0, "4294967294:4294967295" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) texts =
			uidset_write(cases[i].uids, cases[i].size, cases[i].limit, cases[i].count);
		g_autofree char *text = joined(texts);
		assert_string_equal(text, cases[i].text);
	}
}

static void
numbers_are_sorted_and_doubles_left_out(void **state)
{
	static const uint32_t unsorted[] = { 9, 1, 4294967295u, 9, 2, 1, 1 };
	static const uint32_t sorted[] = { 1, 2, 9, 4294967295u };
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uidset_sort(uids);
	assert_int_equal(uids->len, 0);
	g_array_append_vals(uids, unsorted, G_N_ELEMENTS(unsorted));
	uidset_sort(uids);
	assert_int_equal(uids->len, G_N_ELEMENTS(sorted));
	assert_memory_equal(uids->data, sorted, sizeof sorted);
}

static void
sets_are_read_and_broken_ones_refused(void **state)
{
	static const struct {
		const char *text;
		int count; /* -1: refused */
		uint32_t first, last;
	} cases[] = {
		{ "1", 1, 1, 1 },
		{ "1:5,9", 6, 1, 9 },
		{ "9,1:5,3", 6, 1, 9 },
		{ "5:1", 5, 1, 5 },
		{ "4294967295", 1, 4294967295u, 4294967295u },
		{ "4294967290:4294967295", 6, 4294967290u, 4294967295u },
		{ "", -1, 0, 0 },
		{ "0", -1, 0, 0 },
		{ "01", -1, 0, 0 },
		{ "1:*", -1, 0, 0 },
		{ "1,", -1, 0, 0 },
		{ ",1", -1, 0, 0 },
		{ "1:", -1, 0, 0 },
		{ "4294967296", -1, 0, 0 },
		{ "99999999999999999999", -1, 0, 0 },
		{ "1:4294967295", -1, 0, 0 },
		{ "1 2", -1, 0, 0 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) uids = uidset_read(cases[i].text, 1000);
		assert_int_equal(uids ? (int)uids->len : -1, cases[i].count);
		if (!uids)
			continue;
		assert_int_equal(g_array_index(uids, uint32_t, 0), cases[i].first);
		assert_int_equal(g_array_index(uids, uint32_t, uids->len - 1), cases[i].last);
	}
}

static void
what_is_written_reads_back_and_no_text_is_too_long(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uint32_t uid = 1;
	for (int i = 0; i < 20000; i++) {
		g_array_append_val(uids, uid);
		uid += (uint32_t)g_rand_int_range(random, 1, 4);
	}
	g_autoptr(GPtrArray) texts = uidset_write((const uint32_t *)uids->data, uids->len, 0, 0);
	g_autoptr(GArray) back = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < texts->len; i++) {
		assert_true(strlen(texts->pdata[i]) <= UIDSET_TEXT_LIMIT);
		g_autoptr(GArray) part = uidset_read(texts->pdata[i], 100000);
		assert_non_null(part);
		g_array_append_vals(back, part->data, part->len);
	}
	assert_true(texts->len > 1);
	assert_int_equal(back->len, uids->len);
	assert_memory_equal(back->data, uids->data, uids->len * sizeof(uint32_t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_become_ranges_in_chunks),
		cmocka_unit_test(numbers_are_sorted_and_doubles_left_out),
		cmocka_unit_test(sets_are_read_and_broken_ones_refused),
		cmocka_unit_test(what_is_written_reads_back_and_no_text_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

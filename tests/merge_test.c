#include <cmocka.h>
#include <glib.h>

#include "backend/core/merge.h"

/* One bit at a time, all 16 states: what the model of the sync says. */
static void
every_state_of_a_bit_merges_as_the_model_says(void **state)
{
	for (unsigned bits = 0; bits < 16; bits++) {
		unsigned base = bits & 1, loc = bits >> 1 & 1, doubt = bits >> 2 & 1,
			 server = bits >> 3 & 1;
		unsigned agreed = doubt ? server : base;
		unsigned wanted = server != agreed ? server : loc;
		FlagState merged = merge_server_flags((FlagState){ base, loc, doubt }, server);
		assert_int_equal(merged.base, server);
		assert_int_equal(merged.loc, wanted);
		assert_int_equal(merged.doubt, 0);
	}
}

static void
merging_twice_is_merging_once(void **state)
{
	for (unsigned bits = 0; bits < 1 << 12; bits++) {
		FlagState row = { bits & 7, bits >> 3 & 7, bits >> 6 & 7 };
		FlagState once = merge_server_flags(row, bits >> 9 & 7);
		FlagState twice = merge_server_flags(once, bits >> 9 & 7);
		assert_memory_equal(&once, &twice, sizeof once);
	}
}

static void
a_local_wish_survives_an_unchanged_server(void **state)
{
	FlagState merged = merge_server_flags((FlagState){ .base = 1, .loc = 2 }, 1);
	assert_int_equal(merged.loc, 2);
}

static void
an_unconfirmed_store_is_no_change_of_the_server(void **state)
{
	/* We may have set bit 1 and then wanted it off again; its echo must not set it. */
	FlagState merged = merge_server_flags((FlagState){ .base = 0, .loc = 0, .doubt = 1 }, 1);
	assert_int_equal(merged.loc, 0);
	assert_int_equal(merged.base, 1);
}

static void
a_file_adds_and_takes_away_what_changed_in_its_name(void **state)
{
	static const struct {
		unsigned loc, seen, file, wanted;
	} cases[] = {
		{ 0, 0, 1, 1 },
		{ 1, 1, 0, 0 },
		{ 3, 1, 1, 3 }, /* a wish of the server not yet in the name */
		{ 2, 1, 1, 2 },
		{ 2, 1, 5, 6 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(merge_file_flags(cases[i].loc, cases[i].seen, cases[i].file),
			cases[i].wanted);
}

static void
what_is_pending_is_what_differs_and_what_is_in_doubt(void **state)
{
	unsigned set, clear;
	merge_pending_flags((FlagState){ .base = 6, .loc = 3, .doubt = 0 }, &set, &clear);
	assert_int_equal(set, 1);
	assert_int_equal(clear, 4);
	merge_pending_flags((FlagState){ .base = 0, .loc = 0, .doubt = 2 }, &set, &clear);
	assert_int_equal(set, 0);
	assert_int_equal(clear, 2);
}

static void
keywords_merge_word_by_word(void **state)
{
	static const struct {
		const char *base, *loc, *server, *wanted;
	} cases[] = {
		{ "", "", "", "" },
		{ "", "", "b a", "a b" },
		{ "a", "a c", "a b", "a b c" },
		{ "a b", "a b c", "b", "b c" },
		{ "a", "", "a", "" },
		{ "a", "a", "", "" },
		{ "", "x", "x", "x" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *wanted =
			merge_server_keywords(cases[i].base, cases[i].loc, cases[i].server);
		assert_string_equal(wanted, cases[i].wanted);
	}
}

static void
what_cannot_be_a_keyword_is_left_out(void **state)
{
	g_autofree char *longest = g_strnfill(64, 'k'), *longer = g_strnfill(65, 'k');
	const char *const words[] = { "b", "", "two words", "a", "b", "c\n", longer, longest,
		"\xff", NULL };
	g_autofree char *expected = g_strconcat("a b ", longest, NULL);
	g_autofree char *set = merge_keyword_set(words);
	assert_string_equal(set, expected);
	g_autofree char *none = merge_keyword_set(NULL);
	assert_string_equal(none, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_of_a_bit_merges_as_the_model_says),
		cmocka_unit_test(merging_twice_is_merging_once),
		cmocka_unit_test(a_local_wish_survives_an_unchanged_server),
		cmocka_unit_test(an_unconfirmed_store_is_no_change_of_the_server),
		cmocka_unit_test(a_file_adds_and_takes_away_what_changed_in_its_name),
		cmocka_unit_test(what_is_pending_is_what_differs_and_what_is_in_doubt),
		cmocka_unit_test(keywords_merge_word_by_word),
		cmocka_unit_test(what_cannot_be_a_keyword_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

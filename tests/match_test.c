#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "backend/store/match.h"

/* A mail by small numbers. */
typedef struct Mail {
	int midh, header, size, date;
	unsigned uid, mate; /* UID of the mate that is expected; 0: none */
} Mail;

static const struct Case {
	const char *name;
	Mail ours[4];
	Mail theirs[4];
} cases[] = {
	{ "the order does not matter", { { 1, 1, 9, 9, 1, 8 }, { 2, 2, 9, 9, 2, 7 } },
		{ { 2, 2, 9, 9, 7, 2 }, { 1, 1, 9, 9, 8, 1 } } },
	{ "twins are paired one to one, in their order",
		{ { 1, 1, 9, 9, 1, 5 }, { 1, 1, 9, 9, 2, 6 }, { 1, 1, 9, 9, 3, 0 } },
		{ { 1, 1, 9, 9, 6, 2 }, { 1, 1, 9, 9, 5, 1 } } },
	{ "of twins those of the same date and size first",
		{ { 1, 1, 9, 10, 1, 6 }, { 1, 1, 9, 20, 2, 5 } },
		{ { 1, 1, 9, 20, 5, 2 }, { 1, 1, 9, 10, 6, 1 } } },
	{ "another date is no other mail", { { 1, 1, 9, 10, 1, 5 } }, { { 1, 1, 9, 11, 5, 1 } } },
	{ "a header that was written anew", { { 1, 1, 9, 10, 1, 5 } }, { { 1, 2, 9, 10, 5, 1 } } },
	{ "written anew, and of another size", { { 1, 1, 9, 10, 1, 0 } },
		{ { 1, 2, 8, 10, 5, 0 } } },
	{ "without an id the header decides", { { 0, 1, 9, 10, 1, 0 }, { 0, 2, 9, 10, 2, 6 } },
		{ { 0, 3, 9, 10, 5, 0 }, { 0, 2, 9, 10, 6, 2 } } },
	{ "nothing", { { 0 } }, { { 0 } } },
};

static GPtrArray *
items_of(const Mail *mails)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < 4 && mails[i].uid; i++) {
		MatchItem *item = g_new0(MatchItem, 1);
		*item = (MatchItem){ .midh = mails[i].midh,
			.size = mails[i].size,
			.idate = mails[i].date,
			.uid = mails[i].uid };
		item->identity[0] = (uint8_t)mails[i].header;
		g_ptr_array_add(items, item);
	}
	return items;
}

static size_t
expect(const char *name, const GPtrArray *items, const Mail *mails)
{
	size_t pairs = 0;
	for (guint i = 0; i < items->len; i++) {
		const MatchItem *item = items->pdata[i];
		uint32_t mate = item->mate ? item->mate->uid : 0;
		if (mate != mails[i].mate)
			fail_msg("%s: %u has mate %u, not %u", name, mails[i].uid, mate,
				mails[i].mate);
		pairs += mate != 0;
	}
	return pairs;
}

static void
each_mail_is_paired_with_itself(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct Case *one = &cases[i];
		g_autoptr(GPtrArray) ours = items_of(one->ours), theirs = items_of(one->theirs);
		size_t pairs = match_items(ours, theirs);
		assert_int_equal(expect(one->name, ours, one->ours), pairs);
		assert_int_equal(expect(one->name, theirs, one->theirs), pairs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_mail_is_paired_with_itself) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib.h>

#include "ui/screen/attention.h"

enum { SECOND = 1000000 };

static void
new_mail_is_told_once_in_five_seconds_to_who_looks_elsewhere(void **state)
{
	static const struct {
		int64_t unread;
		bool elsewhere;
		int64_t seconds;
		bool told;
	} steps[] = {
		{ 2, true, 10, false },  /* the first count is no news */
		{ 3, false, 11, false }, /* it is seen */
		{ 3, true, 12, false },  /* and no news any more */
		{ 4, true, 13, true },
		{ 5, true, 14, false }, /* too soon */
		{ 3, true, 30, false }, /* less is no news */
		{ 4, true, 31, true },
		{ 5, true, 36, true },
	};
	Attention attention = { 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		bool told = attention_take(
			&attention, steps[i].unread, steps[i].elsewhere, steps[i].seconds * SECOND);
		if (told != steps[i].told)
			fail_msg("step %zu", i);
	}
}

static void
who_typed_within_a_minute_looks_at_it(void **state)
{
	Attention attention = { .key = 100 * (int64_t)SECOND };
	assert_false(attention_is_idle(&attention, 159 * (int64_t)SECOND));
	assert_true(attention_is_idle(&attention, 160 * (int64_t)SECOND));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_mail_is_told_once_in_five_seconds_to_who_looks_elsewhere),
		cmocka_unit_test(who_typed_within_a_minute_looks_at_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

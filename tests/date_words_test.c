#include <cmocka.h>
#include <glib.h>
#include <stdlib.h>

#include "ui/screen/date_words.h"

static const struct {
	const char *typed, *end; /* NULL: it is no date */
} dates[] = {
	{ "2025", "2025-12-31T23:59:59Z" },
	{ "2025-11", "2025-11-30T23:59:59Z" },
	{ "2024-02", "2024-02-29T23:59:59Z" },
	{ "2025-11-03", "2025-11-03T23:59:59Z" },
	{ " 2025-1-3 ", "2025-01-03T23:59:59Z" },
	{ "today", "2026-03-31T23:59:59Z" },
	{ "Yesterday", "2026-03-30T23:59:59Z" },
	{ "1d", "2026-03-30T23:59:59Z" },
	{ "3w", "2026-03-10T23:59:59Z" },
	{ "1m", "2026-02-28T23:59:59Z" },
	{ "2y", "2024-03-31T23:59:59Z" },
	{ "0d", "2026-03-31T23:59:59Z" },
	{ "9999y", NULL },
	{ "99999w", NULL },
	{ "", NULL },
	{ "3", NULL },
	{ "w", NULL },
	{ "2025-", NULL },
	{ "2025-13", NULL },
	{ "2025-02-30", NULL },
	{ "2025-11-03x", NULL },
	{ "-2025", NULL },
	{ "soon", NULL },
};

static void
a_date_is_the_end_of_what_was_typed(void **state)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_iso8601("2026-03-31T14:00:00Z", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		int64_t date = 0;
		bool known = date_words_read(dates[i].typed, g_date_time_to_unix(now), &date);
		if (known != (dates[i].end != NULL))
			fail_msg("'%s'", dates[i].typed);
		if (!known)
			continue;
		g_autoptr(GDateTime) end = g_date_time_new_from_unix_utc(date);
		g_autofree char *text = g_date_time_format_iso8601(end);
		assert_string_equal(text, dates[i].end);
	}
}

int
main(void)
{
	g_setenv("TZ", "UTC", TRUE);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_is_the_end_of_what_was_typed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

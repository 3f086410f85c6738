/*
 * Text as it is compared when case must not matter.
 */
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "index/case_fold.h"

static void
a_text_is_found_whatever_the_case_and_the_way_it_is_written(void **state)
{
	static const struct {
		const char *text, *wanted;
		bool found;
	} rows[] = {
		{ "Notes on the Engine", "ENGINE", true },
		{ "Notes on the Engine", "engines", false },
		{ "Rückgabe fällig", "RÜCKGABE", true },
		{ "RU\xcc\x88"
		  "CKGABE",
			"rückgabe", true }, /* the dots by themselves */
		{ "Straße", "STRASSE", true },
		{ "Дмитрий Соколов", "дмитрий", true },
		{ "ΟΔΟΣ", "οδος", true },
		{ "Ｆｕｌｌ width", "full", true },
		{ "\xff\xfe caf\xc3\xa9", "CAFÉ", true }, /* bytes that are no text */
		{ "plain", "ä", false },
		{ "", "x", false },
		{ NULL, "x", false },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *wanted = case_fold(rows[i].wanted);
		assert_int_equal(case_fold_holds(rows[i].text, wanted), rows[i].found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_found_whatever_the_case_and_the_way_it_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

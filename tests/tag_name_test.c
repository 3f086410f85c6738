#include <cmocka.h>
#include <glib.h>

#include "index/maildir_name.h"
#include "index/tag_name.h"

static void
people_give_words_that_nothing_computes(void **state)
{
	(void)state;
	static const char *const good[] = { "blue", "inbox", "-x", "ü", "a/b" };
	static const char *const bad[] = { "", "two words", "tab\t", "attachment", "signed",
		"encrypted", "unread", "flagged", "replied", "passed", "draft", "bad\xff" };
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		assert_null(tag_name_refusal(good[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_non_null(tag_name_refusal(bad[i]));
	g_autofree char *most = g_strnfill(200, 'x'), *more = g_strnfill(201, 'x');
	assert_null(tag_name_refusal(most));
	assert_non_null(tag_name_refusal(more));
}

static void
flags_have_their_tags(void **state)
{
	(void)state;
	assert_int_equal(flag_tag_find("unread")->flag, MAIL_SEEN);
	assert_true(flag_tag_find("unread")->inverse);
	assert_int_equal(flag_tag_find("passed")->flag, MAIL_PASSED);
	assert_false(flag_tag_find("passed")->inverse);
	assert_null(flag_tag_find("seen"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_give_words_that_nothing_computes),
		cmocka_unit_test(flags_have_their_tags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

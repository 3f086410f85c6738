#include <cmocka.h>
#include <string.h>

#include "index/indexer/tag_set.h"
#include "index/maildir_name.h"

static void
assert_set(char **set, const char *wanted)
{
	g_autofree char *text = tag_set_join(set);
	assert_string_equal(text, wanted);
}

static void
sets_are_sorted_unique_and_hold_only_what_notmuch_can(void **state)
{
	(void)state;
	GPtrArray *tags = g_ptr_array_new();
	static const char *const some[] = { "b", "a", "", "b", "with space", "line\nbreak",
		"bad\xff", "ü" };
	for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
		g_ptr_array_add(tags, g_strdup(some[i]));
	g_ptr_array_add(tags, g_strnfill(201, 'x'));
	g_auto(GStrv) set = tag_set_take(tags);
	assert_set(set, "a\nb\nwith space\nü");
	g_auto(GStrv) again = tag_set_split("ü\nwith space\nb\na");
	assert_true(tag_set_equal(set, again));
	g_auto(GStrv) none = tag_set_split(NULL);
	assert_null(none[0]);
}

static void
sets_are_added_and_taken_away(void **state)
{
	(void)state;
	g_auto(GStrv) left = tag_set_split("a\nb\nunread\nsigned");
	g_auto(GStrv) right = tag_set_split("b\nc");
	g_auto(GStrv) both = tag_set_union(left, right);
	g_auto(GStrv) rest = tag_set_minus(left, right);
	g_auto(GStrv) people = tag_set_of_people(left, false);
	g_auto(GStrv) theirs = tag_set_of_people(left, true);
	assert_set(both, "a\nb\nc\nsigned\nunread");
	assert_set(rest, "a\nsigned\nunread");
	assert_set(people, "a\nb\nunread");
	assert_set(theirs, "a\nb");
}

static void
flags_make_tags_and_seen_takes_unread(void **state)
{
	(void)state;
	static const struct {
		unsigned flags;
		const char *tags;
	} cases[] = {
		{ 0, "unread" },
		{ MAIL_SEEN, "" },
		{ MAIL_SEEN | MAIL_FLAGGED | MAIL_DELETED, "flagged" },
		{ MAIL_ALL_FLAGS, "draft\nflagged\npassed\nreplied" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) set = tag_set_from_flags(cases[i].flags);
		assert_set(set, cases[i].tags);
	}
}

static void
tag_changes_change_flags(void **state)
{
	(void)state;
	static const struct {
		unsigned before;
		const char *add, *remove;
		unsigned after;
	} cases[] = {
		{ 0, "flagged\nwork", "unread", MAIL_FLAGGED | MAIL_SEEN },
		{ MAIL_SEEN | MAIL_REPLIED, "unread", "replied", 0 },
		{ MAIL_DELETED, "", "", MAIL_DELETED },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) add = tag_set_split(cases[i].add);
		g_auto(GStrv) remove = tag_set_split(cases[i].remove);
		assert_int_equal(
			tag_set_change_flags(cases[i].before, add, remove), cases[i].after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_sorted_unique_and_hold_only_what_notmuch_can),
		cmocka_unit_test(sets_are_added_and_taken_away),
		cmocka_unit_test(flags_make_tags_and_seen_takes_unread),
		cmocka_unit_test(tag_changes_change_flags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

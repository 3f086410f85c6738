#include <cmocka.h>
#include <string.h>

#include "index/maildir_name.h"

static const struct {
	const char *name, *key;
	bool partial;
	unsigned flags;
	const char *other, *rebuilt; /* rebuilt NULL: as it was */
} names[] = {
	{ "1.a.host", "1.a.host", false, 0, NULL, "1.a.host:2," },
	{ "1.a.host:2,", "1.a.host", false, 0, NULL, NULL },
	{ "1.a.host:2,FS", "1.a.host", false, MAIL_FLAGGED | MAIL_SEEN, NULL, NULL },
	{ "1.a.host,P:2,S", "1.a.host", true, MAIL_SEEN, NULL, NULL },
	{ "1.a.host,P", "1.a.host", true, 0, NULL, "1.a.host,P:2," },
	{ "1.a.host:2,DFPRST", "1.a.host", false, MAIL_ALL_FLAGS, NULL, NULL },
	{ "1.a.host:2,SFS", "1.a.host", false, MAIL_FLAGGED | MAIL_SEEN, NULL, "1.a.host:2,FS" },
	{ "1.a.host:2,Sca", "1.a.host", false, MAIL_SEEN, "ac", "1.a.host:2,Sac" },
	{ "1.a.host:2,aSa", "1.a.host", false, MAIL_SEEN, "a", "1.a.host:2,Sa" },
	{ "1.a.host:2,SXa", "1.a.host", false, MAIL_SEEN, "Xa", "1.a.host:2,SXa" },
	{ "1.M2P3.h,S=12,W=13:2,S", "1.M2P3.h,S=12,W=13", false, MAIL_SEEN, NULL, NULL },
	{ "1.a.host:2,\033S\n", "1.a.host", false, MAIL_SEEN, NULL, "1.a.host:2,S" },
	{ "1.a.host:1,x", "1.a.host", false, 0, NULL, "1.a.host:2," },
	{ "1.a.host,PP", "1.a.host,PP", false, 0, NULL, "1.a.host,PP:2," },
	{ "x", "x", false, 0, NULL, "x:2," },
};

static void
names_fall_into_parts_and_come_together_again(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		MaildirName name;
		assert_true(maildir_name_parse(names[i].name, &name));
		assert_string_equal(name.key, names[i].key);
		assert_int_equal(name.partial, names[i].partial);
		assert_int_equal(name.flags, names[i].flags);
		assert_int_equal(name.other_flags == NULL, names[i].other == NULL);
		if (names[i].other != NULL)
			assert_string_equal(name.other_flags, names[i].other);
		g_autofree char *built = maildir_name_build(
			name.key, name.partial, name.flags, name.other_flags, false);
		assert_string_equal(
			built, names[i].rebuilt != NULL ? names[i].rebuilt : names[i].name);
		maildir_name_clear(&name);
		assert_null(name.key);
	}
}

static void
what_is_no_message_file_is_refused(void **state)
{
	static const char *refused[] = { "", ".", "..", ".hidden", "a/b", "/", ":2,S", ",P",
		",P:2,S" };
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		MaildirName name;
		if (maildir_name_parse(refused[i], &name))
			fail_msg("accepted: %s", refused[i]);
		maildir_name_clear(&name);
	}
}

static void
new_messages_without_flags_carry_no_flag_part(void **state)
{
	g_autofree char *bare = maildir_name_build("k", true, 0, NULL, true);
	assert_string_equal(bare, "k,P");
	g_autofree char *flagged = maildir_name_build("k", false, MAIL_FLAGGED, NULL, true);
	assert_string_equal(flagged, "k:2,F");
	g_autofree char *foreign = maildir_name_build("k", false, 0, "ba", true);
	assert_string_equal(foreign, "k:2,ab");
}

static void
a_fresh_key_is_unlike_any_other_and_a_key(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 0; i < 1000; i++) {
		char *key = maildir_key_new(1700000000);
		assert_true(g_regex_match_simple(
			"^1700000000\\.[0-9a-f]{16}\\.[-._A-Za-z0-9]+$", key, 0, 0));
		MaildirName name;
		assert_true(maildir_name_parse(key, &name));
		assert_string_equal(name.key, key);
		maildir_name_clear(&name);
		assert_true(g_hash_table_add(seen, key));
	}
	g_autofree char *early = maildir_key_new(-5);
	assert_true(g_str_has_prefix(early, "0."));
}

static void
flag_letters_are_in_ascii_order(void **state)
{
	char letters[8];
	maildir_flags_letters(MAIL_ALL_FLAGS, letters);
	assert_string_equal(letters, "DFPRST");
	maildir_flags_letters(MAIL_SEEN | MAIL_DRAFT, letters);
	assert_string_equal(letters, "DS");
	maildir_flags_letters(0, letters);
	assert_string_equal(letters, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_fall_into_parts_and_come_together_again),
		cmocka_unit_test(what_is_no_message_file_is_refused),
		cmocka_unit_test(new_messages_without_flags_carry_no_flag_part),
		cmocka_unit_test(a_fresh_key_is_unlike_any_other_and_a_key),
		cmocka_unit_test(flag_letters_are_in_ascii_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

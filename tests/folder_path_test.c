#include <cmocka.h>
#include <string.h>

#include "backend/store/folder_path.h"
#include "store_fixture.h"

static void
names_become_harmless_paths(void **state)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "INBOX", "INBOX" },
		{ "Lists/notmuch", "Lists/notmuch" },
		{ "Gelöscht", "Gelöscht" },
		{ "a b (c)", "a b (c)" },
		{ "..", "%2E." },
		{ ".", "%2E" },
		{ "../../.ssh/x", "%2E./%2E./%2Essh/x" },
		{ "/etc/passwd", "%/etc/passwd" },
		{ "a//b/", "a/%/b/%" },
		{ "", "%" },
		{ "cur", "%63ur" },
		{ "a/NEW/b", "a/%4EEW/b" },
		{ "tmp2", "tmp2" },
		{ "100%", "100%25" },
		{ "a\r\nb\x7f", "a%0D%0Ab%7F" },
		{ "a\xc2\x9b"
		  "b",
			"a%C2%9Bb" },
		{ "bad\xff", "bad%FF" },
		{ ".notmuch", "%2Enotmuch" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = folder_path_escape(cases[i].name);
		assert_string_equal(path, cases[i].path);
		g_autofree char *name = folder_path_unescape(path);
		assert_string_equal(name, cases[i].name);
	}
}

static void
long_names_are_cut_and_stay_different(void **state)
{
	g_autofree char *long_a = g_strnfill(5000, 'a');
	g_autofree char *long_b = g_strconcat(long_a, "b", NULL);
	g_autofree char *path_a = folder_path_escape(long_a), *path_b = folder_path_escape(long_b);
	assert_true(strlen(path_a) <= FOLDER_COMPONENT_LIMIT);
	assert_string_not_equal(path_a, path_b);
	assert_null(folder_path_unescape(path_a));
	GString *umlauts = g_string_new(NULL);
	for (int i = 0; i < 300; i++)
		g_string_append(umlauts, i % 3 ? "ä" : "%");
	g_autofree char *cut = folder_path_escape(umlauts->str);
	assert_true(strlen(cut) <= FOLDER_COMPONENT_LIMIT);
	assert_true(g_utf8_validate(cut, -1, NULL));
	g_string_free(umlauts, TRUE);
}

static void
deep_names_end_in_one_level(void **state)
{
	GString *deep = g_string_new("a");
	for (int i = 0; i < 2500; i++)
		g_string_append(deep, "/a");
	g_autofree char *path = folder_path_escape(deep->str);
	g_string_append(deep, "/b");
	g_autofree char *other = folder_path_escape(deep->str);
	assert_true(strlen(path) < FOLDER_PATH_LIMIT + FOLDER_COMPONENT_LIMIT);
	assert_string_not_equal(path, other);
	g_string_free(deep, TRUE);
}

static void
names_that_a_disk_takes_for_one_get_two_paths(void **state)
{
	StoreFixture *fixture = *state;
	static const char *const names[] = { "Work", "work", "WORK", "Caf\xc3\xa9", "Cafe\xcc\x81",
		"a/b", "A/B" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		store_fixture_folder(fixture, names[i]);
	g_autoptr(GPtrArray) folders = store_folders(fixture->store, NULL);
	assert_int_equal(folders->len, G_N_ELEMENTS(names));
	g_autoptr(GHashTable) folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < folders->len; i++)
		assert_true(g_hash_table_add(
			folded, folder_path_fold(((StoreFolder *)folders->pdata[i])->path)));
}

static void
hostile_names_stay_below_the_account(void **state)
{
	StoreFixture *fixture = *state;
	static const char *const names[] = { "../../../x", "/x", "cur", "a/tmp/new", "..", ".",
		"x\r\ny", "\xff\xfe", "a/../../b" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		store_fixture_folder(fixture, names[i]);
	assert_int_equal(store_fixture_count(fixture->root), 3); /* mail, mail.curlew, state */
	g_autofree char *mail = g_path_get_dirname(fixture->mail);
	assert_int_equal(store_fixture_count(mail), 1);
}

static void
two_server_names_with_one_shown_name_are_told_apart(void **state)
{
	StoreFixture *fixture = *state;
	int64_t first = store_put_folder(fixture->store, "a.b", "a/b", '.', ROLE_NONE, NULL);
	int64_t second = store_put_folder(fixture->store, "a/b", "a/b", '.', ROLE_NONE, NULL);
	assert_true(first && second && first != second);
	assert_int_equal(
		store_put_folder(fixture->store, "a.b", "a/b", '.', ROLE_SENT, NULL), first);
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, first);
	assert_int_equal(folder->role, ROLE_SENT);
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_harmless_paths),
		cmocka_unit_test(long_names_are_cut_and_stay_different),
		cmocka_unit_test(deep_names_end_in_one_level),
		WITH_STORE(names_that_a_disk_takes_for_one_get_two_paths),
		WITH_STORE(hostile_names_stay_below_the_account),
		WITH_STORE(two_server_names_with_one_shown_name_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

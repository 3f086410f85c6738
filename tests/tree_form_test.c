#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backend/store/folder_path.h"
#include "backend/store/tree.h"
#include "rematch_fixture.h"

static void
dotted_paths_are_one_level_as_the_server_writes_it(void **state)
{
	static const struct {
		const char *name;
		char delimiter;
		const char *path, *back;
	} cases[] = {
		{ "Archive/2024", '/', ".Archive.2024", "Archive/2024" },
		{ "Archive.2024", '.', ".Archive.2024", "Archive/2024" },
		{ "Entw&APw-rfe", '/', ".Entw&APw-rfe", "Entw&APw-rfe" },
		{ "New", '/', ".New", "New" },
		{ "v1.2/cur", '/', ".v1%2E2.cur", "v1.2/cur" },
		{ "a/b", '.', ".a%2Fb", "a/b" },
		{ "..", '/', ".%2E%2E", ".." },
		{ "a\\b", '\0', ".a\\b", "a\\b" },
		{ "a//b", '/', ".a.%.b", "a//b" },
		{ "", '/', ".%", "" }, /* the inbox is what has no name */
		{ "", '\0', ".%", "" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = folder_path_dotted(cases[i].name, cases[i].delimiter);
		assert_string_equal(path, cases[i].path);
		g_autofree char *name = folder_path_name(path);
		assert_string_equal(name, cases[i].back);
	}
	g_autofree char *inbox = folder_path_name("");
	assert_string_equal(inbox, "INBOX");
	g_autofree char *long_a = g_strnfill(5000, 'a');
	g_autofree char *long_b = g_strconcat(long_a, "b", NULL);
	g_autofree char *a = folder_path_dotted(long_a, '/'), *b = folder_path_dotted(long_b, '/');
	assert_true(strlen(a) <= FOLDER_COMPONENT_LIMIT);
	assert_string_not_equal(a, b);
}

/* ---- trees ---- */

static void
make(StoreFixture *fixture, const char *path)
{
	assert_int_equal(g_mkdir_with_parents(fixture->mail, 0700), 0);
	g_auto(TreeFd) root = tree_open_root(fixture->mail, NULL);
	assert_true(tree_make_maildir(root, path, NULL));
}

static int64_t
put(StoreFixture *fixture, const char *remote, const char *name, char delimiter)
{
	FolderRole role = g_str_equal(name, "INBOX") ? ROLE_INBOX : ROLE_NONE;
	int64_t folder = store_put_folder(fixture->store, remote, name, delimiter, role, NULL);
	assert_true(folder > 0);
	return folder;
}

static void
assert_path(StoreFixture *fixture, int64_t id, const char *path)
{
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, id);
	assert_string_equal(folder->path, path);
}

static void
lose(StoreFixture *fixture)
{
	store_fixture_lose_database(fixture);
	assert_null(store_held(fixture->store));
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
}

/* Beside mail: what Dovecot, Courier, offlineimap and mbsync leave in such a tree. */
static void
write_extras(StoreFixture *fixture)
{
	static const char *const extras[] = { ".uidvalidity", ".mbsyncstate", "dovecot-uidlist",
		"dovecot.index", "subscriptions", "courierimapsubscribed", ".Archive/maildirfolder",
		".Archive/.uidvalidity", ".Archive/dovecot-uidlist", ".hidden/notes" };
	for (size_t i = 0; i < G_N_ELEMENTS(extras); i++) {
		g_autofree char *path = g_build_filename(fixture->mail, extras[i], NULL);
		g_autofree char *directory = g_path_get_dirname(path);
		assert_int_equal(g_mkdir_with_parents(directory, 0700), 0);
		assert_true(g_file_set_contents(path, "Subject: no mail\n\n", -1, NULL));
	}
}

static void
a_tree_as_maildir_plus_plus_has_it_is_taken_as_it_is(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "cur/1.2_3.host,U=12:2,S", "a@x", 8);
	store_fixture_write_file(fixture, ".Entw&APw-rfe/cur/1.2_4.host,U=1:2,S", "b@x", 8);
	store_fixture_write_file(fixture, ".Archive.2024/new/1.2_5.host,U=1", "c@x", 8);
	store_fixture_write_file(fixture, "..Sub/cur/1.2_6.host,U=1:2,S", "d@x", 8);
	make(fixture, ".Archive");
	make(fixture, ".INBOX"); /* a folder below the inbox that is called like it */
	write_extras(fixture);
	lose(fixture);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 4);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM folder"), 6);
	assert_int_equal(
		store_fixture_number(fixture,
			"SELECT count(*) FROM folder WHERE name='INBOX' AND path='' AND role=1"),
		1);
	int64_t inbox = put(fixture, "INBOX", "INBOX", '/');
	assert_path(fixture, inbox, "");
	assert_path(fixture, put(fixture, "Entw&APw-rfe", "Entwürfe", '/'), ".Entw&APw-rfe");
	assert_path(fixture, put(fixture, "Archive", "Archive", '/'), ".Archive");
	assert_path(fixture, put(fixture, "Archive/2024", "Archive/2024", '/'), ".Archive.2024");
	assert_path(fixture, put(fixture, "INBOX/Sub", "INBOX/Sub", '/'), "..Sub"); /* mbsync's */
	assert_path(fixture, put(fixture, "INBOX/INBOX", "INBOX/INBOX", '/'), ".INBOX");
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM folder"), 6);
	ServerMail a = server_mail(1, 1, "a@x", MAIL_SEEN, "");
	assert_int_equal(rematch(fixture, inbox, &a, 1).found, 1);
	g_autofree char *kept = store_fixture_first_file(fixture, "cur");
	assert_string_equal(kept, "1.2_3.host,U=12:2,S");
}

static void
a_new_folder_is_made_in_the_form_of_the_tree(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, ".Archive/cur/1.2_3.host:2,S", "a@x", 8);
	lose(fixture);
	for (int again = 0; again < 2; again++) {
		assert_path(fixture, put(fixture, "INBOX", "INBOX", '.'), "");
		assert_path(fixture, put(fixture, "INBOX.Lists.B&AOQ-r", "INBOX/Lists/Bär", '.'),
			".Lists.B&AOQ-r");
		assert_path(fixture, put(fixture, "Archive", "Archive", '.'), ".Archive");
		store_fixture_reopen(fixture);
	}
	assert_int_equal(store_fixture_files(fixture, "cur"), 0);
	assert_int_equal(store_fixture_files(fixture, ".Lists.B&AOQ-r/tmp"), 0);
	/* what a disk takes for one name */
	int64_t other = put(fixture, "archive", "archive", '.');
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, other);
	assert_true(g_str_has_prefix(folder->path, ".archive%~"));
	int64_t second = put(fixture, "inbox", "INBOX", '.');
	g_autoptr(StoreFolder) inbox = store_fixture_read_folder(fixture, second);
	assert_true(g_str_has_prefix(inbox->path, ".%~"));
}

/* As offlineimap writes them where nobody told it otherwise. */
static void
flat_directories_are_found_by_the_server_s_name(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "INBOX/cur/1.2_3.host:2,S", "a@x", 8);
	store_fixture_write_file(fixture, "Archive.2024/cur/1.2_4.host:2,S", "b@x", 8);
	lose(fixture);
	assert_path(fixture, put(fixture, "Archive/2024", "Archive/2024", '/'), "Archive.2024");
	assert_path(fixture, put(fixture, "Lists/x", "Lists/x", '/'), "Lists/x");
}

static void
a_tree_of_two_forms_holds_the_account_until_it_is_of_one(void **state)
{
	static const struct {
		const char *one, *other, *named;
	} cases[] = {
		{ "INBOX", ".Archive", "\".Archive\"" },
		{ "", "Lists/notmuch", "\"Lists/notmuch\"" },
		{ "INBOX", "INBOX/.Sub", "\"INBOX/.Sub\"" }, /* mbsync's Legacy */
		{ ".A", ".A/B", "\".A/B\"" },
	};
	StoreFixture *fixture = *state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		make(fixture, cases[i].one);
		make(fixture, cases[i].other);
		store_fixture_lose_database(fixture);
		const char *held = store_held(fixture->store);
		assert_non_null(held);
		assert_non_null(strstr(held, cases[i].named));
		assert_non_null(strstr(held, fixture->mail));
		/* what LIST names meanwhile is made nowhere */
		put(fixture, "INBOX", "INBOX", '/');
		put(fixture, "Other", "Other", '/');
		assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 0);
		g_autofree char *other = g_build_filename(fixture->mail, "Other", NULL);
		assert_false(g_file_test(other, G_FILE_TEST_EXISTS));
		g_autofree char *odd = g_build_filename(fixture->mail, cases[i].other, NULL);
		g_autofree char *away = g_strdup_printf("%s/away%zu", fixture->root, i);
		assert_int_equal(rename(odd, away), 0);
		store_fixture_reopen(fixture);
		assert_null(store_held(fixture->store));
		bool dotted = cases[i].one[0] != 'I';
		assert_path(
			fixture, put(fixture, "Other", "Other", '/'), dotted ? ".Other" : "Other");
		g_autofree char *all = g_strdup_printf("%s/all%zu", fixture->root, i);
		assert_int_equal(rename(fixture->mail, all), 0);
	}
}

/* A directory with a cur is a Maildir, whatever else it lacks; and what is in it now is from before. */
static void
what_lacks_new_and_tmp_is_read_at_once(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "INBOX/cur/1.2_3.host:2,S", "a@x", 8);
	for (int i = 0; i < 2; i++) {
		g_autofree char *sub =
			g_build_filename(fixture->mail, "INBOX", i ? "new" : "tmp", NULL);
		assert_int_equal(rmdir(sub), 0);
	}
	lose(fixture);
	put(fixture, "INBOX", "INBOX", '/');
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE op IS NULL"), 1);
}

/* The state is older than the mail that was put there: nothing of it is new to the server. */
static void
mail_that_comes_before_any_folder_is_matched_and_not_uploaded(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "cur/1.2_3.host,U=12:2,S", "a@x", 8);
	store_fixture_reopen(fixture);
	put(fixture, "INBOX", "INBOX", '/');
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE op IS NULL"), 1);
}

/* A client that knew the server's name alone made the second. */
static void
the_inbox_is_the_tree_itself_where_both_may_be_it(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "cur/1.2_3.host:2,S", "a@x", 8);
	store_fixture_write_file(fixture, ".INBOX/cur/1.2_4.host:2,S", "b@x", 8);
	lose(fixture);
	assert_path(fixture, put(fixture, "INBOX", "INBOX", '/'), "");
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT count(*) FROM folder WHERE path='' AND name='INBOX'"),
		1);
}

static void
a_local_tree_is_read_in_its_form(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "cur/1.2_3.host:2,S", "a@x", 8);
	store_fixture_write_file(fixture, ".Sent/cur/1.2_4.host:2,S", "b@x", 8);
	store_fixture_write_file(fixture, ".Lists.notmuch/cur/1.2_5.host:2,S", "c@x", 8);
	write_extras(fixture);
	make(fixture, ".Archive");
	store_fixture_reopen_local(fixture);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 3);
	assert_int_equal(
		store_fixture_number(fixture,
			"SELECT count(*) FROM folder WHERE (name,role) IN"
			" (VALUES('INBOX',1),('Sent',2),('Lists/notmuch',0),('Archive',5))"),
		4);
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dotted_paths_are_one_level_as_the_server_writes_it),
		WITH_STORE(a_tree_as_maildir_plus_plus_has_it_is_taken_as_it_is),
		WITH_STORE(a_new_folder_is_made_in_the_form_of_the_tree),
		WITH_STORE(flat_directories_are_found_by_the_server_s_name),
		WITH_STORE(a_tree_of_two_forms_holds_the_account_until_it_is_of_one),
		WITH_STORE(what_lacks_new_and_tmp_is_read_at_once),
		WITH_STORE(mail_that_comes_before_any_folder_is_matched_and_not_uploaded),
		WITH_STORE(the_inbox_is_the_tree_itself_where_both_may_be_it),
		WITH_STORE(a_local_tree_is_read_in_its_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

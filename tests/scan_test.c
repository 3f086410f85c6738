#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_fixture.h"

static void
a_file_that_nobody_knows_waits_to_be_appended(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "new@x", 50);
	size_t changed = 0;
	assert_true(store_scan(fixture->store, 0, &changed, NULL));
	assert_int_equal(changed, 1);
	assert_int_equal(store_scan_added(fixture->store), 1);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_index_queue(fixture->store), 1);
	/* The header pass finds it on the server: one row, and nothing is fetched. */
	store_fixture_add(fixture, inbox, 4, "new@x", NULL, 0);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	g_autofree char *key = store_fixture_key(fixture, inbox, 4);
	assert_string_equal(key, "17.M3.host");
	store_fixture_check(fixture);
}

static void
a_moved_file_is_a_wish_to_move(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_rename(fixture, "INBOX/new", "Archive/cur", ":2,S");
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_scan_added(fixture->store), 0);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Archive/cur"), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op WHERE kind=2"), 1);
	/* Moved back: the wish is gone. */
	store_fixture_rename(fixture, "Archive/cur", "INBOX/cur", "");
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	store_fixture_check(fixture);
}

static void
a_copied_file_gets_a_key_of_its_own(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	g_autofree char *from = g_build_filename(fixture->mail, "INBOX/cur", name, NULL);
	g_autofree char *to = g_build_filename(fixture->mail, "Archive/cur", name, NULL);
	assert_int_equal(link(from, to), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_fixture_total(fixture, other), 1);
	assert_int_not_equal(access(to, F_OK), 0);
	store_fixture_check(fixture);
}

static void
a_missing_file_is_fetched_again_under_its_key(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	g_autofree char *path = g_build_filename(fixture->mail, "INBOX/cur", name, NULL);
	assert_int_equal(g_unlink(path), 0);
	size_t changed = 0;
	assert_true(store_scan(fixture->store, inbox, &changed, NULL));
	assert_int_equal(changed, 1);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_fixture_fetch_all(fixture, inbox), 1);
	g_autofree char *again = store_fixture_first_file(fixture, "INBOX/cur");
	assert_string_equal(again, name);
	store_fixture_check(fixture);
}

static void
many_missing_files_hold_the_folder_until_they_are_back(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= 30; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *cur = g_build_filename(fixture->mail, "INBOX/cur", NULL);
	g_autofree char *away = g_build_filename(fixture->mail, "INBOX/away", NULL);
	assert_int_equal(g_rename(cur, away), 0);
	assert_int_equal(g_mkdir(cur, 0700), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(StoreFolder) held = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(held->state, FOLDER_HELD);
	assert_string_equal(held->held_why,
		"30 of 30 files of this folder are gone from the disk at once. Nothing is fetched "
		"or removed until they are back (is the right disk mounted?).");
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE part=3 AND st=0"),
		30);
	assert_int_equal(g_rmdir(cur), 0);
	assert_int_equal(g_rename(away, cur), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_not_equal(then->state, FOLDER_HELD);
	store_fixture_check(fixture);
}

static void
a_missing_directory_holds_the_folder(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *from = g_build_filename(fixture->mail, "INBOX", NULL);
	g_autofree char *to = g_build_filename(fixture->mail, "away", NULL);
	assert_int_equal(g_rename(from, to), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(StoreFolder) held = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(held->state, FOLDER_HELD);
	assert_int_equal(g_rename(to, from), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_not_equal(then->state, FOLDER_HELD);
}

static void
odd_things_in_a_folder_are_left_alone(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	g_autofree char *fifo = g_build_filename(fixture->mail, "INBOX/cur/1.fifo.h:2,", NULL);
	g_autofree char *link = g_build_filename(fixture->mail, "INBOX/cur/1.link.h:2,", NULL);
	g_autofree char *directory = g_build_filename(fixture->mail, "INBOX/cur/1.dir.h", NULL);
	g_autofree char *loop = g_build_filename(fixture->mail, "INBOX/loop", NULL);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(g_mkdir(directory, 0700), 0);
	assert_int_equal(symlink(".", loop), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_total(fixture, inbox), 0);
	assert_int_equal(access(fifo, F_OK), 0);
}

static void
a_key_that_cannot_be_told_is_replaced(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_write_file(fixture, "INBOX/cur/17.\xff\xfe.host:2,S", "new@x", 50);
	store_fixture_write_file(fixture, "INBOX/cur/18 a b:2,S", "more@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_total(fixture, inbox), 2);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 2);
	store_fixture_check(fixture);
}

/* ---- local accounts ---- */

static void
a_local_account_lists_what_lies_in_its_tree(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	store_fixture_write_file(fixture, "INBOX/new/17.a.host", "a@x", 100);
	store_fixture_write_file(fixture, "INBOX/Lists/b c/cur/18.b.host:2,FS", "b@x", 100);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(GPtrArray) folders = store_folders(fixture->store, NULL);
	assert_int_equal(folders->len, 2);
	assert_int_equal(store_fixture_number(fixture, "SELECT sum(total) FROM folder"), 2);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	store_fixture_rename(fixture, "INBOX/new", "INBOX/Lists/b c/cur", ":2,S");
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT max(total) FROM folder WHERE name='INBOX/Lists/b c'"),
		2);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/Lists/b c/cur");
	g_autofree char *path = g_build_filename(fixture->mail, "INBOX/Lists/b c/cur", name, NULL);
	assert_int_equal(g_unlink(path), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT sum(total) FROM folder"), 1);
	store_fixture_check(fixture);
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_file_that_nobody_knows_waits_to_be_appended),
		WITH_STORE(a_moved_file_is_a_wish_to_move),
		WITH_STORE(a_copied_file_gets_a_key_of_its_own),
		WITH_STORE(a_missing_file_is_fetched_again_under_its_key),
		WITH_STORE(many_missing_files_hold_the_folder_until_they_are_back),
		WITH_STORE(a_missing_directory_holds_the_folder),
		WITH_STORE(odd_things_in_a_folder_are_left_alone),
		WITH_STORE(a_key_that_cannot_be_told_is_replaced),
		WITH_STORE(a_local_account_lists_what_lies_in_its_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

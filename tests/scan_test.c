#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/store/deeds.h"
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
		"or removed until they are back (is the right disk mounted?), or `curlew rebuild "
		"--accept` takes them as gone.");
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
a_move_to_a_missing_directory_keeps_no_store_from_opening(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	const char *keys[] = { key, NULL };
	const Deed deed = { .id = "d1", .kind = DEED_MOVE, .folder = "Archive" };
	DeedDone done = { 0 };
	assert_true(store_do(fixture->store, &deed, keys, &done, NULL));
	assert_int_equal(done.done, 1);
	deed_done_clear(&done);
	g_autofree char *from = g_build_filename(fixture->mail, "Archive", NULL);
	g_autofree char *to = g_build_filename(fixture->mail, "away", NULL);
	assert_int_equal(g_rename(from, to), 0);
	store_fixture_reopen(fixture);
	assert_int_equal(g_rename(to, from), 0);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Archive/cur"), 1);
	store_fixture_check(fixture);
}

static void
what_is_no_directory_is_said_with_its_folder(void **state)
{
	static const struct {
		bool link;
		const char *sentence;
	} cases[] = {
		{ false, "Lists: cannot open the directory cur: Not a directory" },
		{ true, "Lists: cannot use the directory cur: it is a symbolic link, and none is "
			"followed here" },
	};
	StoreFixture *fixture = *state;
	store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Lists");
	g_autofree char *cur = g_build_filename(fixture->mail, "Lists/cur", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		assert_int_equal(g_remove(cur), 0);
		if (cases[i].link)
			assert_int_equal(symlink("new", cur), 0);
		else
			assert_true(g_file_set_contents(cur, "", 0, NULL));
		assert_false(store_scan(fixture->store, 0, NULL, &error));
		assert_string_equal(error->message, cases[i].sentence);
	}
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

/* ---- what is gone ---- */

static void
remove_file(StoreFixture *fixture, const char *below)
{
	g_autofree char *name = store_fixture_first_file(fixture, below);
	g_autofree char *path = g_build_filename(fixture->mail, below, name, NULL);
	assert_int_equal(g_unlink(path), 0);
}

static void
scan(StoreFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	if (!store_scan(fixture->store, 0, NULL, &error))
		fail_msg("%s", error->message);
	store_fixture_check(fixture);
}

#define MOVES  "SELECT count(*) FROM op WHERE kind=2 AND state=0"
#define COPIES "SELECT count(*) FROM msg"

static void
a_missing_file_is_a_wish_for_trash(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t trash = store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	remove_file(fixture, "INBOX/cur");
	scan(fixture);
	assert_int_equal(store_fixture_total(fixture, inbox), 0);
	assert_int_equal(store_fixture_total(fixture, trash), 1);
	assert_int_equal(store_fixture_number(fixture, MOVES), 1);
	/* It is fetched again, from where the server has it still; and follows. */
	assert_int_equal(store_fixture_fetch_all(fixture, inbox), 1);
	assert_true(store_follow(fixture->store, NULL, NULL));
	g_autofree char *again = store_fixture_first_file(fixture, "Trash/cur");
	assert_string_equal(again, name);
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, MOVES), 1);
}

static void
a_file_that_comes_back_takes_its_wish_back(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	g_autofree char *path = g_build_filename(fixture->mail, "INBOX/cur", name, NULL);
	g_autofree char *away = g_build_filename(fixture->root, "away", NULL);
	assert_int_equal(g_rename(path, away), 0);
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, MOVES), 1);
	assert_int_equal(g_rename(away, path), 0);
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT part FROM msg"), 3);
}

/* Nothing can be wished of what lies in Trash but to see it again. */
static void
what_is_missing_in_a_bin_is_fetched_again(void **state)
{
	StoreFixture *fixture = *state;
	static const struct {
		const char *name;
		FolderRole role;
	} bins[] = { { "Trash", ROLE_TRASH }, { "Junk", ROLE_JUNK } };
	for (size_t i = 0; i < G_N_ELEMENTS(bins); i++) {
		bool held;
		int64_t bin = store_put_folder(
			fixture->store, bins[i].name, bins[i].name, '/', bins[i].role, NULL);
		assert_true(store_begin_folder(fixture->store, bin, 1, 0, &held, NULL));
		store_fixture_add(fixture, bin, 1, NULL, NULL, MAIL_SEEN);
		store_fixture_fetch_all(fixture, bin);
		g_autofree char *below = g_strdup_printf("%s/cur", bins[i].name);
		remove_file(fixture, below);
		scan(fixture);
		assert_int_equal(store_fixture_total(fixture, bin), 1);
		assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
		assert_int_equal(store_fixture_fetch_all(fixture, bin), 1);
	}
}

/* Many at once are a fault of the disk rather than a wish. */
static void
few_missing_files_are_wishes_and_many_are_none(void **state)
{
	StoreFixture *fixture = *state;
	static const struct {
		uint32_t files, missing;
		bool held;
	} rows[] = {
		{ 21, 20, false },
		{ 40, 21, true },
		{ 210, 21, false },
		{ 209, 21, true },
	};
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("Folder %zu", i);
		g_autofree char *below = g_strdup_printf("%s/cur", name);
		int64_t folder = store_fixture_folder(fixture, name);
		int64_t moves = store_fixture_number(fixture, MOVES);
		for (uint32_t uid = 1; uid <= rows[i].files; uid++)
			store_fixture_add(fixture, folder, uid, NULL, NULL, MAIL_SEEN);
		store_fixture_fetch_all(fixture, folder);
		for (uint32_t gone = 0; gone < rows[i].missing; gone++)
			remove_file(fixture, below);
		scan(fixture);
		g_autoptr(StoreFolder) now = store_fixture_read_folder(fixture, folder);
		assert_int_equal(now->state == FOLDER_HELD, rows[i].held);
		assert_int_equal(store_fixture_number(fixture, MOVES) - moves,
			rows[i].held ? 0 : rows[i].missing);
	}
}

/* Its answer may say where it is. */
static void
what_is_on_its_way_is_not_missed(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_rename(fixture, "INBOX/cur", "Archive/cur", ":2,S");
	scan(fixture);
	store_fixture_change(fixture, "UPDATE op SET state=1");
	remove_file(fixture, "Archive/cur");
	g_autofree char *before = store_fixture_rows(fixture);
	scan(fixture);
	g_autofree char *after = store_fixture_rows(fixture);
	assert_string_equal(after, before);
}

/* As if nothing had happened there for long, so that a scan may pass it by. */
static void
let_settle(StoreFixture *fixture, const char *folder)
{
	static const char *const subs[] = { "cur", "new" };
	const struct timespec times[] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
	for (size_t i = 0; i < G_N_ELEMENTS(subs); i++) {
		g_autofree char *path = g_build_filename(fixture->mail, folder, subs[i], NULL);
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	}
}

static void
what_could_not_be_concluded_yet_is_looked_at_again(void **state)
{
	static const struct {
		const char *to, *wanted; /* TO NULL: it is removed */
	} rows[] = { { "Lists/cur", "Lists" }, { NULL, "Trash" } };
	StoreFixture *fixture = *state;
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_folder(fixture, "Archive");
	store_fixture_folder(fixture, "Lists");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("Inbox%zu", i);
		g_autofree char *from = g_build_filename(name, "cur", NULL);
		g_autofree char *question = g_strdup_printf(
			"SELECT f.name='%s' FROM msg m JOIN folder f ON f.id=m.folder"
			" ORDER BY m.id DESC LIMIT 1",
			rows[i].wanted);
		int64_t inbox = store_fixture_folder(fixture, name);
		store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
		store_fixture_fetch_all(fixture, inbox);
		store_fixture_rename(fixture, from, "Archive/cur", ":2,S");
		scan(fixture);
		store_fixture_change(fixture, "UPDATE op SET state=1");
		if (rows[i].to)
			store_fixture_rename(fixture, "Archive/cur", rows[i].to, ":2,S");
		else
			remove_file(fixture, "Archive/cur");
		let_settle(fixture, "Archive");
		let_settle(fixture, "Lists");
		scan(fixture);
		assert_int_equal(store_fixture_number(fixture, question), 0);
		store_fixture_change(fixture, "UPDATE op SET state=0");
		scan(fixture);
		assert_int_equal(store_fixture_number(fixture, question), 1);
	}
}

static void
a_file_that_waits_to_be_appended_and_is_gone_is_forgotten(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_folder(fixture, "INBOX");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "new@x", 50);
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, COPIES), 1);
	remove_file(fixture, "INBOX/cur");
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, COPIES), 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
}

/* ---- what moved ---- */

/* Many programs give a file another name when they move it. */
static void
a_file_moved_under_another_name_is_a_move(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t archive = store_fixture_folder(fixture, "Archive");
	g_autofree char *key = NULL;
	for (uint32_t uid = 1; uid <= 2; uid++) {
		/* The file has the header that the server told. */
		g_autofree char *text = g_strdup_printf(
			"Subject: number %u\r\nMessage-ID: <m%u@x>\r\n\r\n", uid, uid);
		store_fixture_add_header(fixture, inbox, uid, text);
	}
	store_fixture_fetch_all(fixture, inbox);
	key = store_fixture_key(fixture, inbox, 1);
	g_autofree char *old = g_build_filename(fixture->mail, "INBOX/new", key, NULL);
	g_autofree char *new =
		g_build_filename(fixture->mail, "Archive/cur/99.other.host:2,F", NULL);
	assert_int_equal(g_unlink(old), 0);
	assert_true(g_file_set_contents(
		new, "Subject: number 1\nMessage-ID: <m1@x>\n\nbody\n", -1, NULL));
	scan(fixture);
	assert_int_equal(store_fixture_number(fixture, COPIES), 2);
	assert_int_equal(store_scan_added(fixture->store), 0);
	assert_int_equal(store_fixture_total(fixture, archive), 1);
	assert_int_equal(store_fixture_number(fixture, MOVES), 1);
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT count(*) FROM msg WHERE key='99.other.host' AND uid=1"
				 " AND loc=2 AND base=0 AND folder<>sfolder"),
		1);
}

/* Of several copies of a message that one is meant whose file is gone. */
static void
a_copy_moved_under_another_name_is_a_move(void **state)
{
	static const char *const names[] = { "Archive", "INBOX", "Junk", "Lists" };
	StoreFixture *fixture = *state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		int64_t folder = store_fixture_folder(fixture, names[i]);
		store_fixture_add_header(
			fixture, folder, 1, "Subject: a\r\nMessage-ID: <m1@x>\r\n\r\n");
		store_fixture_fetch_all(fixture, folder);
	}
	g_autofree char *key = store_fixture_key(fixture, store_fixture_folder(fixture, "Junk"), 1);
	g_autofree char *old = g_build_filename(fixture->mail, "Junk/new", key, NULL);
	g_autofree char *new = g_build_filename(fixture->mail, "INBOX/cur/99.other.host:2,", NULL);
	assert_int_equal(g_unlink(old), 0);
	assert_true(g_file_set_contents(new, "Subject: a\nMessage-ID: <m1@x>\n\nbody\n", -1, NULL));
	scan(fixture);
	assert_int_equal(store_scan_added(fixture->store), 0);
	assert_int_equal(store_fixture_number(fixture, MOVES), 1);
	assert_int_equal(
		store_fixture_number(fixture,
			"SELECT count(*) FROM msg m JOIN folder f ON f.id=m.sfolder"
			" WHERE key='99.other.host' AND f.name='Junk' AND m.folder<>sfolder"),
		1);
	store_fixture_check(fixture);
}

/* Until the server confirms it, its file is nobody's business. */
static void
what_is_to_be_purged_is_left_alone(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_change(fixture, "UPDATE folder SET role=6 WHERE name='INBOX'");
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	const char *keys[] = { key, NULL };
	DeedDone done;
	assert_true(store_do(fixture->store, &(Deed){ .kind = DEED_PURGE }, keys, &done, NULL));
	assert_int_equal(done.done, 1);
	deed_done_clear(&done);
	g_autofree char *before = store_fixture_rows(fixture);
	static const char *const steps[][2] = {
		{ "INBOX/cur", "INBOX/new" },
		{ "INBOX/new", "Archive/cur" },
		{ "Archive/cur", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i][1])
			store_fixture_rename(fixture, steps[i][0], steps[i][1], ":2,FS");
		else
			remove_file(fixture, steps[i][0]);
		scan(fixture);
		g_autofree char *after = store_fixture_rows(fixture);
		assert_string_equal(after, before);
	}
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
		WITH_STORE(a_move_to_a_missing_directory_keeps_no_store_from_opening),
		WITH_STORE(what_is_no_directory_is_said_with_its_folder),
		WITH_STORE(odd_things_in_a_folder_are_left_alone),
		WITH_STORE(a_key_that_cannot_be_told_is_replaced),
		WITH_STORE(a_missing_file_is_a_wish_for_trash),
		WITH_STORE(a_file_that_comes_back_takes_its_wish_back),
		WITH_STORE(what_is_missing_in_a_bin_is_fetched_again),
		WITH_STORE(few_missing_files_are_wishes_and_many_are_none),
		WITH_STORE(what_is_on_its_way_is_not_missed),
		WITH_STORE(what_could_not_be_concluded_yet_is_looked_at_again),
		WITH_STORE(a_file_that_waits_to_be_appended_and_is_gone_is_forgotten),
		WITH_STORE(a_file_moved_under_another_name_is_a_move),
		WITH_STORE(a_copy_moved_under_another_name_is_a_move),
		WITH_STORE(what_is_to_be_purged_is_left_alone),
		WITH_STORE(a_local_account_lists_what_lies_in_its_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib/gstdio.h>

#include "backend/store/tree.h"
#include "store_fixture.h"

/*
 * Another program moves a file, under another name, while the tree is scanned: before or after the first directory is
 * listed, the second and so on. Whenever that is, it is a move, and nothing is appended or taken for missing.
 */
#define NEW_NAME "99.other.host:2,"

static int until_move; /* moments; < 0: no move */
static char *from, *to;

static void
pass_moment(void)
{
	if (until_move-- == 0)
		assert_int_equal(g_rename(from, to), 0);
}

bool __real_tree_list(int directory, TreeVisit visit, void *data, GError **error);
bool __wrap_tree_list(int directory, TreeVisit visit, void *data, GError **error);

bool
__wrap_tree_list(int directory, TreeVisit visit, void *data, GError **error)
{
	pass_moment();
	bool listed = __real_tree_list(directory, visit, data, error);
	pass_moment();
	return listed;
}

static void
begin(StoreFixture *fixture, const char *source, const char *target)
{
	/* They are listed in this order. */
	store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Lists");
	int64_t folder = store_fixture_folder(fixture, source);
	store_fixture_add_header(fixture, folder, 1, "Subject: a\r\nMessage-ID: <m1@x>\r\n\r\n");
	store_fixture_fetch_all(fixture, folder);
	g_autofree char *key = store_fixture_key(fixture, folder, 1);
	from = g_build_filename(fixture->mail, source, "new", key, NULL);
	to = g_build_filename(fixture->mail, target, "cur", NEW_NAME, NULL);
	assert_true(
		g_file_set_contents(from, "Subject: a\nMessage-ID: <m1@x>\n\nbody\n", -1, NULL));
}

static void
scan(StoreFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	if (!store_scan(fixture->store, 0, NULL, &error))
		fail_msg("%s", error->message);
	assert_int_equal(store_scan_added(fixture->store), 0);
}

/* False: the scan has fewer moments. */
static bool
move_at(int number, const char *source, const char *target)
{
	void *state = NULL;
	assert_int_equal(store_fixture_open(&state), 0);
	StoreFixture *fixture = state;
	begin(fixture, source, target);
	until_move = number;
	scan(fixture);
	bool moved = until_move < 0;
	until_move = -1;
	if (moved) {
		scan(fixture);
		g_autofree char *moves = g_strdup_printf(
			"SELECT count(*) FROM op o JOIN msg m ON m.op=o.id JOIN folder f ON"
			" f.id=m.folder WHERE o.kind=2 AND o.state=0 AND name='%s' AND st=0",
			target);
		assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
		assert_int_equal(store_fixture_number(fixture, moves), 1);
		store_fixture_check(fixture);
	}
	g_clear_pointer(&from, g_free);
	g_clear_pointer(&to, g_free);
	assert_int_equal(store_fixture_close(&state), 0);
	return moved;
}

static void
move_at_any_time(const char *source, const char *target)
{
	int number = 0;
	while (move_at(number, source, target))
		number++;
	assert_true(number >= 8); /* two folders have four directories */
}

static void
a_file_goes_to_where_the_scan_comes_later(void **state)
{
	move_at_any_time("INBOX", "Lists");
}

static void
a_file_goes_to_where_the_scan_was_already(void **state)
{
	move_at_any_time("Lists", "INBOX");
}

/* ---- while its message leaves ---- */

static size_t
files_in_tree(StoreFixture *fixture)
{
	return store_fixture_files(fixture, "INBOX/new") +
	       store_fixture_files(fixture, "INBOX/cur") +
	       store_fixture_files(fixture, "Lists/new") +
	       store_fixture_files(fixture, "Lists/cur");
}

static void
end_cycle(StoreFixture *fixture)
{
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	store_fixture_check(fixture);
}

/* The message was seen in Archive already, before it was seen to leave INBOX. */
static void
leave_for_archive(StoreFixture *fixture)
{
	begin(fixture, "INBOX", "Lists");
	int64_t archive = store_fixture_folder(fixture, "Archive");
	store_fixture_add_header(fixture, archive, 7, "Subject: a\r\nMessage-ID: <m1@x>\r\n\r\n");
	store_fixture_fetch_all(fixture, archive);
	const uint32_t uid = 1;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
}

/* The message of INBOX is gone, with its file, and is no second one. */
static void
assert_archived_alone(StoreFixture *fixture)
{
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
	assert_int_equal(files_in_tree(fixture), 0);
}

static void
a_file_renamed_before_it_is_buried_is_no_new_one(void **state)
{
	StoreFixture *fixture = *state;
	leave_for_archive(fixture);
	assert_int_equal(g_rename(from, to), 0);
	scan(fixture);
	end_cycle(fixture);
	scan(fixture);
	end_cycle(fixture);
	assert_archived_alone(fixture);
}

static void
a_file_renamed_when_it_is_buried_is_no_new_one(void **state)
{
	StoreFixture *fixture = *state;
	leave_for_archive(fixture);
	assert_int_equal(g_rename(from, to), 0);
	end_cycle(fixture);
	scan(fixture);
	end_cycle(fixture);
	assert_archived_alone(fixture);
}

static void
a_file_renamed_when_it_is_buried_is_no_new_one_after_a_restart(void **state)
{
	StoreFixture *fixture = *state;
	leave_for_archive(fixture);
	assert_int_equal(g_rename(from, to), 0);
	end_cycle(fixture);
	store_fixture_reopen(fixture);
	store_fixture_reopen(fixture);
	scan(fixture);
	end_cycle(fixture);
	assert_archived_alone(fixture);
}

static void
what_leaves_and_has_no_file_goes_after_a_scan(void **state)
{
	StoreFixture *fixture = *state;
	leave_for_archive(fixture);
	assert_int_equal(g_unlink(from), 0);
	end_cycle(fixture);
	end_cycle(fixture);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
}

static int
close_fixture(void **state)
{
	g_clear_pointer(&from, g_free);
	g_clear_pointer(&to, g_free);
	return store_fixture_close(state);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, store_fixture_open, close_fixture)

int
main(void)
{
	until_move = -1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_goes_to_where_the_scan_comes_later),
		cmocka_unit_test(a_file_goes_to_where_the_scan_was_already),
		WITH_STORE(a_file_renamed_before_it_is_buried_is_no_new_one),
		WITH_STORE(a_file_renamed_when_it_is_buried_is_no_new_one),
		WITH_STORE(a_file_renamed_when_it_is_buried_is_no_new_one_after_a_restart),
		WITH_STORE(what_leaves_and_has_no_file_goes_after_a_scan),
	};
	return cmocka_run_group_tests_name("scan_race", tests, NULL, NULL);
}

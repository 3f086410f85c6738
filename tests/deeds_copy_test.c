#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "backend/store/push.h"
#include "deeds_fixture.h"

static void
a_copy_has_a_file_of_its_own(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	Deed deed = { .id = "1", .kind = DEED_COPY, .folder = "Archive" };
	assert_int_equal(place_do_one(&place, &deed, key), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m3@x' AND part=3 AND st=0"),
		2);
	assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 2);
	g_autoptr(GArray) copies = store_waiting_ops(place.fixture->store, OP_COPY, NULL);
	assert_int_equal(copies->len, 1);
	assert_int_equal(g_array_index(copies, PushedOp, 0).uid, 3);
	size_t changed;
	assert_true(store_scan(place.fixture->store, 0, &changed, NULL));
	assert_int_equal(changed, 0);
	assert_true(place_undo(&place, "1", false));
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 1);
	size_t removed;
	assert_true(store_end_cycle(place.fixture->store, &removed, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 1);
	assert_int_equal(store_fixture_files(place.fixture, "INBOX/cur"), 3);
	store_fixture_check(place.fixture);
}

/* Sent and not answered: the server may have it, so that no row may be forgotten. */
static void
a_copy_on_its_way_goes_to_trash_when_taken_back(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, key);
	g_autoptr(GArray) waiting = store_waiting_ops(store, OP_COPY, NULL);
	g_autoptr(GArray) begun = NULL;
	assert_true(store_send_ops(store, (PushedOp *)(void *)waiting->data, 1, &begun, NULL));
	assert_true(place_undo(&place, "1", false));
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.trash), 1);
	FinishedOp done = { g_array_index(begun, PushedOp, 0).id, 77 };
	assert_true(store_finish_ops(store, place.archive, &done, 1, false, NULL));
	g_autoptr(GArray) moves = store_waiting_ops(store, OP_MOVE, NULL);
	assert_int_equal(moves->len, 1);
	assert_int_equal(g_array_index(moves, PushedOp, 0).uid, 77);
	assert_int_equal(g_array_index(moves, PushedOp, 0).to, place.trash);
	assert_true(place_undo(&place, "1", true));
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
}

static void
a_copy_taken_back_can_be_made_again(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	g_autofree char *before = place_rows(&place);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, key);
	for (int times = 0; times < 3; times++) {
		assert_true(place_undo(&place, "1", false));
		place_assert_rows(&place, before);
		assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 1);
		assert_true(place_undo(&place, "1", true));
		assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 2);
		assert_int_equal(
			place_ask(&place, "SELECT count(*) FROM op WHERE kind=3 AND src=3"), 1);
	}
}

/* It is another copy; what was done to the first and taken back is done to it. */
static void
a_later_deed_finds_the_copy_that_was_made_again(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	char *tags[] = { "todo", NULL };
	Deed tag = { .id = "2", .kind = DEED_TAG, .add = tags };
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, key);
	assert_int_equal(place_do_one(&place, &tag, key), 2);
	for (int times = 0; times < 2; times++) {
		assert_true(place_undo(&place, "2", false));
		assert_true(place_undo(&place, "1", false));
		assert_true(place_undo(&place, "1", true));
		assert_true(place_undo(&place, "2", true));
		assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m3@x' AND "
						   "lkw='todo' AND st=0"),
			2);
	}
}

static void
a_copy_taken_back_from_the_server_loses_its_tags(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	char *tags[] = { "todo", NULL };
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_TAG, .add = tags }, key);
	place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_COPY, .folder = "Archive" }, key);
	g_autoptr(GArray) waiting = store_waiting_ops(store, OP_COPY, NULL);
	g_autoptr(GArray) begun = NULL;
	assert_true(store_send_ops(store, (PushedOp *)(void *)waiting->data, 1, &begun, NULL));
	FinishedOp done = { g_array_index(begun, PushedOp, 0).id, 77 };
	assert_true(store_finish_ops(store, place.archive, &done, 1, false, NULL));
	for (int times = 0; times < 2; times++) {
		assert_true(place_undo(&place, "2", false));
		assert_int_equal(
			place_ask(&place, "SELECT count(*) FROM msg WHERE lkw='todo' AND folder=1"),
			1);
		assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE lkw='todo'"), 1);
		assert_int_equal(store_fixture_total(place.fixture, place.trash), 1);
		assert_true(place_undo(&place, "2", true));
		assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE lkw='todo'"), 2);
		assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	}
}

static void
what_has_no_body_yet_is_copied_by_the_server_alone(void **state)
{
	Place place = place_open(*state);
	store_fixture_add(place.fixture, place.inbox, 9, "m9@x", NULL, MAIL_SEEN);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 9);
	Deed deed = { .id = "1", .kind = DEED_COPY, .folder = "Archive" };
	assert_int_equal(place_do_one(&place, &deed, key), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	store_fixture_reopen(place.fixture);
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m9@x' AND st=1"), 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=3"), 1);
}

/* Another client moved it: it comes back under another UID, and is copied from there. */
static void
a_copy_waits_for_a_source_that_is_adrift(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	store_fixture_add(place.fixture, place.inbox, 9, "m9@x", NULL, MAIL_SEEN);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 9);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, key);
	const uint32_t uid = 9;
	assert_true(store_vanished(store, place.inbox, &uid, 1, NULL));
	g_autoptr(GArray) none = store_waiting_ops(store, OP_COPY, NULL);
	assert_int_equal(none->len, 0);
	store_fixture_add(place.fixture, place.trash, 5, "m9@x", NULL, MAIL_SEEN);
	g_autoptr(GArray) copies = store_waiting_ops(store, OP_COPY, NULL);
	assert_int_equal(copies->len, 1);
	assert_int_equal(g_array_index(copies, PushedOp, 0).uid, 5);
	assert_int_equal(g_array_index(copies, PushedOp, 0).from, place.trash);
	/* It left for good: there is nothing to copy. */
	const uint32_t gone = 5;
	assert_true(store_vanished(store, place.trash, &gone, 1, NULL));
	for (int cycle = 0; cycle < 2; cycle++)
		assert_true(store_end_cycle(store, NULL, NULL));
	g_autoptr(GArray) nothing = store_waiting_ops(store, OP_COPY, NULL);
	assert_int_equal(nothing->len, 0);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m9@x'"), 0);
	store_fixture_check(place.fixture);
}

/* Neither a body here nor a server that has one. */
static void
what_is_no_more_is_not_copied(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "a@x", 50);
	store_fixture_write_file(fixture, "Archive/cur/18.M3.host:2,S", "b@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autofree char *file = g_build_filename(fixture->mail, "INBOX/cur/17.M3.host:2,S", NULL);
	assert_int_equal(g_unlink(file), 0);
	Place place = { .fixture = fixture };
	const char *keys[] = { "17.M3.host", NULL };
	DeedDone done = place_do(
		&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, keys);
	assert_int_equal(done.done, 0);
	assert_int_equal(done.gone, 1);
	deed_done_clear(&done);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg"), 2);
	assert_int_equal(store_fixture_files(fixture, "Archive/cur"), 1);
}

static void
remove_other_than(StoreFixture *fixture, const char *below, const char *kept)
{
	g_autofree char *path = g_build_filename(fixture->mail, below, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	for (const char *name; (name = g_dir_read_name(directory));) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		if (!g_str_equal(name, kept))
			assert_int_equal(g_unlink(file), 0);
	}
}

/* A kill after the row, before the file. */
static void
a_copy_that_was_cut_gets_its_file_at_the_next_start(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "a@x", 50);
	store_fixture_write_file(fixture, "Archive/cur/18.M3.host:2,S", "b@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	Place place = { .fixture = fixture };
	place_do_one(
		&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, "17.M3.host");
	g_autofree char *whole = place_rows(&place);
	store_fixture_change(fixture,
		"UPDATE msg SET st=1,part=0,lfolder=NULL,ff=0,sub=0,lim=(SELECT id FROM msg WHERE"
		" key='17.M3.host') WHERE id=3;"
		"UPDATE folder SET bodies=bodies-1 WHERE name='Archive'");
	remove_other_than(fixture, "Archive/cur", "18.M3.host:2,S");
	store_fixture_reopen(fixture);
	place_assert_rows(&place, whole);
	store_fixture_check(fixture);
}

static void
a_copy_to_where_nothing_can_be_written_is_none(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "a@x", 50);
	store_fixture_write_file(fixture, "Archive/cur/18.M3.host:2,S", "b@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	Place place = { .fixture = fixture };
	g_autofree char *before = place_rows(&place);
	g_autofree char *cur = g_build_filename(fixture->mail, "Archive/cur", NULL);
	g_autofree char *away = g_build_filename(fixture->mail, "Archive/away", NULL);
	assert_int_equal(g_rename(cur, away), 0);
	const char *keys[] = { "17.M3.host", NULL };
	DeedDone done;
	g_autoptr(GError) error = NULL;
	assert_false(store_do(fixture->store,
		&(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Archive" }, keys, &done, &error));
	assert_non_null(error);
	assert_int_equal(g_rename(away, cur), 0);
	place_assert_rows(&place, before);
	store_fixture_check(fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(a_copy_has_a_file_of_its_own),
		PLACE_TEST(a_copy_on_its_way_goes_to_trash_when_taken_back),
		PLACE_TEST(a_copy_taken_back_can_be_made_again),
		PLACE_TEST(a_later_deed_finds_the_copy_that_was_made_again),
		PLACE_TEST(a_copy_taken_back_from_the_server_loses_its_tags),
		PLACE_TEST(what_has_no_body_yet_is_copied_by_the_server_alone),
		PLACE_TEST(a_copy_waits_for_a_source_that_is_adrift),
		PLACE_TEST(what_is_no_more_is_not_copied),
		PLACE_TEST(a_copy_that_was_cut_gets_its_file_at_the_next_start),
		PLACE_TEST(a_copy_to_where_nothing_can_be_written_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

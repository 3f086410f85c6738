#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backend/store/push.h"
#include "deeds_fixture.h"

/* What lists show, and what waits for the server. */
#define STATE                                                                         \
	"SELECT total(id*31+folder*1009+loc*17+length(lkw)*7+st*5+(op IS NOT NULL)*3" \
	"+part*11) FROM msg WHERE st<>2"

static void
flags_and_tags_reach_every_copy(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 1);
	char *add[] = { "blue", NULL };
	int64_t before = place_ask(&place, STATE);
	assert_int_equal(place_do_one(&place,
				 &(Deed){ .id = "1", .kind = DEED_FLAG, .clear = MAIL_SEEN }, key),
		2);
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x' AND loc=0"), 2);
	assert_int_equal(
		place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_TAG, .add = add }, key), 2);
	assert_int_equal(
		place_do_one(&place, &(Deed){ .id = "3", .kind = DEED_TAG, .add = add }, key), 0);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE lkw='blue'"), 2);
	assert_true(place_undo(&place, NULL, false));
	assert_true(place_undo(&place, NULL, false));
	assert_int_equal(place_ask(&place, STATE), before);
	g_autoptr(GArray) dirty = store_dirty_folders(place.fixture->store, NULL);
	assert_int_equal(dirty->len, 0);
	assert_true(place_undo(&place, NULL, true));
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x' AND loc=0"), 2);
	assert_false(place_undo(&place, "3", false));
}

/* As a kill between the rename of a file and its commit leaves it. */
static void
die_after_the_rename(Place *place, const char *key, const char *flags)
{
	g_autofree char *inbox = g_build_filename(place->fixture->mail, "INBOX", NULL);
	g_autofree char *old = g_strdup_printf("%s/cur/%s:2,S", inbox, key);
	g_autofree char *new = g_strdup_printf("%s/cur/%s:2,%s", inbox, key, flags);
	assert_int_equal(rename(old, new), 0);
	store_fixture_damage(place->fixture, -1, 0);
}

static void
what_was_renamed_before_a_death_is_no_wish_of_others(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 1);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_FLAG, .set = MAIL_FLAGGED }, key);
	die_after_the_rename(&place, key, "FS");
	place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_FLAG, .clear = MAIL_FLAGGED }, key);
	assert_true(store_follow(place.fixture->store, NULL, NULL));
	assert_true(store_scan(place.fixture->store, 0, NULL, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE loc&2"), 0);
}

static void
a_move_is_listed_at_once_and_leaves_nothing_when_taken_back(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	int64_t before = place_ask(&place, STATE);
	Deed deed = { .id = "1", .kind = DEED_MOVE, .folder = "Archive" };
	assert_int_equal(place_do_one(&place, &deed, key), 1);
	assert_int_equal(place_do_one(&place, &deed, key), 0);
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=2"), 1);
	assert_true(store_follow(place.fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Archive/new"), 1);
	assert_true(place_undo(&place, "1", false));
	assert_int_equal(place_ask(&place, STATE), before);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(store_follow(place.fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Archive/new"), 0);
	DeedDone done;
	g_autoptr(GError) error = NULL;
	const char *keys[] = { key, NULL };
	assert_false(store_do(place.fixture->store,
		&(Deed){ .id = "2", .kind = DEED_MOVE, .folder = "Nowhere" }, keys, &done, &error));
	assert_true(g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE));
}

static void
a_move_that_was_done_is_taken_back_by_another(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, key);
	g_autoptr(GArray) waiting = store_waiting_ops(store, OP_MOVE, NULL);
	g_autoptr(GArray) begun = NULL;
	assert_true(store_send_ops(store, (PushedOp *)(void *)waiting->data, 1, &begun, NULL));
	/* Wished back while it is on its way: nothing is sent before the first is known. */
	assert_true(place_undo(&place, "1", false));
	g_autoptr(GArray) none = store_waiting_ops(store, OP_MOVE, NULL);
	assert_int_equal(none->len, 0);
	FinishedOp done = { g_array_index(begun, PushedOp, 0).id, 77 };
	assert_true(store_finish_ops(store, place.trash, &done, 1, false, NULL));
	g_autoptr(GArray) back = store_waiting_ops(store, OP_MOVE, NULL);
	assert_int_equal(back->len, 1);
	assert_int_equal(g_array_index(back, PushedOp, 0).from, place.trash);
	assert_int_equal(g_array_index(back, PushedOp, 0).to, place.inbox);
	store_fixture_check(place.fixture);
}

static void
only_what_is_in_the_bin_is_purged(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	int64_t before = place_ask(&place, STATE);
	assert_int_equal(place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_PURGE }, key), 0);
	place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_DELETE }, key);
	assert_int_equal(place_do_one(&place, &(Deed){ .id = "3", .kind = DEED_DELETE }, key), 0);
	assert_int_equal(place_do_one(&place, &(Deed){ .id = "4", .kind = DEED_PURGE }, key), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.trash), 0);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=4"), 1);
	assert_true(place_undo(&place, "4", false));
	assert_true(place_undo(&place, "2", false));
	assert_int_equal(place_ask(&place, STATE), before);
}

static void
a_local_account_agrees_at_once(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "a@x", 50);
	store_fixture_write_file(fixture, "Trash/cur/18.M3.host:2,S", "b@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	Place place = { .fixture = fixture };
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, "17.M3.host");
	place_do_one(
		&place, &(Deed){ .id = "2", .kind = DEED_COPY, .folder = "INBOX" }, "17.M3.host");
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Trash/cur"), 2);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	assert_int_equal(
		place_do_one(&place, &(Deed){ .id = "3", .kind = DEED_PURGE }, "18.M3.host"), 1);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Trash/cur"), 1);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(place_undo(&place, "2", false));
	assert_true(place_undo(&place, "1", false));
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	store_fixture_check(fixture);
}

static void
what_was_refused_is_tried_again_or_dropped(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *moved = store_fixture_key(place.fixture, place.inbox, 2);
	g_autofree char *read = store_fixture_key(place.fixture, place.inbox, 4);
	int64_t before = place_ask(&place, STATE);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, moved);
	place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_FLAG, .set = MAIL_SEEN }, read);
	g_autoptr(GPtrArray) pushes =
		store_push_flags(store, place.inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_true(store_park_flags(
		store, place.inbox, ((FlagPush *)pushes->pdata[0])->uids, "no", NULL));
	store_fixture_change(place.fixture, "UPDATE op SET state=2,tries=2 WHERE kind=2");
	size_t count;
	assert_true(store_retry(store, NULL, &count, NULL));
	assert_int_equal(count, 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=2 AND state=0"), 1);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=9"), 0);
	g_autoptr(GPtrArray) again =
		store_push_flags(store, place.inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_true(store_park_flags(
		store, place.inbox, ((FlagPush *)again->pdata[0])->uids, "no", NULL));
	store_fixture_change(place.fixture, "UPDATE op SET state=2,tries=2 WHERE kind=2");
	DeedDone done;
	assert_true(store_drop(store, NULL, &done, NULL));
	assert_int_equal(done.done, 2);
	deed_done_clear(&done);
	assert_int_equal(place_ask(&place, STATE), before);
	store_fixture_check(place.fixture);
}

/* ---- what left the server, or is to leave it ---- */

/* Every copy of it is told, and one that is adrift must not be appended for it. */
static void
flags_wake_no_copy_that_left_the_server(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 1);
	const uint32_t uid = 1;
	assert_true(store_vanished(store, place.archive, &uid, 1, NULL));
	assert_int_equal(place_do_one(&place,
				 &(Deed){ .id = "1", .kind = DEED_FLAG, .set = MAIL_FLAGGED }, key),
		2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	for (int cycle = 0; cycle < 3; cycle++)
		assert_true(store_end_cycle(store, NULL, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x'"), 1);
	store_fixture_check(place.fixture);
}

/* A wish to have it elsewhere is stronger than its removal; but what was marked there is not marked here for ever. */
static void
a_move_of_what_went_is_an_upload_without_its_mark(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	const uint32_t uid = 2;
	store_fixture_change(place.fixture, "UPDATE msg SET base=32,loc=32,ff=32 WHERE uid=2");
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_MOVE, .folder = "Trash" }, key);
	assert_true(store_vanished(store, place.inbox, &uid, 1, NULL));
	for (int cycle = 0; cycle < 3; cycle++)
		assert_true(store_end_cycle(store, NULL, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=1"), 1);
	assert_int_equal(place_ask(&place, "SELECT loc FROM msg WHERE folder="
					   "(SELECT id FROM folder WHERE name='Trash')"),
		0);
	store_fixture_check(place.fixture);
}

/* It may come back elsewhere: then nothing of a deed that was taken back may be left. */
static void
flags_of_what_is_adrift_are_taken_back_too(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 1);
	const uint32_t uid = 1;
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_FLAG, .set = MAIL_FLAGGED }, key);
	assert_true(store_vanished(place.fixture->store, place.archive, &uid, 1, NULL));
	assert_true(place_undo(&place, "1", false));
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x' AND loc=16"), 2);
}

/* The server may have the mark already: it must be told to take it away, or another client expunges it. */
static void
a_purge_taken_back_takes_its_mark_back(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *told = store_fixture_key(place.fixture, place.inbox, 2);
	g_autofree char *untold = store_fixture_key(place.fixture, place.inbox, 4);
	store_fixture_change(place.fixture, "UPDATE folder SET role=6 WHERE name='INBOX'");
	const char *keys[] = { told, untold, NULL };
	DeedDone done = place_do(&place, &(Deed){ .id = "1", .kind = DEED_PURGE }, keys);
	deed_done_clear(&done);
	g_autoptr(GArray) waiting = store_waiting_ops(store, OP_PURGE, NULL);
	assert_int_equal(waiting->len, 2);
	for (guint i = 0; i < waiting->len; i++)
		assert_true(store_mark_purged(
			store, &g_array_index(waiting, PushedOp, i).id, 1, true, NULL));
	FlagChange change = { .uid = 2, .flags = MAIL_DELETED };
	assert_true(store_merge_flags(store, place.inbox, &change, 1, 0, NULL, NULL));
	assert_true(place_undo(&place, "1", false));
	assert_int_equal(place_ask(&place, "SELECT sum(loc) FROM msg WHERE uid IN (2,4)"), 0);
	g_autoptr(GPtrArray) pushes =
		store_push_flags(store, place.inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_int_equal(pushes->len, 1);
	const FlagPush *push = pushes->pdata[0];
	assert_int_equal(push->uids->len, 2);
	assert_int_equal(push->clear, MAIL_DELETED);
	assert_int_equal(push->set, 0);
}

static void
what_is_purged_goes_when_the_server_confirms_it(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	store_fixture_change(place.fixture, "UPDATE folder SET role=4 WHERE name='INBOX'");
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_PURGE }, key);
	assert_true(store_end_cycle(store, NULL, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "INBOX/new"), 3);
	const uint32_t uid = 2;
	assert_true(store_vanished(store, place.inbox, &uid, 1, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(place_undo(&place, "1", false)); /* too late: nothing to be seen of it */
	size_t removed;
	assert_true(store_end_cycle(store, &removed, NULL));
	assert_int_equal(removed, 1);
	assert_int_equal(store_fixture_files(place.fixture, "INBOX/new"), 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m2@x'"), 0);
	store_fixture_check(place.fixture);
}

static void
what_no_server_has_is_purged_at_once(void **state)
{
	Place place = place_open(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_COPY, .folder = "Trash" }, key);
	g_autoptr(GArray) copies = store_waiting_ops(store, OP_COPY, NULL);
	assert_int_equal(copies->len, 1);
	g_autofree char *path = g_build_filename(place.fixture->state, "state.db", NULL);
	g_autoptr(Envelopes) envelopes = envelopes_open(path, 0, NULL);
	g_autoptr(MessageRow) copy =
		envelopes_by_id(envelopes, g_array_index(copies, PushedOp, 0).row, NULL);
	assert_int_equal(
		place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_PURGE }, copy->key), 1);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(store_end_cycle(store, NULL, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Trash/cur"), 0);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM msg WHERE mid='m3@x'"), 1);
	/* What may be there is asked for. */
	place_do_one(&place, &(Deed){ .id = "3", .kind = DEED_COPY, .folder = "Trash" }, key);
	store_fixture_change(place.fixture, "UPDATE op SET state=1");
	g_autoptr(GArray) sent = store_doubtful_ops(store, NULL);
	g_autoptr(MessageRow) on_its_way =
		envelopes_by_id(envelopes, g_array_index(sent, PushedOp, 0).row, NULL);
	place_do_one(&place, &(Deed){ .id = "4", .kind = DEED_PURGE }, on_its_way->key);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=3 AND state=1"), 1);
	FinishedOp done = { g_array_index(sent, PushedOp, 0).id, 8 };
	assert_true(store_finish_ops(store, place.trash, &done, 1, false, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE kind=4 AND state=0"), 1);
}

/* ---- refused ---- */

static void
park(const Place *place, uint32_t uid)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof uid);
	g_array_append_val(uids, uid);
	g_autoptr(GPtrArray) pushes =
		store_push_flags(place->fixture->store, place->inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_int_equal(pushes->len, 1);
	assert_true(store_park_flags(place->fixture->store, place->inbox, uids, "no", NULL));
}

static void
a_refusal_ends_when_the_server_has_it_all_the_same(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	char *none[] = { NULL };
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_FLAG, .set = MAIL_SEEN }, key);
	park(&place, 2);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op WHERE state=2"), 1);
	FlagChange told = { .uid = 2, .flags = MAIL_SEEN, .keywords = none };
	assert_true(store_merge_flags(place.fixture->store, place.inbox, &told, 1, 0, NULL, NULL));
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	store_fixture_check(place.fixture);
}

/* Nothing is left to be wished, and yet it waits for an answer. */
static void
what_is_dropped_waits_no_more_whatever_it_was(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_MOVE, .folder = "Archive" }, key);
	store_fixture_change(place.fixture, "UPDATE op SET state=2,err='no'");
	const uint32_t uid = 2;
	assert_true(store_vanished(place.fixture->store, place.inbox, &uid, 1, NULL));
	DeedDone done;
	assert_true(store_drop(place.fixture->store, NULL, &done, NULL));
	deed_done_clear(&done);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	store_fixture_check(place.fixture);
}

/* "blue" is agreed and stays; "red" was refused. */
static void
what_is_dropped_leaves_what_was_agreed(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	char *blue[] = { "blue", NULL }, *red[] = { "red", NULL };
	FlagChange told = { .uid = 2, .flags = MAIL_FLAGGED, .keywords = blue };
	assert_true(store_merge_flags(place.fixture->store, place.inbox, &told, 1, 0, NULL, NULL));
	place_do_one(&place, &(Deed){ .id = "1", .kind = DEED_TAG, .add = red }, key);
	place_do_one(&place, &(Deed){ .id = "2", .kind = DEED_FLAG, .clear = MAIL_FLAGGED }, key);
	park(&place, 2);
	DeedDone done;
	assert_true(store_drop(place.fixture->store, NULL, &done, NULL));
	assert_int_equal(done.done, 1);
	deed_done_clear(&done);
	assert_int_equal(
		place_ask(&place, "SELECT count(*) FROM msg WHERE loc=2 AND lkw='blue'"), 1);
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM op"), 0);
	store_fixture_check(place.fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(flags_and_tags_reach_every_copy),
		PLACE_TEST(what_was_renamed_before_a_death_is_no_wish_of_others),
		PLACE_TEST(a_move_is_listed_at_once_and_leaves_nothing_when_taken_back),
		PLACE_TEST(a_move_that_was_done_is_taken_back_by_another),
		PLACE_TEST(only_what_is_in_the_bin_is_purged),
		PLACE_TEST(a_local_account_agrees_at_once),
		PLACE_TEST(what_was_refused_is_tried_again_or_dropped),
		PLACE_TEST(flags_wake_no_copy_that_left_the_server),
		PLACE_TEST(a_move_of_what_went_is_an_upload_without_its_mark),
		PLACE_TEST(flags_of_what_is_adrift_are_taken_back_too),
		PLACE_TEST(a_purge_taken_back_takes_its_mark_back),
		PLACE_TEST(what_is_purged_goes_when_the_server_confirms_it),
		PLACE_TEST(what_no_server_has_is_purged_at_once),
		PLACE_TEST(a_refusal_ends_when_the_server_has_it_all_the_same),
		PLACE_TEST(what_is_dropped_waits_no_more_whatever_it_was),
		PLACE_TEST(what_is_dropped_leaves_what_was_agreed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <string.h>

#include "backend/store/deeds.h"
#include "backend/store/push.h"
#include "store_fixture.h"

typedef struct Place {
	StoreFixture *fixture;
	int64_t inbox, archive, trash;
} Place;

/* Six messages in INBOX with their files; the first two are copies of one, the second in Archive. */
static Place
open_place(StoreFixture *fixture)
{
	Place place = { fixture, store_fixture_folder(fixture, "INBOX"),
		store_fixture_folder(fixture, "Archive"), store_fixture_folder(fixture, "Trash") };
	store_fixture_change(fixture, "UPDATE folder SET role=4 WHERE name='Trash'");
	for (uint32_t uid = 1; uid <= 6; uid++) {
		g_autofree char *id = g_strdup_printf("m%u@x", uid);
		store_fixture_add(fixture, place.inbox, uid, id, NULL, uid % 2 ? MAIL_SEEN : 0);
	}
	store_fixture_add(fixture, place.archive, 1, "m1@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, place.inbox);
	store_fixture_fetch_all(fixture, place.archive);
	return place;
}

static DeedDone
do_keys(const Place *place, const Deed *deed, const char *const *keys)
{
	DeedDone done;
	GError *error = NULL;
	if (!store_do(place->fixture->store, deed, keys, &done, &error))
		fail_msg("%s", error->message);
	store_fixture_check(place->fixture);
	return done;
}

static size_t
do_one(const Place *place, const Deed *deed, const char *key)
{
	const char *keys[] = { key, NULL };
	DeedDone done = do_keys(place, deed, keys);
	size_t count = done.done;
	deed_done_clear(&done);
	return count;
}

static bool
undo(const Place *place, const char *id, bool redo)
{
	DeedDone done;
	g_autoptr(GError) error = NULL;
	bool ok = store_undo(place->fixture->store, id, redo, &done, &error);
	assert_true(ok || g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE));
	deed_done_clear(&done);
	store_fixture_check(place->fixture);
	return ok;
}

static int64_t
ask(const Place *place, const char *question)
{
	return store_fixture_number(place->fixture, question);
}

/* What lists show, and what waits for the server. */
#define STATE                                                                         \
	"SELECT total(id*31+folder*1009+loc*17+length(lkw)*7+st*5+(op IS NOT NULL)*3" \
	"+part*11) FROM msg WHERE st<>2"

static void
flags_and_tags_reach_every_copy(void **state)
{
	Place place = open_place(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 1);
	char *add[] = { "blue", NULL };
	int64_t before = ask(&place, STATE);
	assert_int_equal(
		do_one(&place, &(Deed){ .id = "1", .kind = DEED_FLAG, .clear = MAIL_SEEN }, key),
		2);
	assert_int_equal(ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x' AND loc=0"), 2);
	assert_int_equal(
		do_one(&place, &(Deed){ .id = "2", .kind = DEED_TAG, .add = add }, key), 2);
	assert_int_equal(
		do_one(&place, &(Deed){ .id = "3", .kind = DEED_TAG, .add = add }, key), 0);
	assert_int_equal(ask(&place, "SELECT count(*) FROM msg WHERE lkw='blue'"), 2);
	assert_true(undo(&place, NULL, false));
	assert_true(undo(&place, NULL, false));
	assert_int_equal(ask(&place, STATE), before);
	g_autoptr(GArray) dirty = store_dirty_folders(place.fixture->store, NULL);
	assert_int_equal(dirty->len, 0);
	assert_true(undo(&place, NULL, true));
	assert_int_equal(ask(&place, "SELECT count(*) FROM msg WHERE mid='m1@x' AND loc=0"), 2);
	assert_false(undo(&place, "3", false));
}

static void
a_move_is_listed_at_once_and_leaves_nothing_when_taken_back(void **state)
{
	Place place = open_place(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	int64_t before = ask(&place, STATE);
	Deed deed = { .id = "1", .kind = DEED_MOVE, .folder = "Archive" };
	assert_int_equal(do_one(&place, &deed, key), 1);
	assert_int_equal(do_one(&place, &deed, key), 0);
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op WHERE kind=2"), 1);
	assert_true(store_follow(place.fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Archive/new"), 1);
	assert_true(undo(&place, "1", false));
	assert_int_equal(ask(&place, STATE), before);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op"), 0);
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
	Place place = open_place(*state);
	Store *store = place.fixture->store;
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, key);
	g_autoptr(GArray) waiting = store_waiting_ops(store, OP_MOVE, NULL);
	g_autoptr(GArray) begun = NULL;
	assert_true(store_send_ops(store, (PushedOp *)(void *)waiting->data, 1, &begun, NULL));
	/* Wished back while it is on its way: nothing is sent before the first is known. */
	assert_true(undo(&place, "1", false));
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
	Place place = open_place(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	int64_t before = ask(&place, STATE);
	assert_int_equal(do_one(&place, &(Deed){ .id = "1", .kind = DEED_PURGE }, key), 0);
	do_one(&place, &(Deed){ .id = "2", .kind = DEED_DELETE }, key);
	assert_int_equal(do_one(&place, &(Deed){ .id = "3", .kind = DEED_DELETE }, key), 0);
	assert_int_equal(do_one(&place, &(Deed){ .id = "4", .kind = DEED_PURGE }, key), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.trash), 0);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op WHERE kind=4"), 1);
	assert_true(undo(&place, "4", false));
	assert_true(undo(&place, "2", false));
	assert_int_equal(ask(&place, STATE), before);
}

static void
a_copy_has_a_file_of_its_own(void **state)
{
	Place place = open_place(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 3);
	Deed deed = { .id = "1", .kind = DEED_COPY, .folder = "Archive" };
	assert_int_equal(do_one(&place, &deed, key), 1);
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 2);
	assert_int_equal(
		ask(&place, "SELECT count(*) FROM msg WHERE mid='m3@x' AND part=3 AND st=0"), 2);
	assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 2);
	g_autoptr(GArray) copies = store_waiting_ops(place.fixture->store, OP_COPY, NULL);
	assert_int_equal(copies->len, 1);
	assert_int_equal(g_array_index(copies, PushedOp, 0).uid, 3);
	size_t changed;
	assert_true(store_scan(place.fixture->store, 0, &changed, NULL));
	assert_int_equal(changed, 0);
	assert_true(undo(&place, "1", false));
	assert_int_equal(store_fixture_total(place.fixture, place.archive), 1);
	size_t removed;
	assert_true(store_end_cycle(place.fixture->store, &removed, NULL));
	assert_int_equal(store_fixture_files(place.fixture, "Archive/cur"), 1);
	assert_int_equal(store_fixture_files(place.fixture, "INBOX/cur"), 3);
	store_fixture_check(place.fixture);
}

static Deed
random_deed(GRand *random, const char *id, char **words)
{
	Deed deed = { .id = id, .kind = (DeedKind)g_rand_int_range(random, DEED_FLAG, DEED_PURGE) };
	static const char *const folders[] = { "INBOX", "Archive", "Trash" };
	if (deed.kind == DEED_COPY)
		deed.kind = DEED_MOVE;
	if (g_rand_boolean(random))
		deed.set = MAIL_SEEN | MAIL_FLAGGED;
	else
		deed.clear = MAIL_SEEN;
	if (g_rand_boolean(random))
		deed.add = words;
	else
		deed.remove = words;
	deed.folder = folders[g_rand_int_range(random, 0, 3)];
	return deed;
}

static void
walk(StoreFixture *fixture, guint32 seed)
{
	Place place = open_place(fixture);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	char *words[] = { "blue", "red", NULL };
	for (uint32_t uid = 1; uid <= 6; uid++)
		g_ptr_array_add(keys, store_fixture_key(fixture, place.inbox, uid));
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	int64_t before = ask(&place, STATE);
	unsigned open = 0;
	for (unsigned i = 0; i < 300; i++) {
		g_autofree char *id = g_strdup_printf("%06u", i);
		Deed deed = random_deed(random, id, words);
		if (open > 0 && g_rand_int_range(random, 0, 3) == 0) {
			assert_true(undo(&place, NULL, false));
			if (g_rand_boolean(random))
				assert_true(undo(&place, NULL, true));
			else
				open--;
			continue;
		}
		const char *some[4] = { NULL };
		for (int at = 0; at < 3; at++)
			some[at] = keys->pdata[g_rand_int_range(random, 0, (gint32)keys->len)];
		DeedDone done = do_keys(&place, &deed, some);
		open += done.done > 0;
		deed_done_clear(&done);
		if (i % 10 == 0)
			assert_true(store_follow(fixture->store, NULL, NULL));
	}
	while (undo(&place, NULL, false))
		continue;
	assert_int_equal(ask(&place, STATE), before);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 3);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 3);
}

static void
a_random_walk_ends_where_it_began(void **state)
{
	walk(*state, 42);
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
	do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, "17.M3.host");
	do_one(&place, &(Deed){ .id = "2", .kind = DEED_COPY, .folder = "INBOX" }, "17.M3.host");
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Trash/cur"), 2);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	assert_int_equal(do_one(&place, &(Deed){ .id = "3", .kind = DEED_PURGE }, "18.M3.host"), 1);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Trash/cur"), 1);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op"), 0);
	assert_true(undo(&place, "2", false));
	assert_true(undo(&place, "1", false));
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	store_fixture_check(fixture);
}

static void
what_was_refused_is_tried_again_or_dropped(void **state)
{
	Place place = open_place(*state);
	Store *store = place.fixture->store;
	g_autofree char *moved = store_fixture_key(place.fixture, place.inbox, 2);
	g_autofree char *read = store_fixture_key(place.fixture, place.inbox, 4);
	int64_t before = ask(&place, STATE);
	do_one(&place, &(Deed){ .id = "1", .kind = DEED_DELETE }, moved);
	do_one(&place, &(Deed){ .id = "2", .kind = DEED_FLAG, .set = MAIL_SEEN }, read);
	g_autoptr(GPtrArray) pushes =
		store_push_flags(store, place.inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_true(store_park_flags(
		store, place.inbox, ((FlagPush *)pushes->pdata[0])->uids, "no", NULL));
	store_fixture_change(place.fixture, "UPDATE op SET state=2,tries=2 WHERE kind=2");
	size_t count;
	assert_true(store_retry(store, NULL, &count, NULL));
	assert_int_equal(count, 2);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op WHERE kind=2 AND state=0"), 1);
	assert_int_equal(ask(&place, "SELECT count(*) FROM op WHERE kind=9"), 0);
	g_autoptr(GPtrArray) again =
		store_push_flags(store, place.inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_true(store_park_flags(
		store, place.inbox, ((FlagPush *)again->pdata[0])->uids, "no", NULL));
	store_fixture_change(place.fixture, "UPDATE op SET state=2,tries=2 WHERE kind=2");
	DeedDone done;
	assert_true(store_drop(store, NULL, &done, NULL));
	assert_int_equal(done.done, 2);
	deed_done_clear(&done);
	assert_int_equal(ask(&place, STATE), before);
	store_fixture_check(place.fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flags_and_tags_reach_every_copy),
		TEST(a_move_is_listed_at_once_and_leaves_nothing_when_taken_back),
		TEST(a_move_that_was_done_is_taken_back_by_another),
		TEST(only_what_is_in_the_bin_is_purged),
		TEST(a_copy_has_a_file_of_its_own),
		TEST(a_random_walk_ends_where_it_began),
		TEST(a_local_account_agrees_at_once),
		TEST(what_was_refused_is_tried_again_or_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

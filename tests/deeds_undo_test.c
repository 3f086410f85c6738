#include <cmocka.h>
#include <string.h>

#include "backend/store/push.h"
#include "deeds_fixture.h"

static void
each_deed_ends_where_it_began(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	char *words[] = { "blue", "red", NULL }, *blue[] = { "blue", NULL };
	const Deed deeds[] = {
		{ .id = "1", .kind = DEED_FLAG, .set = MAIL_SEEN | MAIL_FLAGGED },
		{ .id = "2", .kind = DEED_TAG, .add = words },
		{ .id = "3", .kind = DEED_TAG, .remove = blue },
		{ .id = "4", .kind = DEED_MOVE, .folder = "Archive" },
		{ .id = "5", .kind = DEED_FLAG, .clear = MAIL_SEEN, .set = MAIL_REPLIED },
		{ .id = "6", .kind = DEED_DELETE },
		{ .id = "7", .kind = DEED_PURGE },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		g_autofree char *before = place_rows(&place);
		assert_int_equal(place_do_one(&place, &deeds[i], key), 1);
		g_autofree char *after = place_rows(&place);
		assert_string_not_equal(after, before);
		assert_true(place_undo(&place, NULL, false));
		place_assert_rows(&place, before);
		assert_true(place_undo(&place, NULL, true));
		place_assert_rows(&place, after);
	}
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM deed"), (int)G_N_ELEMENTS(deeds));
}

static void
the_last_two_hundred_deeds_can_be_taken_back(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	for (int i = 0; i < 203; i++) {
		g_autofree char *id = g_strdup_printf("%03d", i);
		Deed deed = { .id = id, .kind = DEED_FLAG };
		*(i % 2 ? &deed.clear : &deed.set) = MAIL_FLAGGED;
		assert_int_equal(place_do_one(&place, &deed, key), 1);
	}
	assert_int_equal(place_ask(&place, "SELECT count(*) FROM deed"), 200);
	assert_false(place_undo(&place, "002", false));
	assert_true(place_undo(&place, "003", false));
	g_autofree char *newest = store_newest_deed(place.fixture->store, false, NULL, NULL);
	assert_string_equal(newest, "202");
}

/* What the server is told of flags in INBOX, all of which it does. */
static unsigned
push_flags(const Place *place, unsigned has)
{
	char *none[] = { NULL };
	FlagChange change = { 2, has, none, 0 };
	g_autoptr(GPtrArray) pushes =
		store_push_flags(place->fixture->store, place->inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_non_null(pushes);
	unsigned told = 0;
	for (guint i = 0; i < pushes->len; i++)
		told |= ((FlagPush *)pushes->pdata[i])->set | ((FlagPush *)pushes->pdata[i])->clear;
	assert_true(
		store_merge_flags(place->fixture->store, place->inbox, &change, 1, 0, NULL, NULL));
	return told;
}

static void
a_tag_that_no_server_keeps_hides_no_undo(void **state)
{
	Place place = place_open(*state);
	g_autofree char *key = store_fixture_key(place.fixture, place.inbox, 2);
	char *words[] = { "später", NULL };
	const Deed tag = { .id = "1", .kind = DEED_TAG, .add = words },
		   reply = { .id = "2", .kind = DEED_FLAG, .set = MAIL_REPLIED };
	assert_int_equal(place_do_one(&place, &tag, key), 1);
	assert_int_equal(push_flags(&place, 0), 0);
	assert_int_equal(place_do_one(&place, &reply, key), 1);
	assert_int_equal(push_flags(&place, MAIL_REPLIED), MAIL_REPLIED);
	assert_true(place_undo(&place, NULL, false));
	assert_int_equal(push_flags(&place, 0), MAIL_REPLIED);
}

static Deed
random_deed(GRand *random, const char *id, bool purges, char **words)
{
	static const char *const folders[] = { "INBOX", "Archive", "Trash" };
	DeedKind last = purges ? DEED_PURGE : DEED_DELETE;
	Deed deed = { .id = id,
		.kind = (DeedKind)g_rand_int_range(random, DEED_FLAG, (gint32)last + 1),
		.folder = folders[g_rand_int_range(random, 0, 3)] };
	*(g_rand_boolean(random) ? &deed.set : &deed.clear) = MAIL_SEEN | MAIL_FLAGGED;
	*(g_rand_boolean(random) ? &deed.add : &deed.remove) = words;
	return deed;
}

/* Of those that are listed. The caller owns it. */
static char *
random_key(const Place *place, GRand *random)
{
	int64_t count = place_ask(place, "SELECT count(*) FROM msg WHERE st IN (0,1)");
	g_autofree char *question = g_strdup_printf(
		"SELECT id FROM msg WHERE st IN (0,1) ORDER BY id LIMIT 1 OFFSET %d",
		(int)g_rand_int_range(random, 0, (gint32)MAX(count, 1)));
	g_autofree char *path = g_build_filename(place->fixture->state, "state.db", NULL);
	g_autoptr(Envelopes) envelopes = envelopes_open(path, 0, NULL);
	g_autoptr(MessageRow) row = envelopes_by_id(envelopes, place_ask(place, question), NULL);
	return g_strdup(row ? row->key : "none");
}

/* A deed, or one taken back and perhaps done again. */
static void
step(const Place *place, GRand *random, unsigned number)
{
	char *words[] = { "blue", "red", NULL };
	g_autofree char *newest = store_newest_deed(place->fixture->store, false, NULL, NULL);
	if (newest && g_rand_int_range(random, 0, 3) == 0) {
		assert_true(place_undo(place, NULL, false));
		if (g_rand_boolean(random))
			place_undo(place, NULL, true);
		return;
	}
	g_autofree char *id = g_strdup_printf("%06u", number);
	g_autofree char *first = random_key(place, random), *second = random_key(place, random);
	const char *keys[] = { first, second, NULL };
	/* What is purged of a local account is gone. */
	Deed deed = random_deed(random, id, !place->fixture->local, words);
	DeedDone done = place_do(place, &deed, keys);
	deed_done_clear(&done);
}

static void
walk(const Place *place, guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	g_autofree char *before = place_rows(place);
	for (unsigned i = 0; i < 300; i++) {
		step(place, random, i);
		if (i % 10 == 0)
			assert_true(store_follow(place->fixture->store, NULL, NULL));
		if (i % 25 == 0)
			assert_true(store_end_cycle(place->fixture->store, NULL, NULL));
	}
	while (place_undo(place, NULL, false))
		continue;
	place_assert_rows(place, before);
	size_t changed;
	assert_true(store_scan(place->fixture->store, 0, &changed, NULL));
	assert_int_equal(changed, 0);
}

static void
random_deeds_taken_back_end_where_they_began(void **state)
{
	Place place = place_open(*state);
	walk(&place, 42);
}

static void
random_deeds_of_a_local_account_too(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_reopen_local(fixture);
	for (int i = 0; i < 6; i++) {
		g_autofree char *path = g_strdup_printf("%s/cur/%d.M3.host:2,%s",
			i % 3 ? "INBOX" : "Archive", 17 + i, i % 2 ? "S" : "F");
		g_autofree char *id = g_strdup_printf("m%d@x", i / 2);
		store_fixture_write_file(fixture, path, id, 50);
	}
	store_fixture_write_file(fixture, "Trash/cur/30.M3.host:2,S", "t@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	store_fixture_change(fixture, "UPDATE folder SET role=4 WHERE name='Trash'");
	Place place = { .fixture = fixture };
	walk(&place, 42);
}

static void
a_thousand_messages_are_one_deed_and_more_are_none(void **state)
{
	StoreFixture *fixture = *state;
	Place place = { fixture, store_fixture_folder(fixture, "INBOX"),
		store_fixture_folder(fixture, "Archive"), 0 };
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	for (uint32_t uid = 1; uid <= 1001; uid++) {
		store_fixture_add(fixture, place.inbox, uid, NULL, NULL, 0);
		g_ptr_array_add(keys, store_fixture_key(fixture, place.inbox, uid));
	}
	g_ptr_array_add(keys, NULL);
	const char *const *all = (const char *const *)keys->pdata;
	const Deed deeds[] = {
		{ .id = "1", .kind = DEED_FLAG, .set = MAIL_SEEN },
		{ .id = "2", .kind = DEED_COPY, .folder = "Archive" },
		{ .id = "3", .kind = DEED_MOVE, .folder = "Archive" },
	};
	g_autofree char *before = place_rows(&place);
	DeedDone done;
	g_autoptr(GError) error = NULL;
	assert_false(store_do(fixture->store, &deeds[0], all, &done, &error));
	assert_true(g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE));
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		done = place_do(&place, &deeds[i], all + 1);
		assert_int_equal(done.done, 1000);
		assert_int_equal(done.folders->len, i == 2 ? 2 : 1);
		deed_done_clear(&done);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++)
		assert_true(place_undo(&place, NULL, false));
	place_assert_rows(&place, before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(each_deed_ends_where_it_began),
		PLACE_TEST(the_last_two_hundred_deeds_can_be_taken_back),
		PLACE_TEST(a_tag_that_no_server_keeps_hides_no_undo),
		PLACE_TEST(random_deeds_taken_back_end_where_they_began),
		PLACE_TEST(random_deeds_of_a_local_account_too),
		PLACE_TEST(a_thousand_messages_are_one_deed_and_more_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

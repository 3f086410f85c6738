#include "deeds_fixture.h"

#include <cmocka.h>
#include <string.h>

Place
place_open(StoreFixture *fixture)
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

DeedDone
place_do(const Place *place, const Deed *deed, const char *const *keys)
{
	DeedDone done;
	GError *error = NULL;
	if (!store_do(place->fixture->store, deed, keys, &done, &error))
		fail_msg("%s", error->message);
	store_fixture_check(place->fixture);
	return done;
}

size_t
place_do_one(const Place *place, const Deed *deed, const char *key)
{
	const char *keys[] = { key, NULL };
	DeedDone done = place_do(place, deed, keys);
	size_t count = done.done;
	deed_done_clear(&done);
	return count;
}

bool
place_undo(const Place *place, const char *id, bool redo)
{
	DeedDone done;
	g_autoptr(GError) error = NULL;
	bool ok = store_undo(place->fixture->store, id, redo, &done, &error);
	assert_true(ok || g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE));
	deed_done_clear(&done);
	store_fixture_check(place->fixture);
	return ok;
}

int64_t
place_ask(const Place *place, const char *question)
{
	return store_fixture_number(place->fixture, question);
}

char *
place_rows(const Place *place)
{
	assert_true(store_follow(place->fixture->store, NULL, NULL));
	assert_true(store_end_cycle(place->fixture->store, NULL, NULL));
	return store_fixture_rows(place->fixture);
}

void
place_assert_rows(const Place *place, const char *expected)
{
	g_autofree char *rows = place_rows(place);
	assert_string_equal(rows, expected);
}

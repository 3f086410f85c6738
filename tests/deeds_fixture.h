#pragma once
/*
 * A store to do deeds in, and short ways to do them. Every step that must succeed is asserted, and store_check finds
 * nothing after it. One thread.
 */
#include "backend/store/deeds.h"
#include "store_fixture.h"

typedef struct Place {
	StoreFixture *fixture;
	int64_t inbox, archive, trash;
} Place;

/* Six messages in INBOX with their files, the odd ones read; of the first a copy is in Archive. Trash is one. */
Place place_open(StoreFixture *fixture);

DeedDone place_do(const Place *place, const Deed *deed, const char *const *keys);
size_t place_do_one(const Place *place, const Deed *deed, const char *key); /* DeedDone.done */
bool place_undo(const Place *place, const char *id, bool redo); /* false: there is none */

int64_t place_ask(const Place *place, const char *question);

/* Files follow, what is to be buried is; then as store_fixture_rows. */
char *place_rows(const Place *place);
void place_assert_rows(const Place *place, const char *expected);

#define PLACE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

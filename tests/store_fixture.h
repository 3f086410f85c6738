#pragma once
/*
 * A store in a directory of its own, and short ways to fill and to ask it. One thread. Every step that
 * must succeed is asserted.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/store/store.h"

typedef struct StoreFixture {
	char *root, *mail, *beside, *state;
	bool local;
	Store *store;
} StoreFixture;

int store_fixture_open(void **state);  /* a cmocka setup: *state is a StoreFixture */
int store_fixture_close(void **state); /* its teardown */
void store_fixture_reopen(StoreFixture *fixture);
void store_fixture_reopen_local(StoreFixture *fixture);
/* Closes, takes state.db away, opens. */
void store_fixture_lose_database(StoreFixture *fixture);
/* Closes, writes rubbish at OFFSET (-1: none) or cuts the database to CUT bytes (0: not), opens. */
void store_fixture_damage(StoreFixture *fixture, int64_t offset, int64_t cut);
/* Closes in order, writes rubbish over the first page of a table or index, opens. */
void store_fixture_damage_table(StoreFixture *fixture, const char *table);
/* Closes, moves mail and what is beside it away (or back), opens. */
void store_fixture_unmount(StoreFixture *fixture, bool away);

int64_t store_fixture_folder(StoreFixture *fixture, const char *name); /* begun, UIDVALIDITY 1 */
StoreFolder *store_fixture_read_folder(StoreFixture *fixture, int64_t folder);

/* One row of a header pass; INTERNALDATE is 1000000000 + UID. ID and REFERENCES may be NULL. */
void store_fixture_add(StoreFixture *fixture, int64_t folder, uint32_t uid, const char *id,
	const char *references, unsigned flags);
/* The same of any header: TEXT, without flags. */
void store_fixture_add_header(
	StoreFixture *fixture, int64_t folder, uint32_t uid, const char *text);
/* Bodies of all wanted rows, written to tmp and durable; of PlacedBody. */
GPtrArray *store_fixture_write_bodies(StoreFixture *fixture, int64_t folder);
/* The same, placed; how many. */
size_t store_fixture_fetch_all(StoreFixture *fixture, int64_t folder);

/* Behind the store's back. */
void store_fixture_change(StoreFixture *fixture, const char *text);
int64_t store_fixture_number(StoreFixture *fixture, const char *question);
int64_t store_fixture_total(StoreFixture *fixture, int64_t folder);
int64_t store_fixture_unread(StoreFixture *fixture, int64_t folder);
/* All rows with all that stays of them: not row ids of operations, nor what only grows. The caller owns it. */
char *store_fixture_rows(StoreFixture *fixture);
char *store_fixture_key(StoreFixture *fixture, int64_t folder, uint32_t uid);
/* store_check finds nothing. */
void store_fixture_check(StoreFixture *fixture);

size_t store_fixture_count(const char *directory); /* entries */
size_t store_fixture_files(StoreFixture *fixture, const char *below);
char *store_fixture_first_file(StoreFixture *fixture, const char *below);
/* Renames the first file of FROM to TO, its info replaced by INFO. */
void store_fixture_rename(
	StoreFixture *fixture, const char *from, const char *to, const char *info);
/* Writes a mail file, making its directories. */
void store_fixture_write_file(
	StoreFixture *fixture, const char *below, const char *id, size_t body_length);

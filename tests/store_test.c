#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_fixture.h"

/* ---- header pass ---- */

static void
rows_are_listed_before_any_body_is_here(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_add(fixture, inbox, 2, "b@x", "a@x", 0);
	assert_int_equal(store_fixture_total(fixture, inbox), 2);
	assert_int_equal(store_fixture_unread(fixture, inbox), 1);
	store_fixture_check(fixture);
}

static void
a_uid_that_is_there_keeps_its_envelope(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_add(fixture, inbox, 1, "other@x", NULL, MAIL_SEEN);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_fixture_unread(fixture, inbox), 0);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE mid='a@x'"), 1);
	store_fixture_check(fixture);
}

static void
watermarks_move_with_the_window_and_never_back(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	assert_true(store_add_rows(fixture->store, inbox, none, 5, 10, 0, NULL, &error));
	g_autoptr(StoreFolder) first = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(first->uidlow, 5);
	assert_int_equal(first->state, FOLDER_FIRST_PASS);
	assert_true(store_add_rows(fixture->store, inbox, none, 1, 8, 77, NULL, &error));
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->uidlow, 1);
	assert_int_equal(then->uidnext, 10);
	assert_int_equal(then->modseq, 77);
	assert_int_equal(then->state, FOLDER_OK);
}

static void
nothing_is_written_by_uids_that_were_given_anew(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autoptr(GError) error = NULL;
	bool held = false;
	assert_true(store_begin_folder(fixture->store, inbox, 2, 5, &held, &error));
	assert_false(held);
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->state, FOLDER_REMATCH);
	assert_int_equal(then->uidvalidity, 1);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	assert_false(store_add_rows(fixture->store, inbox, none, 1, 9, 0, NULL, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_FAILED);
	g_autoptr(GPtrArray) bodies =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 0, 10, NULL);
	assert_int_equal(bodies->len, 0);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
}

static void
a_uidnext_that_went_back_is_as_another_uidvalidity(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	assert_true(store_add_rows(fixture->store, inbox, none, 1, 100, 0, NULL, NULL));
	bool held = false;
	assert_true(store_begin_folder(fixture->store, inbox, 1, 50, &held, NULL));
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->state, FOLDER_REMATCH);
}

/* A pass that was cut after it wrote the row lists it again. */
static void
a_row_that_is_listed_again_takes_the_flags_alone(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(store_fixture_unread(fixture, inbox), 0);
	g_autofree char *same = store_fixture_key(fixture, inbox, 1);
	assert_string_equal(same, key);
	store_fixture_check(fixture);
}

/* ---- bodies ---- */

static void
a_placed_body_is_where_its_flags_say(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, MAIL_SEEN | MAIL_FLAGGED);
	assert_int_equal(store_fixture_fetch_all(fixture, inbox), 2);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/tmp"), 0);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(name, ":2,FS"));
	g_autofree char *path = g_build_filename(fixture->mail, "INBOX/cur", name, NULL);
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(status.st_mtime, 1000000002);
	assert_int_equal(store_index_queue(fixture->store), 2);
	store_fixture_check(fixture);
}

static void
bodies_are_wanted_newest_first_and_within_the_limits(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= 5; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, 0);
	g_autoptr(GPtrArray) all =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 0, 10, NULL);
	assert_int_equal(all->len, 5);
	assert_int_equal(((WantedBody *)all->pdata[0])->uid, 5);
	g_autoptr(GPtrArray) below =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 3, 10, NULL);
	assert_int_equal(below->len, 2);
	g_autoptr(GPtrArray) young = store_wanted_bodies(
		fixture->store, inbox, &(BodyWish){ .since = 1000000004 }, 0, 10, NULL);
	assert_int_equal(young->len, 2);
	g_autoptr(GPtrArray) small = store_wanted_bodies(
		fixture->store, inbox, &(BodyWish){ .max_size = 1 }, 0, 10, NULL);
	assert_int_equal(small->len, 0);
}

static void
a_quarantined_body_waits(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	assert_true(store_quarantine(fixture->store, inbox, 2, "no literal", NULL));
	assert_true(store_quarantine(fixture->store, inbox, 2, "no literal", NULL));
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 0, 10, NULL);
	assert_int_equal(wanted->len, 1);
	assert_int_equal(((WantedBody *)wanted->pdata[0])->uid, 1);
}

static void
a_wanted_message_is_told_by_its_key(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX"), folder = 0;
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	g_autofree char *file = NULL, *then = NULL, *no = NULL;
	g_autoptr(GError) error = NULL;
	WantedBody *body = store_wanted_body(fixture->store, key, &folder, &file, &error);
	assert_non_null(body);
	assert_int_equal(folder, inbox);
	wanted_body_free(body);
	store_fixture_fetch_all(fixture, inbox);
	assert_null(store_wanted_body(fixture->store, key, &folder, &then, &error));
	assert_null(error);
	assert_true(g_str_has_prefix(then, "acc/INBOX/new/"));
	assert_null(store_wanted_body(fixture->store, "nosuch", &folder, &no, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_GONE);
}

static void
a_body_whose_row_went_leaves_no_file(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, inbox);
	uint32_t uid = 1;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	size_t placed = 9;
	assert_true(store_place(fixture->store, bodies, &placed, NULL));
	assert_int_equal(placed, 0);
	assert_int_equal(store_fixture_files(fixture, "INBOX/tmp"), 0);
	store_fixture_check(fixture);
}

static void
placing_again_after_a_failed_step_is_harmless(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, inbox);
	const PlacedBody *body = bodies->pdata[0];
	g_autofree char *from = g_build_filename(fixture->mail, "INBOX/tmp", body->key, NULL);
	g_autofree char *to = g_build_filename(fixture->mail, "INBOX/new", body->key, NULL);
	assert_int_equal(g_rename(from, to), 0);
	size_t placed = 0;
	assert_true(store_place(fixture->store, bodies, &placed, NULL));
	assert_int_equal(placed, 1);
	store_fixture_check(fixture);
}

/* ---- flags ---- */

static void
what_the_server_says_renames_the_file_afterwards(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	FlagChange change = { .uid = 1, .flags = MAIL_SEEN };
	size_t changed = 0, renamed = 0;
	assert_true(store_merge_flags(fixture->store, inbox, &change, 1, 9, &changed, NULL));
	assert_int_equal(changed, 1);
	assert_int_equal(store_fixture_unread(fixture, inbox), 0);
	assert_true(store_follow(fixture->store, &renamed, NULL));
	assert_int_equal(renamed, 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 0);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(name, ":2,S"));
	assert_true(store_merge_flags(fixture->store, inbox, &change, 1, 9, &changed, NULL));
	assert_int_equal(changed, 0);
	store_fixture_check(fixture);
}

static void
a_wish_survives_what_the_server_says_of_other_flags(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_rename(fixture, "INBOX/new", "INBOX/cur", ":2,F");
	size_t changed = 0;
	assert_true(store_scan(fixture->store, 0, &changed, NULL));
	assert_int_equal(changed, 1);
	FlagChange change = { .uid = 1, .flags = MAIL_SEEN };
	assert_true(store_merge_flags(fixture->store, inbox, &change, 1, 0, NULL, NULL));
	assert_true(store_follow(fixture->store, NULL, NULL));
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(name, ":2,FS"));
	store_fixture_check(fixture);
}

static void
follow_leaves_alone_what_somebody_moved_since(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	FlagChange change = { .uid = 1, .flags = MAIL_SEEN };
	assert_true(store_merge_flags(fixture->store, inbox, &change, 1, 0, NULL, NULL));
	store_fixture_rename(fixture, "INBOX/new", "INBOX/cur", ":2,R");
	size_t renamed = 9;
	assert_true(store_follow(fixture->store, &renamed, NULL));
	assert_int_equal(renamed, 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_true(store_follow(fixture->store, &renamed, NULL));
	assert_int_equal(renamed, 1);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(name, ":2,RS"));
	store_fixture_check(fixture);
}

/* ---- what left the server ---- */

static void
what_left_comes_back_elsewhere_without_a_download(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	uint32_t uid = 1;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	assert_int_equal(store_fixture_total(fixture, inbox), 0);
	store_fixture_add(fixture, other, 7, "a@x", NULL, MAIL_SEEN);
	g_autofree char *now = store_fixture_key(fixture, other, 7);
	assert_string_equal(now, key);
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, other, &(BodyWish){ 0 }, 0, 9, NULL);
	assert_int_equal(wanted->len, 0);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Archive/cur"), 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 0);
	store_fixture_check(fixture);
}

/* What waits for the index, all of it, as "PUT key;REMOVE key;"; and it is done. */
static char *
take_index_queue(StoreFixture *fixture)
{
	static const char *const acts[] = {
		[INDEX_PUT] = "PUT", [INDEX_REMOVE] = "REMOVE", [INDEX_FLAGS] = "FLAGS"
	};
	GString *text = g_string_new(NULL);
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 99, NULL, NULL);
	for (guint i = 0; i < items->len; i++) {
		const IndexItem *item = items->pdata[i];
		g_string_append_printf(text, "%s %s;", acts[item->act], item->key);
		assert_true(store_index_done(fixture->store, &item->queue, 1, NULL));
	}
	return g_string_free(text, FALSE);
}

static void
what_is_in_limbo_is_in_no_search(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	g_autofree char *put = g_strdup_printf("PUT %s;", key);
	g_autofree char *remove = g_strdup_printf("REMOVE %s;", key);
	g_autofree char *placed = take_index_queue(fixture);
	assert_string_equal(placed, put);
	uint32_t uid = 1;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	g_autofree char *gone = take_index_queue(fixture);
	assert_string_equal(gone, remove);
	store_fixture_add(fixture, other, 7, "a@x", NULL, 0);
	g_autofree char *back = take_index_queue(fixture);
	assert_string_equal(back, put);
	/* Left and found again before the index heard of it. */
	uid = 7;
	assert_true(store_vanished(fixture->store, other, &uid, 1, NULL));
	store_fixture_add(fixture, inbox, 2, "a@x", NULL, 0);
	g_autofree char *moved = take_index_queue(fixture);
	assert_string_equal(moved, put);
	/* What has no file here was never there. */
	store_fixture_add(fixture, inbox, 3, "b@x", NULL, 0);
	uid = 3;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	store_fixture_add(fixture, other, 8, "b@x", NULL, 0);
	g_autofree char *nothing = take_index_queue(fixture);
	assert_string_equal(nothing, "");
	store_fixture_check(fixture);
}

static void
what_stays_away_for_a_cycle_goes_to_the_graveyard(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	uint32_t uid = 1;
	size_t removed = 9;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	assert_true(store_end_cycle(fixture->store, &removed, NULL));
	assert_int_equal(removed, 0);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 1);
	assert_true(store_end_cycle(fixture->store, &removed, NULL));
	assert_int_equal(removed, 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/new"), 0);
	g_autofree char *grave = g_build_filename(fixture->beside, "graveyard/INBOX", NULL);
	assert_int_equal(store_fixture_count(grave), 1);
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 10, NULL, NULL);
	assert_int_equal(items->len, 1);
	assert_int_equal(((IndexItem *)items->pdata[0])->act, INDEX_REMOVE);
	store_fixture_check(fixture);
}

static void
only_what_was_changed_here_goes_over_to_a_twin(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	char *both[] = { "both", "gone", "dropped", NULL }, *now[] = { "both", "dropped", NULL };
	char *add[] = { "todo", NULL }, *drop[] = { "dropped", NULL };
	FlagChange before = { .uid = 1, .keywords = both }, after = { .uid = 7, .keywords = now };
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	assert_true(store_merge_flags(fixture->store, inbox, &before, 1, 0, NULL, NULL));
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	assert_true(store_set_tags(fixture->store, key, add, drop, NULL));
	store_fixture_add(fixture, other, 7, "a@x", NULL, 0);
	assert_true(store_merge_flags(fixture->store, other, &after, 1, 0, NULL, NULL));
	assert_true(store_vanished(fixture->store, inbox, &before.uid, 1, NULL));
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(
		store_fixture_number(fixture, "SELECT lkw='both todo' FROM msg WHERE uid=7"), 1);
	store_fixture_check(fixture);
}

/* An older row came back from limbo under the UID that a younger one has now: what waits goes over all the same. */
static void
what_waits_goes_over_to_an_older_row_too(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t archive = store_fixture_folder(fixture, "Archive");
	int64_t trash = store_fixture_folder(fixture, "Trash");
	store_fixture_add(fixture, archive, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	const uint32_t uid = 1;
	assert_true(store_vanished(fixture->store, archive, &uid, 1, NULL));
	store_fixture_change(fixture, "UPDATE msg SET loc=2 WHERE uid=1");
	/* It is seen in Trash before it is seen to leave INBOX. */
	store_fixture_add(fixture, trash, 1, "a@x", NULL, 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 2);
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	for (int cycle = 0; cycle < 2; cycle++)
		assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE loc=2 AND base=0"),
		1);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
}

/* ---- index queue ---- */

static void
bodies_are_indexed_newest_first_under_their_current_name(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= 3; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 3);
	g_autofree char *from = g_build_filename(fixture->mail, "INBOX/new", key, NULL);
	g_autofree char *to = g_strdup_printf("%s/INBOX/cur/%s:2,S", fixture->mail, key);
	assert_int_equal(g_rename(from, to), 0);
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 2, NULL, NULL);
	assert_int_equal(items->len, 2);
	const IndexItem *item = items->pdata[0];
	assert_string_equal(item->key, key);
	g_autofree char *expected = g_strdup_printf("acc/INBOX/cur/%s:2,S", key);
	assert_string_equal(item->file, expected);
	int64_t done[2] = { item->queue, ((IndexItem *)items->pdata[1])->queue };
	assert_true(store_index_done(fixture->store, done, 2, NULL));
	assert_int_equal(store_index_queue(fixture->store), 1);
	store_fixture_check(fixture);
}

static void
tags_that_flags_make_are_flags(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	char *add[] = { "flagged", "todo", "unread", NULL }, *remove[] = { "replied", NULL };
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN | MAIL_REPLIED);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	assert_true(store_set_tags(fixture->store, key, add, remove, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT loc FROM msg WHERE lkw='todo'"),
		MAIL_FLAGGED);
	store_fixture_check(fixture);
}

static void
an_answer_to_an_older_item_leaves_the_newer(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	char *body[] = { "body", NULL }, *list[] = { "list", NULL }, *more[] = { "more", NULL };
	g_autoptr(GPtrArray) early = store_index_batch(fixture->store, false, 9, NULL, NULL);
	int64_t queue = ((IndexItem *)early->pdata[0])->queue;
	assert_true(store_set_tags(fixture->store, key, body, NULL, NULL));
	assert_true(store_index_done(fixture->store, &queue, 1, NULL));
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 9, NULL, NULL);
	assert_int_equal(items->len, 1);
	assert_string_equal(((IndexItem *)items->pdata[0])->tags, "body");
	queue = ((IndexItem *)items->pdata[0])->queue;
	assert_true(store_index_done(fixture->store, &queue, 1, NULL));
	assert_true(store_set_tags(fixture->store, key, NULL, body, NULL));
	assert_true(store_set_tags(fixture->store, key, list, NULL, NULL));
	g_autoptr(GPtrArray) first = store_index_batch(fixture->store, false, 9, NULL, NULL);
	assert_true(store_set_tags(fixture->store, key, more, list, NULL));
	queue = ((IndexItem *)first->pdata[0])->queue;
	assert_true(store_index_done(fixture->store, &queue, 1, NULL));
	g_autoptr(GPtrArray) then = store_index_batch(fixture->store, false, 9, NULL, NULL);
	assert_int_equal(then->len, 1);
	assert_string_equal(((IndexItem *)then->pdata[0])->tags, "more");
	assert_true(store_requeue_index(fixture->store, NULL));
	assert_int_equal(store_index_queue(fixture->store), 1);
}

/* ---- identity ---- */

static void
a_database_of_other_mail_holds_the_account(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_change(fixture, "UPDATE meta SET v='another' WHERE k='store_uuid'");
	for (int i = 0; i < 2; i++) {
		store_fixture_reopen(fixture);
		assert_non_null(strstr(store_held(fixture->store), "not the one of the mail"));
		g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, inbox);
		assert_int_equal(folder->state, FOLDER_HELD);
		bool held = false;
		assert_true(store_begin_folder(fixture->store, inbox, 1, 2, &held, NULL));
		assert_true(held);
		assert_true(store_scan(fixture->store, 0, NULL, NULL));
		assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	}
}

static void
a_lost_database_of_an_empty_tree_begins_anew(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_folder(fixture, "INBOX");
	store_fixture_lose_database(fixture);
	int64_t again = store_fixture_folder(fixture, "INBOX");
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, again);
	assert_int_not_equal(folder->state, FOLDER_HELD);
}

static void
mail_that_is_not_mounted_holds_the_account(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_unmount(fixture, true);
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(folder->state, FOLDER_HELD);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	store_fixture_unmount(fixture, false);
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_not_equal(then->state, FOLDER_HELD);
	store_fixture_check(fixture);
}

static void
a_damaged_database_is_set_aside_and_made_anew_from_the_files(void **state)
{
	static const struct {
		off_t offset, cut;
	} damages[] = { { 0, 0 }, { 4096, 0 }, { 8192, 0 }, { -1, 5000 }, { -1, 100 } };
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= 40; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		store_fixture_damage(fixture, damages[i].offset, damages[i].cut);
		assert_true(store_scan(fixture->store, 0, NULL, NULL));
		int64_t again = store_fixture_folder(fixture, "INBOX");
		g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, again);
		assert_int_equal(folder->state, FOLDER_REMATCH);
		assert_int_equal(store_fixture_total(fixture, again), 40);
		assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 40);
		store_fixture_check(fixture);
	}
}

static void
a_damage_after_a_clean_close_is_set_aside_at_the_start_after_it_was_met(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= 40; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	store_fixture_damage_table(fixture, "m_uid");
	g_autoptr(GError) error = NULL;
	assert_null(store_uids(fixture->store, inbox, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_DAMAGED);
	store_fixture_reopen(fixture);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	int64_t again = store_fixture_folder(fixture, "INBOX");
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, again);
	assert_int_equal(folder->state, FOLDER_REMATCH);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 40);
	assert_int_equal(store_fixture_total(fixture, again), 40);
}

static void
make_sums_wrong(StoreFixture *fixture)
{
	store_fixture_change(fixture, "UPDATE folder SET unread=unread+3; DELETE FROM fthread;"
				      "UPDATE fdate SET total=total+1");
}

static void
wrong_sums_are_set_right_after_an_unclean_end_and_once_a_day(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Empty");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_FLAGGED);
	store_fixture_add(fixture, inbox, 2, "b@x", "a@x", MAIL_SEEN);
	make_sums_wrong(fixture);
	store_fixture_damage(fixture, -1, 0);
	store_fixture_check(fixture);
	make_sums_wrong(fixture);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_unread(fixture, inbox), 4);
	assert_true(store_set_meta(fixture->store, "recounted", "1000", NULL));
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_unread(fixture, inbox), 1);
	store_fixture_check(fixture);
}

static void
tags_reach_every_copy_of_a_message(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", "root@x", 0);
	store_fixture_add(fixture, other, 1, "a@x", "root@x", 0);
	store_fixture_add(fixture, other, 2, "b@x", "root@x", 0);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	char *add[] = { "todo", "list", NULL };
	assert_true(store_set_tags(fixture->store, key, add, NULL, NULL));
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE lkw='list todo'"), 2);
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_row_that_is_listed_again_takes_the_flags_alone),
		WITH_STORE(rows_are_listed_before_any_body_is_here),
		WITH_STORE(a_uid_that_is_there_keeps_its_envelope),
		WITH_STORE(watermarks_move_with_the_window_and_never_back),
		WITH_STORE(nothing_is_written_by_uids_that_were_given_anew),
		WITH_STORE(a_uidnext_that_went_back_is_as_another_uidvalidity),
		WITH_STORE(a_placed_body_is_where_its_flags_say),
		WITH_STORE(bodies_are_wanted_newest_first_and_within_the_limits),
		WITH_STORE(a_quarantined_body_waits),
		WITH_STORE(a_wanted_message_is_told_by_its_key),
		WITH_STORE(a_body_whose_row_went_leaves_no_file),
		WITH_STORE(placing_again_after_a_failed_step_is_harmless),
		WITH_STORE(what_the_server_says_renames_the_file_afterwards),
		WITH_STORE(a_wish_survives_what_the_server_says_of_other_flags),
		WITH_STORE(follow_leaves_alone_what_somebody_moved_since),
		WITH_STORE(what_left_comes_back_elsewhere_without_a_download),
		WITH_STORE(what_is_in_limbo_is_in_no_search),
		WITH_STORE(what_stays_away_for_a_cycle_goes_to_the_graveyard),
		WITH_STORE(only_what_was_changed_here_goes_over_to_a_twin),
		WITH_STORE(what_waits_goes_over_to_an_older_row_too),
		WITH_STORE(bodies_are_indexed_newest_first_under_their_current_name),
		WITH_STORE(tags_that_flags_make_are_flags),
		WITH_STORE(an_answer_to_an_older_item_leaves_the_newer),
		WITH_STORE(a_database_of_other_mail_holds_the_account),
		WITH_STORE(a_lost_database_of_an_empty_tree_begins_anew),
		WITH_STORE(mail_that_is_not_mounted_holds_the_account),
		WITH_STORE(a_damaged_database_is_set_aside_and_made_anew_from_the_files),
		WITH_STORE(a_damage_after_a_clean_close_is_set_aside_at_the_start_after_it_was_met),
		WITH_STORE(wrong_sums_are_set_right_after_an_unclean_end_and_once_a_day),
		WITH_STORE(tags_reach_every_copy_of_a_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

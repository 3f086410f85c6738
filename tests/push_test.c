#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "backend/store/push.h"
#include "store_fixture.h"

/* A wish of the user's, behind the store's back. */
static void
wish(StoreFixture *fixture, const char *change)
{
	store_fixture_change(fixture, change);
}

static FlagPush *
only_push(GPtrArray *pushes)
{
	assert_non_null(pushes);
	assert_int_equal(pushes->len, 1);
	return pushes->pdata[0];
}

static void
server_says(StoreFixture *fixture, int64_t folder, uint32_t uid, unsigned flags, char **keywords)
{
	FlagChange change = { uid, flags, keywords, 0 };
	assert_true(store_merge_flags(fixture->store, folder, &change, 1, 0, NULL, NULL));
}

static void
flags_are_in_doubt_until_the_server_tells_them(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	char *none[] = { NULL };
	for (uint32_t uid = 1; uid <= 3; uid++)
		store_fixture_add(fixture, inbox, uid, NULL, NULL, 0);
	wish(fixture, "UPDATE msg SET loc=16 WHERE uid<3");
	g_autoptr(GArray) folders = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(folders->len, 1);
	g_autoptr(GPtrArray) pushes =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	const FlagPush *push = only_push(pushes);
	assert_int_equal(push->uids->len, 2);
	assert_int_equal(push->set, MAIL_SEEN);
	assert_int_equal(push->clear, 0);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE doubt=16"), 2);
	/* One answers; the user takes the other back while nobody knows of it. */
	server_says(fixture, inbox, 1, MAIL_SEEN, none);
	wish(fixture, "UPDATE msg SET loc=0 WHERE uid=2");
	g_autoptr(GPtrArray) again =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_int_equal(only_push(again)->clear, MAIL_SEEN);
	/* It was done after all: that is no wish of another client's. */
	server_says(fixture, inbox, 2, MAIL_SEEN, none);
	assert_int_equal(store_fixture_number(fixture, "SELECT loc FROM msg WHERE uid=2"), 0);
	server_says(fixture, inbox, 2, 0, none);
	g_autoptr(GArray) clean = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(clean->len, 0);
}

static void
keywords_go_as_flags_do_and_local_tags_stay(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	char *blue[] = { "blue", NULL };
	store_fixture_add(fixture, inbox, 1, NULL, NULL, 0);
	wish(fixture, "UPDATE msg SET lkw='blue inbox näher'");
	g_autoptr(GPtrArray) pushes =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	const FlagPush *push = only_push(pushes);
	assert_string_equal(push->add[0], "blue");
	assert_null(push->add[1]);
	assert_null(push->remove[0]);
	wish(fixture, "UPDATE msg SET lkw='inbox näher'");
	server_says(fixture, inbox, 1, 0, blue);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT lkw='inbox näher' AND bkw='blue' FROM msg"),
		1);
	g_autoptr(GPtrArray) again =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_string_equal(only_push(again)->remove[0], "blue");
	char *none[] = { NULL };
	server_says(fixture, inbox, 1, 0, none);
	/* What is left is nobody's but ours: it is looked at once more, and is then no wish. */
	g_autoptr(GPtrArray) nothing =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_int_equal(nothing->len, 0);
	g_autoptr(GArray) clean = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(clean->len, 0);
}

static void
what_a_folder_cannot_keep_is_not_asked_for_again(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, NULL, NULL, 0);
	wish(fixture, "UPDATE msg SET loc=18,lkw='blue'");
	g_autoptr(GPtrArray) pushes =
		store_push_flags(fixture->store, inbox, MAIL_SEEN, false, NULL);
	assert_int_equal(only_push(pushes)->set, MAIL_SEEN);
	assert_null(only_push(pushes)->add[0]);
	char *none[] = { NULL };
	server_says(fixture, inbox, 1, MAIL_SEEN, none);
	g_autoptr(GPtrArray) nothing =
		store_push_flags(fixture->store, inbox, MAIL_SEEN, false, NULL);
	assert_int_equal(nothing->len, 0);
	g_autoptr(GArray) clean = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(clean->len, 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT loc=18 AND lkw='blue' FROM msg"), 1);
	/* Wished anew, it is looked at anew. */
	wish(fixture, "UPDATE msg SET loc=16");
	wish(fixture, "UPDATE msg SET loc=24");
	g_autoptr(GArray) dirty = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(dirty->len, 1);
}

static void
refused_flags_wait_for_the_user(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, NULL, NULL, 0);
	wish(fixture, "UPDATE msg SET loc=16");
	g_autoptr(GPtrArray) pushes =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_true(store_park_flags(
		fixture->store, inbox, only_push(pushes)->uids, "read-only", NULL));
	g_autoptr(GPtrArray) nothing =
		store_push_flags(fixture->store, inbox, MAIL_ALL_FLAGS, true, NULL);
	assert_int_equal(nothing->len, 0);
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT count(*) FROM op WHERE state=2 AND err='read-only'"),
		1);
}

/* ---- operations ---- */

typedef struct Moving {
	StoreFixture *fixture;
	int64_t inbox, archive;
	GArray *begun;
} Moving;

/* Messages 1 to COUNT of INBOX, with bodies, wanted in Archive and sent there. */
static Moving
begin_moves(StoreFixture *fixture, uint32_t count)
{
	Moving moving = { fixture, store_fixture_folder(fixture, "INBOX"),
		store_fixture_folder(fixture, "Archive"), NULL };
	for (uint32_t uid = 1; uid <= count; uid++) {
		g_autofree char *id = g_strdup_printf("m%u@x", uid);
		store_fixture_add(fixture, moving.inbox, uid, id, NULL, 0);
	}
	store_fixture_fetch_all(fixture, moving.inbox);
	store_fixture_rename(fixture, "INBOX/new", "Archive/cur", ":2,");
	for (uint32_t uid = 1; uid < count; uid++)
		store_fixture_rename(fixture, "INBOX/new", "Archive/cur", ":2,");
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(waiting->len, count);
	assert_true(store_send_ops(fixture->store, (PushedOp *)(void *)waiting->data, waiting->len,
		&moving.begun, NULL));
	assert_int_equal(moving.begun->len, count);
	return moving;
}

static const PushedOp *
op_at(const GArray *ops, guint at)
{
	return &g_array_index(ops, PushedOp, at);
}

static void
a_move_is_done_when_the_server_names_the_place(void **state)
{
	Moving moving = begin_moves(*state, 2);
	StoreFixture *fixture = moving.fixture;
	g_autoptr(GArray) doubts = store_doubtful_ops(fixture->store, NULL);
	assert_int_equal(doubts->len, 2);
	FinishedOp done = { op_at(moving.begun, 0)->id, 70 };
	assert_true(store_finish_ops(fixture->store, moving.archive, &done, 1, false, NULL));
	assert_int_equal(
		store_fixture_number(fixture,
			"SELECT count(*) FROM msg WHERE uid=70 AND sfolder=folder AND op IS NULL"),
		1);
	/* The other one was not done, and is still where it was. */
	assert_true(store_end_doubt(fixture->store, op_at(moving.begun, 1), false, NULL));
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(waiting->len, 1);
	store_fixture_check(fixture);
	g_array_unref(moving.begun);
}

static void
a_pull_that_came_first_makes_no_second_message(void **state)
{
	Moving moving = begin_moves(*state, 1);
	StoreFixture *fixture = moving.fixture;
	store_fixture_add(fixture, moving.archive, 70, "m1@x", NULL, MAIL_FLAGGED);
	assert_int_equal(store_fixture_total(fixture, moving.archive), 2);
	FinishedOp done = { op_at(moving.begun, 0)->id, 70 };
	assert_true(store_finish_ops(fixture->store, moving.archive, &done, 1, false, NULL));
	assert_int_equal(store_fixture_total(fixture, moving.archive), 1);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT loc FROM msg WHERE uid=70"), MAIL_FLAGGED);
	store_fixture_check(fixture);
	g_array_unref(moving.begun);
}

static void
a_move_made_as_a_copy_leaves_a_ghost_to_purge(void **state)
{
	Moving moving = begin_moves(*state, 1);
	StoreFixture *fixture = moving.fixture;
	FinishedOp done = { op_at(moving.begun, 0)->id, 70 };
	assert_true(store_finish_ops(fixture->store, moving.archive, &done, 1, true, NULL));
	g_autoptr(GArray) purges = store_waiting_ops(fixture->store, OP_PURGE, NULL);
	assert_int_equal(purges->len, 1);
	assert_int_equal(op_at(purges, 0)->uid, 1);
	assert_int_equal(op_at(purges, 0)->from, moving.inbox);
	assert_int_equal(store_fixture_total(fixture, moving.inbox), 0);
	/* It counts as the server's, and is known when the server lists it. */
	g_autoptr(StoreFolder) folder = store_fixture_read_folder(fixture, moving.inbox);
	assert_int_equal(folder->rows, 1);
	store_fixture_add(fixture, moving.inbox, 1, "m1@x", NULL, 0);
	assert_int_equal(store_fixture_total(fixture, moving.inbox), 0);
	int64_t id = op_at(purges, 0)->id;
	assert_true(store_mark_purged(fixture->store, &id, 1, true, NULL));
	g_autoptr(GArray) marked = store_waiting_ops(fixture->store, OP_PURGE, NULL);
	assert_true(op_at(marked, 0)->marked);
	uint32_t gone = 1;
	assert_true(store_vanished(fixture->store, moving.inbox, &gone, 1, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
	store_fixture_check(fixture);
	g_array_unref(moving.begun);
}

static void
what_another_client_took_meanwhile_is_in_limbo(void **state)
{
	Moving moving = begin_moves(*state, 1);
	StoreFixture *fixture = moving.fixture;
	int64_t other = store_fixture_folder(fixture, "Other");
	/* While the operation is on its way nothing is concluded from what is missing. */
	uint32_t gone = 1;
	assert_true(store_vanished(fixture->store, moving.inbox, &gone, 1, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT st FROM msg"), 0);
	assert_true(store_end_doubt(fixture->store, op_at(moving.begun, 0), true, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT st FROM msg"), 4);
	store_fixture_add(fixture, other, 9, "m1@x", NULL, 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg"), 1);
	assert_int_equal(store_fixture_total(fixture, other), 1);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Other/cur") +
				 store_fixture_files(fixture, "Other/new"),
		1);
	store_fixture_check(fixture);
	g_array_unref(moving.begun);
}

static GPtrArray *
one_row(uint32_t uid, const char *id)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
	g_autofree char *text = g_strdup_printf("Message-ID: <%s>\r\n"
						"Subject: subject of %s\r\n"
						"From: Ada <ada@example.org>\r\n\r\n",
		id, id);
	NewRow *row = g_new0(NewRow, 1);
	row->uid = uid;
	row->has_flags = true;
	row->internal_date = 1000000000 + uid;
	row->header = header_read_for_list(text, strlen(text));
	g_ptr_array_add(rows, row);
	return rows;
}

static void
what_is_in_doubt_is_found_by_its_header_above_the_window(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	g_autoptr(GPtrArray) rows = one_row(5, "new@x");
	store_fixture_change(fixture, "UPDATE folder SET uidnext=5");
	store_fixture_write_file(fixture, "INBOX/cur/17.M3.host:2,S", "new@x", 50);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_APPEND, NULL);
	assert_int_equal(waiting->len, 1);
	PushedFile file;
	assert_true(store_send_append(
		fixture->store, op_at(waiting, 0), MAIL_ALL_FLAGS, true, &file, NULL));
	assert_true(file.file >= 0);
	assert_int_equal(file.flags, MAIL_SEEN);
	pushed_file_clear(&file);
	uint32_t first;
	assert_true(store_doubt_window(fixture->store, inbox, &first, NULL));
	assert_int_equal(first, 5);
	/* The identity is that of the file, whatever it is made of here. */
	store_fixture_change(fixture, "CREATE TABLE kept AS SELECT hdrh FROM msg");
	uint8_t identity[HEADER_IDENTITY_SIZE];
	header_identity(((NewRow *)rows->pdata[0])->header, 0, 0, identity);
	g_autoptr(GString) hex = g_string_new("UPDATE msg SET hdrh=x'");
	for (size_t i = 0; i < sizeof identity; i++)
		g_string_append_printf(hex, "%02x", identity[i]);
	g_string_append(hex, "'");
	store_fixture_change(fixture, hex->str);
	size_t found;
	g_autoptr(GPtrArray) below = one_row(4, "new@x");
	assert_true(store_match_doubt(fixture->store, inbox, below, true, &found, NULL));
	assert_int_equal(found, 0);
	assert_true(store_match_doubt(fixture->store, inbox, rows, true, &found, NULL));
	assert_int_equal(found, 1);
	/* What was sent is agreed; that the server shows it unread is another client's wish. */
	assert_int_equal(
		store_fixture_number(fixture, "SELECT uid=5 AND base=0 AND loc=0 FROM msg"), 1);
	store_fixture_check(fixture);
}

static void
what_is_refused_twice_is_parked(void **state)
{
	Moving moving = begin_moves(*state, 2);
	StoreFixture *fixture = moving.fixture;
	int64_t ids[] = { op_at(moving.begun, 0)->id, op_at(moving.begun, 1)->id };
	assert_true(store_requeue_ops(fixture->store, ids, 2, "no such folder", NULL));
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(waiting->len, 2);
	assert_true(op_at(waiting, 0)->alone);
	g_array_unref(moving.begun);
	assert_true(store_send_ops(fixture->store, op_at(waiting, 0), 1, &moving.begun, NULL));
	assert_true(store_requeue_ops(fixture->store, ids, 1, "no such folder", NULL));
	g_autoptr(GArray) left = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(left->len, 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op WHERE state=2"), 1);
	store_fixture_check(fixture);
	g_array_unref(moving.begun);
}

static void
what_equals_one_in_doubt_is_not_sent(void **state)
{
	Moving moving = begin_moves(*state, 2);
	StoreFixture *fixture = moving.fixture;
	int64_t second = op_at(moving.begun, 1)->id;
	assert_true(store_requeue_ops(fixture->store, &second, 1, "not now", NULL));
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(waiting->len, 1);
	wish(fixture, "UPDATE msg SET hdrh=(SELECT hdrh FROM msg WHERE uid=1)");
	g_autoptr(GArray) equal = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(equal->len, 0);
	assert_true(store_end_doubt(fixture->store, op_at(moving.begun, 0), false, NULL));
	g_autoptr(GArray) both = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(both->len, 2);
	g_array_unref(moving.begun);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flags_are_in_doubt_until_the_server_tells_them),
		TEST(keywords_go_as_flags_do_and_local_tags_stay),
		TEST(what_a_folder_cannot_keep_is_not_asked_for_again),
		TEST(refused_flags_wait_for_the_user),
		TEST(a_move_is_done_when_the_server_names_the_place),
		TEST(a_pull_that_came_first_makes_no_second_message),
		TEST(a_move_made_as_a_copy_leaves_a_ghost_to_purge),
		TEST(what_another_client_took_meanwhile_is_in_limbo),
		TEST(what_is_in_doubt_is_found_by_its_header_above_the_window),
		TEST(what_is_refused_twice_is_parked),
		TEST(what_equals_one_in_doubt_is_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <string.h>

#include "backend/store/deeds.h"
#include "backend/store/push.h"
#include "rematch_fixture.h"

static void
rows_take_the_uids_of_now_and_keep_their_files(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	store_fixture_add(fixture, inbox, 3, NULL, NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	/* the numbers of before, but given to others */
	ServerMail mails[] = { server_mail(1, 3, NULL, 0, ""), server_mail(2, 1, "a@x", 0, ""),
		server_mail(3, 2, "b@x", 0, ""), server_mail(9, 4, "new@x", 0, "") };
	Rematched done = rematch(fixture, inbox, mails, G_N_ELEMENTS(mails));
	assert_int_equal(done.found, 3);
	assert_int_equal(done.gone, 0);
	g_autofree char *same = store_fixture_key(fixture, inbox, 2);
	assert_string_equal(same, key);
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->state, FOLDER_OK);
	assert_int_equal(then->uidvalidity, 2);
	assert_int_equal(then->uidnext, 9); /* from there on there is mail that is not here */
	assert_int_equal(then->uidlow, 1);
	assert_int_equal(then->modseq, 7);
	assert_int_equal(then->rows, 3);
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 0, 10, NULL);
	assert_int_equal(wanted->len, 0);
}

static void
what_is_not_there_any_more_is_in_limbo(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	ServerMail mails[] = { server_mail(5, 2, "b@x", 0, "") };
	assert_int_equal(rematch(fixture, inbox, mails, 1).gone, 1);
	assert_int_equal(store_fixture_total(fixture, inbox), 1);
	assert_int_equal(
		store_fixture_number(fixture,
			"SELECT count(*) FROM msg WHERE st=4 AND uid IS NULL AND mid='a@x'"),
		1);
	/* Another folder has it: the same file. */
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, other, 1, "a@x", NULL, 0);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE st=0 AND part=3"), 2);
	store_fixture_check(fixture);
}

static void
deed(StoreFixture *fixture, int64_t folder, uint32_t uid, const Deed *deed)
{
	g_autofree char *key = store_fixture_key(fixture, folder, uid);
	const char *const keys[] = { key, NULL };
	DeedDone done = { 0 };
	assert_true(store_do(fixture->store, deed, keys, &done, NULL));
	assert_int_equal(done.done, 1);
	deed_done_clear(&done);
}

static void
wishes_doubts_and_operations_survive(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	store_fixture_add(fixture, inbox, 3, "c@x", NULL, 0);
	store_fixture_fetch_all(fixture, inbox);
	deed(fixture, inbox, 1, &(Deed){ .id = "1", .kind = DEED_FLAG, .set = MAIL_FLAGGED });
	deed(fixture, inbox, 3, &(Deed){ .id = "2", .kind = DEED_MOVE, .folder = "Archive" });
	store_fixture_change(fixture, "UPDATE msg SET loc=0,doubt=16 WHERE uid=2");
	ServerMail mails[] = { server_mail(11, 1, "a@x", MAIL_REPLIED, "blue"),
		server_mail(12, 2, "b@x", MAIL_SEEN, ""), server_mail(13, 3, "c@x", 0, "") };
	assert_int_equal(rematch(fixture, inbox, mails, 3).found, 3);
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT loc=10 AND base=8 AND lkw='blue' FROM msg WHERE uid=11"),
		1);
	/* what was in doubt was done: nobody else's wish */
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT loc=0 AND base=16 AND doubt=0 FROM msg WHERE uid=12"),
		1);
	g_autoptr(GArray) waiting = store_waiting_ops(fixture->store, OP_MOVE, NULL);
	assert_int_equal(waiting->len, 1);
	assert_int_equal(g_array_index(waiting, PushedOp, 0).uid, 13);
}

static void
what_was_sent_is_looked_for_in_the_whole_folder(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	g_autofree char *sent = g_strdup_printf(
		"INSERT INTO op(id,kind,msg,state,win,made) SELECT 70,2,id,1,'9 %" G_GINT64_FORMAT
		":50',0 FROM msg WHERE uid=2; UPDATE msg SET op=70 WHERE uid=2",
		inbox);
	store_fixture_change(fixture, sent);
	ServerMail mails[] = { server_mail(8, 1, "a@x", 0, "") };
	rematch(fixture, inbox, mails, 1);
	uint32_t first;
	assert_true(store_doubt_window(fixture->store, inbox, &first, NULL));
	assert_int_equal(first, 1);
	/* Its source is gone, so it was done, or another client's: it is neither shown as gone nor asked for by a UID. */
	assert_int_equal(store_fixture_number(fixture,
				 "SELECT count(*) FROM msg WHERE op=70 AND uid IS NULL AND st<4"),
		1);
}

static void
fill(StoreFixture *fixture, int64_t folder, ServerMail *mails, uint32_t count)
{
	for (uint32_t uid = 1; uid <= count; uid++) {
		g_autofree char *id = g_strdup_printf("m%u@x", uid);
		store_fixture_add(fixture, folder, uid, id, NULL, 0);
		mails[uid - 1] = server_mail(100 + uid, uid, id, 0, "");
	}
}

static void
a_folder_with_little_of_its_mail_is_held_until_it_is_accepted(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	ServerMail mails[60];
	fill(fixture, inbox, mails, 60);
	assert_true(rematch(fixture, inbox, mails, 47).held);
	g_autoptr(StoreFolder) held = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(held->state, FOLDER_HELD);
	assert_non_null(strstr(held->held_why, "of 60 messages only 47"));
	assert_int_equal(store_fixture_total(fixture, inbox), 60);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE uid<=60"), 60);
	assert_true(store_accept(fixture->store, "INBOX", NULL));
	for (int i = 0; i < 60; i++)
		mails[i].item.mate = NULL;
	Rematched done = rematch(fixture, inbox, mails, 47);
	assert_false(done.held);
	assert_int_equal(done.gone, 13);
	assert_int_equal(store_fixture_total(fixture, inbox), 47);
	/* Once. */
	g_autoptr(GError) error = NULL;
	assert_false(store_accept(fixture->store, "INBOX", &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_FAILED);
}

static void
enough_of_it_is_enough(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	ServerMail mails[60];
	fill(fixture, inbox, mails, 60);
	assert_false(rematch(fixture, inbox, mails, 48).held);
	assert_int_equal(store_fixture_total(fixture, inbox), 48);
}

static void
a_small_folder_may_change_altogether(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	ServerMail mails[50];
	fill(fixture, inbox, mails, 50);
	assert_false(rematch(fixture, inbox, mails, 0).held);
	assert_int_equal(store_fixture_total(fixture, inbox), 0);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM msg WHERE st=4"), 50);
}

static void
a_server_that_does_it_again_and_again_is_told_of_once(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	static const bool told[] = { false, false, true, false };
	for (size_t i = 0; i < G_N_ELEMENTS(told); i++)
		assert_int_equal(rematch(fixture, inbox, NULL, 0).unstable, told[i]);
	/* A week later it begins anew. */
	store_fixture_change(fixture, "UPDATE meta SET v=(SELECT strftime('%s','now')-604801) "
				      "WHERE k LIKE 'renumbered.%'");
	for (size_t i = 0; i < G_N_ELEMENTS(told); i++)
		assert_int_equal(rematch(fixture, inbox, NULL, 0).unstable, told[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_take_the_uids_of_now_and_keep_their_files),
		TEST(what_is_not_there_any_more_is_in_limbo),
		TEST(wishes_doubts_and_operations_survive),
		TEST(what_was_sent_is_looked_for_in_the_whole_folder),
		TEST(a_folder_with_little_of_its_mail_is_held_until_it_is_accepted),
		TEST(enough_of_it_is_enough),
		TEST(a_small_folder_may_change_altogether),
		TEST(a_server_that_does_it_again_and_again_is_told_of_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "backend/store/deeds.h"
#include "backend/store/push.h"
#include "rematch_fixture.h"

/* A Maildir of another program's or of a lost state: messages of these ids, "" has none; all read. */
static void
write_files(StoreFixture *fixture, const char *folder, const char *const *ids)
{
	for (size_t i = 0; ids[i]; i++) {
		g_autofree char *below =
			g_strdup_printf("%s/cur/%s-%zu.here:2,S", folder, folder, i);
		store_fixture_write_file(fixture, below, *ids[i] ? ids[i] : NULL, 8);
	}
}

/* The state is lost, and a scan has seen what is here. */
static void
lose(StoreFixture *fixture)
{
	store_fixture_lose_database(fixture);
	assert_null(store_held(fixture->store));
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	store_fixture_check(fixture);
}

/* LIST names it. */
static int64_t
name_folder(StoreFixture *fixture, const char *name)
{
	FolderRole role = g_str_equal(name, "INBOX") ? ROLE_INBOX : ROLE_NONE;
	int64_t folder = store_put_folder(fixture->store, name, name, '/', role, NULL);
	assert_true(folder > 0);
	return folder;
}

static void
end_survey(StoreFixture *fixture, const char *first, const char *second)
{
	const char *names[] = { first, second, NULL };
	assert_true(store_missing_folders(fixture->store, names, NULL));
}

static int64_t
number(StoreFixture *fixture, const char *where)
{
	g_autofree char *question = g_strdup_printf("SELECT count(*) FROM msg WHERE %s", where);
	return store_fixture_number(fixture, question);
}

#define ASKED(kind) "op IN (SELECT id FROM op WHERE state=2 AND tries<0 AND kind=" #kind ")"

static size_t
pushed_flags(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GPtrArray) pushes =
		store_push_flags(fixture->store, folder, MAIL_ALL_FLAGS, true, NULL);
	assert_non_null(pushes);
	return pushes->len;
}

static size_t
waiting(StoreFixture *fixture, OpKind kind)
{
	g_autoptr(GArray) ops = store_waiting_ops(fixture->store, kind, NULL);
	return ops->len;
}

static size_t
wanted_bodies(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, folder, &(BodyWish){ 0 }, 0, 100, NULL);
	return wanted->len;
}

static void
files_are_shown_at_once_and_nothing_waits_for_a_server(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	write_files(fixture, "Lists", (const char *const[]){ "c@x", NULL });
	lose(fixture);
	assert_int_equal(number(fixture, "st=0 AND part=3 AND uid IS NULL AND op IS NULL"), 3);
	assert_int_equal(store_fixture_number(
				 fixture, "SELECT total FROM folder WHERE name='INBOX' AND role=1"),
		2);
	assert_int_equal(waiting(fixture, OP_APPEND), 0);
	/* what the index has of them is asked for before it is told anything */
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=4"), 3);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act<>4"), 0);
	assert_true(store_requeue_index(fixture->store, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act<>4"), 0);
	/* afterwards a file that nobody knows is new, as ever */
	int64_t inbox = name_folder(fixture, "INBOX");
	rematch(fixture, inbox, NULL, 0);
	store_fixture_write_file(fixture, "INBOX/cur/new.here:2,S", "new@x", 8);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(waiting(fixture, OP_APPEND), 1);
}

static void
rows_find_their_mail_and_nothing_is_fetched_or_sent(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX");
	end_survey(fixture, "INBOX", NULL);
	ServerMail mails[] = { server_mail(7, 1, "b@x", MAIL_SEEN, ""),
		server_mail(9, 2, "a@x", MAIL_SEEN, "blue"), server_mail(11, 3, "other@x", 0, "") };
	Rematched done = rematch(fixture, inbox, mails, 3);
	assert_int_equal(done.found, 2);
	assert_int_equal(number(fixture, "mid='b@x' AND uid=7 AND loc=base AND op IS NULL"), 1);
	assert_int_equal(number(fixture, "mid='a@x' AND uid=9 AND lkw='blue' AND bkw='blue'"), 1);
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->state, FOLDER_OK);
	assert_int_equal(then->uidvalidity, 2);
	assert_int_equal(then->uidnext, 11);
	assert_string_equal(then->remote, "INBOX");
	assert_int_equal(wanted_bodies(fixture, inbox), 0);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	store_fixture_check(fixture);
}

static void
flags_that_differ_are_asked_not_pushed(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX");
	ServerMail mails[] = { server_mail(1, 1, "a@x", 0, ""),
		server_mail(2, 2, "b@x", MAIL_SEEN, "") };
	rematch(fixture, inbox, mails, 2);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	assert_int_equal(number(fixture, "mid='a@x' AND loc=16 AND base=0 AND " ASKED(9)), 1);
	assert_int_equal(number(fixture, ASKED(9)), 1);
	g_autoptr(GArray) dirty = store_dirty_folders(fixture->store, NULL);
	assert_int_equal(dirty->len, 0);
	size_t count;
	assert_true(store_retry(fixture->store, NULL, &count, NULL));
	assert_int_equal(count, 1);
	assert_int_equal(pushed_flags(fixture, inbox), 1);
}

static void
what_is_dropped_is_as_the_server_has_it(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	write_files(fixture, "Archive", (const char *const[]){ "b@x", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX"), archive = name_folder(fixture, "Archive");
	end_survey(fixture, "INBOX", "Archive");
	ServerMail mails[] = { server_mail(1, 1, "a@x", MAIL_FLAGGED, ""),
		server_mail(2, 2, "b@x", MAIL_REPLIED, "") };
	rematch(fixture, archive, NULL, 0);
	rematch(fixture, inbox, mails, 2);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, MAIL_REPLIED);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	DeedDone done = { 0 };
	assert_true(store_drop(fixture->store, NULL, &done, NULL));
	assert_int_equal(done.done, 2);
	deed_done_clear(&done);
	assert_int_equal(number(fixture, "loc=base AND folder=sfolder AND op IS NULL"), 2);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	store_fixture_check(fixture);
}

static void
a_file_of_another_folder_is_asked_about_and_not_fetched(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	write_files(fixture, "Archive", (const char *const[]){ "b@x", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX"), archive = name_folder(fixture, "Archive");
	end_survey(fixture, "INBOX", "Archive");
	ServerMail mails[] = { server_mail(1, 1, "a@x", MAIL_SEEN, ""),
		server_mail(2, 2, "b@x", 0, "") };
	rematch(fixture, inbox, mails, 2);
	/* what waits to be matched itself is nobody else's */
	g_autoptr(StoreFolder) then = store_fixture_read_folder(fixture, inbox);
	assert_int_equal(then->uidnext, 2);
	rematch(fixture, archive, NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	g_autofree char *asked = g_strdup_printf(
		"mid='b@x' AND sfolder=%" G_GINT64_FORMAT " AND folder=%" G_GINT64_FORMAT
		" AND uid=2 AND part=3 AND loc=16 AND base=0 AND " ASKED(2),
		inbox, archive);
	assert_int_equal(number(fixture, asked), 1);
	assert_int_equal(wanted_bodies(fixture, inbox), 0);
	assert_int_equal(waiting(fixture, OP_MOVE), 0);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	/* the file stays where it is until the user says so */
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Archive/cur"), 1);
	size_t count;
	assert_true(store_retry(fixture->store, NULL, &count, NULL));
	assert_int_equal(waiting(fixture, OP_MOVE), 1);
	store_fixture_check(fixture);
}

static void
a_mail_that_waits_to_be_matched_is_not_taken_for_another_folders(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "Archive", (const char *const[]){ "a@x", NULL });
	lose(fixture);
	int64_t archive = name_folder(fixture, "Archive"),
		inbox = store_fixture_folder(fixture, "INBOX");
	end_survey(fixture, "INBOX", "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	assert_int_equal(wanted_bodies(fixture, inbox), 1);
	ServerMail mails[] = { server_mail(1, 1, "a@x", MAIL_SEEN, "") };
	assert_int_equal(rematch(fixture, archive, mails, 1).found, 1);
	assert_int_equal(number(fixture, "op IS NULL AND folder=sfolder"), 2);
}

static void
what_no_server_has_is_asked_about_after_a_whole_cycle(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	write_files(fixture, "Private", (const char *const[]){ "b@x", NULL });
	store_fixture_write_file(fixture, "INBOX/cur/stub.here,P:2,S", "stub@x", 0);
	lose(fixture);
	assert_int_equal(number(fixture, "part=1"), 1);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM op"), 0);
	int64_t inbox = name_folder(fixture, "INBOX");
	end_survey(fixture, "INBOX", NULL);
	rematch(fixture, inbox, NULL, 0);
	assert_true(store_end_cycle(fixture->store, NULL, NULL));
	assert_int_equal(number(fixture, "mid='a@x' AND " ASKED(1)), 1);
	/* of a folder that the server does not name nobody knows what it has */
	assert_int_equal(number(fixture, "mid='b@x' AND op IS NULL AND st=0"), 1);
	assert_int_equal(number(fixture, "mid='stub@x' AND st=4"), 1);
	assert_int_equal(waiting(fixture, OP_APPEND), 0);
	/* it comes after all: the same file */
	store_fixture_add(fixture, inbox, 5, "a@x", NULL, MAIL_SEEN);
	assert_int_equal(number(fixture, "mid='a@x' AND uid=5 AND op IS NULL AND part=3"), 1);
	assert_int_equal(number(fixture, "mid='a@x'"), 1);
	store_fixture_check(fixture);
}

static void
a_mail_without_an_id_is_known_without_its_date(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX");
	ServerMail mails[] = { server_mail(3, 0, NULL, MAIL_SEEN, "") };
	assert_int_equal(rematch(fixture, inbox, mails, 1).found, 1);
	assert_int_equal(number(fixture, "uid=3 AND idate=1000000000"), 1);
	/* it is known by all of it from now on */
	mails[0].item.mate = NULL;
	mails[0].item.weak = 0;
	store_fixture_change(fixture, "UPDATE folder SET uidvalidity=1");
	assert_int_equal(rematch(fixture, inbox, mails, 1).found, 1);
}

static void
a_deed_while_it_waits_is_a_wish_like_any(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	lose(fixture);
	const char *keys[] = { "INBOX-0.here", NULL };
	Deed flag = { .id = "1", .kind = DEED_FLAG, .set = MAIL_FLAGGED };
	DeedDone done = { 0 };
	assert_true(store_do(fixture->store, &flag, keys, &done, NULL));
	assert_int_equal(done.done, 1);
	deed_done_clear(&done);
	int64_t inbox = name_folder(fixture, "INBOX");
	ServerMail mails[] = { server_mail(1, 1, "a@x", MAIL_SEEN, "") };
	rematch(fixture, inbox, mails, 1);
	assert_int_equal(number(fixture, "op IS NULL"), 1);
	assert_int_equal(pushed_flags(fixture, inbox), 1);
}

static void
nothing_is_purged_of_which_no_server_has_spoken(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "Trash", (const char *const[]){ "a@x", NULL });
	lose(fixture);
	store_fixture_change(fixture, "UPDATE folder SET role=4");
	const char *keys[] = { "Trash-0.here", NULL };
	Deed purge = { .id = "1", .kind = DEED_PURGE };
	DeedDone done = { 0 };
	assert_true(store_do(fixture->store, &purge, keys, &done, NULL));
	assert_int_equal(done.done, 0);
	assert_int_equal(done.kept, 1);
	deed_done_clear(&done);
	assert_int_equal(number(fixture, "st=0"), 1);
}

static void
tags_of_the_index_stay(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	lose(fixture);
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 10, NULL, NULL);
	assert_int_equal(items->len, 2);
	int64_t inbox = name_folder(fixture, "INBOX");
	ServerMail mails[] = { server_mail(1, 1, "a@x", MAIL_SEEN, "blue"),
		server_mail(2, 2, "b@x", MAIL_SEEN, "") };
	rematch(fixture, inbox, mails, 2);
	/* they changed since: what is on its way answers nothing any more */
	g_autoptr(GPtrArray) again = store_index_batch(fixture->store, false, 10, NULL, NULL);
	assert_int_equal(again->len, 2);
	const char *tags[] = { "red", NULL };
	for (guint i = 0; i < 2; i++) {
		const IndexItem *old = items->pdata[i], *item = again->pdata[i];
		assert_int_equal(item->act, INDEX_ADOPT);
		AdoptedTags answers[] = { { old->queue, old->key, tags },
			{ item->queue, item->key, tags } };
		assert_true(store_take_tags(fixture->store, answers, 2, NULL));
	}
	assert_int_equal(number(fixture, "mid='a@x' AND lkw='blue red' AND bkw='blue'"), 1);
	assert_int_equal(number(fixture, "mid='b@x' AND lkw='red' AND bkw=''"), 1);
	/* the index hears what it does not know */
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq"), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT act FROM ixq"), INDEX_FLAGS);
	assert_int_equal(pushed_flags(fixture, inbox), 0);
	assert_int_equal(number(fixture, ASKED(9)), 2);
	store_fixture_check(fixture);
}

static void
a_folder_of_which_little_is_there_is_held(void **state)
{
	StoreFixture *fixture = *state;
	ServerMail mails[60];
	for (uint32_t i = 0; i < 60; i++) {
		g_autofree char *below = g_strdup_printf("INBOX/cur/%u.here:2,S", i);
		g_autofree char *id = g_strdup_printf("m%u@x", i);
		store_fixture_write_file(fixture, below, id, 8);
		mails[i] = server_mail(i + 1, i, id, MAIL_SEEN, "");
	}
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX");
	assert_true(rematch(fixture, inbox, mails, 40).held);
	g_autoptr(StoreFolder) held = store_fixture_read_folder(fixture, inbox);
	assert_non_null(strstr(held->held_why, "state of this folder was lost, and of 60"));
	assert_true(store_accept(fixture->store, "INBOX", NULL));
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	for (size_t i = 0; i < 60; i++)
		mails[i].item.mate = NULL;
	assert_int_equal(rematch(fixture, inbox, mails, 40).found, 40);
	assert_int_equal(store_fixture_total(fixture, inbox), 60);
}

static void
a_scan_that_was_cut_goes_on(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	store_fixture_lose_database(fixture);
	store_fixture_reopen(fixture);
	assert_null(store_held(fixture->store));
	int64_t inbox = name_folder(fixture, "INBOX");
	bool held = false;
	assert_true(store_begin_folder(fixture->store, inbox, 1, 2, &held, NULL));
	assert_true(held); /* nothing is pulled into a folder whose files are not known */
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(number(fixture, "mid='a@x' AND op IS NULL"), 1);
	ServerMail mails[] = { server_mail(4, 1, "a@x", MAIL_SEEN, "") };
	assert_int_equal(rematch(fixture, inbox, mails, 1).found, 1);
}

static void
the_user_may_have_it_made_anew(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX"), waits = -1;
	ServerMail mails[] = { server_mail(1, 1, "a@x", 0, ""),
		server_mail(2, 2, "b@x", MAIL_SEEN, "") };
	rematch(fixture, inbox, mails, 2);
	assert_true(store_anew(fixture->store, &waits, NULL));
	assert_int_equal(waits, 1);
	store_fixture_reopen(fixture);
	assert_null(store_held(fixture->store));
	assert_int_equal(number(fixture, "1"), 0);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(number(fixture, "st=0 AND part=3 AND uid IS NULL AND op IS NULL"), 2);
	assert_int_equal(store_fixture_count(fixture->state), 2 + 2); /* state.db-wal, -shm */
	/* once is enough */
	store_fixture_reopen(fixture);
	assert_int_equal(number(fixture, "1"), 2);
	/* where the mail is not there, the state is all that knows of it */
	store_fixture_unmount(fixture, true);
	g_autoptr(GError) error = NULL;
	assert_false(store_anew(fixture->store, &waits, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_REFUSED);
}

static void
what_was_done_last_shows_in_the_files_before_it_is_made_anew(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX"), waits;
	store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	store_fixture_fetch_all(fixture, inbox);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	const char *keys[] = { key, NULL };
	const Deed move = { .id = "d1", .kind = DEED_MOVE, .folder = "Archive" };
	const Deed flag = { .id = "d2", .kind = DEED_FLAG, .set = MAIL_FLAGGED };
	DeedDone done = { 0 };
	assert_true(store_do(fixture->store, &move, keys, &done, NULL));
	deed_done_clear(&done);
	assert_true(store_do(fixture->store, &flag, keys, &done, NULL));
	deed_done_clear(&done);
	assert_true(store_anew(fixture->store, &waits, NULL));
	assert_int_equal(waits, 1);
	store_fixture_reopen(fixture);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	g_autofree char *name = store_fixture_first_file(fixture, "Archive/cur");
	assert_true(g_str_has_suffix(name, ":2,FS"));
	store_fixture_check(fixture);
}

static void
what_the_index_has_of_a_local_account_stays(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", NULL });
	store_fixture_reopen_local(fixture);
	lose(fixture);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=4"), 1);
	g_autoptr(GPtrArray) items = store_index_batch(fixture->store, false, 10, NULL, NULL);
	const IndexItem *item = items->pdata[0];
	const char *tags[] = { "todo", NULL };
	AdoptedTags answer = { item->queue, item->key, tags };
	assert_true(store_take_tags(fixture->store, &answer, 1, NULL));
	assert_int_equal(number(fixture, "lkw='todo' AND bkw='todo' AND op IS NULL"), 1);
	/* what comes later is new */
	store_fixture_write_file(fixture, "INBOX/cur/new.here:2,S", "new@x", 8);
	assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=4"), 0);
}

/* KNOWN keys that the index has and UNKNOWN ones of before; how many go. */
static size_t
compare(StoreFixture *fixture, guint known, guint unknown)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < known + unknown; i++)
		g_ptr_array_add(
			keys, g_strdup_printf("%s-%u.here", i < known ? "INBOX" : "gone", i));
	size_t removed;
	bool is_of_before = false;
	assert_true(store_index_is_of_before(fixture->store, &is_of_before, NULL));
	assert_true(is_of_before);
	assert_true(store_compare_index(fixture->store, keys, &removed, NULL));
	assert_true(store_index_is_of_before(fixture->store, &is_of_before, NULL));
	assert_false(is_of_before);
	return removed;
}

static void
what_the_index_knows_and_is_gone_goes_from_it(void **state)
{
	StoreFixture *fixture = *state;
	write_files(fixture, "INBOX", (const char *const[]){ "a@x", "b@x", NULL });
	lose(fixture);
	assert_int_equal(compare(fixture, 2, 20), 20);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=2"), 20);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=4"), 2);
	store_fixture_check(fixture);
	lose(fixture);
	assert_int_equal(compare(fixture, 2, 21), 0); /* is the right disk mounted? */
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM ixq WHERE act=2"), 0);
}

/* As mbsync writes them: UIDs in names, folders as the server writes them. */
static void
a_tree_of_another_program_is_taken_as_it_is(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_write_file(fixture, "Inbox/cur/1.2_3.host,U=12:2,S", "a@x", 8);
	store_fixture_write_file(fixture, "Entw&APw-rfe/cur/1.2_4.host,U=1:2,DS", "b@x", 8);
	store_fixture_write_file(fixture, "Lists/notmuch/new/1.2_5.host,U=1", "c@x", 8);
	lose(fixture);
	int64_t inbox = name_folder(fixture, "INBOX");
	int64_t drafts = store_put_folder(
		fixture->store, "Entw&APw-rfe", "Entwürfe", '.', ROLE_DRAFTS, NULL);
	int64_t lists = store_put_folder(
		fixture->store, "Lists.notmuch", "Lists/notmuch", '.', ROLE_NONE, NULL);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM folder"), 3);
	const char *names[] = { "INBOX", "Entw&APw-rfe", "Lists.notmuch", NULL };
	assert_true(store_missing_folders(fixture->store, names, NULL));
	ServerMail a = server_mail(1, 1, "a@x", MAIL_SEEN, ""),
		   b = server_mail(1, 1, "b@x", MAIL_SEEN | MAIL_DRAFT, ""),
		   c = server_mail(1, 1, "c@x", 0, "");
	assert_int_equal(rematch(fixture, inbox, &a, 1).found, 1);
	assert_int_equal(rematch(fixture, drafts, &b, 1).found, 1);
	assert_int_equal(rematch(fixture, lists, &c, 1).found, 1);
	g_autoptr(StoreFolder) named = store_fixture_read_folder(fixture, drafts);
	assert_string_equal(named->name, "Entwürfe");
	assert_string_equal(named->path, "Entw&APw-rfe");
	assert_int_equal(number(fixture, "op IS NULL"), 3);
	assert_true(store_follow(fixture->store, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "Inbox/cur"), 1);
	g_autofree char *kept = store_fixture_first_file(fixture, "Inbox/cur");
	assert_string_equal(kept, "1.2_3.host,U=12:2,S");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_shown_at_once_and_nothing_waits_for_a_server),
		TEST(rows_find_their_mail_and_nothing_is_fetched_or_sent),
		TEST(flags_that_differ_are_asked_not_pushed),
		TEST(what_is_dropped_is_as_the_server_has_it),
		TEST(a_file_of_another_folder_is_asked_about_and_not_fetched),
		TEST(a_mail_that_waits_to_be_matched_is_not_taken_for_another_folders),
		TEST(what_no_server_has_is_asked_about_after_a_whole_cycle),
		TEST(a_mail_without_an_id_is_known_without_its_date),
		TEST(a_deed_while_it_waits_is_a_wish_like_any),
		TEST(nothing_is_purged_of_which_no_server_has_spoken),
		TEST(tags_of_the_index_stay),
		TEST(a_folder_of_which_little_is_there_is_held),
		TEST(a_scan_that_was_cut_goes_on),
		TEST(a_tree_of_another_program_is_taken_as_it_is),
		TEST(the_user_may_have_it_made_anew),
		TEST(what_was_done_last_shows_in_the_files_before_it_is_made_anew),
		TEST(what_the_index_has_of_a_local_account_stays),
		TEST(what_the_index_knows_and_is_gone_goes_from_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

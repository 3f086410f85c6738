#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/envelopes.h"
#include "backend/store/deeds.h"
#include "backend/store/push.h"
#include "store_fixture.h"

static Envelopes *
open_envelopes(StoreFixture *fixture, int account)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(fixture->state, "state.db", NULL);
	Envelopes *envelopes = envelopes_open(path, account, &error);
	if (!envelopes)
		fail_msg("%s", error->message);
	return envelopes;
}

/* The UIDs of a page as text: "5,4,3". */
static char *
uids_of(GPtrArray *page)
{
	GString *text = g_string_new(NULL);
	assert_non_null(page);
	for (guint i = 0; i < page->len; i++)
		g_string_append_printf(
			text, "%s%u", i ? "," : "", ((MessageRow *)page->pdata[i])->uid);
	return g_string_free(text, FALSE);
}

static int64_t
fill(StoreFixture *fixture, uint32_t count)
{
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (uint32_t uid = 1; uid <= count; uid++)
		store_fixture_add(
			fixture, inbox, uid, NULL, NULL, uid % 3 ? MAIL_SEEN : MAIL_FLAGGED);
	return inbox;
}

static void
no_database_yet_is_gone(void **state)
{
	g_autoptr(GError) error = NULL;
	assert_null(envelopes_open("/nonexistent/state.db", 0, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_GONE);
}

static void
what_is_no_file_is_not_waited_for(void **state)
{
	g_autofree char *directory = g_strdup("/tmp/curlew-envelopes-XXXXXX");
	assert_non_null(g_mkdtemp(directory));
	g_autofree char *path = g_build_filename(directory, "state.db", NULL);
	assert_int_equal(mkfifo(path, 0600), 0);
	g_autoptr(GError) error = NULL;
	alarm(20);
	assert_null(envelopes_open(path, 0, &error));
	alarm(0);
	assert_non_null(strstr(error->message, "is no regular file"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

static void
pages_go_by_key_both_ways_without_gap_or_double(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = fill(fixture, 9);
	store_fixture_add(fixture, inbox, 20, NULL, NULL, 0);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 3);
	PageAsk ask = { .view = PAGE_FOLDER, .folder = inbox, .limit = 4 };
	static const char *const down[] = { "20,9,8,7", "6,5,4,3", "2,1", "" };
	MessageRow *last = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(down); i++) {
		g_autoptr(GPtrArray) page = envelopes_page(envelopes, &ask, NULL);
		g_autofree char *uids = uids_of(page);
		assert_string_equal(uids, down[i]);
		if (page->len) {
			last = page->pdata[page->len - 1];
			ask.has_key = true;
			ask.key = (PageKey){ last->date, last->id };
			assert_int_equal(last->account, 3);
		}
	}
	ask.backward = true;
	g_autoptr(GPtrArray) up = envelopes_page(envelopes, &ask, NULL);
	g_autofree char *newer = uids_of(up);
	assert_string_equal(newer, "5,4,3,2");
	ask.has_key = false;
	g_autoptr(GPtrArray) end = envelopes_page(envelopes, &ask, NULL);
	g_autofree char *oldest = uids_of(end);
	assert_string_equal(oldest, "4,3,2,1");
}

static void
the_position_is_how_many_stand_before(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = fill(fixture, 30);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	PageAsk ask = { .view = PAGE_FOLDER, .folder = inbox, .limit = 30 };
	g_autoptr(GPtrArray) page = envelopes_page(envelopes, &ask, NULL);
	for (guint i = 0; i < page->len; i++) {
		const MessageRow *row = page->pdata[i];
		int64_t position, total;
		ask.has_key = true;
		ask.key = (PageKey){ row->date, row->id };
		assert_true(envelopes_position(envelopes, &ask, &position, &total, NULL));
		assert_int_equal(position, i);
		assert_int_equal(total, 30);
	}
}

static void
views_show_a_role_or_what_is_flagged(void **state)
{
	StoreFixture *fixture = *state;
	fill(fixture, 7);
	int64_t other = store_fixture_folder(fixture, "Other");
	store_fixture_add(fixture, other, 9, NULL, NULL, MAIL_FLAGGED);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	PageAsk role = { .view = PAGE_ROLE, .role = ROLE_INBOX, .limit = 3 };
	g_autoptr(GPtrArray) inbox = envelopes_page(envelopes, &role, NULL);
	g_autofree char *in_inbox = uids_of(inbox);
	assert_string_equal(in_inbox, "7,6,5");
	PageAsk none = { .view = PAGE_ROLE, .role = ROLE_SENT, .limit = 3 };
	g_autoptr(GPtrArray) nothing = envelopes_page(envelopes, &none, NULL);
	assert_int_equal(nothing->len, 0);
	PageAsk flagged = { .view = PAGE_FLAGGED, .limit = 9 };
	g_autoptr(GPtrArray) marked = envelopes_page(envelopes, &flagged, NULL);
	g_autofree char *uids = uids_of(marked);
	assert_string_equal(uids, "9,6,3");
	int64_t position, total;
	assert_true(envelopes_position(envelopes, &flagged, &position, &total, NULL));
	assert_int_equal(total, 3);
	store_fixture_add(fixture, other, 10, NULL, NULL, MAIL_FLAGGED | MAIL_SEEN);
	int64_t unread = -1;
	assert_true(envelopes_flagged_unread(envelopes, &unread, NULL));
	assert_int_equal(unread, 3);
}

static void
accounts_are_merged_by_date(void **state)
{
	StoreFixture *first = *state;
	void *own = NULL;
	store_fixture_open(&own);
	StoreFixture *second = own;
	fill(first, 4);
	fill(second, 4);
	Envelopes *all[] = { open_envelopes(first, 0), open_envelopes(second, 1) };
	PageAsk ask = { .view = PAGE_ROLE, .role = ROLE_INBOX, .limit = 5 };
	g_autoptr(GPtrArray) page = envelopes_merged_page(all, 2, &ask, NULL, NULL);
	g_autofree char *uids = uids_of(page);
	assert_string_equal(uids, "4,4,3,3,2");
	assert_int_equal(((MessageRow *)page->pdata[0])->account, 0);
	PageKey keys[2];
	for (int account = 0; account < 2; account++)
		for (guint i = 0; i < page->len; i++) {
			const MessageRow *row = page->pdata[i];
			if (row->account == account)
				keys[account] = (PageKey){ row->date, row->id };
		}
	ask.has_key = true;
	g_autoptr(GPtrArray) rest = envelopes_merged_page(all, 2, &ask, keys, NULL);
	g_autofree char *others = uids_of(rest);
	assert_string_equal(others, "2,1,1");
	envelopes_close(all[0]);
	envelopes_close(all[1]);
	store_fixture_close(&own);
}

static void
a_row_says_what_there_is_to_show(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	int64_t version = envelopes_version(envelopes);
	g_autoptr(MessageRow) before = envelopes_by_key(envelopes, key, NULL);
	assert_false(before->here);
	assert_false(before->has_date);
	assert_int_equal(before->date, 1000000001);
	assert_string_equal(before->from_name, "Ada");
	assert_string_equal(before->from_addr, "ada@example.org");
	assert_string_equal(before->message_id, "a@x");
	assert_string_equal(before->tags, "");
	g_autoptr(GError) error = NULL;
	assert_null(envelopes_file(envelopes, before, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_GONE);
	store_fixture_fetch_all(fixture, inbox);
	char *add[] = { "todo", NULL };
	assert_true(store_set_tags(fixture->store, key, add, NULL, NULL));
	assert_int_not_equal(envelopes_version(envelopes), version);
	g_autoptr(MessageRow) after = envelopes_by_key(envelopes, key, NULL);
	assert_true(after->here);
	assert_true(after->pending);
	assert_string_equal(after->tags, "todo");
	g_autofree char *file = envelopes_file(envelopes, after, NULL);
	g_autofree char *path = g_build_filename(fixture->mail, file, NULL);
	assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
	assert_null(envelopes_by_key(envelopes, "nosuch", NULL));
}

static void
copies_and_threads_are_found(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Other");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", "a@x", MAIL_SEEN);
	store_fixture_add(fixture, other, 3, "b@x", "a@x", 0);
	store_fixture_add(fixture, inbox, 4, "c@x", NULL, MAIL_FLAGGED);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	g_autoptr(GPtrArray) copies = envelopes_copies(envelopes, "b@x", NULL);
	g_autofree char *uids = uids_of(copies);
	assert_string_equal(uids, "3,2");
	g_autoptr(GPtrArray) none = envelopes_copies(envelopes, "nosuch@x", NULL);
	assert_int_equal(none->len, 0);
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_ptr_array_add(ids, (char *)"c@x");
	g_ptr_array_add(ids, (char *)"nosuch@x");
	g_ptr_array_add(ids, (char *)"b@x");
	g_autoptr(GPtrArray) of_many = envelopes_copies_of(envelopes, ids, NULL);
	assert_int_equal(of_many->len, 3);
	g_autoptr(GPtrArray) threads =
		envelopes_threads(envelopes, inbox, false, (PageKey){ 0, 0 }, false, 9, NULL);
	assert_int_equal(threads->len, 2);
	const ThreadRow *newest = threads->pdata[0], *older = threads->pdata[1];
	assert_int_equal(newest->messages, 1);
	assert_int_equal(newest->flagged, 1);
	assert_int_equal(older->messages, 2);
	assert_int_equal(older->unread, 1);
	assert_int_equal(older->thread, header_id_hash("a@x"));
	g_autoptr(GPtrArray) here =
		envelopes_thread_messages(envelopes, inbox, older->thread, NULL);
	g_autoptr(GPtrArray) all = envelopes_thread_messages(envelopes, 0, older->thread, NULL);
	assert_int_equal(here->len, 2);
	assert_int_equal(all->len, 3);
	g_autoptr(GArray) roots = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(roots, older->thread);
	g_array_append_val(roots, newest->thread);
	g_autoptr(GPtrArray) in_both = envelopes_messages_of_threads(envelopes, inbox, roots, NULL);
	assert_int_equal(in_both->len, 3);
	const MessageRow *answer = here->pdata[0];
	assert_int_equal(answer->id_hash, header_id_hash("b@x"));
	assert_int_equal(answer->parent, header_id_hash("a@x"));
	g_autoptr(GHashTable) parents =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	assert_true(envelopes_thread_parents(envelopes, older->thread, parents, NULL));
	assert_int_equal(g_hash_table_size(parents), 1);
	assert_int_equal(
		*(int64_t *)g_hash_table_lookup(parents, &answer->id_hash), answer->parent);
	ThreadRow again;
	assert_true(envelopes_thread(envelopes, inbox, older->thread, &again, NULL));
	assert_memory_equal(&again, older, sizeof again);
	assert_true(envelopes_thread(envelopes, inbox, 1, &again, NULL));
	assert_int_equal(again.messages, 0);
	g_autoptr(MessageRow) last = envelopes_thread_newest(envelopes, inbox, older, NULL);
	assert_int_equal(last->uid, 2);
	PageKey key = { newest->newest, newest->thread };
	g_autoptr(GPtrArray) below = envelopes_threads(envelopes, inbox, true, key, false, 9, NULL);
	assert_int_equal(below->len, 1);
	key = (PageKey){ older->newest, older->thread };
	g_autoptr(GPtrArray) above = envelopes_threads(envelopes, inbox, true, key, true, 9, NULL);
	assert_int_equal(above->len, 1);
}

static void
folders_stand_inbox_first_then_roles_then_names(void **state)
{
	StoreFixture *fixture = *state;
	store_fixture_folder(fixture, "zebra");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	int64_t inbox = fill(fixture, 5);
	store_fixture_folder(fixture, "Alpha");
	assert_true(
		store_hold_folder(fixture->store, inbox, FOLDER_HELD, "held for a reason", NULL));
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	g_autoptr(GPtrArray) folders = envelopes_folders(envelopes, NULL);
	static const char *const names[] = { "INBOX", "Trash", "Alpha", "zebra" };
	assert_int_equal(folders->len, 4);
	for (guint i = 0; i < folders->len; i++)
		assert_string_equal(((FolderRow *)folders->pdata[i])->name, names[i]);
	const FolderRow *first = folders->pdata[0];
	assert_int_equal(first->messages, 5);
	assert_int_equal(first->unread, 1);
	assert_int_equal(first->state, FOLDER_HELD);
	assert_string_equal(first->error, "held for a reason");
	EnvelopesCounts counts;
	assert_true(envelopes_counts(envelopes, &counts, NULL));
	assert_int_equal(counts.folders, 4);
	assert_int_equal(counts.messages, 5);
	assert_int_equal(counts.bodies_missing, 5);
}

/* ---- what waits ---- */

static void
wish(StoreFixture *fixture, const Deed *deed, uint32_t uid)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = store_fixture_key(fixture, 1, uid);
	const char *keys[] = { key, NULL };
	DeedDone done;
	if (!store_do(fixture->store, deed, keys, &done, &error))
		fail_msg("%s", error->message);
	deed_done_clear(&done);
}

/* "UID WHAT FROM>FOLDER[!]" of each, one a word. */
static char *
waiting_of(GPtrArray *rows)
{
	static const char *const words[] = { [PENDING_FLAGS] = "flags",
		[PENDING_MOVE] = "move",
		[PENDING_COPY] = "copy",
		[PENDING_APPEND] = "append",
		[PENDING_PURGE] = "purge" };
	GString *text = g_string_new(NULL);
	assert_non_null(rows);
	for (guint i = 0; i < rows->len; i++) {
		const PendingRow *row = rows->pdata[i];
		g_string_append_printf(text, "%s%d:%s:%d>%d%s", i ? " " : "",
			(int)(row->message->date - 1000000000), words[row->what], (int)row->from,
			(int)row->message->folder, row->message->refused ? "!" : "");
	}
	return g_string_free(text, FALSE);
}

static void
assert_waiting(Envelopes *envelopes, size_t limit, const char *expected)
{
	g_autoptr(GPtrArray) rows = envelopes_pending(envelopes, limit, NULL);
	g_autofree char *text = waiting_of(rows);
	assert_string_equal(text, expected);
}

static void
what_waits_for_the_server_is_told_the_refused_first(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = fill(fixture, 6);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	assert_waiting(envelopes, 9, "");
	store_put_folder(fixture->store, "Trash", "Trash", '/', ROLE_TRASH, NULL);
	store_fixture_folder(fixture, "Other");
	wish(fixture, &(Deed){ .kind = DEED_DELETE }, 1);
	wish(fixture, &(Deed){ .kind = DEED_FLAG, .set = MAIL_REPLIED }, 2);
	wish(fixture, &(Deed){ .kind = DEED_MOVE, .folder = "Other" }, 2);
	wish(fixture, &(Deed){ .kind = DEED_FLAG, .set = MAIL_REPLIED }, 3);
	char *tags[] = { "todo", NULL };
	wish(fixture, &(Deed){ .kind = DEED_TAG, .add = tags }, 4);
	wish(fixture, &(Deed){ .kind = DEED_COPY, .folder = "Other" }, 5);
	assert_waiting(envelopes, 9, "5:copy:0>3 4:flags:1>1 3:flags:1>1 2:move:1>3 1:move:1>2");
	EnvelopesCounts counts;
	assert_true(envelopes_counts(envelopes, &counts, NULL));
	assert_int_equal(counts.pending, 5);
	assert_int_equal(counts.refused, 0);

	uint32_t uid = 3;
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof uid);
	g_array_append_val(uids, uid);
	assert_true(store_park_flags(fixture->store, inbox, uids, "no such flag", NULL));
	store_fixture_change(fixture, "UPDATE op SET state=2,err='no' WHERE msg=1");
	assert_waiting(envelopes, 3, "3:flags:1>1! 1:move:1>2! 5:copy:0>3");
	assert_waiting(envelopes, 9, "3:flags:1>1! 1:move:1>2! 5:copy:0>3 4:flags:1>1 2:move:1>3");
	g_autoptr(GPtrArray) rows = envelopes_pending(envelopes, 1, NULL);
	const PendingRow *first = rows->pdata[0];
	assert_string_equal(first->why, "no such flag");
	assert_true(first->since > 1000000000);
	assert_true(first->message->pending);
	assert_true(envelopes_counts(envelopes, &counts, NULL));
	assert_int_equal(counts.pending, 5);
	assert_int_equal(counts.refused, 2);
	g_autoptr(MessageRow) moved = envelopes_by_id(envelopes, 1, NULL);
	assert_true(moved->refused);
	g_autoptr(MessageRow) waiting = envelopes_by_id(envelopes, 2, NULL);
	assert_true(waiting->pending && !waiting->refused);
	/* What left the server waits for nothing. */
	const uint32_t gone = 2;
	assert_true(store_vanished(fixture->store, inbox, &gone, 1, NULL));
	assert_waiting(envelopes, 9, "3:flags:1>1! 1:move:1>2! 5:copy:0>3 4:flags:1>1");
	assert_true(envelopes_counts(envelopes, &counts, NULL));
	assert_int_equal(counts.pending, 4);
}

static void
what_is_purged_waits_unlisted_until_it_is_gone(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = fill(fixture, 2);
	store_fixture_change(fixture, "UPDATE folder SET role=4 WHERE id=1");
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	wish(fixture, &(Deed){ .kind = DEED_PURGE }, 2);
	assert_waiting(envelopes, 9, "2:purge:1>1");
	PageAsk ask = { .view = PAGE_FOLDER, .folder = inbox, .limit = 9 };
	g_autoptr(GPtrArray) page = envelopes_page(envelopes, &ask, NULL);
	assert_int_equal(page->len, 1);
	const uint32_t uid = 2;
	assert_true(store_vanished(fixture->store, inbox, &uid, 1, NULL));
	assert_waiting(envelopes, 9, "");
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

static void
folders_with_wrong_sums_are_counted(void **state)
{
	StoreFixture *fixture = *state;
	fill(fixture, 5);
	int64_t other = store_fixture_folder(fixture, "Other"), wrong = 9;
	store_fixture_folder(fixture, "Empty");
	store_fixture_add(fixture, other, 1, NULL, NULL, 0);
	g_autoptr(Envelopes) envelopes = open_envelopes(fixture, 0);
	static const struct {
		const char *change;
		int64_t wrong;
	} rows[] = {
		{ "UPDATE folder SET unread=unread+1 WHERE name<>'Other'", 2 },
		{ "UPDATE folder SET unread=unread-1 WHERE name<>'Other'", 0 },
		{ "DELETE FROM fthread", 2 },
		{ "UPDATE fdate SET total=total-1 WHERE folder=1", 2 },
		{ "INSERT INTO fdate(folder,bucket,total) VALUES(3,1,1)", 3 },
	};
	assert_true(envelopes_miscounted(envelopes, &wrong, NULL));
	assert_int_equal(wrong, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		store_fixture_change(fixture, rows[i].change);
		assert_true(envelopes_miscounted(envelopes, &wrong, NULL));
		assert_int_equal(wrong, rows[i].wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_database_yet_is_gone),
		cmocka_unit_test(what_is_no_file_is_not_waited_for),
		WITH_STORE(pages_go_by_key_both_ways_without_gap_or_double),
		WITH_STORE(the_position_is_how_many_stand_before),
		WITH_STORE(views_show_a_role_or_what_is_flagged),
		WITH_STORE(accounts_are_merged_by_date),
		WITH_STORE(a_row_says_what_there_is_to_show),
		WITH_STORE(copies_and_threads_are_found),
		WITH_STORE(folders_stand_inbox_first_then_roles_then_names),
		WITH_STORE(folders_with_wrong_sums_are_counted),
		WITH_STORE(what_waits_for_the_server_is_told_the_refused_first),
		WITH_STORE(what_is_purged_waits_unlisted_until_it_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

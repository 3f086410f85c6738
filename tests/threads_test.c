#include <cmocka.h>
#include <string.h>

#include "store_fixture.h"

static char *
full_ids(const char *letters)
{
	g_autoptr(GString) ids = g_string_new(NULL);
	for (; *letters; letters++)
		if (*letters != ',')
			g_string_append_printf(ids, "%s%c@x", ids->len ? " " : "", *letters);
	return g_string_free(g_steal_pointer(&ids), FALSE);
}

/* Mails in the order of their arrival, ids as letters: "c:a,b" is c with References a b; ":" has no id. */
static void
arrive(StoreFixture *fixture, int64_t folder, const char *mails)
{
	g_auto(GStrv) all = g_strsplit(mails, " ", -1);
	for (uint32_t i = 0; all[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(all[i], ":", 2);
		g_autofree char *id = full_ids(parts[0]), *references = full_ids(parts[1]);
		store_fixture_add(fixture, folder, i + 1, *id ? id : NULL, references, 0);
	}
}

static void
mails_join_the_thread_that_their_first_reference_names(void **state)
{
	static const struct {
		const char *mails;
		int threads;
		const char *root; /* the thread of the first mail is this id's */
	} cases[] = {
		{ "a: b:a c:a,b", 1, "a" },
		{ "c:a,b b:a a:", 1, "a" },
		{ "a: b:", 2, "a" },
		{ ": :", 2, NULL },
		{ ":a a: b:a", 2, NULL }, /* without an id: never grouped */
		{ "b:a c:a", 1, "a" },    /* an ancestor that never came */
		{ "c:b b:a", 1, "a" },    /* a late link: the earlier root stands first */
		{ "x: y: z:x,y", 1, "x" },
		{ "y: x: z:x,y", 1, "x" },
		{ "a:b b:a", 1, "b" }, /* each answers the other */
		{ "a:a b:a", 1, "a" },
		{ "d:c b:a z:q,d,b", 1, "q" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		void *own = NULL;
		store_fixture_open(&own);
		StoreFixture *fixture = own;
		int64_t inbox = store_fixture_folder(fixture, "INBOX");
		arrive(fixture, inbox, cases[i].mails);
		assert_int_equal(
			store_fixture_number(fixture, "SELECT count(DISTINCT thread) FROM msg"),
			cases[i].threads);
		assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM fthread"),
			cases[i].threads);
		g_autofree char *root = full_ids(cases[i].root ? cases[i].root : "");
		if (*root)
			assert_int_equal(store_fixture_number(fixture,
						 "SELECT thread FROM msg ORDER BY id LIMIT 1"),
				header_id_hash(root));
		store_fixture_check(fixture);
		store_fixture_close(&own);
	}
}

static void
the_order_of_arrival_gives_the_same_groups(void **state)
{
	static const char *const mails[] = { "a:", "b:a", "c:a,b", "d:c", "e:", "f:e" };
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	for (int round = 0; round < 20; round++) {
		void *own = NULL;
		size_t order[G_N_ELEMENTS(mails)];
		for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
			order[i] = i;
		for (size_t i = G_N_ELEMENTS(mails) - 1; i > 0; i--) {
			size_t with = (size_t)g_rand_int_range(random, 0, (gint32)i + 1);
			size_t swap = order[i];
			order[i] = order[with];
			order[with] = swap;
		}
		g_autoptr(GString) text = g_string_new(NULL);
		for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
			g_string_append_printf(text, "%s%s", i ? " " : "", mails[order[i]]);
		store_fixture_open(&own);
		StoreFixture *fixture = own;
		int64_t inbox = store_fixture_folder(fixture, "INBOX");
		arrive(fixture, inbox, text->str);
		assert_int_equal(
			store_fixture_number(fixture, "SELECT count(DISTINCT thread) FROM msg"), 2);
		store_fixture_check(fixture);
		store_fixture_close(&own);
	}
}

static void
a_merge_moves_the_sums_of_all_folders(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	int64_t other = store_fixture_folder(fixture, "Archive");
	store_fixture_add(fixture, inbox, 1, "x@x", NULL, 0);
	store_fixture_add(fixture, other, 1, "y@x", NULL, MAIL_FLAGGED);
	store_fixture_add(fixture, other, 2, "y2@x", "y@x", MAIL_SEEN);
	store_fixture_add(fixture, inbox, 2, "z@x", "x@x y@x", MAIL_SEEN);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT count(DISTINCT thread) FROM msg"), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT count(*) FROM fthread"), 2);
	assert_int_equal(store_fixture_number(fixture, "SELECT sum(total) FROM fthread"), 4);
	store_fixture_check(fixture);
}

static void
a_message_keeps_what_it_answers(void **state)
{
	static const struct {
		const char *references, *reply;
		const char *parent; /* NULL: none */
	} cases[] = {
		{ NULL, NULL, NULL },
		{ "<a@x>", NULL, "a@x" },
		{ "<a@x> <b@x>", NULL, "b@x" },
		{ "<a@x> <b@x>", "<a@x>", "b@x" },
		{ "<a@x>", "<other@x>", "a@x" },
		{ NULL, "<c@x>", "c@x" },
		{ NULL, "<own@x>", NULL },
		{ "<own@x>", "<own@x>", NULL },
	};
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf("Message-ID: <own@x>%s%s%s%s\n\n",
			cases[i].references ? "\nReferences: " : "",
			cases[i].references ? cases[i].references : "",
			cases[i].reply ? "\nIn-Reply-To: " : "",
			cases[i].reply ? cases[i].reply : "");
		store_fixture_add_header(fixture, inbox, (uint32_t)i + 1, text);
		int64_t parent = store_fixture_number(
			fixture, "SELECT coalesce(parent,0) FROM msg ORDER BY id DESC LIMIT 1");
		assert_int_equal(parent, cases[i].parent ? header_id_hash(cases[i].parent) : 0);
	}
}

static void
a_database_of_before_takes_parents_from_now_on(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "b@x", "a@x", 0);
	store_fixture_change(fixture,
		"DROP INDEX m_uid; DROP INDEX m_work; DROP INDEX m_stub; DROP INDEX m_dirty; DROP "
		"INDEX m_follow; DROP INDEX m_waits; DROP INDEX op_parked;"
		"ALTER TABLE msg DROP COLUMN sfolder; ALTER TABLE msg DROP COLUMN dkw; ALTER TABLE "
		"deed DROP COLUMN undone;"
		"ALTER TABLE msg DROP COLUMN okl; ALTER TABLE msg DROP COLUMN okw;"
		"ALTER TABLE msg DROP COLUMN parent; PRAGMA user_version=2");
	store_fixture_reopen(fixture);
	store_fixture_add(fixture, inbox, 2, "c@x", "a@x b@x", 0);
	assert_int_equal(
		store_fixture_number(fixture, "SELECT parent IS NULL FROM msg WHERE uid=1"), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT parent FROM msg WHERE uid=2"),
		header_id_hash("b@x"));
	store_fixture_check(fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_join_the_thread_that_their_first_reference_names),
		cmocka_unit_test(the_order_of_arrival_gives_the_same_groups),
		cmocka_unit_test_setup_teardown(a_merge_moves_the_sums_of_all_folders,
			store_fixture_open, store_fixture_close),
		cmocka_unit_test_setup_teardown(
			a_message_keeps_what_it_answers, store_fixture_open, store_fixture_close),
		cmocka_unit_test_setup_teardown(a_database_of_before_takes_parents_from_now_on,
			store_fixture_open, store_fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

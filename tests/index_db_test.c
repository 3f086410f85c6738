#include <cmocka.h>
#include <glib/gstdio.h>

#include "index/error.h"
#include "index/indexer/index_db.h"
#include "index/indexer/tag_set.h"

typedef struct Place {
	char *directory, *path;
	IndexDb *db;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	place->directory = g_dir_make_tmp("curlew-index-db-XXXXXX", NULL);
	place->path = g_build_filename(place->directory, "index.db", NULL);
	place->db = index_db_open(place->path, NULL);
	*state = place;
	return place->db ? 0 : -1;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	index_db_close(place->db);
	g_autoptr(GDir) directory = g_dir_open(place->directory, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(place->directory, name, NULL);
		g_unlink(path);
	}
	g_rmdir(place->directory);
	g_free(place->directory);
	g_free(place->path);
	g_free(place);
	return 0;
}

static void
reopen(Place *place)
{
	index_db_close(place->db);
	place->db = index_db_open(place->path, NULL);
	assert_non_null(place->db);
}

static void
put(IndexDb *db, const char *account, const char *key, const char *id, bool dirty)
{
	g_auto(GStrv) tags = tag_set_split("work\nhome");
	IndexCopy copy = {
		.key = (char *)key,
		.account = (char *)account,
		.file = "a/cur/file",
		.message_id = (char *)id,
		.flags = 5,
		.tags = tags,
		.skipped = id ? NULL : "no mail",
		.dirty = dirty,
	};
	index_db_put_copy(db, &copy);
}

static void
begin(Place *place)
{
	assert_true(index_db_begin(place->db, NULL));
}

static void
commit(Place *place)
{
	g_autoptr(GError) error = NULL;
	assert_true(index_db_commit(place->db, &error));
}

static void
copies_come_back_as_they_were_put(void **state)
{
	Place *place = *state;
	begin(place);
	put(place->db, "a", "k1", "m1", true);
	put(place->db, "b", "k2", "m1", false);
	put(place->db, "a", "k3", NULL, false);
	commit(place);
	reopen(place);
	g_autoptr(IndexCopy) copy = index_db_copy(place->db, "k1");
	assert_string_equal(copy->account, "a");
	assert_string_equal(copy->file, "a/cur/file");
	assert_string_equal(copy->message_id, "m1");
	assert_int_equal(copy->flags, 5);
	assert_string_equal(copy->tags[0], "home");
	assert_string_equal(copy->tags[1], "work");
	assert_null(copy->skipped);
	assert_true(copy->dirty);
	g_autoptr(IndexCopy) skipped = index_db_copy(place->db, "k3");
	assert_null(skipped->message_id);
	assert_string_equal(skipped->skipped, "no mail");
	assert_null(index_db_copy(place->db, "k4"));
	g_autoptr(GPtrArray) copies = index_db_copies(place->db, "m1");
	assert_int_equal(copies->len, 2);
}

static void
what_is_removed_stays_known_until_it_is_settled(void **state)
{
	Place *place = *state;
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	put(place->db, "a", "k2", "m1", true);
	index_db_remove_copy(place->db, "k1");
	commit(place);
	g_autoptr(IndexCopy) gone = index_db_copy(place->db, "k1");
	assert_true(gone->gone);
	g_autoptr(GPtrArray) copies = index_db_copies(place->db, "m1");
	assert_int_equal(copies->len, 1);
	begin(place);
	index_db_settle(place->db);
	commit(place);
	assert_null(index_db_copy(place->db, "k1"));
	g_autoptr(IndexCopy) clean = index_db_copy(place->db, "k2");
	assert_false(clean->dirty);
}

static void
keys_of_an_account_come_in_pages(void **state)
{
	Place *place = *state;
	static const char *const keys[] = { "k1", "k2", "k3", "K4", "k5" };
	begin(place);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		put(place->db, i == 1 ? "b" : "a", keys[i], "m1", false);
	index_db_remove_copy(place->db, "k3");
	commit(place);
	g_autoptr(GPtrArray) first = index_db_keys(place->db, "a", "", 2);
	assert_int_equal(first->len, 2);
	assert_string_equal(first->pdata[0], "K4");
	assert_string_equal(first->pdata[1], "k1");
	g_autoptr(GPtrArray) second = index_db_keys(place->db, "a", "k1", 2);
	assert_int_equal(second->len, 1);
	assert_string_equal(second->pdata[0], "k5");
	g_autoptr(GPtrArray) none = index_db_keys(place->db, "a", "k5", 2);
	assert_int_equal(none->len, 0);
}

static void
a_transaction_is_done_wholly_or_not_at_all(void **state)
{
	Place *place = *state;
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	index_db_rollback(place->db);
	assert_null(index_db_copy(place->db, "k1"));
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	put(place->db, NULL, "k2", "m1", false); /* refused: an account is needed */
	put(place->db, "a", "k3", "m1", false);
	g_autoptr(GError) error = NULL;
	assert_false(index_db_commit(place->db, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_FAILED));
	assert_null(index_db_copy(place->db, "k1"));
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	reopen(place);
	assert_null(index_db_copy(place->db, "k1"));
}

static void
a_messages_tags_before_a_write_are_kept_while_it_is_unsure(void **state)
{
	Place *place = *state;
	g_auto(GStrv) tags = tag_set_split("new");
	g_auto(GStrv) was = tag_set_split("old");
	IndexMessage message = { .tags = tags, .was = was, .dirty = true };
	begin(place);
	index_db_put_message(place->db, "m1", &message);
	commit(place);
	g_autoptr(IndexMessage) unsure = index_db_message(place->db, "m1");
	assert_true(unsure->dirty);
	assert_string_equal(unsure->was[0], "old");
	begin(place);
	index_db_settle(place->db);
	commit(place);
	g_autoptr(IndexMessage) sure = index_db_message(place->db, "m1");
	assert_false(sure->dirty);
	assert_string_equal(sure->tags[0], "new");
	assert_null(sure->was[0]);
}

static void
changes_wait_for_their_account_and_held_ones_for_a_word(void **state)
{
	Place *place = *state;
	g_auto(GStrv) add = tag_set_split("x");
	g_auto(GStrv) none = tag_set_split(NULL);
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	put(place->db, "b", "k2", "m2", false);
	index_db_add_change(place->db, "a", "k1", add, none, false);
	index_db_add_change(place->db, "b", "k2", none, add, true);
	commit(place);
	g_autoptr(GPtrArray) of_a = index_db_changes(place->db, "a", 0, 10);
	assert_int_equal(of_a->len, 1);
	const IndexChange *change = of_a->pdata[0];
	assert_string_equal(change->key, "k1");
	assert_string_equal(change->add[0], "x");
	g_autoptr(GPtrArray) since = index_db_changes(place->db, "a", change->id, 10);
	assert_int_equal(since->len, 0);
	assert_null(index_db_change(place->db, "b", change->id));
	g_autoptr(GPtrArray) of_b = index_db_changes(place->db, "b", 0, 10);
	assert_int_equal(of_b->len, 0);
	assert_int_equal(index_db_held(place->db), 1);
	g_autoptr(GPtrArray) applied = index_db_changes_of(place->db, "k2");
	assert_int_equal(applied->len, 1);
	begin(place);
	index_db_release_held(place->db);
	index_db_remove_copy(place->db, "k1");
	commit(place);
	g_autoptr(GPtrArray) told = index_db_changes(place->db, "b", 0, 10);
	assert_int_equal(told->len, 1);
	g_autoptr(GPtrArray) left = index_db_changes(place->db, "a", 0, 10);
	assert_int_equal(left->len, 0);
}

static void
held_changes_can_be_dropped(void **state)
{
	Place *place = *state;
	g_auto(GStrv) add = tag_set_split("x");
	g_auto(GStrv) none = tag_set_split(NULL);
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	put(place->db, "b", "k2", "m1", false);
	index_db_add_change(place->db, "a", "k1", add, none, true);
	index_db_add_change(place->db, "b", "k2", add, none, true);
	commit(place);
	assert_int_equal(index_db_held(place->db), 1);
	begin(place);
	g_autoptr(GPtrArray) ids = index_db_drop_held(place->db);
	commit(place);
	assert_int_equal(ids->len, 1);
	assert_string_equal(ids->pdata[0], "m1");
	assert_int_equal(index_db_held(place->db), 0);
}

static void
files_that_kill_and_changes_outlive_a_new_beginning(void **state)
{
	Place *place = *state;
	g_auto(GStrv) add = tag_set_split("x");
	g_auto(GStrv) none = tag_set_split(NULL);
	IndexPoison proven = { "k1", "a/cur/k1", "died", true, 1 };
	IndexPoison chance = { "k2", "a/cur/k2", "died", false, 2 };
	begin(place);
	index_db_put_poison(place->db, &proven);
	index_db_put_poison(place->db, &chance);
	put(place->db, "a", "k3", "m1", false);
	index_db_add_change(place->db, "a", "k3", add, none, false);
	put(place->db, "a", "k4", "m1", false);
	index_db_add_change(place->db, "a", "k4", add, none, true);
	index_db_set_text(place->db, "generation", "g");
	index_db_clear(place->db);
	commit(place);
	assert_null(index_db_copy(place->db, "k3"));
	g_autoptr(GPtrArray) told = index_db_changes(place->db, "a", 0, 10);
	assert_int_equal(told->len, 1);
	g_autoptr(GPtrArray) held = index_db_changes_of(place->db, "k4");
	assert_int_equal(held->len, 1);
	g_autoptr(GPtrArray) poisons = index_db_poisons(place->db, 10);
	assert_int_equal(poisons->len, 1);
	g_autoptr(IndexPoison) known = index_db_poison(place->db, "k2");
	assert_false(known->proven);
	assert_int_equal(known->deaths, 2);
	g_autofree char *generation = index_db_text(place->db, "generation");
	assert_string_equal(generation, "g");
	assert_null(index_db_text(place->db, "nothing"));
	assert_int_equal(index_db_number(place->db, "nothing", 7), 7);
}

static void
a_damaged_file_is_moved_aside(void **state)
{
	Place *place = *state;
	begin(place);
	put(place->db, "a", "k1", "m1", false);
	commit(place);
	g_clear_pointer(&place->db, index_db_close);
	g_autofree char *noise = g_strnfill(8192, 'x');
	assert_true(g_file_set_contents(place->path, noise, 8192, NULL));
	place->db = index_db_open(place->path, NULL);
	assert_non_null(place->db);
	assert_null(index_db_copy(place->db, "k1"));
	g_autofree char *aside = g_strconcat(place->path, ".broken", NULL);
	assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
}

static void
only_its_owner_may_read_it(void **state)
{
	const Place *place = *state;
	GStatBuf status;
	assert_int_equal(g_stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DB_TEST(copies_come_back_as_they_were_put),
		DB_TEST(what_is_removed_stays_known_until_it_is_settled),
		DB_TEST(keys_of_an_account_come_in_pages),
		DB_TEST(a_transaction_is_done_wholly_or_not_at_all),
		DB_TEST(a_messages_tags_before_a_write_are_kept_while_it_is_unsure),
		DB_TEST(changes_wait_for_their_account_and_held_ones_for_a_word),
		DB_TEST(held_changes_can_be_dropped),
		DB_TEST(files_that_kill_and_changes_outlive_a_new_beginning),
		DB_TEST(a_damaged_file_is_moved_aside),
		DB_TEST(only_its_owner_may_read_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

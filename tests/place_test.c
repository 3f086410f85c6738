#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/store/body_file.h"
#include "store_fixture.h"

static int
open_directory(StoreFixture *fixture)
{
	return open(fixture->state, O_RDONLY | O_DIRECTORY);
}

static GBytes *
write_in_pieces(StoreFixture *fixture, const char *bytes, size_t size, size_t piece)
{
	g_autoptr(GError) error = NULL;
	int directory = open_directory(fixture);
	BodyFile *body = body_file_create(directory, "key", 1234567890, &error);
	assert_non_null(body);
	for (size_t at = 0; at < size; at += piece)
		assert_true(body_file_write(body, bytes + at, MIN(piece, size - at), &error));
	assert_true(body_file_finish(body, &error));
	assert_true(body_files_sync(directory, &error));
	close(directory);
	g_autofree char *path = g_build_filename(fixture->state, "key", NULL);
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mtime, 1234567890);
	assert_int_equal(status.st_mode & 07777, 0600);
	char *text;
	gsize length;
	assert_true(g_file_get_contents(path, &text, &length, NULL));
	return g_bytes_new_take(text, length);
}

static void
crlf_becomes_lf_wherever_the_pieces_end(void **state)
{
	static const struct {
		const char *wire;
		size_t wire_size;
		const char *disk;
		size_t disk_size;
	} cases[] = {
#define CASE(wire, disk) { wire, sizeof wire - 1, disk, sizeof disk - 1 }
		CASE("", ""),
		CASE("a\r\nb\r\n", "a\nb\n"),
		CASE("\r\n\r\n", "\n\n"),
		CASE("a\rb", "a\rb"),
		CASE("a\r\r\nb", "a\r\nb"),
		CASE("a\r", "a\r"),
		CASE("\r\r\r", "\r\r\r"),
		CASE("a\nb\n\r", "a\nb\n\r"),
		CASE("nul\0\r\n\0\r", "nul\0\n\0\r"),
		CASE("\xff\xfe\r\n", "\xff\xfe\n"),
#undef CASE
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t piece = 1; piece <= 4; piece++) {
			g_autoptr(GBytes) disk =
				write_in_pieces(*state, cases[i].wire, cases[i].wire_size, piece);
			assert_int_equal(g_bytes_get_size(disk), cases[i].disk_size);
			assert_memory_equal(
				g_bytes_get_data(disk, NULL) ? g_bytes_get_data(disk, NULL) : "",
				cases[i].disk, cases[i].disk_size);
		}
}

static void
a_body_larger_than_the_buffer_is_whole(void **state)
{
	g_autoptr(GString) wire = g_string_new(NULL);
	g_autoptr(GString) disk = g_string_new(NULL);
	for (int i = 0; i < 30000; i++) {
		g_string_append_printf(wire, "line %d\r\n", i);
		g_string_append_printf(disk, "line %d\n", i);
	}
	static const size_t pieces[] = { 1000, 65536, 65537, 1 << 20 };
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GBytes) bytes = write_in_pieces(*state, wire->str, wire->len, pieces[i]);
		assert_int_equal(g_bytes_get_size(bytes), disk->len);
		assert_memory_equal(g_bytes_get_data(bytes, NULL), disk->str, disk->len);
	}
}

static void
a_dropped_body_leaves_nothing(void **state)
{
	StoreFixture *fixture = *state;
	int directory = open_directory(fixture);
	size_t before = store_fixture_count(fixture->state);
	BodyFile *body = body_file_create(directory, "key", 1, NULL);
	assert_true(body_file_write(body, "half", 4, NULL));
	body_file_drop(body);
	body_file_drop(NULL);
	assert_int_equal(store_fixture_count(fixture->state), before);
	close(directory);
}

static void
a_link_in_the_way_is_not_followed(void **state)
{
	StoreFixture *fixture = *state;
	g_autofree char *link = g_build_filename(fixture->state, "key", NULL);
	g_autofree char *victim = g_build_filename(fixture->state, "victim", NULL);
	assert_true(g_file_set_contents(victim, "safe", -1, NULL));
	assert_int_equal(symlink(victim, link), 0);
	g_autoptr(GBytes) disk = write_in_pieces(fixture, "new\r\n", 5, 5);
	g_autofree char *text = NULL;
	assert_true(g_file_get_contents(victim, &text, NULL, NULL));
	assert_string_equal(text, "safe");
	assert_int_equal(g_bytes_get_size(disk), 4);
}

static void
flags_that_changed_while_a_body_came_are_in_its_name(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, inbox);
	FlagChange change = { .uid = 1, .flags = MAIL_FLAGGED };
	assert_true(store_merge_flags(fixture->store, inbox, &change, 1, 0, NULL, NULL));
	assert_true(store_place(fixture->store, bodies, NULL, NULL));
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(name, ":2,F"));
	store_fixture_check(fixture);
}

static void
one_batch_may_hold_bodies_of_many_folders(void **state)
{
	StoreFixture *fixture = *state;
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)placed_body_free);
	for (int i = 0; i < 40; i++) {
		g_autofree char *name = g_strdup_printf("Lists/%d", i);
		int64_t folder = store_fixture_folder(fixture, name);
		store_fixture_add(fixture, folder, 1, NULL, NULL, 0);
		g_ptr_array_extend_and_steal(all, store_fixture_write_bodies(fixture, folder));
	}
	size_t placed;
	assert_true(store_place(fixture->store, all, &placed, NULL));
	assert_int_equal(placed, 40);
	store_fixture_check(fixture);
}

static void
a_body_left_by_a_crash_is_adopted_and_our_old_tmp_goes(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	store_fixture_add(fixture, inbox, 2, "b@x", NULL, 0);
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, inbox);
	const PlacedBody *body = bodies->pdata[0];
	g_autofree char *from = g_build_filename(fixture->mail, "INBOX/tmp", body->key, NULL);
	g_autofree char *to = g_build_filename(fixture->mail, "INBOX/new", body->key, NULL);
	g_autofree char *foreign = g_build_filename(fixture->mail, "INBOX/tmp/1.x.other", NULL);
	assert_int_equal(g_rename(from, to), 0);
	assert_true(g_file_set_contents(foreign, "half", -1, NULL));
	/* A damage of nothing: closed as a kill leaves it, opened again. */
	store_fixture_damage(fixture, -1, 0);
	assert_int_equal(store_fixture_files(fixture, "INBOX/tmp"), 1);
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, inbox, &(BodyWish){ 0 }, 0, 9, NULL);
	assert_int_equal(wanted->len, 1);
	assert_int_equal(store_index_queue(fixture->store), 1);
	store_fixture_check(fixture);
}

/* What is in tmp/ now is placed as stubs, the next time as bodies. */
static size_t
place_all(StoreFixture *fixture, int64_t folder, bool stubs)
{
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, folder);
	for (guint i = 0; i < bodies->len; i++)
		((PlacedBody *)bodies->pdata[i])->stub = stubs;
	size_t placed;
	assert_true(store_place(fixture->store, bodies, &placed, NULL));
	return placed;
}

static size_t
count_wanted_stubs(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GPtrArray) wanted = store_wanted_bodies(
		fixture->store, folder, &(BodyWish){ .stubs = true }, 0, 9, NULL);
	return wanted->len;
}

static void
a_body_takes_the_place_of_its_stub(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	assert_int_equal(count_wanted_stubs(fixture, inbox), 1);
	assert_int_equal(place_all(fixture, inbox, true), 1);
	g_autofree char *stub = store_fixture_first_file(fixture, "INBOX/cur");
	assert_true(g_str_has_suffix(stub, ",P:2,S"));
	assert_int_equal(count_wanted_stubs(fixture, inbox), 0);
	assert_int_equal(store_index_queue(fixture->store), 1);
	store_fixture_check(fixture);
	assert_int_equal(place_all(fixture, inbox, false), 1);
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	g_autofree char *name = store_fixture_first_file(fixture, "INBOX/cur");
	assert_null(strstr(name, ",P"));
	assert_int_equal(place_all(fixture, inbox, false), 0);
	store_fixture_check(fixture);
}

static void
a_stub_never_takes_the_place_of_a_body(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, 0);
	g_autoptr(GPtrArray) late = store_fixture_write_bodies(fixture, inbox);
	PlacedBody *body = late->pdata[0];
	assert_true(store_place(fixture->store, late, NULL, NULL));
	g_autofree char *tmp = g_build_filename(fixture->mail, "INBOX/tmp", body->key, NULL);
	assert_true(g_file_set_contents(tmp, "a stub\n", -1, NULL));
	body->stub = true;
	size_t placed;
	assert_true(store_place(fixture->store, late, &placed, NULL));
	assert_int_equal(placed, 0);
	assert_int_equal(store_fixture_files(fixture, "INBOX/tmp"), 0);
	store_fixture_check(fixture);
}

/* A death between the body's rename and the commit. */
static void
a_stub_beside_its_body_is_taken_away_by_a_scan(void **state)
{
	StoreFixture *fixture = *state;
	int64_t inbox = store_fixture_folder(fixture, "INBOX");
	store_fixture_add(fixture, inbox, 1, "a@x", NULL, MAIL_SEEN);
	place_all(fixture, inbox, true);
	g_autofree char *key = store_fixture_key(fixture, inbox, 1);
	g_autofree char *body = g_strdup_printf("INBOX/cur/%s:2,S", key);
	store_fixture_write_file(fixture, body, "a@x", 10);
	for (int i = 0; i < 2; i++)
		assert_true(store_scan(fixture->store, 0, NULL, NULL));
	assert_int_equal(store_fixture_files(fixture, "INBOX/cur"), 1);
	assert_int_equal(store_fixture_number(fixture, "SELECT part FROM msg"), 3);
	assert_int_equal(place_all(fixture, inbox, false), 0);
	store_fixture_check(fixture);
}

#define WITH_STORE(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(crlf_becomes_lf_wherever_the_pieces_end),
		WITH_STORE(a_body_larger_than_the_buffer_is_whole),
		WITH_STORE(a_dropped_body_leaves_nothing),
		WITH_STORE(a_link_in_the_way_is_not_followed),
		WITH_STORE(flags_that_changed_while_a_body_came_are_in_its_name),
		WITH_STORE(one_batch_may_hold_bodies_of_many_folders),
		WITH_STORE(a_body_left_by_a_crash_is_adopted_and_our_old_tmp_goes),
		WITH_STORE(a_body_takes_the_place_of_its_stub),
		WITH_STORE(a_stub_never_takes_the_place_of_a_body),
		WITH_STORE(a_stub_beside_its_body_is_taken_away_by_a_scan),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

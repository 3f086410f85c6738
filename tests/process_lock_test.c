#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "index/process_lock.h"

typedef struct Place {
	char *directory, *lock, *socket;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	g_autofree char *template = g_strdup("/tmp/curlew-lock-XXXXXX");
	place->directory = g_strdup(g_mkdtemp(template));
	place->lock = g_build_filename(place->directory, "lock", NULL);
	place->socket = g_build_filename(place->directory, "socket", NULL);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	g_unlink(place->lock);
	g_rmdir(place->directory);
	g_free(place->directory);
	g_free(place->lock);
	g_free(place->socket);
	g_free(place);
	return 0;
}

static ProcessLock *
take(const Place *place, const char *socket)
{
	bool taken;
	g_autoptr(GError) error = NULL;
	ProcessLock *lock = process_lock_open(place->lock, socket, &taken, &error);
	assert_non_null(lock);
	assert_false(taken);
	return lock;
}

/* Who asks is the screen, which must not wait. */
static void
what_is_no_file_names_no_socket(void **state)
{
	const Place *place = *state;
	assert_int_equal(mkfifo(place->lock, 0600), 0);
	alarm(20);
	assert_null(process_lock_find_socket(place->lock));
	alarm(0);
}

static void
one_holds_it_and_is_found(void **state)
{
	const Place *place = *state;
	assert_null(process_lock_find_socket(place->lock));
	ProcessLock *lock = take(place, place->socket);
	assert_string_equal(process_lock_socket(lock), place->socket);
	g_autofree char *found = process_lock_find_socket(place->lock);
	assert_string_equal(found, place->socket);
	bool taken;
	g_autoptr(GError) error = NULL;
	assert_null(process_lock_open(place->lock, place->socket, &taken, &error));
	assert_true(taken);
	assert_null(error);
	g_autofree char *still = process_lock_find_socket(place->lock);
	assert_string_equal(still, place->socket);
	assert_true(g_file_set_contents(place->socket, "", 0, NULL));
	process_lock_close(lock);
	assert_false(g_file_test(place->socket, G_FILE_TEST_EXISTS));
	assert_null(process_lock_find_socket(place->lock));
	process_lock_close(take(place, place->socket));
}

static char *
long_name(const char *name)
{
	g_autofree char *deep = g_strnfill(150, 'd');
	return g_build_filename("/tmp", deep, name, NULL);
}

/* The main() of this test makes TMPDIR too long as well. */
static void
a_long_name_gets_a_short_one_of_its_own(void **state)
{
	const Place *place = *state;
	g_autofree char *wanted = long_name("socket");
	ProcessLock *lock = take(place, wanted);
	g_autofree char *socket = g_strdup(process_lock_socket(lock));
	g_autofree char *directory = g_path_get_dirname(socket);
	assert_true(strlen(socket) < sizeof((struct sockaddr_un){ 0 }.sun_path));
	assert_true(g_str_has_suffix(socket, "/socket"));
	GStatBuf status;
	assert_int_equal(g_stat(directory, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	process_lock_close(lock);
	assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
}

static void
what_a_killed_holder_left_is_removed(void **state)
{
	const Place *place = *state;
	g_autofree char *template = g_strdup("/tmp/curlew-XXXXXX");
	const char *directory = g_mkdtemp(template);
	g_autofree char *socket = g_build_filename(directory, "socket", NULL);
	g_autofree char *text = g_strdup_printf("1\n%s\n", socket);
	assert_true(g_file_set_contents(socket, "", 0, NULL));
	assert_true(g_file_set_contents(place->lock, text, -1, NULL));
	process_lock_close(take(place, place->socket));
	assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(place->directory, G_FILE_TEST_IS_DIR));
}

static void
nonsense_names_no_socket(void **state)
{
	const Place *place = *state;
	static const char *const texts[] = { "", "1", "1\n", "1\nsocket\n", "/only/one/line\n" };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		assert_true(g_file_set_contents(place->lock, texts[i], -1, NULL));
		assert_null(process_lock_find_socket(place->lock));
	}
}

static void
what_cannot_be_had_is_a_file_error(void **state)
{
	const Place *place = *state;
	g_autofree char *path = g_build_filename(place->directory, "none", "lock", NULL);
	bool taken;
	g_autoptr(GError) error = NULL;
	assert_null(process_lock_open(path, place->socket, &taken, &error));
	assert_false(taken);
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
	assert_non_null(strstr(error->message, path));
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	g_autofree char *deep = long_name("tmp");
	g_setenv("TMPDIR", deep, TRUE);
	const struct CMUnitTest tests[] = {
		PLACE_TEST(what_is_no_file_names_no_socket),
		PLACE_TEST(one_holds_it_and_is_found),
		PLACE_TEST(a_long_name_gets_a_short_one_of_its_own),
		PLACE_TEST(what_a_killed_holder_left_is_removed),
		PLACE_TEST(nonsense_names_no_socket),
		PLACE_TEST(what_cannot_be_had_is_a_file_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

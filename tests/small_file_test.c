#include <cmocka.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/small_file.h"

static char *
new_place(void)
{
	char *directory = g_strdup("/tmp/curlew-small-XXXXXX");
	assert_non_null(g_mkdtemp(directory));
	return directory;
}

static void
a_file_is_read_whole_up_to_its_limit(void **state)
{
	static const struct {
		const char *bytes;
		size_t length, limit;
		bool read;
	} cases[] = {
		{ "", 0, 0, true },
		{ "abc", 3, 3, true },
		{ "a\0c", 3, 100, true },
		{ "abc", 3, 2, false },
	};
	g_autofree char *directory = new_place(), *path = g_build_filename(directory, "x", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t length = 99;
		unsigned mode = 0;
		g_autoptr(GError) error = NULL;
		assert_true(
			g_file_set_contents(path, cases[i].bytes, (gssize)cases[i].length, NULL));
		assert_int_equal(g_chmod(path, 0640), 0);
		g_autofree char *bytes =
			small_file_read(path, cases[i].limit, &length, &mode, &error);
		assert_int_equal(bytes != NULL, cases[i].read);
		assert_int_equal(error == NULL, cases[i].read);
		if (!bytes)
			continue;
		assert_int_equal(mode, 0640);
		assert_int_equal(length, cases[i].length);
		assert_memory_equal(bytes, cases[i].bytes, length + 1);
	}
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(directory), 0);
}

static void
what_is_no_file_is_not_waited_for(void **state)
{
	g_autofree char *directory = new_place(), *fifo = g_build_filename(directory, "x", NULL);
	g_autofree char *missing = g_build_filename(directory, "y", NULL);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	const struct {
		const char *path;
		int code;
	} cases[] = { { fifo, G_FILE_ERROR_INVAL }, { directory, G_FILE_ERROR_INVAL },
		{ "/dev/zero", G_FILE_ERROR_INVAL }, { missing, G_FILE_ERROR_NOENT } };
	alarm(20);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(small_file_read(cases[i].path, 100, NULL, NULL, &error));
		assert_true(g_error_matches(error, G_FILE_ERROR, cases[i].code));
	}
	alarm(0);
	assert_int_equal(g_unlink(fifo), 0);
	assert_int_equal(g_rmdir(directory), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_whole_up_to_its_limit),
		cmocka_unit_test(what_is_no_file_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/store/graves.h"

static const char *const names[] = { "INBOX/oldest", "Lists/a/older", "INBOX/newer", "newest" };

static bool
came_after(const char *path, const char *other)
{
	struct stat one, two;
	assert_int_equal(stat(path, &one), 0);
	assert_int_equal(stat(other, &two), 0);
	return one.st_ctim.tv_sec != two.st_ctim.tv_sec ? one.st_ctim.tv_sec > two.st_ctim.tv_sec
	                                                : one.st_ctim.tv_nsec > two.st_ctim.tv_nsec;
}

/* Four files of 100 bytes, each with a later change time than the one before. */
static char *
make_graveyard(void)
{
	char *root = g_dir_make_tmp("curlew-graves-XXXXXX", NULL);
	g_autofree char *last = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(root, names[i], NULL);
		g_autofree char *folder = g_path_get_dirname(path);
		g_autofree char *text = g_strnfill(100, 'x');
		assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
		assert_true(g_file_set_contents(path, text, -1, NULL));
		while (last && !came_after(path, last))
			assert_int_equal(g_chmod(path, 0600), 0);
		g_free(last);
		last = g_steal_pointer(&path);
	}
	return root;
}

/* How many of the files are left, which must be the newest; all of it is removed. */
static size_t
clear(const char *root)
{
	static const char *const folders[] = { "INBOX", "Lists/a", "Lists" };
	size_t left = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(root, names[i], NULL);
		bool there = g_unlink(path) == 0;
		assert_true(there || left == 0);
		left += there;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(root, folders[i], NULL);
		assert_int_equal(g_rmdir(path), 0);
	}
	assert_int_equal(g_rmdir(root), 0);
	return left;
}

static void
the_oldest_go_when_there_is_too_much_or_they_lay_too_long(void **state)
{
	static const struct {
		int64_t since, limit;
		size_t left;
	} rows[] = {
		{ 0, GRAVES_BYTES, 4 },
		{ 0, 400, 4 },
		{ 0, 399, 3 },
		{ 0, 250, 2 },
		{ 0, 50, 0 },
		{ G_MAXINT64, GRAVES_BYTES, 0 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *root = make_graveyard();
		int graveyard = open(root, O_RDONLY | O_DIRECTORY);
		assert_true(graves_prune(graveyard, rows[i].since, rows[i].limit, NULL));
		close(graveyard);
		assert_int_equal(clear(root), rows[i].left);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_go_when_there_is_too_much_or_they_lay_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

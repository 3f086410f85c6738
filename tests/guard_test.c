#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "index/indexer/guard.h"

typedef struct Case {
	const char *before, *repeated, *after;
	size_t times;
	const char *why; /* NULL: may be indexed */
} Case;

static const Case cases[] = {
	{ "From: a@b\n\nbody\n", "", "", 0, NULL },
	{ "To: ", "a:", "\n\nbody\n", 16, NULL },
	{ "To: ", "a:", "\n\nbody\n", 17, "address list too complex" },
	{ "To: ", "a:", "\n\nbody\n", 50000, "address list too complex" },
	{ "Subject: x\nCC : ", "a:\n ", "\n\nbody\n", 50, "address list too complex" },
	{ "rEPLY-tO:", "a:", "\n\nbody\n", 50, "address list too complex" },
	{ "To: ", "a:;", "\n\nbody\n", 100, NULL },
	{ "To: ", "group: a@b, c@d;, ", "\n\nbody\n", 500, NULL },
	{ "To: \"", "a:", "\" <a@b>\n\nbody\n", 100, NULL },
	{ "To: (", "a:", ") a@b\n\nbody\n", 100, NULL },
	{ "To: ", "<@a:b@c>, ", "x@y\n\nbody\n", 100, NULL },
	{ "To: \"", "a:", "\n\nbody\n", 5000, "address list too complex" },
	{ "Subject: ", "a:", "\n\nbody\n", 5000, NULL },
	{ "From: a@b\n\nTo: ", "a:", "\n", 100, NULL },
	{ "From: a@b\n\n--x\nTo: ", "a:", "\n\nattached\n", 5000, "address list too complex" },
	{ "From: a@b\n", "X-Long: words\n", "\nbody\n", 80000, "the header is larger than 1 MB" },
	{ "From: a@b\n\n", "body\n", "", 500000, NULL },
	{ "\x1f\x8b", "x", "", 10, "compressed" },
	{ "To", "", "", 0, NULL },
	{ "To:", "", "", 0, NULL },
	{ "To: a\\", "", "", 0, NULL },
	{ "\n", "", "", 0, NULL },
	{ "\r\n", "To: a:\r\n", "", 3, NULL },
};

static GString *
build(const Case *one)
{
	GString *text = g_string_new(one->before);
	for (size_t i = 0; i < one->times; i++)
		g_string_append(text, one->repeated);
	g_string_append(text, one->after);
	return text;
}

static void
dangerous_files_are_known_before_they_are_parsed(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = build(&cases[i]);
		/* exactly as long as it is, so that a read beyond it is seen */
		g_autofree char *bytes = g_memdup2(text->str, text->len);
		const char *why = guard_bytes(bytes, text->len);
		if (g_strcmp0(why, cases[i].why) != 0)
			fail_msg("case %zu: %s, not %s", i, why, cases[i].why);
	}
}

static void
names_and_directories_of_a_path_are_measured(void **state)
{
	static const struct {
		int first, second, file;
		bool may;
	} paths[] = { { 1, 1, 1, true }, { 220, 14, 220, true }, { 221, 1, 1, false },
		{ 1, 1, 221, false }, { 117, 117, 1, true }, { 117, 118, 1, false } };
	(void)state;
	assert_null(guard_path("file"));
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *path = g_strdup_printf(
			"%0*d/%0*d/%0*d", paths[i].first, 1, paths[i].second, 1, paths[i].file, 1);
		assert_int_equal(guard_path(path) == NULL, paths[i].may);
	}
}

static void
only_regular_files_are_read(void **state)
{
	(void)state;
	g_autofree char *directory = g_dir_make_tmp("curlew-guard-XXXXXX", NULL);
	g_autofree char *pipe = g_build_filename(directory, "pipe", NULL);
	g_autofree char *none = g_build_filename(directory, "none", NULL);
	g_autofree char *empty = g_build_filename(directory, "empty", NULL);
	unsigned seconds;
	bool gone;
	const char *why;
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_false(guard_file(pipe, &seconds, &gone, &why));
	assert_string_equal(why, "no regular file");
	assert_false(guard_file(directory, &seconds, &gone, &why));
	assert_false(gone);
	assert_false(guard_file(none, &seconds, &gone, &why));
	assert_true(gone);
	assert_true(g_file_set_contents(empty, "", 0, NULL));
	assert_false(guard_file(empty, &seconds, &gone, &why));
	assert_string_equal(why, "empty");
	assert_true(g_file_set_contents(empty, "From: a@b\n\nbody\n", -1, NULL));
	assert_true(guard_file(empty, &seconds, &gone, &why));
	assert_int_equal(seconds, 10);
	g_unlink(pipe);
	g_unlink(empty);
	g_rmdir(directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dangerous_files_are_known_before_they_are_parsed),
		cmocka_unit_test(names_and_directories_of_a_path_are_measured),
		cmocka_unit_test(only_regular_files_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

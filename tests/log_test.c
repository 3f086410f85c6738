#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/log.h"

typedef struct Fixture {
	char *directory, *path, *older;
} Fixture;

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);
	fixture->directory = g_dir_make_tmp("curlew-log-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, "curlew.log", NULL);
	fixture->older = g_strconcat(fixture->path, ".1", NULL);
	*state = fixture;
	return fixture->directory == NULL;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	log_close();
	g_unlink(fixture->path);
	g_unlink(fixture->older);
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->older);
	g_free(fixture);
	return 0;
}

static char *
read_all(const char *path)
{
	char *text = NULL;
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void
a_line_says_when_who_and_what(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "curlew-agent", NULL));
	g_warning("cannot open %s", "x");
	g_info("started");
	g_autofree char *text = read_all(fixture->path);
	assert_true(g_regex_match_simple(
		"^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} curlew-agent\\[\\d+\\] "
		"curlew-test warning: cannot open x\n"
		".* curlew-test info: started\n$",
		text, 0, 0));
	struct stat status;
	assert_int_equal(stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void
lines_are_cleaned(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "x", NULL));
	g_warning("a\nb\033[2J%s", "\342\200\256z");
	g_autofree char *text = read_all(fixture->path);
	assert_true(g_str_has_suffix(text, " warning: a b␛[2Jz\n"));
	assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
}

static void
debug_lines_are_left_out_unless_asked_for(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "x", NULL));
	g_debug("not this");
	g_setenv("G_MESSAGES_DEBUG", "all", TRUE);
	g_debug("but this");
	g_unsetenv("G_MESSAGES_DEBUG");
	g_autofree char *text = read_all(fixture->path);
	assert_null(strstr(text, "not this"));
	assert_non_null(strstr(text, "but this"));
}

static void
a_full_log_makes_room_and_keeps_one_older(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "x", NULL));
	g_warning("first");
	assert_int_equal(truncate(fixture->path, (10 << 20) + 1), 0);
	g_warning("second");
	g_autofree char *text = read_all(fixture->path);
	assert_null(strstr(text, "first"));
	assert_non_null(strstr(text, "second"));
	struct stat older;
	assert_int_equal(stat(fixture->older, &older), 0);
	assert_int_equal(older.st_size, (10 << 20) + 1);
}

static void
a_log_that_another_process_moved_away_is_followed(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "x", NULL));
	g_warning("first");
	assert_int_equal(rename(fixture->path, fixture->older), 0);
	g_warning("second");
	g_autofree char *text = read_all(fixture->path);
	g_autofree char *older = read_all(fixture->older);
	assert_non_null(strstr(text, "second"));
	assert_null(strstr(older, "second"));
}

static void
a_log_is_never_written_through_a_link(void **state)
{
	Fixture *fixture = *state;
	assert_int_equal(symlink(fixture->older, fixture->path), 0);
	g_autoptr(GError) error = NULL;
	assert_false(log_open(fixture->path, "x", &error));
	assert_non_null(strstr(error->message, fixture->path));
	assert_false(g_file_test(fixture->older, G_FILE_TEST_EXISTS));
}

static void *
write_lines(void *unused)
{
	for (int i = 0; i < 200; i++)
		g_warning("line of a thread");
	return NULL;
}

static void
lines_of_threads_do_not_mix(void **state)
{
	Fixture *fixture = *state;
	assert_true(log_open(fixture->path, "x", NULL));
	GThread *threads[4];
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("writer", write_lines, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_autofree char *text = read_all(fixture->path);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	assert_int_equal(g_strv_length(lines), 801);
	for (size_t i = 0; i < 800; i++)
		assert_true(g_str_has_suffix(lines[i], " warning: line of a thread"));
}

static void
without_a_file_warnings_go_to_stderr_cleaned(void **state)
{
	Fixture *fixture = *state;
	int kept = dup(STDERR_FILENO);
	int file = open(fixture->path, O_WRONLY | O_CREAT, 0600);
	dup2(file, STDERR_FILENO);
	bool opened = log_open(NULL, "x", NULL);
	g_warning("seen \033");
	g_info("not seen");
	dup2(kept, STDERR_FILENO);
	close(file);
	close(kept);
	assert_true(opened);
	g_autofree char *text = read_all(fixture->path);
	assert_true(g_str_has_suffix(text, "warning: seen ␛\n"));
	assert_null(strstr(text, "not seen"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_says_when_who_and_what, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_are_cleaned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			debug_lines_are_left_out_unless_asked_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_log_makes_room_and_keeps_one_older, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_log_that_another_process_moved_away_is_followed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_log_is_never_written_through_a_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_of_threads_do_not_mix, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			without_a_file_warnings_go_to_stderr_cleaned, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

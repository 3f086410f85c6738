#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "ui/screen/save.h"

static const struct {
	const char *name, *saved;
} names[] = {
	{ "report.pdf", "report.pdf" },
	{ "Fürth 2025.pdf", "Fürth 2025.pdf" },
	{ "写真.png", "写真.png" },
	{ "../../.bashrc", "bashrc" },
	{ "/etc/passwd", "passwd" },
	{ "C:\\Windows\\evil.exe", "evil.exe" },
	{ "a/b\\c.txt", "c.txt" },
	{ "..", "part-2.1.pdf" },
	{ ".", "part-2.1.pdf" },
	{ "", "part-2.1.pdf" },
	{ "dir/", "part-2.1.pdf" },
	{ NULL, "part-2.1.pdf" },
	{ "-rf", "rf" },
	{ "--help.txt", "help.txt" },
	{ ". -x", "x" },
	{ "~root", "root" },
	{ "two\nlines.txt", "twolines.txt" },
	{ "bell\a\x1b[31m.txt", "bell[31m.txt" },
	{ "exe\xe2\x80\xaegpj.scr", "exegpj.scr" },
	{ "zero\xe2\x80\x8bwidth", "zerowidth" },
	{ "bad\xff.txt", "bad\xef\xbf\xbd.txt" },
	{ "dots...", "dots" },
	{ "blank .txt ", "blank .txt" },
};

static void
a_name_from_mail_leads_nowhere(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *saved = save_name(names[i].name, "2.1", "application/pdf");
		assert_string_equal(saved, names[i].saved);
	}
}

static void
a_long_name_keeps_its_extension_and_whole_characters(void **state)
{
	g_autoptr(GString) name = g_string_new("x");
	for (int i = 0; i < 300; i++)
		g_string_append(name, "ü");
	g_string_append(name, ".pdf");
	g_autofree char *saved = save_name(name->str, "1", NULL);
	assert_true(strlen(saved) <= SAVE_NAME_LIMIT);
	assert_true(strlen(saved) >= SAVE_NAME_LIMIT - 2);
	assert_true(g_utf8_validate(saved, -1, NULL));
	assert_true(g_str_has_suffix(saved, "ü.pdf"));
}

static char *
save(const char *directory, const char *name, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autofree char *path = save_bytes(directory, name, bytes, &error);
	assert_null(error);
	return g_path_get_basename(path);
}

static void
nothing_is_overwritten_nor_followed(void **state)
{
	g_autofree char *directory = g_dir_make_tmp("curlew-save-XXXXXX", NULL);
	g_autofree char *target = g_build_filename(directory, "target", NULL);
	g_autofree char *link = g_build_filename(directory, "link.txt", NULL);
	g_autofree char *fifo = g_build_filename(directory, "fifo", NULL);
	assert_int_equal(symlink(target, link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	static const struct {
		const char *name, *made;
	} saves[] = {
		{ "a.txt", "a.txt" },
		{ "a.txt", "a (1).txt" },
		{ "a.txt", "a (2).txt" },
		{ "link.txt", "link (1).txt" },
		{ "fifo", "fifo (1)" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(saves); i++) {
		g_autofree char *made = save(directory, saves[i].name, "text");
		assert_string_equal(made, saves[i].made);
		g_autofree char *path = g_build_filename(directory, made, NULL);
		GStatBuf status;
		assert_int_equal(g_lstat(path, &status), 0);
		assert_true(S_ISREG(status.st_mode));
		assert_int_equal(status.st_mode & 0777, 0600);
		assert_int_equal(status.st_size, 4);
		g_unlink(path);
		if (g_str_equal(saves[i].name, "a.txt"))
			assert_true(g_file_set_contents(path, "", 0, NULL));
	}
	assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
	g_unlink(link);
	g_unlink(fifo);
	for (size_t i = 0; i < 3; i++) {
		g_autofree char *path = g_build_filename(directory, saves[i].made, NULL);
		g_unlink(path);
	}
	assert_int_equal(g_rmdir(directory), 0);
}

static void
a_directory_that_is_not_there_is_named(void **state)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	g_autoptr(GError) error = NULL;
	assert_null(save_bytes("/nowhere/at/all", "x", bytes, &error));
	assert_string_equal(error->message, "/nowhere/at/all: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_from_mail_leads_nowhere),
		cmocka_unit_test(a_long_name_keeps_its_extension_and_whole_characters),
		cmocka_unit_test(nothing_is_overwritten_nor_followed),
		cmocka_unit_test(a_directory_that_is_not_there_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

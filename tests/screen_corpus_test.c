/*
 * Every 10th mail of the shared corpus (with CURLEW_FULL all) opened one after another in the reader: nothing dies,
 * and of what the program writes to the terminal each control sequence is one that ncurses has for it.
 */
#include <cmocka.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "screen_fixture.h"

enum { EACH = 10 };

static void
collect(GPtrArray *paths, const char *directory)
{
	g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
	const char *name;
	while (entries && (name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			collect(paths, path);
		else
			g_ptr_array_add(paths, g_steal_pointer(&path));
	}
}

static int
by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* NULL: there is no corpus here. */
static GPtrArray *
mails(void)
{
	const char *shared = g_getenv("CURLEW_SHARED");
	if (!shared)
		return NULL;
	g_autofree char *corpus = g_build_filename(shared, "corpus", NULL);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
	collect(all, corpus);
	g_ptr_array_sort(all, by_name);
	GPtrArray *chosen = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < all->len; i += g_getenv("CURLEW_FULL") ? 1 : EACH)
		g_ptr_array_add(chosen, g_strdup(g_ptr_array_index(all, i)));
	return chosen;
}

/* Bytes of the control sequence at AT that a screen needs; 0: it is none of these. */
static size_t
sequence_length(const char *at, size_t left)
{
	static const char *const fixed[] = { "\x1b(B", "\x1b)0", "\x1b=", "\x1b>", "\x1bM",
		"\x1b"
		"7",
		"\x1b"
		"8" };
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		size_t length = strlen(fixed[i]);
		if (length <= left && memcmp(at, fixed[i], length) == 0)
			return length;
	}
	static const char title[] = "\x1b]2;curlew"; /* our own: how many are unread */
	if (left > strlen(title) && memcmp(at, title, strlen(title)) == 0) {
		size_t words = strlen(title);
		while (words < left && (g_ascii_isalnum(at[words]) || strchr(" ,", at[words])))
			words++;
		return words + 1 < left && at[words] == '\x1b' && at[words + 1] == '\\' ? words + 2
		                                                                        : 0;
	}
	if (left < 3 || at[1] != '[')
		return 0;
	size_t end = 2;
	while (end < left && strchr("0123456789;?", at[end]))
		end++;
	return end < left && at[end] && strchr("mABCDGHJKPX@LMSTbdhlrt", at[end]) ? end + 1 : 0;
}

static void
assert_clean(const GByteArray *bytes)
{
	const char *start = (const char *)bytes->data;
	for (size_t i = 0; i < bytes->len;) {
		unsigned char byte = bytes->data[i];
		bool c1 = byte == 0xc2 && i + 1 < bytes->len && bytes->data[i + 1] < 0xa0;
		size_t length = byte == 0x1b ? sequence_length(start + i, bytes->len - i) : 1;
		bool control = byte < 0x20 && byte != 0x1b && !strchr("\b\t\r\n\x0e\x0f", byte);
		if (length == 0 || control || byte == 0x7f || c1)
			fail_msg("byte %zu: %.*s", i, 40, start + i);
		i += length;
	}
}

static void
no_mail_reaches_the_terminal_but_as_text(void **state)
{
	g_autoptr(GPtrArray) paths = mails();
	if (!paths || paths->len == 0)
		skip();
	ScreenFixture *fixture = screen_fixture_new(screen_profile_new_of_files(paths));
	TestTerminal *terminal = screen_fixture_start(fixture, 24, 80);
	test_terminal_keys(terminal, "g g Enter");
	for (guint i = 0; i < paths->len; i++)
		test_terminal_keys(terminal, i % 5 == 0 ? "h H q J" : "J");
	assert_clean(test_terminal_bytes(terminal));
	printf("%u mails, %u bytes\n", paths->len, test_terminal_bytes(terminal)->len);
	test_terminal_press(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	test_terminal_close(terminal);
	void *closed = fixture;
	screen_fixture_close(&closed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_mail_reaches_the_terminal_but_as_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Every 10th mail of the shared corpus and every mail of the torture set, but for its threads of 1,000 (every 10th) and
 * its five mails of over 5 MB, opened one after another in the reader; with CURLEW_FULL all of them. Each shows its own
 * text, nothing dies, and of what the program writes to the terminal each sequence is one that ncurses or curlew has.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "backend/envelopes.h"
#include "index/message.h"
#include "remove_tree.h"
#include "screen_fixture.h"
#include "terminal_bytes.h"

enum {
	EACH = 10,
	ROWS = 24,
	COLUMNS = 79,
	EVERY_FORM = 5,       /* each such mail is shown with all headers and as its source, too */
	PATIENCE = 60,        /* seconds */
	SLOW_SIZE = 100 << 10 /* bytes from which on the helper may give up on a busy machine */
};

/* ---- which mails ---- */

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

/* Every 10th; ALL: and whatever stands in the directory itself. */
static void
add_chosen(GPtrArray *paths, const char *directory, bool all)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	collect(found, directory);
	g_ptr_array_sort(found, by_name);
	for (guint i = 0; i < found->len; i++) {
		const char *path = g_ptr_array_index(found, i);
		g_autofree char *folder = g_path_get_dirname(path);
		bool chosen = i % EACH == 0 || (all && g_str_equal(folder, directory)) ||
		              g_getenv("CURLEW_FULL");
		if (chosen && !g_str_has_suffix(path, ".json"))
			g_ptr_array_add(paths, g_strdup(path));
	}
}

static bool
make_torture(const char *shared, const char *directory)
{
	g_autofree char *generator = g_build_filename(shared, "tools/make_torture.py", NULL);
	if (!g_file_test(generator, G_FILE_TEST_EXISTS))
		return false;
	const char *arguments[] = { "/usr/bin/python3", generator, directory,
		g_getenv("CURLEW_FULL") ? NULL : "--no-huge", NULL };
	int status = -1;
	g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
		NULL, &status, NULL);
	assert_int_equal(status, 0);
	return true;
}

/* NULL: the shared things are not here. */
static ScreenProfile *
profile_of_all(void)
{
	const char *shared = g_getenv("CURLEW_SHARED");
	if (!shared)
		return NULL;
	g_autofree char *torture = g_dir_make_tmp("curlew-torture-XXXXXX", NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	bool made = make_torture(shared, torture);
	add_chosen(paths, torture, true);
	g_autofree char *corpus = g_build_filename(shared, "corpus", NULL);
	add_chosen(paths, corpus, false);
	ScreenProfile *profile = made && paths->len ? screen_profile_new_of_files(paths) : NULL;
	remove_tree(torture);
	return profile;
}

/* The files of the inbox in the order in which a flat list has them. Of char *. */
static GPtrArray *
listed_files(const ScreenProfile *profile)
{
	g_autofree char *database =
		g_build_filename(profile->root, "state/curlew/work/state.db", NULL);
	g_autoptr(Envelopes) envelopes = envelopes_open(database, 0, NULL);
	PageAsk ask = { .view = PAGE_ROLE, .role = ROLE_INBOX, .limit = G_MAXINT32 };
	g_autoptr(GPtrArray) rows = envelopes_page(envelopes, &ask, NULL);
	assert_non_null(rows);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < rows->len; i++) {
		g_autofree char *file = envelopes_file(envelopes, g_ptr_array_index(rows, i), NULL);
		g_ptr_array_add(files,
			g_build_filename(profile->root, "data/curlew/mail/work", file, NULL));
	}
	return files;
}

/* ---- what a mail must show ---- */

enum { WORD_LEAST = 3, WORD_MOST = 12, TAIL = 200 };

static const char *const not_shown = "This message cannot be shown";

static bool
is_blank(const char *text)
{
	return !text || text[strspn(text, " \t\r\n\f\v")] == '\0';
}

/* A word of the text's last lines, which the reader shows at its end; NULL: there is none that is plain. */
static char *
last_word(const char *text)
{
	size_t length = strlen(text), end = length;
	while (end > 0 && g_ascii_isspace(text[end - 1]))
		end--;
	size_t start = end > TAIL ? end - TAIL : 0;
	for (size_t at = end; at > start; at--) {
		size_t first = at;
		while (first > start && g_ascii_isalnum(text[first - 1]))
			first--;
		size_t letters = at - first;
		if (letters >= WORD_LEAST && letters <= WORD_MOST && first > start)
			return g_strndup(text + first, letters);
		if (letters > 0)
			at = first + 1;
	}
	return NULL;
}

/* Such a mail may or may not be shown where the helper has little of the processor. */
static bool
is_large(const char *file)
{
	GStatBuf status;
	return g_stat(file, &status) == 0 && status.st_size >= SLOW_SIZE;
}

/* What must stand on the screen at the message's end; "" if nothing is known of it but that there is something. */
static char *
expected(MessageReader *reader, const char *file)
{
	g_autoptr(JsonObject) message = message_reader_show(reader, file, COLUMNS - 2, NULL, NULL);
	if (!message)
		return g_strdup(is_large(file) ? "" : not_shown);
	const char *more = json_text(message, "text_more");
	const char *flowed = json_text(message, "text_reflowed");
	const char *text = !is_blank(more) ? more : flowed ? flowed : json_text(message, "text");
	if (is_blank(text))
		return g_strdup("(no text)");
	char *word = last_word(text);
	return word ? word : g_strdup("");
}

/* The reader's lines, without any blanks: a word may be broken at the end of a line. */
static char *
shown(TestTerminal *terminal)
{
	GString *all = g_string_new(NULL);
	for (int row = 1; row < ROWS - 2; row++) {
		g_autofree char *line = test_terminal_line(terminal, row);
		for (const char *at = line; *at; at++)
			if (!g_ascii_isspace(*at))
				g_string_append_c(all, *at);
	}
	return g_string_free(all, FALSE);
}

static void
assert_shows(TestTerminal *terminal, const char *file, const char *wanted)
{
	g_autofree char *text = shown(terminal);
	g_autoptr(GString) joined = g_string_new(wanted);
	g_string_replace(joined, " ", "", 0);
	g_autoptr(GString) refusal = g_string_new(not_shown);
	g_string_replace(refusal, " ", "", 0);
	bool gave_up = is_large(file) && strstr(text, refusal->str);
	if (*text && (strstr(text, joined->str) || gave_up))
		return;
	g_autofree char *screen = test_terminal_text(terminal);
	fail_msg("%s: \"%s\" is not there:\n%s", file, wanted, screen);
}

static void
assert_clean(const GByteArray *bytes)
{
	gssize at = terminal_bytes_foreign(bytes);
	if (at < 0)
		return;
	g_autofree char *piece =
		g_strndup((const char *)bytes->data + at, MIN(40, bytes->len - at));
	g_autofree char *told = g_strescape(piece, NULL);
	fail_msg("byte %zd: %s", at, told);
}

static void
each_mail_shows_its_text_and_no_sequence_of_its_own(void **state)
{
	ScreenProfile *profile = profile_of_all();
	if (!profile)
		skip();
	ScreenFixture *fixture = screen_fixture_new(profile);
	g_autofree char *helper = g_build_filename(profile->root, "curlew-mime", NULL);
	g_autoptr(MessageReader) reader = message_reader_new(helper);
	message_reader_set_patience(reader, PATIENCE);
	g_autoptr(GPtrArray) files = listed_files(profile);
	TestTerminal *terminal = screen_fixture_start(fixture, ROWS, COLUMNS);
	test_terminal_keys(terminal, "z T");
	test_terminal_keys(terminal, "g g");
	test_terminal_keys(terminal, "Enter");
	guint words = 0;
	for (guint i = 0; i < files->len; i++) {
		const char *file = g_ptr_array_index(files, i);
		g_autofree char *wanted = expected(reader, file);
		if (i > 0)
			test_terminal_keys(terminal, "J");
		if (i % EVERY_FORM == 0) {
			test_terminal_keys(terminal, "h");
			test_terminal_keys(terminal, "H");
			test_terminal_keys(terminal, "q");
		}
		test_terminal_keys(terminal, "G");
		assert_shows(terminal, file, wanted);
		words += *wanted != '\0';
	}
	assert_clean(test_terminal_bytes(terminal));
	printf("%u mails, %u of them known by a word or a sentence, %u bytes\n", files->len, words,
		test_terminal_bytes(terminal)->len);
	test_terminal_press(terminal, "Q");
	assert_int_equal(test_terminal_wait_end(terminal), 0);
	assert_clean(test_terminal_bytes(terminal));
	test_terminal_close(terminal);
	void *closed = fixture;
	screen_fixture_close(&closed);
}

static void
what_is_foreign_is_found(void **state)
{
	static const struct {
		const char *bytes;
		gssize at;
	} cases[] = {
		{ "a\x1b[1;22Hb\x1b[0;1m\x1b[38;5;200m\x1b[39;49m\x1b[m", -1 },
		{ "\x1b]2;curlew 3 unread\x1b\\\x1b[H\x1b[2J\x1b[3;22r", -1 },
		{ "\x1b[?1049h\x1b[22;0;0t\x1b[?12l\x1b[?25h", -1 },
		{ "a\x1b[2J", 1 },
		{ "a\x1b[5m", 1 },
		{ "a\x1b[8m", 1 },
		{ "a\x1b[0;5m", 1 },
		{ "a\x1b[6n", 1 },
		{ "a\x1b[c", 1 },
		{ "a\x1b[21t", 1 },
		{ "a\x1b[?1003h", 1 },
		{ "a\x1b[", 1 },
		{ "a\x1b", 1 },
		{ "a\x1b"
		  "c",
			1 },
		{ "a\x1b#8", 1 },
		{ "a\x1b(0", 1 },
		{ "a\x1b]0;x\x07", 1 },
		{ "a\x1b]2;owned\x1b\\", 1 },
		{ "a\x1b]2;curlew", 1 },
		{ "a\x1b]2;curlew\x1b[2J\x1b\\", 1 },
		{ "a\x1b]52;c;eA==\x07", 1 },
		{ "a\x1bPq\x1b\\", 1 },
		{ "a\x07", 1 },
		{ "a\x0e", 1 },
		{ "a\x7f", 1 },
		{ "a\xc2\x9b", 1 },
		{ "\xc2\xa0", -1 },
		{ "\x1b[?1049l\x1b[23;0;0t\x1b[?1049l\x1b[23;0;0t", 17 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		g_byte_array_append(
			bytes, (const guint8 *)cases[i].bytes, (guint)strlen(cases[i].bytes));
		gssize at = terminal_bytes_foreign(bytes);
		if (at != cases[i].at)
			fail_msg("case %zu: at %zd", i, at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_foreign_is_found),
		cmocka_unit_test(each_mail_shows_its_text_and_no_sequence_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

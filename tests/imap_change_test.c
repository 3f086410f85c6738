#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "backend/error.h"
#include "index/maildir_name.h"
#include "tests/imap_play.h"

/* What changes a server: APPEND, and where the server says it put things. */

#define PREAUTH(more) "* PREAUTH [CAPABILITY IMAP4rev1 " more "] hi\r\n"

static int
file_of(const char *text, size_t size)
{
	g_autofree char *path = NULL;
	int file = g_file_open_tmp("append-XXXXXX", &path, NULL);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, size), size);
	unlink(path);
	return file;
}

static char *
numbers(const GArray *uids)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; uids && i < uids->len; i++)
		g_string_append_printf(
			text, "%s%u", i ? " " : "", g_array_index(uids, uint32_t, i));
	return g_string_free(text, FALSE);
}

static const struct {
	const char *name, *capabilities, *text;
	FakeStep steps[6];
	ImapResult result;
	const char *to;
} appends[] = {
	{ "a literal that needs no word", "LITERAL+", "a: b\n\nc\n",
		{ { .expect = "APPEND \"in\" (\\Seen) \" 9-Sep-2001 01:46:40 +0000\" {11+}" },
			{ .expect_line = "a: b" }, { .expect_line = "" }, { .expect_line = "c" },
			{ .expect_line = "" }, { .send = "%T OK [APPENDUID 7 42] done\r\n" } },
		IMAP_OK, "42" },
	{ "a literal that waits, with a line before the word", "", "a: b\r\n\nc\n",
		{ { .expect = "APPEND \"in\" (\\Seen) * {11}" },
			{ .send = "* 3 EXISTS\r\n* OK [ALERT] mind\r\n+ go on\r\n" },
			{ .expect_line = "a: b" }, { .expect_line = "" }, { .expect_line = "c" },
			{ .send = "* OK [APPENDUID 7 43] there\r\n%T OK done\r\n" } },
		IMAP_OK, "43" },
	{ "a server that refuses before the literal", "", "a: b\n\nc\n",
		{ { .expect = "APPEND *" }, { .send = "%T NO [TRYCREATE] no such folder\r\n" } },
		IMAP_NO, "" },
	{ "a server that does not say where", "LITERAL-", "a: b\n\nc\n",
		{ { .expect = "APPEND * {11+}" }, { .expect_line = "a: b" }, { .expect_line = "" },
			{ .expect_line = "c" }, { .expect_line = "" },
			{ .send = "%T OK [APPENDUID 7 0] done\r\n" } },
		IMAP_OK, "" },
};

static void
messages_are_appended(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(appends); i++) {
		print_message("  %s\n", appends[i].name);
		g_autofree char *greeting = g_strdup_printf(
			"* PREAUTH [CAPABILITY IMAP4rev1 %s] hi\r\n", appends[i].capabilities);
		FakeStep steps[8] = { { .send = greeting } };
		for (size_t at = 0; at < G_N_ELEMENTS(appends[i].steps); at++)
			steps[at + 1] = appends[i].steps[at];
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		int file = file_of(appends[i].text, strlen(appends[i].text));
		ImapDone done = { 0 };
		bool begun = imap_append(
			play->session, "in", "\\Seen", 1000000000, file, &done, &play->error);
		assert_int_equal(begun, appends[i].result == IMAP_OK);
		if (begun)
			assert_true(imap_read(play->session, 0, &done, &play->error));
		assert_int_equal(done.result, appends[i].result);
		g_autofree char *to = numbers(done.to);
		assert_string_equal(to, appends[i].to);
		assert_true(imap_is_usable(play->session));
		imap_done_clear(&done);
		close(file);
		imap_play_end(play, appends[i].name);
		imap_play_free(play);
	}
}

static void
a_message_with_a_nul_is_not_begun(void **state)
{
	FakeStep steps[] = { { .send = PREAUTH("LITERAL+") }, { 0 } };
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	int file = file_of("a\0b", 3);
	ImapDone done = { 0 };
	assert_false(imap_append(play->session, "in", "", 0, file, &done, &play->error));
	imap_play_assert_error(play, "NUL", ACCOUNT_ERROR_REFUSED, "NUL");
	assert_true(imap_is_usable(play->session));
	close(file);
	imap_play_end(play, "NUL");
	imap_play_free(play);
}

static const struct {
	const char *answer, *from, *to;
} copies[] = {
	{ "%T OK [COPYUID 9 4,7:9 30:33] done\r\n", "4 7 8 9", "30 31 32 33" },
	{ "* OK [COPYUID 9 9:8,4 30:32] moved\r\n%T OK done\r\n", "8 9 4", "30 31 32" },
	{ "%T OK [COPYUID 9 4:5 30] done\r\n", "", "" },
	{ "%T OK [COPYUID 0 4 0] done\r\n", "", "" },
	{ "%T OK [COPYUID 9 1:4294967295 1:4294967295] done\r\n", "", "" },
	{ "%T OK [COPYUID x] done\r\n", "", "" },
	{ "%T OK done\r\n", "", "" },
};

static void
where_copies_went_is_told_or_unknown(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(copies); i++) {
		FakeStep steps[] = { { .send = PREAUTH("UIDPLUS MOVE") },
			{ .expect = "UID MOVE *" }, { .send = copies[i].answer },
			{ .expect = "NOOP" }, { .send = "%T OK done\r\n" }, { 0 } };
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		ImapDone done = { 0 };
		assert_true(imap_send(play->session, NULL, "UID MOVE %a %s", "4,7:9", "out") != 0);
		assert_true(imap_read(play->session, 0, &done, &play->error));
		g_autofree char *from = numbers(done.from), *to = numbers(done.to);
		assert_string_equal(from, copies[i].from);
		assert_string_equal(to, copies[i].to);
		imap_done_clear(&done);
		/* It is that command's, and no other's. */
		assert_true(imap_send(play->session, NULL, "NOOP") != 0);
		assert_true(imap_read(play->session, 0, &done, &play->error));
		assert_null(done.to);
		imap_done_clear(&done);
		imap_play_end(play, copies[i].answer);
		imap_play_free(play);
	}
}

static bool
on_vanished(uint32_t first, uint32_t last, void *data)
{
	g_string_append_printf(data, "%u-%u ", first, last);
	return true;
}

static void
what_vanished_is_heard(void **state)
{
	static const ImapHandlers handlers = { .on_vanished = on_vanished };
	FakeStep steps[] = { { .send = PREAUTH("QRESYNC") }, { .expect = "NOOP" },
		{ .send = "* VANISHED (EARLIER) 3,9:7,41\r\n* VANISHED 5\r\n* VANISHED\r\n"
			  "* VANISHED 0\r\n%T OK done\r\n" },
		{ 0 } };
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	g_autoptr(GString) heard = g_string_new(NULL);
	imap_set_handlers(play->session, &handlers, heard);
	assert_true(imap_play_noop(play));
	assert_string_equal(heard->str, "3-3 7-9 41-41 5-5 ");
	imap_set_handlers(play->session, NULL, NULL);
	imap_play_end(play, "VANISHED");
	imap_play_free(play);
}

static void
qresync_is_believed_when_it_is_enabled(void **state)
{
	static const struct {
		const char *answer;
		bool enabled;
	} cases[] = {
		{ "* ENABLED QRESYNC\r\n%T OK done\r\n", true },
		{ "* ENABLED\r\n%T OK done\r\n", false },
		{ "%T OK done\r\n", false },
		{ "%T BAD what\r\n", false },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FakeStep steps[] = {
			{ .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1 ENABLE QRESYNC] in\r\n" },
			{ .expect = "ENABLE QRESYNC" }, { .send = cases[i].answer }, { 0 }
		};
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		assert_true(imap_login(play->session, "ada", "pw", &play->error));
		assert_int_equal(
			(imap_capabilities(play->session) & IMAP_QRESYNC) != 0, cases[i].enabled);
		imap_play_end(play, cases[i].answer);
		imap_play_free(play);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_appended),
		cmocka_unit_test(a_message_with_a_nul_is_not_begun),
		cmocka_unit_test(where_copies_went_is_told_or_unknown),
		cmocka_unit_test(what_vanished_is_heard),
		cmocka_unit_test(qresync_is_believed_when_it_is_enabled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

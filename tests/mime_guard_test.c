#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>
#include <unistd.h>

#include "index/mime/mime_guard.h"
#include "index/mime/mime_read.h"

/* A file of these bytes, opened and scanned; it has no name any more. */
static MimeFile *
scanned(const char *bytes, size_t length, bool *whole)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("mime-guard-XXXXXX", &path, NULL);
	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	MimeFile *file = mime_file_open(path, NULL);
	unlink(path);
	assert_non_null(file);
	*whole = mime_guard_scan(file);
	return file;
}

static MimeMessage *
opened(const char *bytes, size_t length)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("mime-guard-XXXXXX", &path, NULL);
	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	MimeMessage *message = mime_message_open(path, NULL);
	unlink(path);
	assert_non_null(message);
	return message;
}

static void
add_times(GString *text, const char *piece, int count)
{
	for (int i = 0; i < count; i++)
		g_string_append(text, piece);
}

static void
the_body_begins_where_the_header_ends(void **state)
{
	static const struct {
		const char *name, *bytes;
		guint fields;
		const char *body;
	} cases[] = {
		{ "plain", "A: 1\nB: 2\n\ntext\n", 2, "text\n" },
		{ "CRLF", "A: 1\r\nB: 2\r\n\r\ntext\r\n", 2, "text\r\n" },
		{ "folded", "A: 1\n\t2\n\ntext\n", 1, "text\n" },
		{ "mbox line", "From a@b Mon\nA: 1\n\ntext\n", 1, "text\n" },
		{ "byte order mark",
			"\xef\xbb\xbf"
			"A: 1\n\ntext\n",
			1, "text\n" },
		{ "no text", "A: 1\n", 1, "" },
		{ "empty", "", 0, "" },
		{ "no header", "\ntext\n", 0, "text\n" },
		{ "only text", "Dear all,\nhello\n\nbye\n", 0, "Dear all,\nhello\n\nbye\n" },
		{ "garbage first", "rubbish\nA: 1\n\ntext\n", 1, "text\n" },
		{ "continuation first", " rubbish\nA: 1\n\ntext\n", 1, "text\n" },
		{ "garbage between", "A: 1\nrubbish\n more\nB: 2\n\ntext\n", 2, "text\n" },
		{ "no empty line", "A: 1\nsome text\nto the end\n", 1, "some text\nto the end\n" },
		{ "no empty line before the parts", "A: 1\nnote\n--b\nB: 2\n\ntext\n", 1,
			"note\n--b\nB: 2\n\ntext\n" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool whole;
		g_autoptr(MimeFile) file = scanned(cases[i].bytes, strlen(cases[i].bytes), &whole);
		const char *body = "";
		size_t length = mime_file_read(file, file->body, &body);
		if (file->fields->len != cases[i].fields || length != strlen(cases[i].body) ||
			memcmp(body, cases[i].body, length) != 0)
			fail_msg("%s: %u fields, body \"%.*s\"", cases[i].name, file->fields->len,
				(int)length, body);
	}
}

static void
deep_groups_of_addresses_are_masked(void **state)
{
	static const struct {
		const char *name, *field, *piece;
		int count;
		guint masks;
	} cases[] = {
		{ "flat", "To: ", "a@b, ", 1000, 0 },
		{ "at the limit", "To: ", "a:", MIME_GROUP_DEPTH, 0 },
		{ "over it", "To: ", "a:", MIME_GROUP_DEPTH + 1, 1 },
		{ "closed again", "Cc: ", "a:b@c;", 1000, 0 },
		{ "over several lines", "from : ", "a:\n ", 100, 1 },
		{ "blanks ahead of the colon", "BCC              :", "a:", 100, 1 },
		{ "another field", "Subject: ", "a:", 1000, 0 },
		{ "longer than a window", "To: ", "a:", MIME_WINDOW, 1 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) mail = g_string_new("Content-Type: message/rfc822\n\n");
		g_string_append(mail, cases[i].field);
		add_times(mail, cases[i].piece, cases[i].count);
		g_string_append(mail, "\nSubject: x\n\ntext\n");
		bool whole;
		g_autoptr(MimeFile) file = scanned(mail->str, mail->len, &whole);
		assert_true(whole);
		if (file->masks->len != cases[i].masks)
			fail_msg("%s: %u masks", cases[i].name, file->masks->len);
	}
}

static bool
on_counted(const char *bytes, size_t length, void *data)
{
	*(size_t *)data += length;
	return true;
}

static void
groups_that_would_kill_gmime_cost_no_content(void **state)
{
	g_autoptr(GString) mail =
		g_string_new("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nTo: ");
	add_times(mail, "a:", 500000);
	g_string_append(mail, "\n--b\nContent-Type: message/rfc822\n\nTo: ");
	add_times(mail, "a:", 500000);
	g_string_append(mail, "\n\ninside\n--b--\n");
	g_autoptr(MimeMessage) message = opened(mail->str, mail->len);
	assert_int_equal(message->file->masks->len, 2);
	assert_int_equal(message->parts->len, 4);
	size_t length = 0;
	const MimePart *first = mime_message_part(message, "1");
	assert_true(mime_part_decode(first, on_counted, &length));
	assert_int_equal(length, 1000004);
}

static void
many_masks_hide_what_they_must(void **state)
{
	g_autoptr(GString) mail = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
	g_autoptr(GString) deep = g_string_new(NULL);
	add_times(deep, "a:", 40);
	for (int i = 0; i < 3000; i++)
		g_string_append_printf(mail,
			"--b\nContent-Type: message/rfc822\n\nTo: %s\nSubject: s\n\nx\n",
			deep->str);
	g_string_append(mail, "--b--\n");
	g_autoptr(MimeMessage) message = opened(mail->str, mail->len);
	assert_int_equal(message->file->masks->len, 3000);
	assert_int_equal(message->parts->len, 6001);
	for (guint i = 1; i < message->parts->len; i += 2) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		GMimeMessage *inner =
			g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
		const char *to = g_mime_object_get_header(GMIME_OBJECT(inner), "To");
		assert_non_null(to);
		assert_null(strchr(to, ':'));
		assert_string_equal(g_mime_message_get_subject(inner), "s");
	}
}

static void
parts_without_end_end_somewhere(void **state)
{
	g_autoptr(GString) mail = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
	add_times(mail, "--b\n\nx\n", MIME_BOUNDARY_LINES + 1000);
	g_autoptr(MimeMessage) message = opened(mail->str, mail->len);
	assert_true(message->parts_cut);
	assert_int_equal(message->parts->len, MIME_PARTS);
}

static void
what_nests_too_deep_is_named_and_not_entered(void **state)
{
	g_autoptr(GString) mail = g_string_new(NULL);
	for (int i = 0; i < 3000; i++)
		g_string_append_printf(
			mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	g_string_append(mail, "\ntext\n");
	g_autoptr(MimeMessage) message = opened(mail->str, mail->len);
	assert_int_equal(message->parts->len, MIME_DEPTH + 1);
	const MimePart *last = g_ptr_array_index(message->parts, MIME_DEPTH);
	assert_true(last->too_deep);
}

static void
a_header_is_read_up_to_its_limits(void **state)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	add_times(lines, "A: 1\n", MIME_HEADER_LINES + 500);
	g_string_append(lines, "\ntext\n");
	bool whole;
	g_autoptr(MimeFile) many = scanned(lines->str, lines->len, &whole);
	assert_true(many->header_cut);
	assert_int_equal(many->fields->len, MIME_HEADER_LINES);
	assert_int_equal(many->body, lines->len - 5);

	g_autoptr(GString) bytes = g_string_new("A: ");
	add_times(bytes, "0123456789\n ", MIME_HEADER_BYTES / 10);
	g_string_append(bytes, "\n\ntext\n");
	g_autoptr(MimeFile) large = scanned(bytes->str, bytes->len, &whole);
	assert_true(large->header_cut);
	assert_int_equal(large->body, bytes->len - 5);
}

static void
only_regular_files_are_opened(void **state)
{
	static const char *const paths[] = { "/", "/dev/null", "/nonexistent", "/proc/self/exe",
		"" };
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(mime_file_open(paths[i], &error));
		assert_non_null(error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_body_begins_where_the_header_ends),
		cmocka_unit_test(deep_groups_of_addresses_are_masked),
		cmocka_unit_test(groups_that_would_kill_gmime_cost_no_content),
		cmocka_unit_test(many_masks_hide_what_they_must),
		cmocka_unit_test(parts_without_end_end_somewhere),
		cmocka_unit_test(what_nests_too_deep_is_named_and_not_entered),
		cmocka_unit_test(a_header_is_read_up_to_its_limits),
		cmocka_unit_test(only_regular_files_are_opened),
	};
	g_mime_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	g_mime_shutdown();
	return failed;
}

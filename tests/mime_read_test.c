#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>
#include <unistd.h>

#include "index/mime/mime_param.h"
#include "index/mime/mime_read.h"
#include "index/mime/mime_show.h"
#include "index/mime/mime_text.h"

static MimeShow *
shown(const char *mail)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("mime-read-XXXXXX", &path, NULL);
	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path, mail, -1, NULL));
	MimeShow *show = mime_show(path, 60, NULL);
	unlink(path);
	assert_non_null(show);
	return show;
}

static void
the_text_is_the_one_to_be_read(void **state)
{
	static const struct {
		const char *name, *mail, *text, *from, *more, *guess;
	} cases[] = {
		{ "plain", "\nhello\n", "hello\n", "plain" },
		{ "quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\na=3Db=\n c\n",
			"a=b c\n", "plain" },
		{ "base64 without padding", "Content-Transfer-Encoding: base64\n\naGVsbG8\n",
			"hello", "plain" },
		{ "base64 with a stray letter",
			"Content-Transfer-Encoding: base64\n\naGVsbG8h\nQ\n", "hello!", "plain" },
		{ "base64 that goes on behind its padding",
			"Content-Transfer-Encoding: base64\n\naGk=IHlv\ndQ==\n", "hi you",
			"plain" },
		{ "html alone", "Content-Type: text/html\n\n<p>hello", "hello\n", "html" },
		{ "alternative",
			"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\n"
			"Content-Type: text/html\n\n<p>html\n--b--\n",
			"plain", "plain" },
		{ "blank plain",
			"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\n"
			"Content-Type: text/html\n\n<p>html\n--b--\n",
			"html\n", "html" },
		{ "footer",
			"Content-Type: multipart/mixed; "
			"boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
			"one", "plain", "two\n" },
		{ "an alternative of one form behind a text",
			"Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a\n"
			"Content-Type: multipart/alternative; boundary=b\n\n--b\n"
			"Content-Type: text/html\n\n<p>two\n--b--\n--a--\n",
			"one", "plain", "two\n" },
		{ "attachment first",
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
			"Content-Disposition: attachment\n\none\n--b\n\ntwo\n--b--\n",
			"two", "plain" },
		{ "no boundary", "Content-Type: multipart/mixed\n\nhello\n", "hello\n", "raw" },
		{ "boundary never used", "Content-Type: multipart/mixed; boundary=b\n\nhello\n",
			"hello\n", "raw" },
		{ "no header", "Dear all,\n\nhello\n", "Dear all,\n\nhello\n", "plain" },
		{ "attached message", "Content-Type: message/rfc822\n\nSubject: x\n\nhello\n",
			"hello\n", "message" },
		{ "no type", "Content-Type: rubbish\n\nhello\n", "hello\n", "plain" },
		{ "another text", "Content-Type: text/calendar\n\nhello\n", "hello\n", "calendar" },
		{ "picture", "Content-Type: image/png\n\nhello\n", NULL, NULL },
		{ "latin-1", "Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9 \x93x\x94\n",
			"café “x”\n", "plain" },
		{ "unknown charset", "Content-Type: text/plain; charset=x-none\n\ncaf\xe9\n",
			"café\n", "plain", NULL, "windows-1252" },
		{ "wrong charset", "Content-Type: text/plain; charset=us-ascii\n\ncaf\xc3\xa9\n",
			"café\n", "plain", NULL, "utf-8" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MimeShow) show = shown(cases[i].mail);
		if (g_strcmp0(show->body->text, cases[i].text) != 0 ||
			g_strcmp0(show->body->from, cases[i].from) != 0 ||
			g_strcmp0(show->body->more, cases[i].more) != 0 ||
			g_strcmp0(show->body->guess, cases[i].guess) != 0)
			fail_msg("%s: \"%s\" from %s, more \"%s\", guess %s", cases[i].name,
				show->body->text, show->body->from, show->body->more,
				show->body->guess);
	}
}

static void
parts_are_numbered_as_imap_numbers_them(void **state)
{
	static const char mail[] = "Content-Type: multipart/mixed; boundary=a\n\n"
				   "--a\nContent-Type: multipart/alternative; "
				   "boundary=b\n\n--b\n\nx\n--b\n\ny\n--b--\n"
				   "--a\nContent-Type: message/rfc822\n\nSubject: s\n\nz\n"
				   "--a\nContent-Type: message/rfc822\n\n"
				   "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nz\n--c--\n"
				   "--a--\n";
	static const char *const numbers[] = { "0", "1", "1.1", "1.2", "2", "2.1", "3", "3.1" };
	static const int depths[] = { 0, 1, 2, 2, 1, 2, 1, 2 };
	g_autoptr(MimeShow) show = shown(mail);
	JsonArray *parts = json_array(show->message, "parts");
	assert_int_equal(json_array_get_length(parts), G_N_ELEMENTS(numbers));
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		JsonObject *part = json_array_get_object_element(parts, i);
		assert_string_equal(json_text(part, "part"), numbers[i]);
		assert_int_equal(json_number(part, "depth", -1), depths[i]);
	}
	assert_int_equal(json_array_get_length(json_array(show->message, "attachments")), 2);
}

static void
parameters_are_decoded_in_all_the_ways_they_are_written(void **state)
{
	static const struct {
		const char *value, *name;
	} cases[] = {
		{ "attachment", NULL },
		{ "attachment; filename=a.txt", "a.txt" },
		{ "attachment; filename=\"a b.txt\"; size=3", "a b.txt" },
		{ "attachment; FileName = \"a.txt\"", "a.txt" },
		{ "attachment; filename=a b c.txt", "a b c.txt" },
		{ "attachment; filename=\"a\\\"b\"", "a\"b" },
		{ "attachment; filename=\" a \"", " a " },
		{ "attachment; x=\"; filename=no\"; filename=yes", "yes" },
		{ "attachment (; filename=no); filename=yes", "yes" },
		{ "attachment; filename*=utf-8''%e2%82%ac%20.txt", "€ .txt" },
		{ "attachment; filename*=iso-8859-1'en'%e9.txt; filename=e.txt", "é.txt" },
		{ "attachment; filename*0=\"a\"; filename*1=\"b\"", "ab" },
		{ "attachment; filename*1=b; filename*0=a", "ab" },
		{ "attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac; filename*2=\"%20\"",
			"€%20" },
		{ "attachment; filename=\"=?utf-8?B?QWI=?= =?utf-8?B?Y2Q=?=\"", "Abcd" },
		{ "attachment; filename=\"caf\xc3\xa9\"", "café" },
		{ "attachment; filename=", "" },
		{ "attachment; filename", NULL },
		{ "attachment; filename=\"open", "open" },
		{ "attachment; filename*=rubbish", "rubbish" },
		{ "", NULL },
		{ "; ; ;;filename=a;", "a" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name =
			mime_param(cases[i].value, strlen(cases[i].value), "filename");
		if (g_strcmp0(name, cases[i].name) != 0)
			fail_msg("%s: %s", cases[i].value, name);
	}
}

static void
charsets_are_decoded_and_guessed(void **state)
{
	static const struct {
		const char *charset, *bytes;
		size_t length;
		const char *text, *guess;
	} cases[] = {
		{ NULL, "abc", 3, "abc", NULL },
		{ NULL, "a\0b", 3, "a␀b", NULL },
		{ "UTF-8", "a\0\xc3\xa9", 4, "a␀é", NULL },
		{ "utf8", "\xc3\xa9\xff the rest of it is text as well", 34,
			"é\xef\xbf\xbd the rest of it is text as well", NULL },
		{ "utf-8", "caf\xe9", 4, "café", "windows-1252" },
		{ "koi8-r", "\xf0\xd2\xc9", 3, "При", NULL },
		{ "gb2312", "\xc4\xe3\xba\xc3", 4, "你好", NULL },
		{ "ISO-2022-JP", "\x1b$B$\"\x1b(B", 8, "あ", NULL },
		{ "utf-7", "a+AOk-", 6, "aé", NULL },
		{ "utf-16le", "a\0b\0", 4, "ab", NULL },
		{ "iso-8859-8-i", "\xf9", 1, "ש", NULL },
		{ "../../etc/passwd", "a", 1, "a", NULL },
		{ "unknown-8bit", "\xc3\xa9", 2, "é", "utf-8" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *guess;
		g_autofree char *text =
			mime_text_decode(cases[i].bytes, cases[i].length, cases[i].charset, &guess);
		if (strcmp(text, cases[i].text) != 0 || g_strcmp0(guess, cases[i].guess) != 0)
			fail_msg("case %zu: \"%s\", guess %s", i, text, guess);
	}
}

static void
flowed_lines_become_paragraphs(void **state)
{
	static const struct {
		const char *text;
		bool delete_space;
		const char *flowed;
	} cases[] = {
		{ "", false, "" },
		{ "a\nb\n", false, "a\nb\n" },
		{ "a \nb \nc\nd\n", false, "a b c\nd\n" },
		{ "a \nb\n", true, "ab\n" },
		{ " >a\n  b\n", false, ">a\n b\n" },
		{ "> a \n> b\nc\n", false, "> a b\nc\n" },
		{ "> a \n>> b\n", false, "> a \n>> b\n" },
		{ ">>a \n> b\n", false, ">> a \n> b\n" },
		{ "a \n-- \nb\n", false, "a \n-- \nb\n" },
		{ "a ", false, "a " },
		{ "a \r\nb\r\n", false, "a b\n" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *flowed = mime_text_reflow(cases[i].text, cases[i].delete_space);
		if (strcmp(flowed, cases[i].flowed) != 0)
			fail_msg("case %zu: \"%s\"", i, flowed);
	}
}

static void
what_one_should_know_is_noted(void **state)
{
	g_autoptr(MimeShow) show =
		shown("From: a@b\nFrom: c@d\nSubject: x\nSubject: y\nReceived: 1\nReceived: 2\n\n");
	JsonArray *notes = json_array(show->message, "notes");
	assert_int_equal(json_array_get_length(notes), 2);
	assert_string_equal(json_array_get_string_element(notes, 0), "2 From fields");
	assert_string_equal(json_array_get_string_element(notes, 1), "2 Subject fields");
}

static void
an_addr_spec_is_never_decoded(void **state)
{
	g_autoptr(MimeShow) show =
		shown("From: =?utf-8?q?a=40b?= <=?utf-8?q?x=40y=00?=@evil.example>\n\n");
	JsonArray *headers = json_array(show->message, "headers");
	const char *value = json_text(json_array_get_object_element(headers, 0), "value");
	assert_non_null(strstr(value, "=?utf-8?q?x=40y=00?=@evil.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_the_one_to_be_read),
		cmocka_unit_test(parts_are_numbered_as_imap_numbers_them),
		cmocka_unit_test(parameters_are_decoded_in_all_the_ways_they_are_written),
		cmocka_unit_test(charsets_are_decoded_and_guessed),
		cmocka_unit_test(flowed_lines_become_paragraphs),
		cmocka_unit_test(what_one_should_know_is_noted),
		cmocka_unit_test(an_addr_spec_is_never_decoded),
	};
	g_mime_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	g_mime_shutdown();
	return failed;
}

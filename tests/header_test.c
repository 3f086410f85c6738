/* The header reader, as tables: values as they stand in mails, and what is shown and kept of them. */
#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/header.h"

/* A text that may hold NULs, as a span. */
#define BYTES(text) text, sizeof(text) - 1

/* 1 and a line that says so if the texts are not the same, so that a table shows all its faults. */
static unsigned
differs(size_t row, const char *got, const char *wanted)
{
	if (g_strcmp0(got, wanted) == 0)
		return 0;
	print_error("row %zu: got «%s», wanted «%s»\n", row, got ? got : "(null)",
		wanted ? wanted : "(null)");
	return 1;
}

static void
assert_text(const char *got, const char *wanted)
{
	assert_int_equal(differs(0, got, wanted), 0);
}

static void
encoded_words_are_decoded_as_their_mailers_meant_them(void **state)
{
	static const struct {
		const char *value;
		size_t length;
		const char *text;
	} cases[] = {
		{ BYTES(""), "" },
		{ BYTES(" plain "), "plain" },
		{ BYTES("a\r\n b\n\tc"), "a b\tc" },
		{ BYTES("a\r\nb"), "a b" },
		{ BYTES("=?utf-8?q?J=C3=B6rg?="), "Jörg" },
		{ BYTES("=?UTF-8?Q?a_b=5Fc?= d"), "a b_c d" },
		{ BYTES("=?iso-8859-1?q?=E9?= =?iso-8859-1?q?=E8?="), "éè" },
		{ BYTES("=?iso-8859-1?q?=E9?= x =?iso-8859-1?q?=E8?="), "é x è" },
		{ BYTES("=?iso-8859-1*fr?q?=E9?="), "é" },
		/* padded words side by side, with a fold between */
		{ BYTES("=?utf-8?B?QWI=?= =?utf-8?B?Y2Q=?="), "Abcd" },
		{ BYTES("=?utf-8?B?QWI=?=\r\n =?utf-8?B?Y2Q=?="), "Abcd" },
		/* a character cut in two by its mailer */
		{ BYTES("=?utf-8?B?w6TD?= =?utf-8?B?tg==?="), "äö" },
		{ BYTES("=?utf-8?q?=C3?= =?utf-8?b?tg==?="), "ö" },
		/* a base64 quantum cut in two, and padding left out */
		{ BYTES("=?utf-8?B?w6TDt?= =?utf-8?B?g==?="), "äö" },
		{ BYTES("=?utf-8?B?QWI?="), "Ab" },
		{ BYTES("=?utf-8?B?QQ?= =?utf-8?B?Qg?="), "AB" },
		{ BYTES("=?gb2312?B?xOO6w6Os?="), "你好，" },
		{ BYTES("=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?="), "日本" },
		{ BYTES("=?iso-2022-jp?B?GyRCJygnJS1iGyhCNDE=?="), "ЖД№41" },
		{ BYTES("=?iso-2022-jp?Q?=1B(I1=1B$B$=22=1B(J\\?="), "ｱあ\\" },
		{ BYTES("=?shift_jis?B?k/qWew==?="), "日本" },
		{ BYTES("=?koi8-r?B?8NLJ18XU?="), "Привет" },
		{ BYTES("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?="), "Привет" },
		{ BYTES("=?ks_c_5601-1987?B?wMy8urz2?="), "이성수" },
		{ BYTES("=?utf-7?Q?Fr+APY-sche?="), "Frösche" },
		{ BYTES("=?iso-8859-1?Q?=93x=94?="), "“x”" },
		{ BYTES("=?iso-8859-8-i?B?+ezl7Q==?="), "שלום" },
		{ BYTES("=?big5?B?p0Gmbg==?="), "你好" },
		/* nobody knows the charset: windows-1252, or UTF-8 if it is that */
		{ BYTES("=?x-nonsense?Q?caf=E9?="), "café" },
		{ BYTES("=?x-nonsense?Q?caf=C3=A9?="), "café" },
		{ BYTES("=?../../etc?Q?caf=E9?="), "café" },
		/* invalid in their charset */
		{ BYTES("=?utf-8?Q?a=FFb?="), "a\xef\xbf\xbd"
					      "b" },
		{ BYTES("=?utf-8?Q?a=C3?="), "a\xef\xbf\xbd" },
		{ BYTES("=?utf-8?Q?a=ZZb=4?="), "a=ZZb=4" },
		/* no words */
		{ BYTES("=?utf-8?Q?open"), "=?utf-8?Q?open" },
		{ BYTES("=?utf-8?X?open?="), "=?utf-8?X?open?=" },
		{ BYTES("=??Q?open?="), "=??Q?open?=" },
		{ BYTES("=?utf-8?Q?one =?utf-8?Q?two?="), "=?utf-8?Q?one two" },
		{ BYTES("=?utf-8?Q?"
			"?="),
			"" },
		{ BYTES("=?"), "=?" },
		/* what is no word by the letter, but meant as one */
		{ BYTES("=?utf-8?Q?with blanks?= x"), "with blanks x" },
		{ BYTES("a=?utf-8?Q?b?=c"), "abc" },
		/* nothing leaves that ends a line or a C string */
		{ BYTES("=?utf-8?Q?a=0D=0ABcc:_b=00c?="), "a  Bcc: b␀c" },
		{ BYTES("a\0b"), "a␀b" },
		{ BYTES("a\rb"), "a b" },
		/* raw 8-bit text */
		{ BYTES("J\xc3\xb6rg"), "Jörg" },
		{ BYTES("J\xf6rg"), "Jörg" },
		{ BYTES("f\xfcr Gr\xf6\xdf"
			"e \x80"),
			"für Größe €" },
		{ BYTES("\xcf\xf0\xe8\xe2\xe5\xf2 \xe2\xf1\xe5\xec"), "Привет всем" },
		{ BYTES("\xf0\xd2\xc9\xd7\xc5\xd4 \xd7\xd3\xc5\xcd"), "Привет всем" },
		{ BYTES("\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7\xb5\xc4\xc8\xcb"), "你好世界的人" },
		{ BYTES("\xa7\x41\xa6\x6e\xa5\x40\xac\xc9\xaa\xba"), "你好世界的" },
		{ BYTES("\xc1\xd6\xb8\xbb\xc6\xaf\xb0\xa1 \xc0\xcf\xba\xbb"), "주말특가 일본" },
		{ BYTES("\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf"), "こんにちは" },
		{ BYTES("\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd"), "こんにちは" },
		{ BYTES("\x1b$B$3$s\x1b(B x"), "こん x" },
		{ BYTES("\xe6\x97\xa5\xe6\x9c\xac\xe6"), "日本\xef\xbf\xbd" },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = header_decode(cases[i].value, cases[i].length);
		faults += differs(i, text, cases[i].text);
	}
	assert_int_equal(faults, 0);
}

/* A list as text: "name|addr" with ";" between, "-" for NULL. */
static char *
addresses_text(GPtrArray *addresses)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < addresses->len; i++) {
		const HeaderAddress *address = addresses->pdata[i];
		g_string_append_printf(text, "%s%s|%s", i > 0 ? ";" : "",
			address->name ? address->name : "-", address->addr ? address->addr : "-");
	}
	return g_string_free(text, FALSE);
}

static void
addresses_are_found_in_what_people_write(void **state)
{
	static const struct {
		const char *value;
		size_t length;
		const char *list;
	} cases[] = {
		{ BYTES(""), "" },
		{ BYTES(" , ;,"), "" },
		{ BYTES("ada@example.org"), "-|ada@example.org" },
		{ BYTES("<ada@example.org>"), "-|ada@example.org" },
		{ BYTES("Ada Lovelace <ada@example.org>"), "Ada Lovelace|ada@example.org" },
		{ BYTES("\"Lovelace, Ada\" <ada@example.org>"), "Lovelace, Ada|ada@example.org" },
		{ BYTES("\"a \\\"b\\\" c\" <d@e>"), "a \"b\" c|d@e" },
		{ BYTES("Ada\r\n Lovelace\t<ada@example.org>, bob@x"),
			"Ada Lovelace|ada@example.org;-|bob@x" },
		{ BYTES("ada@example.org (Ada Lovelace)"), "Ada Lovelace|ada@example.org" },
		{ BYTES("devetzis (Taso N. Devetzis)"), "Taso N. Devetzis|devetzis" },
		{ BYTES("Pete(A wonderful \\) chap) <pete(his account)@silly.test>"),
			"Pete|pete@silly.test" },
		{ BYTES("a@b (one (two) three)"), "one (two) three|a@b" },
		{ BYTES("=?utf-8?q?J=C3=B6rg?= <j@x>"), "Jörg|j@x" },
		{ BYTES("\"=?utf-8?q?M=C3=BCller,_J?=\" <j@x>"), "Müller, J|j@x" },
		{ BYTES("=?utf-8?q?a,_b_<c>:)?= <j@x>"), "a, b <c>:)|j@x" },
		{ BYTES("=?utf-8?B?QWI=?=\r\n =?utf-8?B?Y2Q=?= <j@x>"), "Abcd|j@x" },
		{ BYTES("\xcf\xf0\xe8\xe2\xe5\xf2 <p@x>"), "Привет|p@x" },
		/* groups */
		{ BYTES("friends: a@b, C <c@d>; e@f"), "-|a@b;C|c@d;-|e@f" },
		{ BYTES("undisclosed-recipients:;"), "" },
		{ BYTES("A Group(Some people)\r\n :Chris <c@(his host.)x>,\r\n joe@y; (the end)"),
			"Chris|c@x;-|joe@y;the end|-" },
		{ BYTES("a:b:c: d@e;;;"), "-|d@e" },
		/* routes, literals, quoted local parts */
		{ BYTES("<@a,@b:c@d>"), "-|c@d" },
		{ BYTES("a@[127.0.0.1]"), "-|a@[127.0.0.1]" },
		{ BYTES("<\"a b>c\"@d>"), "-|\"a b>c\"@d" },
		{ BYTES("a @ b.c"), "-|a@b.c" },
		{ BYTES("< a @ b . c >"), "-|a@b.c" },
		/* broken ones */
		{ BYTES("Ada <ada@example.org"), "Ada|ada@example.org" },
		{ BYTES("Ada <ada@example.org, Bob <bob@x>"), "Ada|ada@example.org;Bob|bob@x" },
		{ BYTES("\"Ada <ada@example.org>"), "Ada|ada@example.org" },
		{ BYTES("Ada ada@example.org"), "Ada|ada@example.org" },
		{ BYTES("tim@x.com joe@y.com"), "-|tim@x.com;-|joe@y.com" },
		{ BYTES("a@b; c@d"), "-|a@b;-|c@d" },
		{ BYTES("root"), "-|root" },
		{ BYTES("Mail Delivery System"), "Mail Delivery System|-" },
		{ BYTES("\"Undisclosed Recipients\" <>"), "Undisclosed Recipients|-" },
		{ BYTES("<x y@z>"), "-|x y@z" },
		{ BYTES("a@b (open (comment"), "open (comment|a@b" },
		/* what would show another sender than there is */
		{ BYTES("=?utf-8?q?boss=40bank.example?= <evil@x>"), "boss@bank.example|evil@x" },
		{ BYTES("<=?utf-8?q?boss=40bank.example=00?=@evil.example>"),
			"-|=?utf-8?q?boss=40bank.example=00?=@evil.example" },
		{ BYTES("=?utf-8?q?boss=40bank.example?=@evil.example"),
			"-|=?utf-8?q?boss=40bank.example?=@evil.example" },
		{ BYTES("<boss@bank.example\0@evil.example>"),
			"-|boss@bank.example␀@evil.example" },
		{ BYTES("a\0b <c@d>"), "a␀b|c@d" },
		{ BYTES("<a\xff@b>"), "-|a\xef\xbf\xbd@b" },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) list = header_addresses(cases[i].value, cases[i].length);
		g_autofree char *text = addresses_text(list);
		faults += differs(i, text, cases[i].list);
	}
	assert_int_equal(faults, 0);
}

static void
dates_are_read_in_the_forms_that_mails_have(void **state)
{
	static const struct {
		const char *value, *utc; /* NULL: unreadable */
		int zone;
	} cases[] = {
		{ "Tue, 8 Nov 2022 09:14:22 +0100", "2022-11-08T08:14:22Z", 60 },
		{ "8 Nov 2022 09:14 -0330", "2022-11-08T12:44:00Z", -210 },
		{ "Tue, 08 Nov 2022 09:14:22 GMT", "2022-11-08T09:14:22Z", 0 },
		{ "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z", -360 },
		{ "Tue,\r\n 8 Nov 2022 09:14:22 +0100 (CET)", "2022-11-08T08:14:22Z", 60 },
		{ "Tue, 8 Nov 2022 09:14:22 (CET)", "2022-11-08T09:14:22Z", 0 },
		{ "Tue, 8 Nov 2022 09:14:22 est", "2022-11-08T14:14:22Z", -300 },
		{ "Tue, 8 Nov 2022 09:14:22 EDT", "2022-11-08T13:14:22Z", -240 },
		{ "Tue, 8 Nov 2022 09:14:22 -600", "2022-11-08T15:14:22Z", -360 },
		{ "Tue, 8 Nov 2022 09:14:22 +01:00", "2022-11-08T08:14:22Z", 60 },
		{ "Tue, 8 Nov 2022 09:14:22 GMT+0200", "2022-11-08T07:14:22Z", 120 },
		{ "Tue, 8 Nov 2022 09:14:22 XYZ", "2022-11-08T09:14:22Z", 0 },
		{ "Wed 29 May 2019 06:09:22 PM EDT", "2019-05-29T22:09:22Z", -240 },
		{ "Wed 29 May 2019 12:09:22 AM", "2019-05-29T00:09:22Z", 0 },
		{ "29 May 19 06:09PM", "2019-05-29T18:09:00Z", 0 },
		{ "01 Jan 2001 00:01+0000", "2001-01-01T00:01:00Z", 0 },
		{ "8 Nov 96 09:14:22", "1996-11-08T09:14:22Z", 0 },
		{ "8 Nov 02 09:14:22", "2002-11-08T09:14:22Z", 0 },
		{ "8 Nov 102 09:14:22", "2002-11-08T09:14:22Z", 0 },
		{ "Tue Nov  8 09:14:22 2022", "2022-11-08T09:14:22Z", 0 },
		{ "Tue Nov  8 09:14:22 CET 2022", "2022-11-08T08:14:22Z", 60 },
		{ "2022-11-08T09:14:22Z", "2022-11-08T09:14:22Z", 0 },
		{ "2022-11-08T09:14:22.123+02:00", "2022-11-08T07:14:22Z", 120 },
		{ "2022-11-08 09:14:22 +0200", "2022-11-08T07:14:22Z", 120 },
		{ "08-Nov-2022 09:14:22", "2022-11-08T09:14:22Z", 0 },
		{ "8 November 2022 9:4:2", "2022-11-08T09:04:02Z", 0 },
		{ "November 8, 2022 09:14", "2022-11-08T09:14:00Z", 0 },
		{ "8 Nov 2022", "2022-11-08T00:00:00Z", 0 },
		{ "31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z", 0 },
		{ "29 Feb 2000 00:00:00 +0000", "2000-02-29T00:00:00Z", 0 },
		/* before and far behind the epoch */
		{ "Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-14T03:02:54Z", -210 },
		{ "1 Jan 1900 00:00:00 +0000", "1900-01-01T00:00:00Z", 0 },
		{ "31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z", 0 },
		/* no dates */
		{ "", NULL, 0 },
		{ "yesterday", NULL, 0 },
		{ "30 Feb 2000 00:00:00 +0000", NULL, 0 },
		{ "29 Feb 1900 00:00:00 +0000", NULL, 0 },
		{ "0 Nov 2022 09:14:22", NULL, 0 },
		{ "8 Nov 2022 24:14:22", NULL, 0 },
		{ "8 Nov 2022 09:60:22", NULL, 0 },
		{ "8 Nov 207777777777777777777714 17:50:46", NULL, 0 },
		{ "8 Foo 2022 09:14:22", NULL, 0 },
		{ "2022-13-08T09:14:22Z", NULL, 0 },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t seconds = 0;
		int zone = 0;
		bool read = header_date(cases[i].value, strlen(cases[i].value), &seconds, &zone);
		g_autofree char *text = NULL;
		if (read) {
			g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);
			text = g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ");
		}
		faults += differs(i, text, cases[i].utc);
		faults += read && zone != cases[i].zone;
	}
	assert_int_equal(faults, 0);
}

static void
a_header_is_read_from_odd_blocks(void **state)
{
	static const struct {
		const char *block;
		size_t length;
		const char *subject, *from, *id;
	} cases[] = {
		{ BYTES(""), NULL, "", NULL },
		{ BYTES("Subject: a\nFrom: b@c\nMessage-ID: <d@e>\n\nSubject: no\n"), "a", "-|b@c",
			"d@e" },
		{ BYTES("SUBJECT:a\r\nfrom:b@c\r\nmessage-id:<d@e>\r\n\r\n"), "a", "-|b@c", "d@e" },
		{ BYTES("Subject: at the end"), "at the end", "", NULL },
		{ BYTES("Subject:\n\n"), "", "", NULL },
		{ BYTES("Subject : blank before the colon\n\n"), "blank before the colon", "",
			NULL },
		/* first lines */
		{ BYTES("From a@b Mon Jan  1 00:00:00 2001\nSubject: mbox\n\n"), "mbox", "", NULL },
		{ BYTES(">From a@b Mon Jan  1 00:00:00 2001\nSubject: mbox\n\n"), "mbox", "",
			NULL },
		{ BYTES("\xef\xbb\xbfSubject: mark\n\n"), "mark", "", NULL },
		{ BYTES(" continued\nSubject: first\n\n"), "first", "", NULL },
		{ BYTES("some prose here\n and more\nSubject: behind prose\n\n"), "behind prose",
			"", NULL },
		{ BYTES(": empty name\nSubject: behind it\n\n"), "behind it", "", NULL },
		{ BYTES("\nSubject: body\n\n"), NULL, "", NULL },
		/* in the middle */
		{ BYTES("From: a@b\nno field\nSubject: c\n\n"), "c", "-|a@b", NULL },
		{ BYTES("Subject: a\n \n\t\n b\n\n"), "a \t b", "", NULL },
		{ BYTES("Subject: a\r\n\rSubject: b\r\n\r\n"), "a", "", NULL },
		{ BYTES("Subject: one\nSubject: two\nFrom: a@b\nFrom: c@d\nMessage-ID: <a@b>\n"
			"Message-ID: <c@d>\n\n"),
			"one", "-|a@b", "a@b" },
		{ BYTES("Message-ID:\nMessage-ID: <c@d>\n\n"), NULL, "", NULL },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Header) header = header_read(cases[i].block, cases[i].length);
		g_autofree char *from = addresses_text(header->from);
		faults += differs(i, header->subject, cases[i].subject);
		faults += differs(i, from, cases[i].from);
		faults += differs(i, header->message_id, cases[i].id);
	}
	assert_int_equal(faults, 0);
}

static void
ids_follow_the_rule_of_libnotmuch(void **state)
{
	/* The outcomes are libnotmuch 0.37's; header_corpus_test asks the library itself. */
	static const struct {
		const char *value;
		size_t length;
		const char *id;
	} cases[] = {
		{ BYTES("<a@b>"), "a@b" },
		{ BYTES("<a>"), "<a>" },
		{ BYTES("<>"), "<>" },
		{ BYTES("<"), "<" },
		{ BYTES("<x"), "x" },
		{ BYTES("plain"), "plain" },
		{ BYTES(" \r\n "), NULL },
		{ BYTES(""), NULL },
		{ BYTES("(c<d>) <in (x)@b>"), "in(x)@b" },
		{ BYTES("< (c) a b@c>"), "ab@c" },
		{ BYTES("<a\r\n\tb@c>"), "ab@c" },
		{ BYTES("\n <fold@c>"), "fold@c" },
		{ BYTES("<=?utf-8?q?h=C3=A9?=@x>"), "hé@x" },
		{ BYTES("<=?utf-8?q?=3D=3Futf-8=3Fq=3Fzz=3F=3D?=@x>"), "zz@x" },
		{ BYTES("<h\xe9@x>"), "hé@x" },
		{ BYTES("<h\xc3\xa9@x>"), "hé@x" },
		{ BYTES("<nul\0here@x>"), "nul" },
		{ BYTES("<a@b> <c@d>"), "a@b" },
		{ BYTES("\"x\" <a@b>"), "a@b" },
		{ BYTES("<a@b\vc>"), "a@b\vc" },
		{ BYTES("<a\\>b@c>"), "a\\" },
		{ BYTES("<cr\rx@c>"), "crx@c" },
		{ BYTES("(unclosed <k@l>"), "(unclosed <k@l>" },
		{ BYTES("(esc \\) x) <k@l>"), "k@l" },
		{ BYTES("plain with  two\n  folds"), "plain with  two  folds" },
		/* 190 bytes: the SHA-1 of the id and its NUL */
		{ BYTES("<kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
			"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
			"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk>"),
			"notmuch-sha1-e936323b4117544a8c7d51ad6b73d008c91e6b0a" },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *id = header_message_id(cases[i].value, cases[i].length);
		faults += differs(i, id, cases[i].id);
	}
	assert_int_equal(faults, 0);
	assert_null(header_message_id(NULL, 0));
}

static void
references_keep_the_root_and_the_nearest(void **state)
{
	g_autoptr(GString) block = g_string_new(
		"Message-ID: <own@x>\r\nIn-Reply-To: Ada's mail <> of (Monday) <a> <up@x> "
		"<other@x>\r\nReferences: <root@x>");
	for (int i = 1; i < 3000; i++)
		g_string_append_printf(block, "\r\n <%d@x> <own@x>", i);
	g_string_append(block, "\r\n\r\n");
	g_autoptr(Header) header = header_read(block->str, block->len);
	assert_text(header->in_reply_to, "up@x");
	assert_int_equal(header->references->len, 1000);
	assert_text(header->references->pdata[0], "root@x");
	assert_text(header->references->pdata[1], "2001@x");
	assert_text(header->references->pdata[999], "2999@x");
}

static void
list_id_and_content_type_are_read_if_they_are_some(void **state)
{
	static const struct {
		const char *block, *list_id, *content_type;
	} cases[] = {
		{ "List-Id: The list <list.example.org>\nContent-Type: Text/HTML; charset=x\n\n",
			"list.example.org", "text/html" },
		{ "List-Id: list.example.org\nContent-Type: text\n\n", NULL, NULL },
		{ "List-Id: <>\nContent-Type: /x\n\n", NULL, NULL },
		{ "Content-Type:\n multipart/mixed;\n boundary=x\n\n", NULL, "multipart/mixed" },
		{ "Content-Type: text/plain/x\n\n", NULL, "text/plain" },
		{ "Content-Type: text/\n\n", NULL, NULL },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Header) header = header_read(cases[i].block, strlen(cases[i].block));
		faults += differs(i, header->list_id, cases[i].list_id);
		faults += differs(i, header->content_type, cases[i].content_type);
	}
	assert_int_equal(faults, 0);
}

static void
raw_text_is_read_in_the_charset_of_the_body_if_it_fits(void **state)
{
	const char block[] = "Subject: \xbe\xe0\xc1\xf6\nFrom: \xbe\xe0 <a@b>\n"
			     "Content-Type: text/html;\n\tcharset=\"EUC-KR\"\n\n";
	g_autoptr(Header) header = header_read(block, strlen(block));
	const HeaderAddress *from = header->from->pdata[0];
	assert_text(header->subject, "약지");
	assert_text(from->name, "약");
}

static void
assert_same_identity(const Header *a, const Header *b, bool same)
{
	int difference = memcmp(a->identity, b->identity, HEADER_IDENTITY_SIZE);
	assert_int_equal(difference == 0, same);
}

static void
identity_is_the_same_from_a_server_a_file_and_a_stub(void **state)
{
	const char *pass = "DATE: Tue, 8 Nov 2022 09:14:22 +0100\r\nSubject: a\r\n b\r\n"
			   "From: ada@x\r\nMessage-ID: <i@x>\r\n\r\n";
	const char *file = "Received: by somebody\nFrom:  ada@x \nMessage-ID:\n <i@x>\nX: y\n"
			   "Date: Tue,  8 Nov 2022\n\t09:14:22 +0100\nSubject: a b\n\nbody\n";
	const char *other = "From: ada@x\nMessage-ID: <i@x>\nSubject: a b\n"
			    "Date: Tue, 8 Nov 2022 09:14:23 +0100\n\n";
	const char *shifted = "From: ada@x\nTo: a b\nMessage-ID: <i@x>\n"
			      "Date: Tue, 8 Nov 2022 09:14:22 +0100\n\n";
	g_autoptr(Header) one = header_read(pass, strlen(pass));
	g_autoptr(Header) two = header_read(file, strlen(file));
	g_autoptr(Header) three = header_read(other, strlen(other));
	g_autoptr(Header) four = header_read(shifted, strlen(shifted));
	assert_same_identity(one, two, true);
	assert_same_identity(one, three, false);
	assert_same_identity(one, four, false);
}

static void
identity_of_a_mail_without_an_id_takes_date_and_size_in(void **state)
{
	g_autoptr(Header) without = header_read(BYTES("Subject: a\n\n"));
	g_autoptr(Header) with = header_read(BYTES("Subject: a\nMessage-ID: <i@x>\n\n"));
	uint8_t one[HEADER_IDENTITY_SIZE], two[HEADER_IDENTITY_SIZE], three[HEADER_IDENTITY_SIZE];
	header_identity(without, 1000, 20, one);
	header_identity(without, 1000, 21, two);
	header_identity(without, 1000, 20, three);
	assert_memory_not_equal(one, two, sizeof one);
	assert_memory_equal(one, three, sizeof one);
	assert_memory_not_equal(one, without->identity, sizeof one);
	header_identity(with, 1000, 20, one);
	assert_memory_equal(one, with->identity, sizeof one);
}

static void
id_hashes_are_the_same_everywhere(void **state)
{
	/* The first eight bytes of SHA-256("a@b"), without the top bit. */
	assert_int_equal(header_id_hash("a@b"), INT64_C(0x7508d8b5018ea640));
	assert_true(header_id_hash("") >= 0);
}

/* Repeats TEXT until the block has SIZE bytes. */
static GString *
repeat(const char *first, const char *text, size_t size)
{
	GString *block = g_string_new(first);
	while (block->len < size)
		g_string_append(block, text);
	return block;
}

static void
limits_hold_and_cost_is_bounded(void **state)
{
	static const struct {
		const char *first, *text;
		guint from, references;
	} cases[] = {
		{ "From: ", "a:", 1, 0 },
		{ "From: ", "a@b,", 1000, 0 },
		{ "From: ", "(", 1, 0 },
		{ "From: a@b ", "(", 1, 0 },
		{ "From: ", "\"", 0, 0 },
		{ "From: ", "<", 1, 0 },
		{ "From: ", "<,", 0, 0 },
		{ "From: ", "=?a?q?", 1, 0 },
		{ "From: ", "a:;", 1, 0 },
		{ "Subject: ", "=?utf-8?q?", 0, 0 },
		{ "Subject: ", "=?utf-8?b?QWI=?= ", 0, 0 },
		{ "Subject: ", "=?utf-16?b?/w==?= ", 0, 0 },
		{ "Subject: ", "\xff", 0, 0 },
		{ "References: ", "<a@b>", 0, 1000 },
		{ "References: ", "<", 0, 1 },
		{ "References: ", "(", 0, 0 },
		{ "Date: ", "1 ", 0, 0 },
		{ "X:", "\n ", 0, 0 },
		{ "", "X: y\n", 0, 0 },
	};
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) block = repeat(cases[i].first, cases[i].text, 2 << 20);
		g_autoptr(Header) header = header_read(block->str, block->len);
		if (header->from->len != cases[i].from ||
			header->references->len != cases[i].references)
			print_error(
				"row %zu: %u, %u\n", i, header->from->len, header->references->len),
				faults++;
	}
	assert_int_equal(faults, 0);
}

static void
sixteen_groups_are_flattened_and_one_more_is_opaque(void **state)
{
	const char *sixteen = "a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:b@c";
	const char *more = "a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:b@c";
	g_autoptr(GPtrArray) flat = header_addresses(sixteen, strlen(sixteen));
	g_autoptr(GPtrArray) opaque = header_addresses(more, strlen(more));
	g_autofree char *flat_text = addresses_text(flat);
	g_autofree char *opaque_text = addresses_text(opaque);
	assert_text(flat_text, "-|b@c");
	assert_text(opaque_text, "a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:b@c|-");
}

static void
files_are_read_as_far_as_their_header_goes(void **state)
{
	g_autofree char *directory = g_dir_make_tmp("curlew-header-XXXXXX", NULL);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(GString) long_one = repeat("X: y\n", "Y: z\n", 40000);
	g_string_append(long_one, "Subject: far down\n\nSubject: body\n");
	g_autofree char *path = g_build_filename(directory, "mail", NULL);
	g_autofree char *link = g_build_filename(directory, "link", NULL);
	g_autofree char *fifo = g_build_filename(directory, "fifo", NULL);
	assert_true(g_file_set_contents(path, long_one->str, (gssize)long_one->len, NULL));
	assert_int_equal(symlink("mail", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);

	g_autoptr(Header) header = header_read_file_for_list(fd, "mail", NULL);
	assert_non_null(header);
	assert_text(header->subject, "far down");
	static const char *const refused[] = { "link", "fifo", "none", "." };
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(header_read_file_for_list(fd, refused[i], &error));
		assert_non_null(error);
	}
	close(fd);
	unlink(path), unlink(link), unlink(fifo), g_rmdir(directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_words_are_decoded_as_their_mailers_meant_them),
		cmocka_unit_test(addresses_are_found_in_what_people_write),
		cmocka_unit_test(dates_are_read_in_the_forms_that_mails_have),
		cmocka_unit_test(a_header_is_read_from_odd_blocks),
		cmocka_unit_test(ids_follow_the_rule_of_libnotmuch),
		cmocka_unit_test(references_keep_the_root_and_the_nearest),
		cmocka_unit_test(list_id_and_content_type_are_read_if_they_are_some),
		cmocka_unit_test(raw_text_is_read_in_the_charset_of_the_body_if_it_fits),
		cmocka_unit_test(identity_is_the_same_from_a_server_a_file_and_a_stub),
		cmocka_unit_test(identity_of_a_mail_without_an_id_takes_date_and_size_in),
		cmocka_unit_test(id_hashes_are_the_same_everywhere),
		cmocka_unit_test(limits_hold_and_cost_is_bounded),
		cmocka_unit_test(sixteen_groups_are_flattened_and_one_more_is_opaque),
		cmocka_unit_test(files_are_read_as_far_as_their_header_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>

#include "index/mime/mime_html.h"

typedef struct Case {
	const char *name, *html, *text;
} Case;

static void
check(const Case *cases, size_t count, int width)
{
	for (size_t i = 0; i < count; i++) {
		const char *guess;
		bool cut;
		g_autofree char *text = mime_html_text(
			cases[i].html, strlen(cases[i].html), "utf-8", width, &guess, &cut);
		if (strcmp(text, cases[i].text) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].name, text, cases[i].text);
		assert_false(cut);
	}
}

static void
blocks_and_words_become_lines(void **state)
{
	static const Case cases[] = {
		{ "nothing", "", "" },
		{ "no tags", "just  text", "just text\n" },
		{ "paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo\n" },
		{ "lines", "<div>one</div><div>two<br>three</div>", "one\ntwo\nthree\n" },
		{ "empty lines are one", "one<br><br><br><br><br>two", "one\n\ntwo\n" },
		{ "wrapped", "aaaa bbbb cccc dddd eeee ffff", "aaaa bbbb cccc dddd\neeee ffff\n" },
		{ "long word", "aa https://example.org/a/very/long/path bb",
			"aa\nhttps://example.org/a/very/long/path\nbb\n" },
		{ "wide", "漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字\n漢字\n" },
		{ "entities", "a &lt;b&gt; &amp; &eacute;&nbsp;c", "a <b> & é c\n" },
		{ "entities without an end", "a&nbsp|&eacute&lt&copy &euro AT&T &copyb",
			"a |é<© &euro AT&T\n&copyb\n" },
		{ "stray sign", "1 < 2 and 3", "1 < 2 and 3\n" },
		{ "pre", "<pre>a  b\n  c</pre>", "a  b\n  c\n" },
		{ "quotes", "<blockquote>a<blockquote>b</blockquote></blockquote>c",
			"> a\n>\n> > b\n\nc\n" },
		{ "list", "<ul><li>a<li>b</ul><ol start=9><li>c<li>d</ol>",
			"• a\n• b\n\n9. c\n10. d\n" },
		{ "list from below", "<ol start=-2><li>a</ol>", "-2. a\n" },
		{ "old pre", "a<plaintext>b  c", "a\n\nb  c\n" },
		{ "image", "<img alt='a cat' src=x><img alt='' src=y><img src=z>", "[a cat]\n" },
	};
	check(cases, G_N_ELEMENTS(cases), 20);
}

static void
data_is_a_table_and_layout_is_not(void **state)
{
	static const Case cases[] = {
		{ "data", "<table><tr><th>Item<th>Price<tr><td>Tea<td>2.50</table>",
			"Item  Price\nTea   2.50\n" },
		{ "layout", "<table><tr><td><p>a</p></td></tr><tr><td>b</td></tr></table>",
			"a\n\nb\n" },
		{ "nested", "<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>",
			"a  b\nc  d\n" },
		{ "hidden row",
			"<table><tr><td>a<td>b<tr style='display:none'><td>x<td>y<tr><td>c<td>d"
			"</table>",
			"a  b\nc  d\n" },
	};
	check(cases, G_N_ELEMENTS(cases), 40);
}

static void
all_of_a_row_is_shown(void **state)
{
	g_autoptr(GString) html = g_string_new("<table><tr><td>a<tr>");
	for (int i = 0; i < 30; i++)
		g_string_append_printf(html, "<td>c%d", i);
	const char *guess;
	bool cut;
	g_autofree char *text = mime_html_text(html->str, html->len, "utf-8", 80, &guess, &cut);
	assert_non_null(strstr(text, "c29"));
	static const char cells[] = "<table><td>loose<tr><td>b<td>c<tr><td>d</table>";
	g_autofree char *loose = mime_html_text(cells, strlen(cells), "utf-8", 80, &guess, &cut);
	assert_non_null(strstr(loose, "loose"));
}

static void
controls_say_what_stands_in_them(void **state)
{
	static const Case cases[] = {
		{ "button", "<input type=submit value=' Go '>", "[Go]\n" },
		{ "field", "Name: <input value=Ada> <INPUT TYPE=Text value=Love>",
			"Name: [Ada] [Love]\n" },
		{ "picture", "<input type=image src=x alt=Search>", "[Search]\n" },
		{ "not to be seen",
			"a<input type=hidden value=b><input type=password value=c><input>", "a\n" },
		{ "hidden by style",
			"a<input style='display:none' value=b>"
			"<select style='visibility:hidden'><option>c</select>",
			"a\n" },
		{ "the first choice", "<select><option> One <option>Two</select>", "[One]\n" },
		{ "the chosen one",
			"<select><optgroup label=x><option>One<option "
			"selected>Two</optgroup></select>",
			"[Two]\n" },
		{ "no choice", "a<select></select>b", "ab\n" },
	};
	check(cases, G_N_ELEMENTS(cases), 40);
}

static void
what_the_sender_hid_stays_hidden(void **state)
{
	static const Case cases[] = {
		{ "script", "a<script>evil('</p>')</script>b", "ab\n" },
		{ "style", "<style>p{color:red}</style>a", "a\n" },
		{ "comment", "a<!-- <p>no</p> -->b", "ab\n" },
		{ "title", "<head><title>no</title></head>a", "a\n" },
		{ "class", "<style>.x{display:none}</style><p class='y x'>no</p>a", "a\n" },
		{ "id", "<style>#x , #z{visibility:hidden}</style><p id=x>no</p>a", "a\n" },
		{ "media is not ours", "<style>@media print{.x{display:none}}</style><p class=x>a",
			"a\n" },
		{ "inline", "<p style='DISPLAY : none !important'>no</p>a", "a\n" },
		{ "attribute", "<p hidden>no</p>a", "a\n" },
		{ "letters are tiny, a picture is not",
			"<h1 style='font-size:0'>no<img alt=a src=x></h1>", "[a]\n" },
		{ "tiny, with larger inside",
			"<div style='font-size:0'>no<b style='font-size:14px'>a</b></div>", "a\n" },
		{ "max-height", "<div style='max-height:0px;overflow:hidden'>no</div>a", "a\n" },
		{ "opacity", "<div style='opacity:0'>no</div>a", "a\n" },
		{ "white on white", "<div style='background:#fff'><i style='color:white'>no</i>a",
			"a\n" },
		{ "white on a picture", "<div style='background:url(x)'><i style='color:#fff'>a",
			"a\n" },
		{ "dot", "<img width=1 height=1 alt=no src=x>a", "a\n" },
		{ "zero width", "a&#8203;b&shy;c&#xfeff;d", "abcd\n" },
	};
	check(cases, G_N_ELEMENTS(cases), 40);
}

static void
links_are_numbered_and_tell_where_they_lead(void **state)
{
	static const Case cases[] = {
		{ "number", "<a href='https://example.org/x'>here</a>.",
			"here[1].\n\n[1] https://example.org/x\n" },
		{ "same twice",
			"<a href='http://a.example/'>a</a> <a href='http://a.example/'>b</a>",
			"a[1] b[1]\n\n[1] http://a.example/\n" },
		{ "says it all", "<a href='https://a.example/'>https://a.example</a>",
			"https://a.example\n" },
		{ "mail", "<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example\n" },
		{ "another host", "<a href='https://evil.example/'>www.bank.example</a>",
			"www.bank.example[1]\n\n"
			"[1] https://evil.example/ (leads to evil.example, says bank.example)\n" },
		{ "user part is no host",
			"<a href='https://bank.example@evil.example/'>bank.example</a>",
			"bank.example[1]\n\n[1] https://bank.example@evil.example/ "
			"(leads to evil.example, says bank.example)\n" },
		{ "same site", "<a href='https://click.bank.example/'>bank.example</a>",
			"bank.example[1]\n\n[1] https://click.bank.example/\n" },
		{ "no scheme to follow", "<a href='javascript:evil()'>a</a><a href='#b'>b</a>",
			"ab\n" },
		{ "no text", "<a href='https://a.example/'><img src=x></a>a", "a\n" },
	};
	check(cases, G_N_ELEMENTS(cases), 80);
}

static char *
repeated(const char *start, const char *piece, int count, const char *end)
{
	GString *text = g_string_new(start);
	for (int i = 0; i < count; i++)
		g_string_append(text, piece);
	g_string_append(text, end);
	return g_string_free(text, FALSE);
}

static void
bombs_cost_little_and_keep_the_text(void **state)
{
	static const struct {
		const char *start, *piece;
		int count;
		const char *end;
		bool cut;
	} cases[] = {
		{ "", "<div>", 200000, "seen", false },
		{ "<p ", "a=b ", 60000, ">seen", false },
		{ "<img src='data:", "AAAAAAAA", 600000, "'>seen", false },
		{ "", "<table><tr><td>", 5000, "seen", false },
		{ "", "<blockquote>", 20000, "seen", false },
		{ "seen", "<b>x</b>", 300000, "", true },
		{ "seen", " word", 500000, "", true },
		{ "seen<", "!", 3000000, "", false },
		{ "seen", "<a <b <c", 100000, "", false },
		{ "seen", "<style>a{", 50000, "", false },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *html =
			repeated(cases[i].start, cases[i].piece, cases[i].count, cases[i].end);
		const char *guess;
		bool cut;
		g_autofree char *text = mime_html_text(html, strlen(html), NULL, 80, &guess, &cut);
		if (strstr(text, "seen") == NULL)
			fail_msg("case %zu: text lost", i);
		assert_int_equal(cut, cases[i].cut);
	}
}

static void
the_document_may_name_its_charset(void **state)
{
	static const char html[] = "<meta charset=\"koi8-r\"><p>\xf0\xd2\xc9\xd7\xc5\xd4";
	const char *guess;
	bool cut;
	g_autofree char *text = mime_html_text(html, strlen(html), NULL, 80, &guess, &cut);
	assert_string_equal(text, "Привет\n");
	assert_null(guess);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_and_words_become_lines),
		cmocka_unit_test(data_is_a_table_and_layout_is_not),
		cmocka_unit_test(all_of_a_row_is_shown),
		cmocka_unit_test(controls_say_what_stands_in_them),
		cmocka_unit_test(what_the_sender_hid_stays_hidden),
		cmocka_unit_test(links_are_numbered_and_tell_where_they_lead),
		cmocka_unit_test(bombs_cost_little_and_keep_the_text),
		cmocka_unit_test(the_document_may_name_its_charset),
	};
	g_mime_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	g_mime_shutdown();
	return failed;
}

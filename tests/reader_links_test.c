#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/reader_links.h"

/* LINKS: "url host" a line. */
static const struct {
	const char *text, *links;
} cases[] = {
	{ "See https://example.org/a?b=c#d.", "https://example.org/a?b=c#d example.org\n" },
	{ "(https://example.org/wiki/A_(b)), or <http://b.example>",
		"https://example.org/wiki/A_(b) example.org\nhttp://b.example b.example\n" },
	{ "twice https://a.example https://a.example", "https://a.example a.example\n" },
	{ "https://bank.example@evil.example/",
		"https://bank.example@evil.example/ evil.example\n" },
	{ "https://evil.example\\@bank.example/",
		"https://evil.example\\@bank.example/ evil.example\n" },
	{ "https://u:p@h.example:8080/x", "https://u:p@h.example:8080/x h.example\n" },
	{ "https://[::1]:80/", "https://[::1]:80/ [::1]\n" },
	{ "https://B\xc3\xbc"
	  "cher.example/",
		"https://B\xc3\xbc"
		"cher.example/ b\xc3\xbc"
		"cher.example (xn--bcher-kva.example)\n" },
	{ "mailto:ada@example.org?subject=x", "mailto:ada@example.org?subject=x example.org\n" },
	{ "javascript:alert(1) file:///etc/passwd data:text/html,x xhttps://no.example", "" },
	{ "https://a.example/\xe2\x80\xae"
	  "gpj.exe",
		"https://a.example/ a.example\n" },
	{ "https://a.example/\x1b[31m", "https://a.example/ a.example\n" },
	{ "click[1] or https://z.example\n\n[1] https://one.example/\n[2] http://two.example "
	  "(leads to "
	  "two.example, says x.example)\n",
		"https://one.example/ one.example\nhttp://two.example two.example\n"
		"https://z.example z.example\n" },
	{ "[2] https://two.example\n[1] https://one.example\n",
		"https://one.example one.example\nhttps://two.example two.example\n" },
	{ "", "" },
	{ "https:// http://", "" },
};

static void
links_are_found_with_the_host_they_lead_to(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) links = reader_links_find(cases[i].text);
		g_autoptr(GString) text = g_string_new(NULL);
		for (guint j = 0; j < links->len; j++) {
			const Link *link = g_ptr_array_index(links, j);
			g_string_append_printf(
				text, "%s %s\n", link->url, link->host ? link->host : "-");
		}
		assert_string_equal(text->str, cases[i].links);
	}
}

static void
a_flood_of_links_ends(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < 5000; i++)
		g_string_append_printf(text, "https://h%d.example ", i);
	g_autoptr(GPtrArray) links = reader_links_find(text->str);
	assert_int_equal(links->len, LINKS_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_are_found_with_the_host_they_lead_to),
		cmocka_unit_test(a_flood_of_links_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

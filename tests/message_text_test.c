#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/message_text.h"

/* All lines at a width, each with its indentation and a line break; the caller owns it. */
static char *
lines_of(const char *json, const MessageTextWish *wish, size_t columns)
{
	g_autoptr(JsonObject) message = json_line_parse(json, strlen(json), NULL);
	assert_non_null(message);
	g_autoptr(TextFlow) flow = message_text_new(message, wish);
	text_flow_set_width(flow, columns);
	GString *all = g_string_new(NULL);
	TextLine line;
	for (size_t i = 0; text_flow_line(flow, i, &line); i++)
		g_string_append_printf(all, "%*s%.*s\n", (int)line.indent, "", (int)line.length,
			clean_text_utf8(line.text) + line.offset);
	return g_string_free(all, FALSE);
}

static const struct {
	const char *json, *lines;
	MessageTextWish wish;
} cases[] = {
	{ "{\"subject\":\"Tide\",\"cc\":[{\"name\":\"Ada Lovelace\",\"addr\":\"ada@example.org\"},"
	  "{\"name\":\"Ben\",\"addr\":\"ben@example.org\"}],\"text\":\"one two three four five six "
	  "seven eight\"}",
		"Cc: Ada Lovelace <ada@example.org>,\n"
		"    Ben <ben@example.org>\n"
		"Subject: Tide\n"
		"\n"
		"one two three four five six seven\n"
		"eight\n" },
	{ "{\"subject\":\"S\",\"text\":\"x\",\"attachments\":[{\"part\":\"2.1\",\"name\":\"a.pdf\","
	  "\"type\":\"application/pdf\",\"bytes\":1204}],"
	  "\"parts\":[{\"part\":\"2.1\",\"name\":\"a.pdf\",\"type\":\"application/"
	  "pdf\",\"bytes\":1204,"
	  "\"depth\":1}]}",
		"Subject: S\n"
		"+ part 2.1: a.pdf (application/pdf,\n"
		"    1,204 bytes)\n"
		"\n"
		"x\n" },
	{ "{\"subject\":\"S\",\"text\":\" \\n\\n\"}", "Subject: S\n\n(no text)\n" },
	{ "{\"subject\":\"S\",\"headers\":[{\"name\":\"list-id\",\"value\":\"<l.example>\"},"
	  "{\"name\":\"X-Odd\",\"value\":\"1\"}],\"text\":\"x\"}",
		"Subject: S\n"
		"List: <l.example>\n"
		"Tags: +list\n"
		"\n"
		"x\n",
		{ .tags = "+list" } },
	{ "{\"subject\":\"S\",\"headers\":[{\"name\":\"list-id\",\"value\":\"<l.example>\"},"
	  "{\"name\":\"Subject\",\"value\":\"S\"},{\"name\":\"X-Odd\",\"value\":\"1\"}],"
	  "\"text\":\"x\"}",
		"list-id: <l.example>\n"
		"Subject: S\n"
		"X-Odd: 1\n"
		"\n"
		"x\n",
		{ .all_headers = true } },
	{ "{\"subject\":\"S\",\"notes\":[\"2 From fields\"],\"charset_guess\":\"windows-1252\","
	  "\"text\":\"x\",\"text_cut\":true}",
		"Subject: S\n"
		"Note: 2 From fields\n"
		"Note: its charset is missing,\n"
		"    unknown or wrong; read as\n"
		"    windows-1252\n"
		"Note: the text is too long, its end\n"
		"    is not shown\n"
		"\n"
		"x\n" },
	{ "{\"subject\":\"S\",\"text\":\"> one\\n> two\\n\","
	  "\"text_reflowed\":\"> one two three four five six seven eight nine\\n\","
	  "\"text_more\":\"further\"}",
		"Subject: S\n"
		"\n"
		"> one two three four five six seven\n"
		"  eight nine\n"
		"\n"
		"further\n" },
};

static void
a_message_reads_as_written(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *lines = lines_of(cases[i].json, &cases[i].wish, 36);
		assert_string_equal(lines, cases[i].lines);
	}
}

static void
quotes_and_signature_stand_out(void **state)
{
	static const struct {
		const char *line;
		Style style;
	} lines[] = {
		{ "plain", STYLE_READER },
		{ "> one", STYLE_READER_QUOTE_1 },
		{ ">> two", STYLE_READER_QUOTE_2 },
		{ "> > two", STYLE_READER_QUOTE_2 },
		{ ">>> three", STYLE_READER_QUOTE_3 },
		{ ">>>> four", STYLE_READER_QUOTE_1 },
		{ "--", STYLE_READER },
		{ "-- ", STYLE_READER_SIGNATURE },
		{ "> no quote any more", STYLE_READER_SIGNATURE },
	};
	g_autoptr(GString) text = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_string_append_printf(text, "%s\n", lines[i].line);
	g_autoptr(TextFlow) flow = text_flow_new();
	message_text_add(flow, text->str);
	TextLine line;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		assert_true(text_flow_line(flow, i, &line));
		if (line.style != lines[i].style)
			fail_msg("\"%s\" has style %d", lines[i].line, line.style);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_reads_as_written),
		cmocka_unit_test(quotes_and_signature_stand_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "ui/screen/message_text.h"

/* All lines at a width, each with its indentation and a line break; the caller owns it. */
static char *
lines_of(const char *json, size_t columns)
{
	g_autoptr(JsonObject) message = json_line_parse(json, strlen(json), NULL);
	assert_non_null(message);
	g_autoptr(TextFlow) flow = message_text_new(message);
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
	  "\"type\":\"application/pdf\",\"bytes\":1204}]}",
		"Subject: S\n"
		"+ part 2.1: a.pdf (application/pdf,\n"
		"    1,204 bytes)\n"
		"\n"
		"x\n" },
};

static void
a_message_reads_as_written(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *lines = lines_of(cases[i].json, 36);
		assert_string_equal(lines, cases[i].lines);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_message_reads_as_written) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

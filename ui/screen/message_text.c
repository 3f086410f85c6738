#include "ui/screen/message_text.h"

#include <string.h>

#include "ui/screen/words.h"

static void
add_line(TextFlow *flow, CleanText *text, Style style)
{
	text_flow_add_indented(flow, text, style);
}

static void
add_field(TextFlow *flow, const char *name, CleanKind kind, const char *value, Style style)
{
	if (value && *value)
		add_line(flow, clean_text_format(kind, "%s: %s", name, value), style);
}

/* "Ada Lovelace <ada@example.org>, …" */
static char *
addresses_text(JsonArray *array)
{
	GString *text = g_string_new(NULL);
	guint length = array ? json_array_get_length(array) : 0;
	for (guint i = 0; i < length; i++) {
		JsonNode *node = json_array_get_element(array, i);
		if (!JSON_NODE_HOLDS_OBJECT(node))
			continue;
		JsonObject *address = json_node_get_object(node);
		const char *name = json_text(address, "name"), *addr = json_text(address, "addr");
		if (text->len)
			g_string_append(text, ", ");
		if (name && *name)
			g_string_append_printf(text, "%s <%s>", name, addr ? addr : "");
		else
			g_string_append(text, addr ? addr : "");
	}
	return g_string_free(text, FALSE);
}

static void
add_addresses(TextFlow *flow, const char *name, JsonArray *array)
{
	g_autofree char *text = addresses_text(array);
	add_field(flow, name, CLEAN_IDENTITY, text, STYLE_READER_HEADER);
}

static void
add_date(TextFlow *flow, JsonObject *message)
{
	int64_t date = json_number(message, "date", INT64_MIN);
	if (date == INT64_MIN)
		return;
	g_autofree char *text = words_full_date(date);
	add_field(flow, "Date", CLEAN_LINE, text, STYLE_READER_HEADER);
}

static void
add_attachments(TextFlow *flow, JsonArray *array)
{
	guint length = array ? json_array_get_length(array) : 0;
	for (guint i = 0; i < length; i++) {
		JsonNode *node = json_array_get_element(array, i);
		if (!JSON_NODE_HOLDS_OBJECT(node))
			continue;
		JsonObject *part = json_node_get_object(node);
		const char *name = json_text(part, "name"), *type = json_text(part, "type");
		const char *number = json_text(part, "part");
		g_autofree char *bytes = words_count(json_number(part, "bytes", 0), "byte");
		add_line(flow,
			clean_text_format(CLEAN_IDENTITY, "+ part %s: %s (%s, %s)",
				number ? number : "?", name && *name ? name : "without a name",
				type ? type : "?", bytes),
			STYLE_READER_NOTE);
	}
}

static void
add_blank(TextFlow *flow)
{
	add_line(flow, clean_text_new(CLEAN_BODY, "", 0), STYLE_READER);
}

TextFlow *
message_text_new(JsonObject *message)
{
	TextFlow *flow = text_flow_new();
	const char *subject = json_text(message, "subject");
	add_addresses(flow, "From", json_array(message, "from"));
	add_addresses(flow, "To", json_array(message, "to"));
	add_addresses(flow, "Cc", json_array(message, "cc"));
	add_date(flow, message);
	add_field(flow, "Subject", CLEAN_LINE, subject && *subject ? subject : "(no subject)",
		STYLE_READER_SUBJECT);
	add_attachments(flow, json_array(message, "attachments"));
	add_blank(flow);
	const char *text = json_text(message, "text");
	if (text && *text)
		text_flow_add(flow, clean_text_new(CLEAN_BODY, text, -1), STYLE_READER,
			STYLE_READER_QUOTE);
	else
		add_line(flow, clean_text_new(CLEAN_LINE, "(no text)", -1), STYLE_EMPTY);
	return flow;
}

TextFlow *
message_text_new_from_row(const ListRow *row, const char *note)
{
	TextFlow *flow = text_flow_new();
	g_autofree char *date = words_full_date(row->date);
	const char *name = row->copy ? row->copy->from_name : NULL;
	const char *addr = row->copy ? row->copy->from_addr : NULL;
	if (name && *name && addr)
		add_line(flow, clean_text_format(CLEAN_IDENTITY, "From: %s <%s>", name, addr),
			STYLE_READER_HEADER);
	else
		add_field(flow, "From", CLEAN_IDENTITY, clean_text_utf8(row->sender),
			STYLE_READER_HEADER);
	add_field(flow, "Date", CLEAN_LINE, date, STYLE_READER_HEADER);
	add_field(flow, "Subject", CLEAN_LINE, clean_text_utf8(row->subject), STYLE_READER_SUBJECT);
	add_blank(flow);
	add_line(flow, clean_text_new(CLEAN_LINE, note, -1), STYLE_READER_NOTE);
	return flow;
}

#include "ui/screen/message_text.h"

#include <string.h>

#include "ui/screen/part_list.h"
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
		JsonObject *address = json_object_at(array, i);
		if (!address)
			continue;
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
add_attachments(TextFlow *flow, JsonObject *message)
{
	g_autoptr(GPtrArray) parts = part_list_new(message);
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = g_ptr_array_index(parts, i);
		if (!part->attachment)
			continue;
		g_autofree char *title = part_title(part);
		add_line(flow, clean_text_format(CLEAN_IDENTITY, "+ %s", title), STYLE_READER_NOTE);
	}
}

static void
add_blank(TextFlow *flow)
{
	add_line(flow, clean_text_new(CLEAN_BODY, "", 0), STYLE_READER);
}

/* ---- headers ---- */

static const char *
header_value(JsonObject *message, const char *name)
{
	JsonArray *headers = json_array(message, "headers");
	guint length = headers ? json_array_get_length(headers) : 0;
	for (guint i = 0; i < length; i++) {
		JsonObject *field = json_object_at(headers, i);
		const char *known = field ? json_text(field, "name") : NULL;
		if (known && g_ascii_strcasecmp(known, name) == 0)
			return json_text(field, "value");
	}
	return NULL;
}

static void
add_short_headers(TextFlow *flow, JsonObject *message)
{
	const char *subject = json_text(message, "subject");
	add_addresses(flow, "From", json_array(message, "from"));
	add_addresses(flow, "To", json_array(message, "to"));
	add_addresses(flow, "Cc", json_array(message, "cc"));
	add_date(flow, message);
	add_field(flow, "Subject", CLEAN_LINE, subject && *subject ? subject : "(no subject)",
		STYLE_READER_SUBJECT);
	add_field(flow, "List", CLEAN_IDENTITY, header_value(message, "List-Id"),
		STYLE_READER_HEADER);
}

/* All of them, as they stand in the file. */
static void
add_all_headers(TextFlow *flow, JsonObject *message)
{
	JsonArray *headers = json_array(message, "headers");
	guint length = headers ? json_array_get_length(headers) : 0;
	for (guint i = 0; i < length; i++) {
		JsonObject *field = json_object_at(headers, i);
		if (!field)
			continue;
		const char *name = json_text(field, "name"), *value = json_text(field, "value");
		bool subject = name && g_ascii_strcasecmp(name, "Subject") == 0;
		add_line(flow,
			clean_text_format(
				CLEAN_IDENTITY, "%s: %s", name ? name : "?", value ? value : ""),
			subject ? STYLE_READER_SUBJECT : STYLE_READER_HEADER);
	}
}

/* ---- what a reader should know before believing what is shown ---- */

static void
add_notes(TextFlow *flow, JsonObject *message)
{
	JsonArray *notes = json_array(message, "notes");
	guint length = notes ? json_array_get_length(notes) : 0;
	for (guint i = 0; i < length; i++) {
		const char *note = json_text_at(notes, i);
		if (note)
			add_field(flow, "Note", CLEAN_LINE, note, STYLE_READER_NOTE);
	}
	const char *guess = json_text(message, "charset_guess");
	if (guess && *guess)
		add_line(flow,
			clean_text_format(CLEAN_LINE,
				"Note: its charset is missing, unknown or wrong; read as %s",
				guess),
			STYLE_READER_NOTE);
	const char *from = json_text(message, "text_from");
	if (g_strcmp0(from, "raw") == 0)
		add_field(flow, "Note", CLEAN_LINE,
			"no parts could be made out; this is the body as it lies in the file",
			STYLE_READER_NOTE);
	if (g_strcmp0(from, "message") == 0)
		add_field(flow, "Note", CLEAN_LINE, "this is the text of an attached message",
			STYLE_READER_NOTE);
	if (json_truth(message, "text_cut"))
		add_field(flow, "Note", CLEAN_LINE, "the text is too long, its end is not shown",
			STYLE_READER_NOTE);
}

/* ---- the text ---- */

enum { IN_SIGNATURE = 1, QUOTE_STYLES = 3, INDENT_LIMIT = 30 };

/* Quotes by their depth, in turn; from "-- " on the signature. */
static TextLook
look_of_line(const char *line, unsigned *state)
{
	unsigned depth = 0;
	size_t length = 0;
	for (const char *at = line; *at == '>' || (depth > 0 && *at == ' '); at++) {
		depth += *at == '>';
		length = (size_t)(at - line) + 1;
	}
	if (depth > 0 && *state != IN_SIGNATURE)
		return (TextLook){ STYLE_READER_QUOTE_1 + (depth - 1) % QUOTE_STYLES,
			MIN(length, INDENT_LIMIT) };
	if (strncmp(line, "-- ", 3) == 0 && (line[3] == '\n' || line[3] == '\0'))
		*state = IN_SIGNATURE;
	return (TextLook){ *state == IN_SIGNATURE ? STYLE_READER_SIGNATURE : STYLE_READER, 0 };
}

void
message_text_add(TextFlow *flow, const char *text)
{
	text_flow_add_styled(flow, clean_text_new(CLEAN_BODY, text, -1), look_of_line);
}

/* Blanks alone say nothing, too. */
static bool
says_nothing(const char *text)
{
	while (text && *text && g_unichar_isspace(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return !text || !*text;
}

static void
add_text(TextFlow *flow, JsonObject *message)
{
	const char *flowed = json_text(message, "text_reflowed");
	const char *text = flowed ? flowed : json_text(message, "text");
	const char *more = json_text(message, "text_more");
	bool no_more = says_nothing(more);
	if (!says_nothing(text))
		message_text_add(flow, text);
	else if (no_more)
		add_line(flow, clean_text_new(CLEAN_LINE, "(no text)", -1), STYLE_EMPTY);
	if (no_more)
		return;
	add_blank(flow);
	message_text_add(flow, more);
}

TextFlow *
message_text_new(JsonObject *message, const MessageTextWish *wish)
{
	TextFlow *flow = text_flow_new();
	if (wish->all_headers)
		add_all_headers(flow, message);
	else
		add_short_headers(flow, message);
	add_field(flow, "Tags", CLEAN_IDENTITY, wish->tags, STYLE_READER_HEADER);
	add_notes(flow, message);
	add_attachments(flow, message);
	add_blank(flow);
	add_text(flow, message);
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

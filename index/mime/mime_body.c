#include "index/mime/mime_body.h"

#include <string.h>

#include "index/mime/mime_html.h"
#include "index/mime/mime_text.h"

/* Collects up to a limit. */
typedef struct Collected {
	GString *bytes;
	size_t limit;
	bool cut;
} Collected;

static bool
on_collected(const char *bytes, size_t length, void *data)
{
	Collected *collected = data;
	size_t room = collected->limit - collected->bytes->len;
	collected->cut = length > room;
	g_string_append_len(collected->bytes, bytes, (gssize)MIN(length, room));
	return !collected->cut;
}

static bool
is_blank(const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char(text))
		if (!g_unichar_isspace(g_utf8_get_char(text)))
			return false;
	return true;
}

static bool
is_html(const MimePart *part)
{
	return strcmp(part->type, "text/html") == 0;
}

/* The first text whose type begins so, that is not disposed of as attachment. */
static const MimePart *
find_text(const MimeMessage *message, const char *type, bool inside)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		if (part->leaf && part->inside == inside && !part->disposed &&
			g_str_has_prefix(part->type, type))
			return part;
	}
	return NULL;
}

static char *
part_text(const MimePart *part, int width, const char **guess, bool *cut)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	Collected collected = { .bytes = bytes, .limit = MIME_TEXT_LIMIT };
	mime_part_decode(part, on_collected, &collected);
	*cut = collected.cut;
	if (!is_html(part))
		return mime_text_decode(bytes->str, bytes->len, part->charset, guess);
	bool html_cut = false;
	char *text = mime_html_text(bytes->str, bytes->len, part->charset, width, guess, &html_cut);
	*cut = *cut || html_cut;
	return text;
}

char *
mime_body_part_text(const MimePart *part, int width, bool *cut)
{
	const char *guess = NULL;
	bool text =
		g_str_has_prefix(part->type, "text/") || g_str_has_prefix(part->type, "message/");
	return text && part->leaf ? part_text(part, width, &guess, cut) : NULL;
}

static char *
reflowed_text(const MimePart *part, const char *text)
{
	bool flowed = part->flowed && strcmp(part->type, "text/plain") == 0;
	return flowed ? mime_text_reflow(text, part->delete_space) : NULL;
}

static void
take_text(MimeBody *body, const MimePart *part, int width)
{
	g_free(body->text);
	g_free(body->reflowed);
	g_free(body->from);
	body->text = part_text(part, width, &body->guess, &body->cut);
	body->reflowed = reflowed_text(part, body->text);
	body->from = g_strdup(part->inside ? "message" : part->type + strlen("text/"));
}

/* Where there are no parts to speak of: the body as it lies in the file. */
static void
take_raw(MimeBody *body, MimeFile *file)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	Collected collected = { .bytes = bytes, .limit = MIME_TEXT_LIMIT };
	const char *piece;
	size_t length;
	for (int64_t at = file->body; (length = mime_file_read(file, at, &piece)) > 0;
		at += (int64_t)length)
		if (!on_collected(piece, length, &collected))
			break;
	body->text = mime_text_decode(bytes->str, bytes->len, NULL, &body->guess);
	body->from = g_strdup("raw");
	body->cut = collected.cut;
}

/* A further text to read: no attachment, and not another form of one that is shown. */
static bool
is_further(const MimePart *part)
{
	bool text = strcmp(part->type, "text/plain") == 0 || (is_html(part) && !part->alternative);
	return text && part->leaf && !part->inside && !part->attachment;
}

static void
add_further(MimeBody *body, const MimeMessage *message, const MimePart *taken, int width)
{
	g_autoptr(GString) more = g_string_new(NULL);
	for (guint i = 0; i < message->parts->len && more->len < MIME_TEXT_LIMIT; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		if (part == taken || !is_further(part))
			continue;
		const char *guess = NULL;
		bool cut = false;
		g_autofree char *text = part_text(part, width, &guess, &cut);
		g_autofree char *reflowed = reflowed_text(part, text);
		if (is_blank(text))
			continue;
		if (more->len > 0)
			g_string_append_c(more, '\n');
		g_string_append(more, reflowed != NULL ? reflowed : text);
		if (!g_str_has_suffix(more->str, "\n"))
			g_string_append_c(more, '\n');
		body->cut = body->cut || cut;
	}
	if (more->len > 0)
		body->more = g_strndup(more->str, more->len);
}

static bool
has_content(const MimeMessage *message)
{
	for (guint i = 0; i < message->parts->len; i++)
		if (((const MimePart *)g_ptr_array_index(message->parts, i))->leaf)
			return true;
	return false;
}

/* With HTML in hand a blank text counts as none; an attached message's text is better than nothing. */
MimeBody *
mime_body_new(const MimeMessage *message, int width)
{
	MimeBody *body = g_new0(MimeBody, 1);
	const MimePart *html = find_text(message, "text/html", false);
	const MimePart *taken = find_text(message, "text/plain", false);
	if (taken != NULL)
		take_text(body, taken, width);
	if (html != NULL && (taken == NULL || is_blank(body->text)))
		take_text(body, taken = html, width);
	static const struct {
		const char *type;
		bool inside;
	} others[] = { { "text/", false }, { "text/plain", true }, { "text/html", true } };
	for (size_t i = 0; i < G_N_ELEMENTS(others) && taken == NULL; i++) {
		taken = find_text(message, others[i].type, others[i].inside);
		if (taken != NULL)
			take_text(body, taken, width);
	}
	if (taken != NULL)
		add_further(body, message, taken, width);
	else if (!has_content(message))
		take_raw(body, message->file);
	return body;
}

void
mime_body_free(MimeBody *body)
{
	if (body == NULL)
		return;
	g_free(body->text);
	g_free(body->reflowed);
	g_free(body->more);
	g_free(body->from);
	g_free(body);
}

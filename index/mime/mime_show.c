#include "index/mime/mime_show.h"

#include <string.h>

#include "index/maildir_name.h"
#include "index/mime/mime_attachment.h"
#include "index/mime/mime_guard.h"
#include "index/mime/mime_read.h"
#include "index/mime/mime_text.h"

enum { LINE_LIMIT = 8192, SUBJECT_LIMIT = 150 << 10 };

static void
set_clipped(JsonObject *object, const char *name, const char *text, size_t limit)
{
	g_autofree char *clipped = text != NULL ? mime_text_clip(text, limit) : NULL;
	json_set_text(object, name, clipped);
}

static void
set_addresses(JsonObject *object, const char *name, GPtrArray *addresses)
{
	JsonArray *array = json_array_new();
	for (guint i = 0; i < addresses->len; i++) {
		const HeaderAddress *address = g_ptr_array_index(addresses, i);
		JsonObject *element = json_object_new();
		set_clipped(element, "name", address->name, LINE_LIMIT);
		set_clipped(element, "addr", address->addr, LINE_LIMIT);
		json_array_add_object_element(array, element);
	}
	json_set_array(object, name, array);
}

static void
set_date(JsonObject *object, const Header *header)
{
	g_autoptr(GDateTime) date =
		header->has_date ? g_date_time_new_from_unix_utc(header->date) : NULL;
	g_autofree char *text =
		date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	if (header->has_date)
		json_set_number(object, "date", header->date);
	else
		json_object_set_null_member(object, "date");
	json_set_text(object, "date_utc", text);
}

static const char *const address_fields[] = { "Bcc", "Cc", "Disposition-Notification-To", "From",
	"Mail-Followup-To", "Reply-To", "Resent-Bcc", "Resent-Cc", "Resent-From", "Resent-Sender",
	"Resent-To", "Sender", "To" };

static bool
is_address_field(const MimeField *field)
{
	for (size_t i = 0; i < G_N_ELEMENTS(address_fields); i++)
		if (strlen(address_fields[i]) == field->name_length &&
			g_ascii_strncasecmp(address_fields[i], field->name, field->name_length) ==
				0)
			return true;
	return false;
}

/* Addresses are decoded name by name: what stands in an addr-spec is never decoded. */
static char *
addresses_text(const MimeField *field)
{
	g_autoptr(GPtrArray) addresses = header_addresses(field->value, field->value_length);
	if (addresses->len == 0)
		return NULL;
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < addresses->len; i++) {
		const HeaderAddress *address = g_ptr_array_index(addresses, i);
		if (i > 0)
			g_string_append(text, ", ");
		if (address->name != NULL && address->addr != NULL)
			g_string_append_printf(text, "%s <%s>", address->name, address->addr);
		else if (address->name != NULL || address->addr != NULL)
			g_string_append(text, address->name ? address->name : address->addr);
	}
	return g_string_free(text, FALSE);
}

static void
set_headers(JsonObject *object, const MimeFile *file)
{
	JsonArray *array = json_array_new();
	for (guint i = 0; i < file->fields->len; i++) {
		const MimeField *field = &g_array_index(file->fields, MimeField, i);
		g_autofree char *name = g_strndup(field->name, field->name_length);
		g_autofree char *value = is_address_field(field) ? addresses_text(field) : NULL;
		if (value == NULL)
			value = header_decode(field->value, field->value_length);
		JsonObject *element = json_object_new();
		set_clipped(element, "name", name, LINE_LIMIT);
		set_clipped(element, "value", value, MIME_FIELD_LIMIT);
		json_array_add_object_element(array, element);
	}
	json_set_array(object, "headers", array);
}

static void
set_null_or_number(JsonObject *object, const char *name, bool known, int64_t number)
{
	if (known)
		json_set_number(object, name, number);
	else
		json_object_set_null_member(object, name);
}

/* An attached message is one entry whose bytes depend on who writes it out: they are not told. */
static void
add_attachment(JsonArray *array, const MimePart *part, int64_t bytes, const char *sha256)
{
	JsonObject *element = json_object_new();
	json_set_text(element, "part", part->number);
	json_set_text(element, "name", part->name);
	json_set_text(element, "type", part->type);
	set_null_or_number(element, "bytes", bytes >= 0, bytes);
	json_set_text(element, "sha256", sha256);
	json_array_add_object_element(array, element);
}

static void
set_parts(JsonObject *object, const MimeMessage *message)
{
	JsonArray *parts = json_array_new();
	JsonArray *attachments = json_array_new();
	int64_t budget = MIME_DIGEST_BUDGET;
	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		bool measured = part->leaf && !g_str_has_prefix(part->type, "message/");
		g_autofree char *sha256 = NULL;
		int64_t bytes = measured ? mime_attachment_measure(
						   part, &budget, part->attachment ? &sha256 : NULL)
		                         : -1;
		if (part->attachment)
			add_attachment(attachments, part, bytes, sha256);
		JsonObject *element = json_object_new();
		json_set_text(element, "part", part->number);
		json_set_text(element, "type", part->type);
		json_set_text(element, "name", part->name);
		set_null_or_number(element, "bytes", bytes >= 0, bytes);
		json_set_number(element, "depth", part->depth);
		if (part->too_deep)
			json_set_text(element, "note", "nested too deep");
		json_array_add_object_element(parts, element);
	}
	json_set_array(object, "parts", parts);
	json_set_array(object, "attachments", attachments);
}

static void
set_text(JsonObject *object, const MimeBody *body)
{
	json_set_text(object, "text_from", body->from);
	json_set_text(object, "charset_guess", body->guess);
	json_set_truth(object, "text_cut", body->cut);
}

static void
add_note(JsonArray *notes, const char *text)
{
	json_array_add_string_element(notes, text);
}

/* What a reader should know before believing what is shown. */
static void
set_notes(JsonObject *object, const MimeMessage *message)
{
	static const char *const single[] = { "From", "Sender", "Reply-To", "To", "Cc", "Subject",
		"Date", "Message-ID", "Content-Type" };
	JsonArray *notes = json_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(single); i++) {
		size_t count = mime_file_count(message->file, single[i]);
		g_autofree char *note = g_strdup_printf("%zu %s fields", count, single[i]);
		if (count > 1)
			add_note(notes, note);
	}
	if (message->header->from->len > 1)
		add_note(notes, "more than one sender");
	if (message->file->fields->len == 0)
		add_note(notes, "no header");
	if (message->file->header_cut)
		add_note(notes, "header too long, cut");
	if (message->parts_cut)
		add_note(notes, "too many parts, cut");
	if (message->file->masks->len > 0)
		add_note(notes, "address list too complex");
	for (guint i = 0; i < message->parts->len; i++)
		if (((MimePart *)g_ptr_array_index(message->parts, i))->too_deep) {
			add_note(notes, "nested too deep");
			break;
		}
	json_set_array(object, "notes", notes);
}

static bool
is_partial(const char *path)
{
	g_autofree char *base = g_path_get_basename(path);
	MaildirName name = { 0 };
	bool partial = maildir_name_parse(base, &name) && name.partial;
	maildir_name_clear(&name);
	return partial;
}

MimeShow *
mime_show(const char *file, int width, GError **error)
{
	g_autoptr(MimeMessage) message = mime_message_open(file, error);
	if (message == NULL)
		return NULL;
	MimeShow *show = g_new0(MimeShow, 1);
	JsonObject *object = show->message = json_object_new();
	set_clipped(object, "id", message->header->message_id, LINE_LIMIT);
	set_clipped(object, "subject", message->header->subject, SUBJECT_LIMIT);
	set_addresses(object, "from", message->header->from);
	set_addresses(object, "to", message->header->to);
	set_addresses(object, "cc", message->header->cc);
	set_date(object, message->header);
	set_headers(object, message->file);
	set_parts(object, message);
	show->body = mime_body_new(message, width);
	set_text(object, show->body);
	set_notes(object, message);
	json_set_truth(object, "partial", is_partial(file));
	return show;
}

void
mime_show_free(MimeShow *show)
{
	if (show == NULL)
		return;
	json_object_unref(show->message);
	mime_body_free(show->body);
	g_free(show);
}

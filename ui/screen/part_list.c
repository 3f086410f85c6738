#include "ui/screen/part_list.h"

#include "ui/screen/words.h"

void
part_free(Part *part)
{
	if (!part)
		return;
	g_free(part->number);
	g_free(part->type);
	g_free(part->name);
	g_free(part->note);
	g_free(part);
}

Part *
part_copy(const Part *part)
{
	Part *copy = g_new(Part, 1);
	*copy = *part;
	copy->number = g_strdup(part->number);
	copy->type = g_strdup(part->type);
	copy->name = g_strdup(part->name);
	copy->note = g_strdup(part->note);
	return copy;
}

char *
part_title(const Part *part)
{
	g_autofree char *bytes = part->bytes >= 0 ? words_count(part->bytes, "byte") : NULL;
	return g_strdup_printf("part %s: %s (%s%s%s)", part->number,
		part->name && *part->name ? part->name : "without a name", part->type,
		bytes ? ", " : "", bytes ? bytes : "");
}

/* The numbers of the attachments; they belong to MESSAGE. */
static GHashTable *
attachment_numbers(JsonObject *message)
{
	GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);
	JsonArray *array = json_array(message, "attachments");
	for (guint i = 0; array && i < json_array_get_length(array); i++) {
		JsonObject *one = json_object_at(array, i);
		const char *number = one ? json_text(one, "part") : NULL;
		if (number)
			g_hash_table_add(numbers, (char *)number);
	}
	return numbers;
}

static Part *
part_new(JsonObject *object, GHashTable *attachments)
{
	const char *number = json_text(object, "part"), *type = json_text(object, "type");
	if (!number)
		return NULL;
	Part *part = g_new0(Part, 1);
	part->number = g_strdup(number);
	part->type = g_strdup(type ? type : "application/octet-stream");
	part->name = g_strdup(json_text(object, "name"));
	part->note = g_strdup(json_text(object, "note"));
	part->bytes = json_number(object, "bytes", -1);
	part->depth = (int)CLAMP(json_number(object, "depth", 0), 0, 100);
	part->attachment = g_hash_table_contains(attachments, number);
	return part;
}

GPtrArray *
part_list_new(JsonObject *message)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_autoptr(GHashTable) attachments = attachment_numbers(message);
	JsonArray *array = json_array(message, "parts");
	for (guint i = 0; array && i < json_array_get_length(array); i++) {
		JsonObject *object = json_object_at(array, i);
		Part *part = object ? part_new(object, attachments) : NULL;
		if (part)
			g_ptr_array_add(parts, part);
	}
	return parts;
}

bool
part_is_text(const Part *part)
{
	return g_str_has_prefix(part->type, "text/");
}

bool
part_is_message(const Part *part)
{
	return g_str_equal(part->type, "message/rfc822") ||
	       g_str_equal(part->type, "message/global");
}

bool
part_is_container(const Part *part)
{
	return g_str_has_prefix(part->type, "multipart/");
}

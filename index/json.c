#include "index/json.h"

#include <string.h>

#include "index/clean_text.h"
#include "index/error.h"
#include "index/json_private.h"

JsonObject *
json_line_parse(const char *line, size_t length, GError **error)
{
	const char *fault = length > JSON_LINE_LIMIT
	                            ? "is longer than 1 MB"
	                            : json_find_fault(line, length, JSON_DEPTH_LIMIT);
	if (fault != NULL) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_PROTOCOL, "a JSON line %s", fault);
		return NULL;
	}
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) cause = NULL;
	if (!json_parser_load_from_data(parser, line, (gssize)length, &cause)) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_PROTOCOL, "a line is no JSON: %s",
			cause->message);
		return NULL;
	}
	return json_node_dup_object(json_parser_get_root(parser));
}

static void
append_escaped(GString *out, gunichar character)
{
	if (character < 0x10000) {
		g_string_append_printf(out, "\\u%04x", character);
		return;
	}
	character -= 0x10000;
	g_string_append_printf(
		out, "\\u%04x\\u%04x", 0xD800 + (character >> 10), 0xDC00 + (character & 0x3FF));
}

/* Unsafe code points can only stand inside strings, where an escape means the same. */
static char *
escape_unsafe(const char *json, bool keep_newlines)
{
	g_autofree char *valid = g_utf8_make_valid(json, -1);
	GString *out = g_string_sized_new(strlen(valid) + 16);
	for (const char *next = valid; *next != '\0'; next = g_utf8_next_char(next)) {
		gunichar character = g_utf8_get_char(next);
		if (character == '\n' && keep_newlines)
			g_string_append_c(out, '\n');
		else if (clean_text_is_unsafe(character))
			append_escaped(out, character);
		else
			g_string_append_len(out, next, g_utf8_next_char(next) - next);
	}
	return g_string_free(out, FALSE);
}

static char *
write_object(JsonObject *object, bool pretty)
{
	g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
	g_autoptr(JsonGenerator) generator = json_generator_new();
	json_generator_set_root(generator, node);
	json_generator_set_pretty(generator, pretty);
	g_autofree char *json = json_generator_to_data(generator, NULL);
	return escape_unsafe(json, pretty);
}

char *
json_line_write(JsonObject *object)
{
	return write_object(object, false);
}

char *
json_pretty_write(JsonObject *object)
{
	return write_object(object, true);
}

static JsonNode *
member(JsonObject *object, const char *name, JsonNodeType type)
{
	JsonNode *node = json_object_get_member(object, name);
	return node != NULL && JSON_NODE_TYPE(node) == type ? node : NULL;
}

const char *
json_text(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, JSON_NODE_VALUE);
	bool is_text = node != NULL && json_node_get_value_type(node) == G_TYPE_STRING;
	return is_text ? json_node_get_string(node) : NULL;
}

int64_t
json_number(JsonObject *object, const char *name, int64_t fallback)
{
	JsonNode *node = member(object, name, JSON_NODE_VALUE);
	bool is_number = node != NULL && json_node_get_value_type(node) == G_TYPE_INT64;
	return is_number ? json_node_get_int(node) : fallback;
}

bool
json_truth(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, JSON_NODE_VALUE);
	return node != NULL && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
	       json_node_get_boolean(node);
}

JsonObject *
json_object(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, JSON_NODE_OBJECT);
	return node != NULL ? json_node_get_object(node) : NULL;
}

JsonArray *
json_array(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, JSON_NODE_ARRAY);
	return node != NULL ? json_node_get_array(node) : NULL;
}

JsonObject *
json_object_at(JsonArray *array, guint place)
{
	JsonNode *node = json_array_get_element(array, place);
	return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

const char *
json_text_at(JsonArray *array, guint place)
{
	JsonNode *node = json_array_get_element(array, place);
	return JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

char **
json_words(JsonObject *object, const char *name)
{
	JsonArray *array = json_array(object, name);
	if (array == NULL)
		return NULL;
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	for (guint i = 0; i < json_array_get_length(array); i++)
		if (json_text_at(array, i) != NULL)
			g_strv_builder_add(words, json_text_at(array, i));
	return g_strv_builder_end(words);
}

void
json_set_text(JsonObject *object, const char *name, const char *text)
{
	if (text == NULL) {
		json_object_set_null_member(object, name);
		return;
	}
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	json_object_set_string_member(object, name, valid);
}

void
json_set_number(JsonObject *object, const char *name, int64_t number)
{
	json_object_set_int_member(object, name, number);
}

void
json_set_truth(JsonObject *object, const char *name, bool truth)
{
	json_object_set_boolean_member(object, name, truth);
}

void
json_set_object(JsonObject *object, const char *name, JsonObject *value)
{
	json_object_set_object_member(object, name, value);
}

void
json_set_words(JsonObject *object, const char *name, char *const *words)
{
	JsonArray *array = json_array_new();
	for (; *words != NULL; words++)
		json_array_add_string_element(array, *words);
	json_set_array(object, name, array);
}

void
json_set_array(JsonObject *object, const char *name, JsonArray *value)
{
	json_object_set_array_member(object, name, value);
}

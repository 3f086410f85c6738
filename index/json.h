#pragma once
/*
 * JSON lines: the form of all of curlew's protocols and of --json. json-glib does the work; this file
 * adds the limits (1 MB a line, depth 32, valid UTF-8, objects only) and an output that is safe on a
 * terminal: every code point that clean_text_is_unsafe names leaves as \uXXXX. Any thread.
 */
#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { JSON_LINE_LIMIT = 1 << 20, JSON_DEPTH_LIMIT = 32 };

/* Parses one line (no newline needed). NULL and INDEX_ERROR_PROTOCOL if it is no object or breaks a limit. */
JsonObject *json_line_parse(const char *line, size_t length, GError **error);

/* The object as one line without a newline. Takes nothing over; the caller owns the result. Text that is
 * not UTF-8 is made valid first. */
char *json_line_write(JsonObject *object);

/* The same, indented for people (--json of a command that prints one object). */
char *json_pretty_write(JsonObject *object);

/* Reading: a member of the wrong type counts as missing. Returned text and objects belong to OBJECT. */
const char *json_text(JsonObject *object, const char *name); /* or NULL */
int64_t json_number(JsonObject *object, const char *name, int64_t fallback);
bool json_truth(JsonObject *object, const char *name);         /* missing: false */
JsonObject *json_object(JsonObject *object, const char *name); /* or NULL */
JsonArray *json_array(JsonObject *object, const char *name);   /* or NULL */
/* An element; PLACE is one of the array's. NULL: it is of another type. */
JsonObject *json_object_at(JsonArray *array, guint place);
const char *json_text_at(JsonArray *array, guint place);

/* The texts of an array, NULL-terminated; elements of another type are left out. NULL: there is no such array. The
 * caller owns it (g_strfreev). */
char **json_words(JsonObject *object, const char *name);

/* Writing: NULL text is written as null. */
void json_set_text(JsonObject *object, const char *name, const char *text);
void json_set_number(JsonObject *object, const char *name, int64_t number);
void json_set_truth(JsonObject *object, const char *name, bool truth);
void json_set_object(
	JsonObject *object, const char *name, JsonObject *value); /* takes VALUE over */
void json_set_words(JsonObject *object, const char *name, char *const *words); /* NULL-terminated */
void json_set_array(JsonObject *object, const char *name, JsonArray *value); /* takes VALUE over */

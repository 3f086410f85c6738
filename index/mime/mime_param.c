#include "index/mime/mime_param.h"

#include <stdbool.h>
#include <string.h>

#include "index/header.h"
#include "index/mime/mime_text.h"

enum { SECTIONS = 100, PARAMETERS = 1000 };

/* One "name*3*=value" as it is written. */
typedef struct Parameter {
	char *name;   /* owned; lower case, without the stars */
	int section;  /* -1: not numbered */
	bool encoded; /* ends in a star: percent-encoded */
	GString *value;
} Parameter;

typedef struct Cursor {
	const char *at, *end;
} Cursor;

static void
parameter_clear(Parameter *parameter)
{
	g_free(parameter->name);
	if (parameter->value != NULL)
		g_string_free(parameter->value, TRUE);
}

static void
skip_comment(Cursor *cursor)
{
	int depth = 0;
	for (; cursor->at < cursor->end; cursor->at++) {
		if (*cursor->at == '\\' && cursor->at + 1 < cursor->end)
			cursor->at++;
		else if (*cursor->at == '(')
			depth++;
		else if (*cursor->at == ')' && --depth == 0) {
			cursor->at++;
			return;
		}
	}
}

static void
skip_blanks(Cursor *cursor)
{
	while (cursor->at < cursor->end) {
		if (*cursor->at == '(')
			skip_comment(cursor);
		else if (*cursor->at == ' ' || (*cursor->at >= '\t' && *cursor->at <= '\r'))
			cursor->at++;
		else
			return;
	}
}

static GString *
read_quoted(Cursor *cursor)
{
	GString *value = g_string_new(NULL);
	for (cursor->at++; cursor->at < cursor->end && *cursor->at != '"'; cursor->at++) {
		bool escape = *cursor->at == '\\' && cursor->at + 1 < cursor->end;
		if (escape)
			cursor->at++;
		if (*cursor->at != '\n' && *cursor->at != '\r')
			g_string_append_c(value, *cursor->at);
	}
	if (cursor->at < cursor->end)
		cursor->at++;
	return value;
}

/* Up to the next semicolon: names with blanks are often sent without quotes. */
static GString *
read_bare(Cursor *cursor)
{
	const char *start = cursor->at;
	while (cursor->at < cursor->end && *cursor->at != ';')
		cursor->at++;
	const char *end = cursor->at;
	while (end > start && g_ascii_isspace(end[-1]))
		end--;
	GString *value = g_string_new(NULL);
	for (; start < end; start++)
		if (*start != '\r' && *start != '\n')
			g_string_append_c(value, *start);
	return value;
}

static void
read_name(Parameter *parameter, const char *start, const char *end)
{
	parameter->section = -1;
	if (end > start && end[-1] == '*') {
		parameter->encoded = true;
		end--;
	}
	const char *star = memchr(start, '*', (size_t)(end - start));
	if (star != NULL && end - star > 1 && end - star < 6) {
		int section = 0;
		const char *digit = star + 1;
		while (digit < end && g_ascii_isdigit(*digit))
			section = section * 10 + (*digit++ - '0');
		if (digit == end && section < SECTIONS) {
			parameter->section = section;
			end = star;
		}
	}
	parameter->name = g_ascii_strdown(start, end - start);
}

/* The next parameter; false at the end. */
static bool
next_parameter(Cursor *cursor, Parameter *parameter)
{
	*parameter = (Parameter){ 0 };
	while (cursor->at < cursor->end && *cursor->at != ';') {
		if (*cursor->at == '"')
			g_string_free(read_quoted(cursor), TRUE);
		else if (*cursor->at == '(')
			skip_comment(cursor);
		else
			cursor->at++;
	}
	if (cursor->at == cursor->end)
		return false;
	cursor->at++;
	skip_blanks(cursor);
	const char *start = cursor->at;
	while (cursor->at < cursor->end && strchr("=;\" \t\r\n(", *cursor->at) == NULL)
		cursor->at++;
	read_name(parameter, start, cursor->at);
	skip_blanks(cursor);
	if (cursor->at < cursor->end && *cursor->at == '=') {
		cursor->at++;
		skip_blanks(cursor);
		bool quoted = cursor->at < cursor->end && *cursor->at == '"';
		parameter->value = quoted ? read_quoted(cursor) : read_bare(cursor);
	}
	return true;
}

static void
append_unescaped(GString *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		int high = -1, low = -1;
		if (text[i] == '%' && i + 2 < length) {
			high = g_ascii_xdigit_value(text[i + 1]);
			low = g_ascii_xdigit_value(text[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			g_string_append_c(out, (char)(high * 16 + low));
			i += 2;
		} else
			g_string_append_c(out, text[i]);
	}
}

/* charset'language'text: takes the charset off; NULL if the value does not have the form. */
static char *
split_charset(GString *value)
{
	char *first = memchr(value->str, '\'', value->len);
	if (first == NULL)
		return NULL;
	char *second = memchr(first + 1, '\'', value->len - (size_t)(first + 1 - value->str));
	if (second == NULL)
		return NULL;
	char *charset = g_strndup(value->str, (gsize)(first - value->str));
	g_string_erase(value, 0, second + 1 - value->str);
	return charset;
}

/* Blanks at the ends of a name are the name's; header_decode() takes them off. */
static char *
decode_value(const GString *value)
{
	bool plain = g_strstr_len(value->str, (gssize)value->len, "=?") == NULL;
	for (size_t i = 0; i < value->len && plain; i++)
		plain = value->str[i] > 0;
	return plain ? g_strdup(value->str) : header_decode(value->str, value->len);
}

static char *
join_sections(GArray *parameters, const char *name)
{
	g_autofree char *charset = NULL;
	g_autoptr(GString) bytes = g_string_new(NULL);
	bool found = false;
	for (int section = -1; section < SECTIONS; section++) {
		const Parameter *match = NULL;
		for (guint i = 0; i < parameters->len && match == NULL; i++) {
			const Parameter *each = &g_array_index(parameters, Parameter, i);
			bool wanted = section >= 0 ? each->section == section
			                           : each->section < 0 && each->encoded;
			if (wanted && each->value != NULL && strcmp(each->name, name) == 0)
				match = each;
		}
		if (match == NULL) {
			if (section >= 0 && found)
				break;
			continue;
		}
		if (!found && match->encoded)
			charset = split_charset(match->value);
		found = true;
		if (match->encoded)
			append_unescaped(bytes, match->value->str, match->value->len);
		else
			g_string_append_len(bytes, match->value->str, (gssize)match->value->len);
		if (section < 0)
			break;
	}
	if (!found)
		return NULL;
	if (charset == NULL)
		return decode_value(bytes);
	return mime_text_decode(bytes->str, bytes->len, charset, NULL);
}

char *
mime_param(const char *value, size_t length, const char *name)
{
	Cursor cursor = { value, value + length };
	g_autoptr(GArray) parameters = g_array_new(FALSE, FALSE, sizeof(Parameter));
	g_array_set_clear_func(parameters, (GDestroyNotify)parameter_clear);
	Parameter parameter;
	while (parameters->len < PARAMETERS && next_parameter(&cursor, &parameter))
		g_array_append_val(parameters, parameter);
	char *joined = join_sections(parameters, name);
	if (joined != NULL)
		return joined;
	for (guint i = 0; i < parameters->len; i++) {
		const Parameter *plain = &g_array_index(parameters, Parameter, i);
		if (plain->section < 0 && !plain->encoded && plain->value != NULL &&
			strcmp(plain->name, name) == 0)
			return decode_value(plain->value);
	}
	return NULL;
}

char *
mime_param_main(const char *value, size_t length)
{
	Cursor cursor = { value, value + length };
	skip_blanks(&cursor);
	if (cursor.at < cursor.end && *cursor.at == '"') {
		g_autoptr(GString) quoted = read_quoted(&cursor);
		return quoted->len > 0 ? g_ascii_strdown(quoted->str, -1) : NULL;
	}
	const char *start = cursor.at;
	while (cursor.at < cursor.end && strchr("; \t\r\n(\"", *cursor.at) == NULL)
		cursor.at++;
	return cursor.at > start ? g_ascii_strdown(start, cursor.at - start) : NULL;
}

#include <string.h>

#include "index/header_private.h"

/* The line that begins at AT, without its line end; *next is where the following one begins. */
static HeaderSpan
line_at(const char *at, const char *end, const char **next)
{
	const char *newline = memchr(at, '\n', end - at);
	const char *stop = newline ? newline : end;
	*next = newline ? newline + 1 : end;
	while (stop > at && stop[-1] == '\r')
		stop--;
	return (HeaderSpan){ at, stop - at };
}

static bool
starts_with(const char *at, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);
	return (size_t)(end - at) >= length && memcmp(at, prefix, length) == 0;
}

HeaderFields
header_fields_begin(const char *bytes, size_t length)
{
	const char *end = bytes + MIN(length, HEADER_SIZE_LIMIT), *next;
	if (starts_with(bytes, end, "\xef\xbb\xbf"))
		bytes += 3;
	if (starts_with(bytes, end, "From ") || starts_with(bytes, end, ">From ")) {
		line_at(bytes, end, &next);
		bytes = next;
	}
	return (HeaderFields){ .at = bytes, .end = end, .lines = HEADER_LINE_LIMIT };
}

/* A field's name: printable ASCII up to a colon; blanks before the colon are forgiven. */
static bool
split_field(HeaderSpan line, HeaderSpan *name, HeaderSpan *value)
{
	size_t length = 0;
	while (length < line.length && line.bytes[length] > ' ' && line.bytes[length] < 127 &&
		line.bytes[length] != ':')
		length++;
	size_t colon = length;
	while (colon < line.length && (line.bytes[colon] == ' ' || line.bytes[colon] == '\t'))
		colon++;
	if (length == 0 || colon == line.length || line.bytes[colon] != ':')
		return false;
	*name = (HeaderSpan){ line.bytes, length };
	*value = (HeaderSpan){ line.bytes + colon + 1, line.length - colon - 1 };
	return true;
}

/* Takes the lines that continue the one before; returns where the last of them stops. */
static const char *
skip_continuations(HeaderFields *fields, const char *stop)
{
	while (fields->at < fields->end && fields->lines > 0 &&
		(*fields->at == ' ' || *fields->at == '\t')) {
		HeaderSpan line = line_at(fields->at, fields->end, &fields->at);
		stop = line.bytes + line.length;
		fields->lines--;
	}
	return stop;
}

bool
header_fields_next(HeaderFields *fields, HeaderSpan *name, HeaderSpan *value)
{
	while (fields->at < fields->end && fields->lines > 0) {
		HeaderSpan line = line_at(fields->at, fields->end, &fields->at);
		fields->lines--;
		if (line.length == 0)
			break;
		const char *stop = skip_continuations(fields, line.bytes + line.length);
		if (!split_field(line, name, value))
			continue;
		value->length = stop - value->bytes;
		return true;
	}
	fields->at = fields->end;
	return false;
}

bool
header_fields_are_complete(const char *bytes, size_t length)
{
	if (length >= HEADER_SIZE_LIMIT)
		return true;
	HeaderFields fields = header_fields_begin(bytes, length);
	while (fields.at < fields.end && fields.lines > 0) {
		HeaderSpan line = line_at(fields.at, fields.end, &fields.at);
		fields.lines--;
		if (line.length == 0 && fields.at[-1] == '\n')
			return true;
	}
	return fields.lines == 0;
}

GString *
header_unfold(const char *value, size_t length)
{
	while (length > 0 && header_is_blank(*value))
		value++, length--;
	while (length > 0 && header_is_blank(value[length - 1]))
		length--;
	GString *text = g_string_sized_new(length + 1);
	for (size_t i = 0; i < length; i++) {
		size_t plain = i;
		while (plain < length && value[plain] != '\r' && value[plain] != '\n')
			plain++;
		g_string_append_len(text, value + i, (gssize)(plain - i));
		if ((i = plain) == length)
			break;
		/* The blank that follows stands for the fold; a bare line end is one itself. */
		while (i + 1 < length && (value[i + 1] == '\r' || value[i + 1] == '\n'))
			i++;
		if (!header_is_blank(value[i + 1]))
			g_string_append_c(text, ' ');
	}
	return text;
}

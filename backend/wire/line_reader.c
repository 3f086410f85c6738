#include "backend/wire/line_reader.h"

#include <string.h>

#include "backend/error.h"

enum { CHUNK = 32768, MARK = 32 };

const LineLimits line_default_limits = {
	.line = 1 << 20,
	.short_line = 64 << 10,
	.literal = 16 << 20,
	.body = 1 << 30,
	.depth = 100,
};

struct LineReader {
	LineSource source;
	void *source_data;
	LineLimits limits;
	LineSink sink;
	void *sink_data;

	char chunk[CHUNK]; /* taken in, not yet looked at: [begin, end) */
	size_t begin, end;

	/* the line under way */
	GString *text;
	GString *section;
	size_t literals; /* bytes of them so far, without the body */
	size_t in_text;  /* of these, how many stand in TEXT */
	bool quoted, escaped, raw, fetch;
	bool has_section, has_body, literal_nul;
	uint64_t body_size;
	int depth;
	const char *fault;
};

LineReader *
line_reader_new(LineSource source, void *source_data, const LineLimits *limits,
	const LineSink *sink, void *sink_data)
{
	LineReader *reader = g_new0(LineReader, 1);
	reader->source = source;
	reader->source_data = source_data;
	reader->limits = limits ? *limits : line_default_limits;
	if (sink)
		reader->sink = *sink;
	reader->sink_data = sink_data;
	reader->text = g_string_new(NULL);
	reader->section = g_string_new(NULL);
	return reader;
}

void
line_reader_free(LineReader *reader)
{
	if (!reader)
		return;
	g_string_free(reader->text, TRUE);
	g_string_free(reader->section, TRUE);
	g_free(reader);
}

bool
line_reader_is_empty(const LineReader *reader)
{
	return reader->begin == reader->end;
}

static bool
broken(GError **error, const char *why)
{
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED, "protocol error: %s", why);
	return false;
}

static bool
stopped(GError **error)
{
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "stopped");
	return false;
}

static bool
fill(LineReader *reader, GError **error)
{
	if (reader->begin < reader->end)
		return true;
	ssize_t count = reader->source(reader->chunk, CHUNK, reader->source_data, error);
	reader->begin = 0;
	reader->end = MAX(count, 0);
	return count > 0;
}

/* ---- what kind of line it is ---- */

static bool
word_is(const char *text, size_t length, const char *word)
{
	size_t size = strlen(word);
	return length >= size && g_ascii_strncasecmp(text, word, size) == 0 &&
	       (length == size || strchr(" \r\n", text[size]));
}

/* Called when the first physical piece is there: is the rest human text, or data with syntax? */
static void
classify(LineReader *reader)
{
	static const char *const human[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
	const char *text = reader->text->str;
	size_t length = reader->text->len;
	reader->raw = true;
	if (length < 2 || text[0] != '*' || text[1] != ' ')
		return;
	text += 2;
	length -= 2;
	for (size_t i = 0; i < G_N_ELEMENTS(human); i++)
		if (word_is(text, length, human[i]))
			return;
	reader->raw = false;
	size_t digits = 0;
	while (digits < length && g_ascii_isdigit(text[digits]))
		digits++;
	reader->fetch = digits && digits + 1 < length && text[digits] == ' ' &&
	                word_is(text + digits + 1, length - digits - 1, "FETCH");
}

/* ---- lexing one physical piece ---- */

static void
lex(LineReader *reader, const char *piece, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char byte = piece[i];
		if (reader->quoted) {
			if (reader->escaped)
				reader->escaped = false;
			else if (byte == '\\')
				reader->escaped = true;
			else if (byte == '"')
				reader->quoted = false;
		} else if (byte == '"') {
			reader->quoted = true;
		} else if (byte == '(') {
			if (++reader->depth > reader->limits.depth)
				reader->fault = "nested too deep";
		} else if (byte == ')' && --reader->depth < 0) {
			reader->fault = "unbalanced parentheses";
		}
	}
}

typedef enum LiteralFound { LITERAL_NONE, LITERAL_FOUND, LITERAL_BAD } LiteralFound;

/* A literal's announcement at the end of the text: "{123}", "{123+}", "~{123}". START is where it begins. */
static LiteralFound
find_literal(const GString *text, uint64_t *size, size_t *start)
{
	if (!text->len || text->str[text->len - 1] != '}')
		return LITERAL_NONE;
	size_t i = text->len - 1;
	if (i && text->str[i - 1] == '+')
		i--;
	size_t end = i;
	while (i && g_ascii_isdigit(text->str[i - 1]))
		i--;
	if (i == end || !i || text->str[i - 1] != '{')
		return LITERAL_NONE;
	*start = i - 1;
	*size = 0;
	for (; i < end; i++) {
		*size = *size * 10 + (text->str[i] - '0');
		if (*size > UINT32_MAX)
			return LITERAL_BAD;
	}
	return LITERAL_FOUND;
}

static bool
ends_with(const GString *text, size_t end, const char *word)
{
	size_t size = strlen(word);
	return end >= size && g_ascii_strncasecmp(text->str + end - size, word, size) == 0;
}

/* Is the text up to END "… BODY[] ", or "… BODY[]<0> "? */
static bool
is_body(const GString *text, size_t end)
{
	return ends_with(text, end, "BODY[] ") || ends_with(text, end, "BODY[]<0> ");
}

static bool
is_section(const GString *text, size_t end)
{
	return ends_with(text, end, "] ");
}

/*
 * "[HEADER.FIELDS (DATE FROM …)] " at the end becomes "[HEADER] ": which fields they are is known to who asked, and
 * this list, echoed for every message, was most of what the parser had to do.
 */
static void
shorten_section(GString *text)
{
	static const char fields[] = "[HEADER.FIELDS (";
	const char *open = memrchr(text->str, '[', text->len);
	size_t at = open ? (size_t)(open - text->str) : text->len;
	if (!open || text->len - at < strlen(fields) || !ends_with(text, text->len, ")] ") ||
		g_ascii_strncasecmp(open, fields, strlen(fields)) != 0)
		return;
	g_string_truncate(text, at);
	g_string_append(text, "[HEADER] ");
}

/* ---- literals ---- */

typedef bool (*TakePiece)(LineReader *reader, const char *bytes, size_t size);

static bool
take_body(LineReader *reader, const char *bytes, size_t size)
{
	return !reader->sink.data || reader->sink.data(bytes, size, reader->sink_data);
}

static bool
take_section(LineReader *reader, const char *bytes, size_t size)
{
	g_string_append_len(reader->section, bytes, size);
	return true;
}

static bool
take_text(LineReader *reader, const char *bytes, size_t size)
{
	if (memchr(bytes, '\0', size))
		reader->literal_nul = true;
	g_string_append_len(reader->text, bytes, size);
	reader->in_text += size;
	return true;
}

static bool
read_pieces(LineReader *reader, uint64_t size, TakePiece take, GError **error)
{
	while (size) {
		if (!fill(reader, error))
			return false;
		size_t count = MIN(size, reader->end - reader->begin);
		if (!take(reader, reader->chunk + reader->begin, count))
			return stopped(error);
		reader->begin += count;
		size -= count;
	}
	return true;
}

static bool
read_body(LineReader *reader, uint64_t size, GError **error)
{
	if (reader->has_body)
		return broken(error, "two bodies in one line");
	if (size > reader->limits.body)
		return broken(error, "a message over 1 GB");
	reader->has_body = true;
	reader->body_size = size;
	if (reader->sink.begin && !reader->sink.begin(size, reader->sink_data))
		return stopped(error);
	if (!read_pieces(reader, size, take_body, error))
		return false;
	return !reader->sink.end || reader->sink.end(reader->sink_data) || stopped(error);
}

/* START: where the literal's announcement begins in TEXT. */
static bool
read_literal(LineReader *reader, uint64_t size, size_t start, GError **error)
{
	bool binary = start && reader->text->str[start - 1] == '~';
	if (binary) /* the parser knows no literal8 */
		g_string_truncate(reader->text, --start);
	else
		g_string_truncate(reader->text, start);
	if (reader->fetch && is_body(reader->text, start)) {
		g_string_append(reader->text, "{0}\r\n");
		return read_body(reader, size, error);
	}
	reader->literals += size;
	if (size > reader->limits.literal || reader->literals > reader->limits.literal)
		return broken(error, "a literal over the limit");
	if (reader->fetch && is_section(reader->text, start) && !reader->has_section) {
		reader->has_section = true;
		shorten_section(reader->text);
		g_string_append(reader->text, "{0}\r\n");
		return read_pieces(reader, size, take_section, error);
	}
	g_string_append_printf(reader->text, "{%" G_GUINT64_FORMAT "}\r\n", size);
	return read_pieces(reader, size, take_text, error);
}

/* ---- lines ---- */

static size_t
limit(const LineReader *reader)
{
	const GString *text = reader->text;
	bool data = text->len > 1 && text->str[0] == '*' && !reader->raw;
	return data ? reader->limits.line : reader->limits.short_line;
}

/* Appends up to and without the line's end; a bare LF ends it too. */
static bool
read_piece(LineReader *reader, GError **error)
{
	size_t from = reader->text->len;
	while (true) {
		if (!fill(reader, error))
			return false;
		const char *bytes = reader->chunk + reader->begin;
		size_t there = reader->end - reader->begin;
		const char *end = memchr(bytes, '\n', there);
		size_t count = end ? (size_t)(end - bytes) : there;
		if (memchr(bytes, '\0', count))
			return broken(error, "a NUL outside a literal");
		bool first = !reader->text->len || reader->text->len < MARK;
		g_string_append_len(reader->text, bytes, count);
		if (first && (end || reader->text->len >= MARK))
			classify(reader);
		if (reader->text->len - reader->in_text > limit(reader))
			return broken(error, "an endless line");
		reader->begin += count + (end ? 1 : 0);
		if (!end)
			continue;
		/* a CR before it may be the last byte of a literal */
		if (reader->text->len > from && reader->text->str[reader->text->len - 1] == '\r')
			g_string_truncate(reader->text, reader->text->len - 1);
		return true;
	}
}

static void
begin_line(LineReader *reader)
{
	g_string_truncate(reader->text, 0);
	g_string_truncate(reader->section, 0);
	/* one large literal must not be paid for to the end of the session */
	if (reader->section->allocated_len > (1 << 20)) {
		g_string_free(reader->section, TRUE);
		reader->section = g_string_new(NULL);
	}
	if (reader->text->allocated_len > (2 << 20)) {
		g_string_free(reader->text, TRUE);
		reader->text = g_string_new(NULL);
	}
	reader->literals = reader->in_text = 0;
	reader->quoted = reader->escaped = reader->fetch = false;
	reader->raw = true;
	reader->has_section = reader->has_body = reader->literal_nul = false;
	reader->body_size = 0;
	reader->depth = 0;
	reader->fault = NULL;
}

static bool
read_line(LineReader *reader, GError **error)
{
	while (true) {
		size_t from = reader->text->len;
		if (!read_piece(reader, error))
			return false;
		if (reader->raw)
			return true;
		lex(reader, reader->text->str + from, reader->text->len - from);
		uint64_t size;
		size_t start;
		LiteralFound found = find_literal(reader->text, &size, &start);
		if (found == LITERAL_BAD)
			return broken(error, "a number over 32 bits");
		if (found == LITERAL_NONE || start < from)
			return true;
		if (reader->quoted) {
			reader->fault = "a quote without end";
			return true;
		}
		if (!read_literal(reader, size, start, error))
			return false;
	}
}

bool
line_reader_next(LineReader *reader, Line *line, GError **error)
{
	begin_line(reader);
	bool good = read_line(reader, error);
	if (good && !reader->raw && !reader->fault) {
		if (reader->quoted)
			reader->fault = "a quote without end";
		else if (reader->depth)
			reader->fault = "unbalanced parentheses";
	}
	g_string_append(reader->text, "\r\n");
	*line = (Line){
		.text = reader->text->str,
		.length = reader->text->len,
		.raw = reader->raw,
		.has_section = reader->has_section,
		.section = reader->section->str,
		.section_length = reader->section->len,
		.has_body = reader->has_body,
		.body_size = reader->body_size,
		.literal_nul = reader->literal_nul,
		.fault = reader->fault,
	};
	return good;
}

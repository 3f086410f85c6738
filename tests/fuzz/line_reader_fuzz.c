/*
 * Any bytes a server may send, cut into pieces at any place: the line reader holds its limits, libetpan's parser
 * and ours survive what it lets through, and what they tell is within bounds. The first byte of the input says
 * how large the pieces are.
 */
#include <stdint.h>
#include <string.h>

#include "backend/wire/imap_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libetpan 1.9.4 loses some eighty bytes with a line it cannot parse; what we lose still counts. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libetpan.so";
}

typedef struct Input {
	const uint8_t *bytes;
	size_t left, piece;
	uint64_t body_left; /* of a body under way */
	bool in_body;
} Input;

static void
require(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static ssize_t
source(void *buffer, size_t size, void *data, GError **error)
{
	Input *input = data;
	size_t count = MIN(MIN(size, input->piece), input->left);
	if (!count) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "end");
		return -1;
	}
	memcpy(buffer, input->bytes, count);
	input->bytes += count;
	input->left -= count;
	return (ssize_t)count;
}

static bool
body_begin(uint64_t size, void *data)
{
	Input *input = data;
	require(!input->in_body);
	input->in_body = true;
	input->body_left = size;
	return true;
}

static bool
body_data(const char *bytes, size_t size, void *data)
{
	Input *input = data;
	require(input->in_body && size <= input->body_left);
	input->body_left -= size;
	return true;
}

static bool
body_end(void *data)
{
	Input *input = data;
	require(input->in_body && !input->body_left);
	input->in_body = false;
	return true;
}

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	require(fetch->sequence > 0);
	require(fetch->modseq <= INT64_MAX);
	require(!fetch->has_flags || fetch->keywords);
	return true;
}

static bool
on_folder(const ImapFolder *folder, void *data)
{
	g_autofree char *name = imap_name_decode(folder->name);
	if (!name)
		return true;
	g_autofree char *again = imap_name_encode(name);
	g_autofree char *back = again ? imap_name_decode(again) : NULL;
	require(back && g_str_equal(back, name));
	return true;
}

static void
check_line(const Line *line, const LineLimits *limits)
{
	require(line->length >= 2 && memcmp(line->text + line->length - 2, "\r\n", 2) == 0);
	require(line->length <= limits->line + 2 * limits->literal);
	require(line->section_length <= limits->literal);
	require(line->literal_nul || !memchr(line->text, '\0', line->length));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	Input input = { .bytes = data + 1, .left = size - 1, .piece = data[0] % 64 + 1 };
	static const LineSink sink = { .begin = body_begin, .data = body_data, .end = body_end };
	static const LineLimits limits = {
		.line = 4096, .short_line = 512, .literal = 2048, .body = 4096, .depth = 100
	};
	ImapSelected selected = { 0 };
	ImapSession session = { .host = "host",
		.handlers = { .on_fetch = on_fetch, .on_folder = on_folder },
		.handlers_data = &input,
		.selecting = &selected };
	session.parser = etpan_parser_new();
	session.reader = line_reader_new(source, &input, &limits, &sink, &input);
	Line line;
	while (!session.broken && line_reader_next(session.reader, &line, NULL)) {
		check_line(&line, &limits);
		if (line.text[0] == '*' && line.text[1] == ' ')
			imap_on_untagged(&session, &line);
	}
	line_reader_free(session.reader);
	etpan_parser_free(session.parser);
	g_clear_error(&session.broken);
	return 0;
}

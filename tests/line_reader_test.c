#include <cmocka.h>
#include <string.h>

#include "backend/error.h"
#include "backend/wire/line_reader.h"

static const LineLimits limits = {
	.line = 60, .short_line = 40, .literal = 20, .body = 40, .depth = 3
};

typedef struct Row {
	const char *name;
	const char *bytes;
	size_t size;
	const char *said; /* "[text]fault|section|…", one line after the other, then the error */
} Row;

#define BYTES(text) text, sizeof text - 1

static const Row rows[] = {
	{ "lines one after the other", BYTES("* OK hi\r\nc1 OK\r\n"), "[* OK hi][c1 OK]end" },
	{ "an LF alone ends a line", BYTES("* 1 EXISTS\n+ go\n"), "[* 1 EXISTS][+ go]end" },
	{ "an end in the midst of a line", BYTES("* 1 EXI"), "end" },
	{ "a literal stays in the text", BYTES("* LIST () {3}\r\na\r\n\r\n"),
		"[* LIST () {3}~~a~~]end" },
	{ "a CR at a literal's end is the literal's", BYTES("* LIST () {2}\r\na\r\n* 2 X\r\n"),
		"[* LIST () {2}~~a~][* 2 X]end" },
	{ "a literal without waiting", BYTES("* LIST () {3+}\r\nabc x\r\n"),
		"[* LIST () {3}~~abc x]end" },
	{ "a literal8", BYTES("* 1 FETCH (BINARY[1] ~{3}\r\na\000b)\r\n"),
		"[* 1 FETCH (BINARY[1] {0}~~)]section a^b;end" },
	{ "an empty literal", BYTES("* LIST () {0}\r\n\r\n"), "[* LIST () {0}~~]end" },
	{ "a section is kept beside", BYTES("* 1 FETCH (BODY[HEADER] {3}\r\nabc UID 1)\r\n"),
		"[* 1 FETCH (BODY[HEADER] {0}~~ UID 1)]section abc;end" },
	{ "the list of a section's fields is left out",
		BYTES("* 1 FETCH (BODY[HEADER.FIELDS (DATE \"TO\")] {3}\r\nabc UID 1)\r\n"),
		"[* 1 FETCH (BODY[HEADER] {0}~~ UID 1)]section abc;end" },
	{ "a section that only looks like a list of fields stays",
		BYTES("* 1 FETCH (BODY[HEADER.FIELDS DATE] {3}\r\nabc UID 1)\r\n"),
		"[* 1 FETCH (BODY[HEADER.FIELDS DATE] {0}~~ UID 1)]section abc;end" },
	{ "a body goes to the sink", BYTES("* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n"),
		"begin 3 abc.end;[* 1 FETCH (BODY[] {0}~~ UID 1)]body 3;end" },
	{ "BODY[] outside a FETCH is no body", BYTES("* LIST BODY[] {3}\r\nabc\r\n"),
		"[* LIST BODY[] {3}~~abc]end" },
	{ "no literal in human text", BYTES("* OK see {3}\r\nc1 NO {9}\r\n+ {9}\r\n"),
		"[* OK see {3}][c1 NO {9}][+ {9}]end" },
	{ "no literal inside quotes", BYTES("* LIST \"{3}\" x\r\n* 2 X\r\n"),
		"[* LIST \"{3}\" x][* 2 X]end" },
	{ "a quote across a literal", BYTES("* LIST \"a {3}\r\n* 2 X\r\n"),
		"[* LIST \"a {3}]a quote without end;[* 2 X]end" },
	{ "escapes in quotes", BYTES("* LIST \"a\\\"(\\\\\" x\r\n"),
		"[* LIST \"a\\\"(\\\\\" x]end" },
	{ "parentheses as deep as allowed", BYTES("* 1 FETCH ((()))\r\n"),
		"[* 1 FETCH ((()))]end" },
	{ "parentheses too deep", BYTES("* 1 FETCH (((())))\r\n"),
		"[* 1 FETCH (((())))]nested too deep;end" },
	{ "parentheses left open", BYTES("* X (\r\n"), "[* X (]unbalanced parentheses;end" },
	{ "parentheses closed twice", BYTES("* X )(\r\n"), "[* X )(]unbalanced parentheses;end" },
	{ "a NUL in a literal", BYTES("* LIST {1}\r\n\000\r\n"), "[* LIST {1}~~^]nul;end" },
	{ "a NUL outside", BYTES("* LIST \000\r\n"), "protocol error: a NUL outside a literal" },
	{ "a data line as long as allowed",
		BYTES("* X 4567890123456789012345678901234567890123456789012345678\r\n"),
		"[* X 4567890123456789012345678901234567890123456789012345678]end" },
	{ "a data line too long",
		BYTES("* X 45678901234567890123456789012345678901234567890123456789012\r\n"),
		"protocol error: an endless line" },
	{ "a status line too long", BYTES("* OK 5678901234567890123456789012345678901\r\n"),
		"protocol error: an endless line" },
	{ "a tagged line too long", BYTES("c1 OK 678901234567890123456789012345678901\r\n"),
		"protocol error: an endless line" },
	{ "a literal too long", BYTES("* LIST {21}\r\n"),
		"protocol error: a literal over the limit" },
	{ "literals too long together", BYTES("* X {11}\r\n12345678901 {10}\r\n"),
		"protocol error: a literal over the limit" },
	{ "a body too long", BYTES("* 1 FETCH (BODY[] {41}\r\n"),
		"protocol error: a message over 1 GB" },
	{ "a body that is cut", BYTES("* 1 FETCH (BODY[] {4}\r\nab"), "begin 4 abbody 4;end" },
	{ "a size over 32 bits", BYTES("* 1 FETCH (BODY[] {4294967296}\r\n"),
		"protocol error: a number over 32 bits" },
	{ "braces that are no literal", BYTES("* X {} {a} {1 1} }\r\n* X {-1}\r\n"),
		"[* X {} {a} {1 1} }][* X {-1}]end" },
};

typedef struct Play {
	const Row *row;
	size_t at, piece;
	GString *said;
} Play;

static ssize_t
source(void *buffer, size_t size, void *data, GError **error)
{
	Play *play = data;
	size_t count = MIN(MIN(size, play->piece), play->row->size - play->at);
	memcpy(buffer, play->row->bytes + play->at, count);
	play->at += count;
	if (count)
		return (ssize_t)count;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "end");
	return -1;
}

static void
say(GString *said, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		g_string_append_c(said, !bytes[i]                              ? '^'
					: bytes[i] == '\r' || bytes[i] == '\n' ? '~'
									       : bytes[i]);
}

static bool
body_begin(uint64_t size, void *data)
{
	Play *play = data;
	g_string_append_printf(play->said, "begin %" G_GUINT64_FORMAT " ", size);
	return true;
}

static bool
body_data(const char *bytes, size_t size, void *data)
{
	Play *play = data;
	say(play->said, bytes, size);
	return true;
}

static bool
body_end(void *data)
{
	Play *play = data;
	g_string_append(play->said, ".end;");
	return true;
}

static void
say_line(GString *said, const Line *line, bool good)
{
	if (good) {
		g_string_append_c(said, '[');
		assert_memory_equal(line->text + line->length - 2, "\r\n", 3);
		say(said, line->text, line->length - 2);
		g_string_append_c(said, ']');
	}
	if (line->fault && good)
		g_string_append_printf(said, "%s;", line->fault);
	if (line->literal_nul)
		g_string_append(said, "nul;");
	if (line->has_section) {
		g_string_append(said, "section ");
		say(said, line->section, line->section_length);
		g_string_append_c(said, ';');
	}
	if (line->has_body)
		g_string_append_printf(said, "body %" G_GUINT64_FORMAT ";", line->body_size);
}

/* Wherever the network cuts the bytes, the lines are the same. */
static void
every_line_is_read_whatever_the_pieces(void **state)
{
	static const LineSink sink = { .begin = body_begin, .data = body_data, .end = body_end };
	static const size_t pieces[] = { 1, 2, 7, 1000 };
	for (size_t i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(pieces); i++) {
		Play play = { .row = &rows[i / G_N_ELEMENTS(pieces)],
			.piece = pieces[i % G_N_ELEMENTS(pieces)],
			.said = g_string_new(NULL) };
		g_autoptr(LineReader) reader =
			line_reader_new(source, &play, &limits, &sink, &play);
		g_autoptr(GError) error = NULL;
		Line line;
		while (line_reader_next(reader, &line, &error))
			say_line(play.said, &line, true);
		say_line(play.said, &line, false);
		g_string_append(play.said, error->message);
		if (strcmp(play.said->str, play.row->said) != 0)
			fail_msg("%s in pieces of %zu: %s", play.row->name, play.piece,
				play.said->str);
		g_string_free(play.said, TRUE);
	}
}

static bool
no(uint64_t size, void *data)
{
	return false;
}

static void
a_sink_that_says_no_ends_the_reading(void **state)
{
	static const LineSink sink = { .begin = no };
	static const Row row = { "", BYTES("* 1 FETCH (BODY[] {3}\r\nabc)\r\n"), "" };
	Play play = { .row = &row, .piece = 100 };
	g_autoptr(LineReader) reader = line_reader_new(source, &play, NULL, &sink, &play);
	g_autoptr(GError) error = NULL;
	Line line;
	assert_false(line_reader_next(reader, &line, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_CANCELLED);
	assert_true(line.has_body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_read_whatever_the_pieces),
		cmocka_unit_test(a_sink_that_says_no_ends_the_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#pragma once
/*
 * The bounded reader of logical lines: an IMAP response line with its literals (RFC 3501 §4.3), whole, before
 * anybody parses it. Knows only quotes, parentheses and literals; holds every limit. The literal of a
 * BODY[] item goes to a sink in pieces and stands as {0} in the text; that of another BODY[…] section is
 * kept beside the text and stands as {0} too. Any thread; one at a time.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct LineLimits {
	size_t line;       /* text of an untagged data line */
	size_t short_line; /* of any other line (greeting, tagged, status, continuation) */
	size_t literal;    /* all literals of a line that are no body */
	uint64_t body;
	int depth; /* deeper: the line is marked as faulty */
} LineLimits;
extern const LineLimits line_default_limits; /* 1 MB, 64 kB, 16 MB, 1 GB, 100 */

/* Where the bytes come from: ≥ 1 of them, or -1 and an error. */
typedef ssize_t (*LineSource)(void *buffer, size_t size, void *data, GError **error);

/* Where a body goes; each may be NULL; false ends the reading. */
typedef struct LineSink {
	bool (*begin)(uint64_t size, void *data);
	bool (*data)(const char *bytes, size_t size, void *data);
	bool (*end)(void *data);
} LineSink;

/* One line, valid until the next is read. */
typedef struct Line {
	const char *text; /* ends with CRLF and a NUL behind it; holds NULs only inside literals */
	size_t length;
	bool raw; /* its text is not syntax: no literal or quote was looked for after the first words */
	bool has_section; /* a section's literal was kept */
	const char *section;
	size_t section_length;
	bool has_body; /* a body went to the sink */
	uint64_t body_size;
	bool literal_nul;  /* a literal in TEXT holds a NUL */
	const char *fault; /* the line is whole but must not be parsed: why; NULL: none */
} Line;

typedef struct LineReader LineReader;

LineReader *line_reader_new(LineSource source, void *source_data, const LineLimits *limits,
	const LineSink *sink, void *sink_data);
void line_reader_free(LineReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineReader, line_reader_free)

/*
 * Reads one line. False: the source failed, a sink said no (ACCOUNT_ERROR_CANCELLED "stopped") or a limit
 * broke (ACCOUNT_ERROR_REFUSED "protocol error: …"); then LINE->has_body tells whether a body had begun.
 */
bool line_reader_next(LineReader *reader, Line *line, GError **error);

/* Nothing of a next line has been taken in yet. */
bool line_reader_is_empty(const LineReader *reader);

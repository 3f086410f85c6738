#pragma once
/*
 * Text that may reach a terminal or a log. Everything of mail or server origin becomes a CleanText
 * before it is drawn, printed or logged, and nothing else is accepted there. The only producer is
 * this file; the rules are those of the terminal rule (C0/C1, bidi, invisible, unassigned, combining
 * floods, cell width by glibc's wcwidth). Pure, bounded, idempotent: cleaning clean text changes
 * nothing. Immutable once made; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct CleanText CleanText;

typedef enum CleanKind {
	CLEAN_LINE,     /* a subject, a sentence: white space runs become one space; ≤ 8 KiB */
	CLEAN_IDENTITY, /* addresses, names, URLs, folders, tags, file names: hidden characters are marked ⟨RLO⟩; ≤ 8 KiB */
	CLEAN_BODY, /* text of several lines: keeps \n, expands tabs to 8 columns; a line ≤ 1 MiB */
} CleanKind;

/*
 * Cleans LENGTH bytes (-1: up to the NUL) of UTF-8 (invalid bytes become U+FFFD each). NULL text is
 * the empty text. The caller owns the result.
 */
CleanText *clean_text_new(CleanKind kind, const char *text, gssize length);

/* Formats, then cleans the whole as KIND: arguments need not be clean. The caller owns the result. */
CleanText *clean_text_format(CleanKind kind, const char *format, ...) G_GNUC_PRINTF(2, 3);

CleanText *clean_text_ref(CleanText *text);
void clean_text_unref(CleanText *text); /* NULL does nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CleanText, clean_text_unref)

const char *clean_text_utf8(const CleanText *text); /* valid UTF-8; belongs to TEXT */
size_t clean_text_length(const CleanText *text);    /* bytes */
size_t clean_text_columns(
	const CleanText *text); /* terminal cells of a one-line text; of the longest line else */

/* Code points dropped, replaced or marked; white space and what belongs to an emoji do not count. */
size_t clean_text_changes(const CleanText *text);

/*
 * Walks the text cell group by cell group: *next is advanced over one base character with its marks,
 * *columns is its width (0, 1 or 2; 0 only for '\n'). Returns the group's length in bytes, 0 at the end.
 */
size_t clean_text_step(const char **next, int *columns);

/* A clean text (the first line of several) cut to at most COLUMNS cells, with … where something was cut.
 * The caller owns it. */
CleanText *clean_text_clip(const CleanText *text, size_t columns);

/* Writes the text to a stream; the only way mail text reaches stdout or stderr. */
void clean_text_print(FILE *stream, const CleanText *text);

/* Is this code point one that must not reach a terminal as it is? JSON output escapes these. */
bool clean_text_is_unsafe(gunichar character);

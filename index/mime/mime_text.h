#pragma once
/*
 * Text of mail as UTF-8: the charset a part names, and what to believe where it names none, one that
 * nobody knows, or one its bytes are not in. Also format=flowed (RFC 3676). Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Decodes to valid UTF-8 in which each byte that cannot be decoded is U+FFFD and NUL is U+2400 (JSON
 * texts are C strings). CHARSET may be NULL. *guess (if not NULL) is the charset that was used
 * instead of the named one, else NULL; a constant. The caller owns the result.
 */
char *mime_text_decode(const char *bytes, size_t length, const char *charset, const char **guess);

/*
 * Joins the lines of a format=flowed text to paragraphs, each one line; quoted lines keep their
 * quote marks. The caller owns the result.
 */
char *mime_text_reflow(const char *text, bool delete_space);

/* A copy of valid UTF-8 cut to at most LIMIT bytes at a character. */
char *mime_text_clip(const char *text, size_t limit);

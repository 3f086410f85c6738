#pragma once
/*
 * HTML mail as text: libxml2 parses, an iterative walk lays out. Nothing is ever fetched. Bounded: 2 MiB
 * of input, 128 attributes a tag. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

enum { MIME_HTML_LIMIT = 2 << 20, MIME_HTML_ATTRIBUTES = 128 };

/*
 * The text of an HTML document laid out for WIDTH columns. CHARSET: what the mail names, or NULL. *guess
 * as for mime_text_decode. *cut: the document was longer than the limit. The caller owns the result.
 */
char *mime_html_text(const char *html, size_t length, const char *charset, int width,
	const char **guess, bool *cut);

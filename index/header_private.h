#pragma once
/*
 * What the files of the header reader share. A field's value is handed about raw: a span of the
 * block, with its line ends, 8-bit bytes and NULs; each reader unfolds for itself. Pure; any thread.
 */
#include "index/header.h"

enum {
	HEADER_SIZE_LIMIT = 1 << 20,     /* bytes of a block that are read */
	HEADER_LINE_LIMIT = 10000,       /* lines of a block that are read */
	HEADER_GROUP_LIMIT = 16,         /* depth of address groups */
	HEADER_ADDRESS_LIMIT = 1000,     /* addresses of a field */
	HEADER_REFERENCE_LIMIT = 1000,   /* ids of References that are kept */
	HEADER_OPAQUE_NAME_LIMIT = 1024, /* bytes of a field shown as one name */
};

/* A piece of the block: borrowed, may hold any byte. */
typedef struct HeaderSpan {
	const char *bytes; /* NULL: there is none */
	size_t length;
} HeaderSpan;

/* header_fields.c: the block as fields. */
typedef struct HeaderFields {
	const char *at, *end;
	unsigned lines; /* that may still be read */
} HeaderFields;

/* Begins at the first line that can belong to a field; an mbox From_ line and a BOM are skipped. */
HeaderFields header_fields_begin(const char *bytes, size_t length);

/* The next field; lines that are none are skipped. False at the end of the header. */
bool header_fields_next(HeaderFields *fields, HeaderSpan *name, HeaderSpan *value);

/* Does the block reach to its empty line, or to a limit? Else there is more to read of it. */
bool header_fields_are_complete(const char *bytes, size_t length);

/* The value without line ends and without blanks around it; NULs stay. The caller owns it. */
GString *header_unfold(const char *value, size_t length);

/* ASCII white space, in every locale. */
static inline bool
header_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* header_charset.c: bytes to UTF-8. */
/*
 * Appends bytes of the named charset as UTF-8; what is invalid becomes U+FFFD each. A charset nobody
 * knows is read as UTF-8 if it is, else as windows-1252.
 */
void header_charset_append(GString *out, const char *charset, const char *bytes, size_t length);

/* Appends bytes without a charset: as UTF-8 if that is what they look like, else in HINT (or NULL) if
 * they fit it, else by a guess. */
void header_charset_append_raw(GString *out, const char *hint, const char *bytes, size_t length);

/* Do words of this charset each begin anew (ISO-2022 and such), so that they cannot be joined? */
bool header_charset_has_state(const char *charset);

/* header_guess.c: the charset that 8-bit bytes which are no UTF-8 look like; never NULL. */
const char *header_guess_charset(const char *bytes, size_t length);

/* header_words.c: header_decode with the charset that raw 8-bit text of this message is likely in. */
char *header_words_decode(const char *value, size_t length, const char *hint);

/* header_address.c: header_addresses with such a hint. */
GPtrArray *header_address_list(const char *value, size_t length, const char *hint);

/* header_id.c: the ids in a References or In-Reply-To field, by libnotmuch's rule; at most LIMIT: the
 * first and the last ones. OWN (or NULL) is left out. Of char *, never NULL. */
GPtrArray *header_ids(const char *value, size_t length, const char *own, unsigned limit);

#include <string.h>

#include "index/digest.h"
#include "index/header_private.h"

/* libnotmuch names a message by the SHA-1 of its id where the id is longer than this. */
enum { ID_LIMIT = 189 };

static const char *
skip_comment(const char *at)
{
	unsigned depth = 1;
	for (at++; *at && depth > 0; at++) {
		depth += *at == '(';
		depth -= *at == ')';
		if (*at == '\\' && at[1])
			at++;
	}
	return at;
}

static const char *
skip_blanks_and_comments(const char *at)
{
	while (*at == '(' || header_is_blank(*at))
		at = *at == '(' ? skip_comment(at) : at + 1;
	return at;
}

/*
 * The next id at *at, as libnotmuch finds it: after blanks and comments all up to a '<' is passed
 * over, blanks and comments after it too; the id ends at '>' or with the text. An id of one byte
 * before a '>' is none. NULL where there is none; *at moves on.
 */
static char *
next_id(const char **at)
{
	const char *start = skip_blanks_and_comments(*at);
	start = strchrnul(start, '<');
	if (!*start) {
		*at = start;
		return NULL;
	}
	start = skip_blanks_and_comments(start + 1);
	const char *end = strchrnul(start, '>');
	*at = *end ? end + 1 : end;
	size_t length = end - start;
	if (length <= (*end ? 1 : 0))
		return NULL;
	char *id = g_malloc(length + 1), *to = id;
	for (const char *from = start; from < end; from++)
		if (*from != ' ' && *from != '\t')
			*to++ = *from;
	*to = '\0';
	return id;
}

static char *
shorten_id(char *id)
{
	if (strlen(id) <= ID_LIMIT)
		return id;
	/* The NUL is part of what is hashed. */
	g_autofree char *hash =
		g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)id, strlen(id) + 1);
	g_free(id);
	return g_strconcat("notmuch-sha1-", hash, NULL);
}

/* Line ends fall away without a trace there, and bytes that are no UTF-8 are Latin-1. */
static char *
unfold_id(const char *value, size_t length)
{
	char *text = g_malloc(length * 2 + 1), *to = text;
	bool utf8 = g_utf8_validate(value, (gssize)length, NULL);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c >= 0x80 && !utf8)
			to += g_unichar_to_utf8(c, to);
		else if (c != '\r' && c != '\n')
			*to++ = (char)c;
	}
	*to = '\0';
	return text;
}

/* The value as libnotmuch sees it: a C string, decoded once by GMime and once more by itself. */
static char *
id_text(const char *value, size_t length)
{
	const char *nul = memchr(value, '\0', length);
	length = nul ? (size_t)(nul - value) : length;
	g_autofree char *text = unfold_id(value, length);
	if (!strstr(text, "=?"))
		return g_strstrip(g_steal_pointer(&text));
	g_autofree char *once = header_decode(text, strlen(text));
	return header_decode(once, strlen(once));
}

char *
header_message_id(const char *value, size_t length)
{
	if (!value)
		return NULL;
	g_autofree char *text = id_text(value, length);
	const char *at = text;
	char *id = next_id(&at);
	if (!id && *text)
		id = g_steal_pointer(&text);
	return id ? shorten_id(id) : NULL;
}

GPtrArray *
header_ids(const char *value, size_t length, const char *own, unsigned limit)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	if (!value)
		return ids;
	g_autofree char *text = id_text(value, length);
	for (const char *at = text; *at;) {
		char *id = next_id(&at);
		if (!id)
			continue;
		id = shorten_id(id);
		if (own && strcmp(id, own) == 0)
			g_free(id);
		else
			g_ptr_array_add(ids, id);
	}
	/* The first is the root of the thread, the last ones are the nearest. */
	if (ids->len > limit)
		g_ptr_array_remove_range(ids, 1, ids->len - limit);
	return ids;
}

int64_t
header_id_hash(const char *message_id)
{
	uint8_t bytes[sizeof(uint64_t)];
	Digest digest;
	digest_begin(&digest);
	digest_add(&digest, message_id, strlen(message_id));
	digest_end(&digest, bytes, sizeof bytes);
	uint64_t hash = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		hash = hash << 8 | bytes[i];
	return (int64_t)(hash & INT64_MAX);
}

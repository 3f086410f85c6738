#include "ui/screen/reader_links.h"

#include <stdbool.h>
#include <string.h>

#include "index/clean_text.h"

static const char *const schemes[] = { "https://", "http://", "ftp://", "mailto:" };

static void
link_free(void *data)
{
	Link *link = data;
	g_free(link->url);
	g_free(link->host);
	g_free(link);
}

/* Bytes of the scheme that TEXT begins with; 0: none that may be opened. */
static size_t
scheme_length(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		if (g_ascii_strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	}
	return 0;
}

/* Bytes up to what no address holds. */
static size_t
whole_length(const char *text)
{
	const char *at = text;
	while (*at && (size_t)(at - text) < LINK_LIMIT) {
		gunichar character = g_utf8_get_char(at);
		if (character <= ' ' || character == 0x7f || strchr("<>\"", *at) ||
			g_unichar_isspace(character) || clean_text_is_unsafe(character))
			break;
		at = g_utf8_next_char(at);
	}
	return (size_t)(at - text);
}

/* The same in running text: what closes a sentence or a bracket around the address is no part of it. */
static size_t
length_in_text(const char *text)
{
	size_t length = whole_length(text);
	int open = 0;
	for (size_t i = 0; i < length; i++) {
		open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
		if (open < 0)
			length = i;
	}
	while (length > 0 && strchr(".,;:!?'*_]}", text[length - 1]))
		length--;
	return length;
}

/* Browsers take "\" for "/", and what stands before the last "@" for a user's name. */
static char *
host_of(const char *url)
{
	const char *start = strstr(url, "://");
	if (!start) {
		const char *at = strrchr(url, '@');
		return at ? g_ascii_strdown(at + 1, (gssize)strcspn(at + 1, "?")) : NULL;
	}
	start += 3;
	start += strspn(start, "/\\");
	g_autofree char *authority = g_strndup(start, strcspn(start, "/?#\\"));
	const char *at = strrchr(authority, '@');
	const char *host = at ? at + 1 : authority;
	size_t length = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	g_autofree char *lower = g_utf8_strdown(host, (gssize)MIN(length, strlen(host)));
	if (g_str_is_ascii(lower))
		return g_steal_pointer(&lower);
	g_autofree char *ascii = g_hostname_to_ascii(lower);
	return g_strdup_printf("%s (%s)", lower, ascii ? ascii : "not a host's name");
}

static void
add(GPtrArray *links, GHashTable *known, const char *text, size_t length)
{
	g_autofree char *url = g_strndup(text, length);
	g_autofree char *host = host_of(url);
	bool leads = host && *host;
	if (!leads || links->len >= LINKS_LIMIT || g_hash_table_contains(known, url))
		return;
	Link *link = g_new0(Link, 1);
	link->host = g_steal_pointer(&host);
	link->url = g_steal_pointer(&url);
	g_hash_table_add(known, link->url);
	g_ptr_array_add(links, link);
}

/* The address behind "[NUMBER] " at the beginning of this line; NULL: there is none. */
static const char *
numbered(const char *line, guint number)
{
	g_autofree char *mark = g_strdup_printf("[%u] ", number);
	const char *url = line + strlen(mark);
	return g_str_has_prefix(line, mark) && scheme_length(url) > 0 ? url : NULL;
}

static void
find_numbered(GPtrArray *links, GHashTable *known, const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		const char *url = numbered(line, links->len + 1);
		if (url)
			add(links, known, url, whole_length(url));
	}
}

GPtrArray *
reader_links_find(const char *text)
{
	GPtrArray *links = g_ptr_array_new_with_free_func(link_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	find_numbered(links, known, text);
	bool in_word = false;
	for (const char *at = text; *at;) {
		bool letter = g_ascii_isalnum(*at);
		size_t length =
			!in_word && letter && scheme_length(at) > 0 ? length_in_text(at) : 0;
		if (length > 0)
			add(links, known, at, length);
		at += MAX(length, 1);
		in_word = letter && length == 0;
	}
	return links;
}

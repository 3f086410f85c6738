#include "index/mime/mime_html_link.h"

#include <stdbool.h>
#include <string.h>

enum { LINKS_LIMIT = 1000, TEXT_LIMIT = 512, URL_LIMIT = 2048 };

typedef struct Link {
	char *url;
	char *claimed; /* the host that its text names, if it is another one; else NULL */
} Link;

struct HtmlLinks {
	GPtrArray *list;     /* of Link */
	GHashTable *numbers; /* of url → number */
	char *url;           /* of the open link, or NULL */
	GString *text;
};

static const char *const schemes[] = { "http://", "https://", "ftp://",
	"mailto:", "tel:", "news:" };

static void
link_free(Link *link)
{
	g_free(link->url);
	g_free(link->claimed);
	g_free(link);
}

HtmlLinks *
mime_html_links_new(void)
{
	HtmlLinks *links = g_new0(HtmlLinks, 1);
	links->list = g_ptr_array_new_with_free_func((GDestroyNotify)link_free);
	links->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	links->text = g_string_new(NULL);
	return links;
}

void
mime_html_links_free(HtmlLinks *links)
{
	if (links == NULL)
		return;
	g_ptr_array_unref(links->list);
	g_hash_table_unref(links->numbers);
	g_string_free(links->text, TRUE);
	g_free(links->url);
	g_free(links);
}

/* The address without the blanks that browsers leave out; NULL if it is nothing to follow. */
static char *
clean_url(const char *href)
{
	GString *url = g_string_new(NULL);
	for (; *href != '\0' && url->len < URL_LIMIT; href++)
		if ((unsigned char)*href > ' ' && *href != 0x7f)
			g_string_append_c(url, *href);
	bool known = false;
	for (size_t i = 0; i < G_N_ELEMENTS(schemes) && !known; i++)
		known = g_ascii_strncasecmp(url->str, schemes[i], strlen(schemes[i])) == 0;
	char *text = known ? g_utf8_make_valid(url->str, -1) : NULL;
	g_string_free(url, TRUE);
	return text;
}

void
mime_html_link_begin(HtmlLinks *links, const char *href)
{
	g_free(links->url);
	links->url = href != NULL ? clean_url(href) : NULL;
	g_string_truncate(links->text, 0);
}

void
mime_html_link_add_text(HtmlLinks *links, const char *text)
{
	if (links->url != NULL && links->text->len < TEXT_LIMIT)
		g_string_append_len(
			links->text, text, (gssize)MIN(strlen(text), (size_t)TEXT_LIMIT));
}

/* The host of an address, lower case, without user, port and "www."; NULL if there is none. */
static char *
host_of(const char *url)
{
	const char *start = strstr(url, "://");
	if (start == NULL)
		return NULL;
	start += 3;
	size_t length = strcspn(start, "/?#\\");
	for (size_t i = 0; i < length; i++)
		if (start[i] == '@') {
			start += i + 1;
			length -= i + 1;
			i = 0;
		}
	for (size_t i = 0; i < length && *start != '['; i++)
		if (start[i] == ':')
			length = i;
	g_autofree char *host = g_ascii_strdown(start, (gssize)length);
	return g_strdup(g_str_has_prefix(host, "www.") ? host + 4 : host);
}

/* The host that a link's text seems to name: an address, or a word with dots in it like a host's. */
static char *
claimed_host(const char *text)
{
	if (strpbrk(text, " \t\r\n") != NULL || strchr(text, '@') != NULL || *text == '\0')
		return NULL;
	if (strstr(text, "://") != NULL)
		return host_of(text);
	size_t length = strcspn(text, "/?#:");
	g_autofree char *word = g_strndup(text, length);
	char *dot = strrchr(word, '.');
	if (dot == NULL || dot == word || strlen(dot) < 3)
		return NULL;
	for (const char *at = word; *at != '\0'; at++)
		if (!g_ascii_isalnum(*at) && *at != '.' && *at != '-' && *at > 0)
			return NULL;
	for (const char *at = dot + 1; *at != '\0'; at++)
		if (g_ascii_isdigit(*at))
			return NULL;
	g_autofree char *url = g_strconcat("x://", word, NULL);
	return host_of(url);
}

static bool
same_site(const char *one, const char *other)
{
	size_t shorter = MIN(strlen(one), strlen(other));
	const char *tail = strlen(one) > shorter ? one + strlen(one) - shorter : one;
	const char *other_tail = strlen(other) > shorter ? other + strlen(other) - shorter : other;
	bool bordered =
		(tail == one || tail[-1] == '.') && (other_tail == other || other_tail[-1] == '.');
	return bordered && strcmp(tail, other_tail) == 0;
}

/* Does the text say all that the address does? */
static bool
says_it_all(const char *text, const char *url)
{
	size_t length = strlen(url);
	if (length > 0 && url[length - 1] == '/')
		length--;
	if (strncmp(text, url, length) == 0 && strlen(text) <= length + 1)
		return true;
	return g_ascii_strncasecmp(url, "mailto:", 7) == 0 && strcmp(text, url + 7) == 0;
}

char *
mime_html_link_end(HtmlLinks *links)
{
	g_autofree char *url = g_steal_pointer(&links->url);
	g_autofree char *text = g_utf8_make_valid(links->text->str, -1);
	g_strstrip(text);
	if (url == NULL || *text == '\0' || says_it_all(text, url))
		return NULL;
	gpointer known = g_hash_table_lookup(links->numbers, url);
	if (known != NULL)
		return g_strdup_printf("[%d]", GPOINTER_TO_INT(known));
	if (links->list->len >= LINKS_LIMIT)
		return NULL;
	g_autofree char *host = host_of(url);
	g_autofree char *claimed = claimed_host(text);
	Link *link = g_new0(Link, 1);
	if (host != NULL && claimed != NULL && !same_site(host, claimed))
		link->claimed = g_steal_pointer(&claimed);
	link->url = g_strdup(url);
	g_ptr_array_add(links->list, link);
	int number = (int)links->list->len;
	g_hash_table_insert(links->numbers, g_steal_pointer(&url), GINT_TO_POINTER(number));
	return g_strdup_printf("[%d]", number);
}

char *
mime_html_links_list(const HtmlLinks *links)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < links->list->len; i++) {
		const Link *link = g_ptr_array_index(links->list, i);
		g_autofree char *host = host_of(link->url);
		g_string_append_printf(list, "[%u] %s", i + 1, link->url);
		if (link->claimed != NULL)
			g_string_append_printf(
				list, " (leads to %s, says %s)", host, link->claimed);
		g_string_append_c(list, '\n');
	}
	return g_string_free(list, FALSE);
}

#include "index/mime/mime_html.h"

#include <glib.h>
#include <libxml/HTMLparser.h>
#include <string.h>

#include "index/mime/mime_html_walk.h"
#include "index/mime/mime_text.h"

enum { VALUE_LIMIT = 8192, INPUT_LIMIT = 16 << 20, META_SEARCHED = 4096 };

/* Where the copy without harm is made. */
typedef struct Guard {
	const char *at, *end;
	GString *out;
} Guard;

static bool
at_word(const Guard *guard, const char *word)
{
	size_t length = strlen(word);
	return (size_t)(guard->end - guard->at) >= length &&
	       g_ascii_strncasecmp(guard->at, word, length) == 0;
}

/* To behind the next WORD, or to the end. */
static void
skip_behind(Guard *guard, const char *word)
{
	size_t length = strlen(word);
	for (; guard->at < guard->end; guard->at++) {
		const char *next = memchr(guard->at, *word, (size_t)(guard->end - guard->at));
		guard->at = next != NULL ? next : guard->end;
		if (next != NULL && at_word(guard, word)) {
			guard->at += length;
			return;
		}
		if (next == NULL)
			return;
	}
}

/* One attribute with its value; the blanks before it too. Copied unless dropped or endless. */
static void
copy_attribute(Guard *guard, bool dropped)
{
	const char *start = guard->at;
	while (guard->at < guard->end && (g_ascii_isspace(*guard->at) || *guard->at == '/'))
		guard->at++;
	while (guard->at < guard->end && !g_ascii_isspace(*guard->at) &&
		strchr("=>/", *guard->at) == NULL)
		guard->at++;
	const char *name_end = guard->at;
	while (guard->at < guard->end && g_ascii_isspace(*guard->at))
		guard->at++;
	if (guard->at < guard->end && *guard->at == '=') {
		guard->at++;
		while (guard->at < guard->end && g_ascii_isspace(*guard->at))
			guard->at++;
		char quote = guard->at < guard->end ? *guard->at : '\0';
		if (quote == '"' || quote == '\'') {
			const char *close =
				memchr(guard->at + 1, quote, (size_t)(guard->end - guard->at - 1));
			guard->at = close != NULL ? close + 1 : guard->end;
		} else
			while (guard->at < guard->end && !g_ascii_isspace(*guard->at) &&
				*guard->at != '>')
				guard->at++;
	} else
		guard->at = name_end;
	if (guard->at == start && guard->at < guard->end)
		guard->at++; /* a stray sign: never stand still */
	if (!dropped && guard->at - start < VALUE_LIMIT)
		g_string_append_len(guard->out, start, guard->at - start);
}

static void
copy_tag(Guard *guard)
{
	const char *start = guard->at++;
	while (guard->at < guard->end && !g_ascii_isspace(*guard->at) && *guard->at != '>' &&
		*guard->at != '/' && *guard->at != '<')
		guard->at++;
	g_string_append_len(guard->out, start, MIN(guard->at - start, VALUE_LIMIT));
	for (int count = 0; guard->at < guard->end && *guard->at != '>'; count++)
		copy_attribute(guard, count >= MIME_HTML_ATTRIBUTES);
	g_string_append_c(guard->out, '>');
	if (guard->at < guard->end)
		guard->at++;
}

/* Is it the name of a Latin-1 character, which browsers take without the semicolon too? */
static bool
is_old_entity(const char *name, size_t length)
{
	char copy[16];
	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, name, length);
	copy[length] = '\0';
	const htmlEntityDesc *entity = htmlEntityLookup(BAD_CAST copy);
	return entity != NULL && entity->value <= 0xff;
}

/* Text up to STOP, or as much of it as there is room for. */
static void
copy_text(Guard *guard, const char *stop)
{
	while (guard->at < stop && guard->out->len < MIME_HTML_LIMIT) {
		const char *sign = memchr(guard->at, '&', (size_t)(stop - guard->at));
		const char *end = sign != NULL ? sign + 1 : stop;
		while (end < stop && g_ascii_isalnum(*end))
			end++;
		gssize length = MIN(end - guard->at, (gssize)(MIME_HTML_LIMIT - guard->out->len));
		g_string_append_len(guard->out, guard->at, length);
		guard->at += length;
		bool closed = end < stop && *end == ';';
		if (sign != NULL && guard->at == end && !closed &&
			is_old_entity(sign + 1, (size_t)(end - sign - 1)))
			g_string_append_c(guard->out, ';');
	}
}

/*
 * A copy without what costs libxml2 time or memory and says nothing: scripts, comments, attributes
 * beyond number, pictures in attributes. Cut at MIME_HTML_LIMIT.
 */
static char *
guard_html(const char *html, size_t length, bool *cut)
{
	Guard guard = { html, html + length, g_string_sized_new(MIN(length, MIME_HTML_LIMIT)) };
	while (guard.at < guard.end && guard.out->len < MIME_HTML_LIMIT) {
		const char *open = memchr(guard.at, '<', (size_t)(guard.end - guard.at));
		const char *stop = open != NULL ? open : guard.end;
		copy_text(&guard, stop);
		if (open == NULL || guard.at < stop)
			break;
		if (at_word(&guard, "<!--"))
			skip_behind(&guard, "-->");
		else if (at_word(&guard, "<script")) {
			skip_behind(&guard, "</script");
			skip_behind(&guard, ">");
		} else if (guard.at + 1 < guard.end &&
			   (g_ascii_isalpha(guard.at[1]) || guard.at[1] == '/'))
			copy_tag(&guard);
		else if (at_word(&guard, "<!") || at_word(&guard, "<?"))
			skip_behind(&guard, ">");
		else {
			g_string_append(guard.out, "&lt;");
			guard.at++;
		}
	}
	*cut = guard.at < guard.end;
	return g_string_free(guard.out, FALSE);
}

/* The charset that a document without one in the mail's header names itself. */
static char *
meta_charset(const char *html, size_t length)
{
	g_autofree char *head = g_strndup(html, MIN(length, META_SEARCHED));
	g_autofree char *lower = g_ascii_strdown(head, -1);
	const char *found = strstr(lower, "charset=");
	if (found == NULL)
		return NULL;
	found += strlen("charset=");
	found += strspn(found, "\"' ");
	size_t size = strcspn(found, "\"' ;>/\r\n\t");
	return size > 0 && size < 64 ? g_strndup(found, size) : NULL;
}

char *
mime_html_text(const char *html, size_t length, const char *charset, int width, const char **guess,
	bool *cut)
{
	g_autofree char *named = charset == NULL ? meta_charset(html, length) : g_strdup(charset);
	g_autofree char *decoded = mime_text_decode(html, MIN(length, INPUT_LIMIT), named, guess);
	g_autofree char *guarded = guard_html(decoded, strlen(decoded), cut);
	*cut = *cut || length > INPUT_LIMIT;
	/* Cutting may have split a character. */
	g_autofree char *text = g_utf8_make_valid(guarded, -1);
	if (*text == '\0')
		return g_strdup("");
	/* Without XML_PARSE_HUGE text below depth 256 is lost without a word. */
	htmlDocPtr document = htmlReadMemory(text, (int)strlen(text), NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
			HTML_PARSE_IGNORE_ENC | (int)XML_PARSE_HUGE);
	if (document == NULL)
		return g_strdup("");
	char *result = mime_html_walk(document, width);
	xmlFreeDoc(document);
	return result;
}

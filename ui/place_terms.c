#include "ui/place_terms.h"

#include <string.h>

struct PlaceTerms {
	GPtrArray *in, *out; /* of char *: folders that are named, and that are excluded */
};

static const char *const prefixes[] = { "folder:", "path:" };

/* The next word, quotes inside it taken off; *at: behind it. NULL: none is left. The caller owns it. */
static char *
next_word(const char **at)
{
	static const char between[] = " \t\n()";
	*at += strspn(*at, between);
	if (!**at)
		return NULL;
	GString *word = g_string_new(NULL);
	for (bool quoted = false; **at && (quoted || !strchr(between, **at)); ++*at) {
		if (**at == '"')
			quoted = !quoted;
		else
			g_string_append_c(word, **at);
	}
	return g_string_free(word, FALSE);
}

/* What a word says of places behind its prefix; NULL: nothing. *turned: it begins with '-'. */
static const char *
place_of(const char *word, bool *turned)
{
	*turned = *word == '-';
	const char *plain = word + strspn(word, "+-");
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(plain, prefixes[i]))
			return plain + strlen(prefixes[i]);
	return NULL;
}

PlaceTerms *
place_terms_new(const char *query)
{
	PlaceTerms *terms = g_new(PlaceTerms, 1);
	terms->in = g_ptr_array_new_with_free_func(g_free);
	terms->out = g_ptr_array_new_with_free_func(g_free);
	bool is_not = false;
	char *next;
	while ((next = next_word(&query))) {
		g_autofree char *word = next;
		bool turned;
		const char *place = place_of(word, &turned);
		if (place)
			g_ptr_array_add(is_not != turned ? terms->out : terms->in, g_strdup(place));
		is_not = g_ascii_strcasecmp(word, "not") == 0;
	}
	return terms;
}

void
place_terms_free(PlaceTerms *terms)
{
	if (!terms)
		return;
	g_ptr_array_unref(terms->in);
	g_ptr_array_unref(terms->out);
	g_free(terms);
}

/* PLACE as notmuch reads it: a folder, all below one (two stars behind a slash), or an expression between slashes. */
static bool
is_at(const char *place, const char *path)
{
	size_t length = strlen(place);
	if (length >= 2 && place[0] == '/' && place[length - 1] == '/') {
		g_autofree char *expression = g_strndup(place + 1, length - 2);
		return g_regex_match_simple(expression, path, 0, 0);
	}
	if (g_str_has_suffix(place, "/**") && strncmp(path, place, length - 3) == 0)
		return path[length - 3] == '/' || path[length - 3] == '\0';
	return g_str_equal(place, "**") || g_str_equal(place, path);
}

static bool
is_at_any(const GPtrArray *places, const char *path)
{
	for (guint i = 0; i < places->len; i++)
		if (is_at(places->pdata[i], path))
			return true;
	return false;
}

bool
place_terms_mean(const PlaceTerms *terms, const char *path, FolderRole role)
{
	if (is_at_any(terms->out, path))
		return false;
	return terms->in->len ? is_at_any(terms->in, path) : !folder_role_is_aside(role);
}

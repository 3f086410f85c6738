#include "backend/core/merge.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { KEYWORD_LIMIT = 64, KEYWORDS_LIMIT = 128 };

FlagState
merge_server_flags(FlagState row, unsigned server)
{
	unsigned base = (row.base & ~row.doubt) | (server & row.doubt);
	unsigned added = server & ~base, removed = base & ~server;
	return (FlagState){ .base = server, .loc = (row.loc | added) & ~removed, .doubt = 0 };
}

unsigned
merge_file_flags(unsigned loc, unsigned seen, unsigned file)
{
	return (loc | (file & ~seen)) & ~(seen & ~file);
}

void
merge_pending_flags(FlagState row, unsigned *set, unsigned *clear)
{
	*set = (row.loc & ~row.base) | (row.loc & row.doubt);
	*clear = (row.base & ~row.loc) | (row.doubt & ~row.loc);
}

static bool
is_keyword(const char *word)
{
	size_t length = strlen(word);
	if (length == 0 || length > KEYWORD_LIMIT || !g_utf8_validate(word, (gssize)length, NULL))
		return false;
	for (const char *at = word; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	return true;
}

static int
compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
holds(const char *const *words, const char *word)
{
	return words && g_strv_contains(words, word);
}

static char *
join(GPtrArray *words)
{
	g_ptr_array_sort(words, compare_words);
	GString *text = g_string_new(NULL);
	const char *last = NULL;
	unsigned count = 0;
	for (guint i = 0; i < words->len && count < KEYWORDS_LIMIT; i++) {
		const char *word = words->pdata[i];
		if (!is_keyword(word) || (last && g_str_equal(last, word)))
			continue;
		g_string_append_printf(text, "%s%s", text->len ? " " : "", word);
		last = word;
		count++;
	}
	return g_string_free(text, FALSE);
}

static void
append_all(GPtrArray *words, const char *const *more, const char *const *without)
{
	for (; more && *more; more++)
		if (!holds(without, *more))
			g_ptr_array_add(words, (gpointer)*more);
}

char *
merge_keyword_set(const char *const *words)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	append_all(all, words, NULL);
	return join(all);
}

char *
merge_edit_keywords(const char *set, const char *const *add, const char *const *remove)
{
	g_auto(GStrv) old = g_strsplit(set, " ", -1);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	append_all(all, (const char *const *)old, remove);
	append_all(all, add, NULL);
	return join(all);
}

char *
merge_doubtful_keywords(const char *base, const char *doubt, const char *server)
{
	g_auto(GStrv) doubtful = g_strsplit(doubt, " ", -1);
	g_auto(GStrv) now = g_strsplit(server, " ", -1);
	g_autoptr(GPtrArray) there = g_ptr_array_new();
	for (char **word = doubtful; *word; word++)
		if (holds((const char *const *)now, *word))
			g_ptr_array_add(there, *word);
	g_ptr_array_add(there, NULL);
	return merge_edit_keywords(
		base, (const char *const *)there->pdata, (const char *const *)doubtful);
}

char *
merge_server_keywords(const char *base, const char *loc, const char *server)
{
	g_auto(GStrv) old = g_strsplit(base, " ", -1);
	g_auto(GStrv) now = g_strsplit(server, " ", -1);
	g_autoptr(GPtrArray) gone = g_ptr_array_new();
	append_all(gone, (const char *const *)old, (const char *const *)now);
	g_ptr_array_add(gone, NULL);
	g_autoptr(GPtrArray) come = g_ptr_array_new();
	append_all(come, (const char *const *)now, (const char *const *)old);
	g_ptr_array_add(come, NULL);
	return merge_edit_keywords(
		loc, (const char *const *)come->pdata, (const char *const *)gone->pdata);
}

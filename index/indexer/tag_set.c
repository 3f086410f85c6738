#include "index/indexer/tag_set.h"

#include <string.h>

#include "index/tag_name.h"

static int
compare(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

char **
tag_set_take(GPtrArray *tags)
{
	g_ptr_array_set_free_func(tags, NULL);
	char **all = (char **)tags->pdata;
	size_t kept = 0;
	for (guint i = 0; i < tags->len; i++) {
		if (tag_is_usable(all[i]))
			all[kept++] = all[i];
		else
			g_free(all[i]);
	}
	g_ptr_array_set_size(tags, (int)kept);
	g_ptr_array_sort(tags, compare);
	GPtrArray *unique = g_ptr_array_new();
	for (guint i = 0; i < tags->len; i++) {
		char *tag = tags->pdata[i];
		if (i > 0 && strcmp(tag, unique->pdata[unique->len - 1]) == 0)
			g_free(tag);
		else
			g_ptr_array_add(unique, tag);
	}
	g_ptr_array_free(tags, TRUE);
	g_ptr_array_add(unique, NULL);
	return (char **)g_ptr_array_free(unique, FALSE);
}

char **
tag_set_split(const char *text)
{
	GPtrArray *tags = g_ptr_array_new();
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
	for (char **line = lines; *line; line++)
		g_ptr_array_add(tags, g_strdup(*line));
	return tag_set_take(tags);
}

char *
tag_set_join(char **tags)
{
	return g_strjoinv("\n", tags);
}

char **
tag_set_union(char **left, char **right)
{
	GPtrArray *tags = g_ptr_array_new();
	for (char **tag = left; *tag; tag++)
		g_ptr_array_add(tags, g_strdup(*tag));
	for (char **tag = right; *tag; tag++)
		g_ptr_array_add(tags, g_strdup(*tag));
	return tag_set_take(tags);
}

char **
tag_set_minus(char **left, char **right)
{
	GPtrArray *tags = g_ptr_array_new();
	for (char **tag = left; *tag; tag++)
		if (!g_strv_contains((const char *const *)right, *tag))
			g_ptr_array_add(tags, g_strdup(*tag));
	return tag_set_take(tags);
}

bool
tag_set_equal(char **left, char **right)
{
	return g_strv_equal((const char *const *)left, (const char *const *)right);
}

char **
tag_set_of_people(char **tags, bool flags_too)
{
	GPtrArray *kept = g_ptr_array_new();
	for (char **tag = tags; *tag; tag++)
		if (!tag_is_automatic(*tag) && !(flags_too && flag_tag_find(*tag)))
			g_ptr_array_add(kept, g_strdup(*tag));
	return tag_set_take(kept);
}

char **
tag_set_from_flags(unsigned all)
{
	GPtrArray *tags = g_ptr_array_new();
	for (const FlagTag *known = flag_tags; known->tag; known++)
		if (((all & known->flag) != 0) != known->inverse)
			g_ptr_array_add(tags, g_strdup(known->tag));
	return tag_set_take(tags);
}

unsigned
tag_set_change_flags(unsigned flags, char **add, char **remove)
{
	unsigned set = 0, clear = 0;
	for (char **tag = remove; *tag; tag++)
		flag_tag_edit(*tag, false, &set, &clear);
	for (char **tag = add; *tag; tag++)
		flag_tag_edit(*tag, true, &set, &clear);
	return (flags | set) & ~clear;
}

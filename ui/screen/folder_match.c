#include <string.h>

#include "index/case_fold.h"
#include "ui/screen/folder_list.h"

/* How well an entry fits what was typed; the smaller the better. */
typedef enum Fit {
	FIT_TITLE,    /* the whole of "account/name" */
	FIT_NAME,     /* the whole name in its account */
	FIT_START,    /* the beginning of either */
	FIT_SEGMENTS, /* beginnings of levels, in their order */
	FIT_PIECE,    /* somewhere in it */
	FIT_NONE,
} Fit;

typedef struct Match {
	const FolderEntry *entry;
	int worth; /* the smaller the better */
	guint place;
} Match;

/* Does each level of WANTED begin one of HAD, in their order? */
static bool
segments_fit(const char *had, const char *wanted)
{
	g_auto(GStrv) levels = g_strsplit(had, "/", -1);
	g_auto(GStrv) parts = g_strsplit(wanted, "/", -1);
	char **level = levels;
	for (char **part = parts; *part; part++) {
		while (*level && !g_str_has_prefix(*level, *part))
			level++;
		if (!*level)
			return false;
		level++;
	}
	return true;
}

static Fit
fit_of(const FolderEntry *entry, const char *wanted)
{
	g_autofree char *title = case_fold(clean_text_utf8(entry->view->title));
	g_autofree char *name = case_fold(entry->name ? entry->name : "");
	if (g_str_equal(title, wanted))
		return FIT_TITLE;
	if (g_str_equal(name, wanted))
		return FIT_NAME;
	if (g_str_has_prefix(title, wanted) || g_str_has_prefix(name, wanted))
		return FIT_START;
	if (segments_fit(title, wanted))
		return FIT_SEGMENTS;
	return strstr(title, wanted) ? FIT_PIECE : FIT_NONE;
}

static int
by_worth(const void *a, const void *b)
{
	const Match *one = a, *other = b;
	return one->worth != other->worth ? one->worth - other->worth
	                                  : (one->place < other->place ? -1 : 1);
}

GPtrArray *
folder_list_matches(const FolderList *list, const char *text, int account)
{
	g_autofree char *wanted = case_fold(text);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Match));
	for (size_t i = 0; i < folder_list_length(list); i++) {
		const FolderEntry *entry = folder_list_at(list, i);
		Fit fit = entry->view ? fit_of(entry, wanted) : FIT_NONE;
		bool is_near = account >= 0 && entry->account == account;
		Match match = { entry, (int)fit * 2 + (is_near ? 0 : 1), found->len };
		if (fit != FIT_NONE)
			g_array_append_val(found, match);
	}
	g_array_sort(found, by_worth);
	GPtrArray *entries = g_ptr_array_new();
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(entries, (void *)g_array_index(found, Match, i).entry);
	return entries;
}

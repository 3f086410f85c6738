#include "tests/scenario_look.h"

#include <stdlib.h>
#include <string.h>

#include "backend/core/merge.h"

static int
by_words(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static char *
sorted(GPtrArray *lines)
{
	g_ptr_array_sort(lines, by_words);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(", ", (char **)lines->pdata);
}

/* PLAIN: without keywords, which no file's name can say. */
static char *
wanted(const ScenarioPlay *play, bool plain)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < play->scenario->end->len; i++) {
		const ScenarioLine *line = play->scenario->end->pdata[i];
		g_autofree char **words = g_new0(char *, line->add->len + 1);
		for (guint word = 0; word < line->add->len && !plain; word++)
			words[word] = line->add->pdata[word];
		g_autofree char *keywords = merge_keyword_set((const char *const *)words);
		g_ptr_array_add(lines, scenario_words(line->mail, scenario_folders[line->folder],
					       line->set, keywords));
	}
	return sorted(lines);
}

static char *
have_there(const ScenarioPlay *play)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) messages = sides_messages(&play->sides);
	for (guint i = 0; i < messages->len; i++) {
		const SidesMessage *one = &g_array_index(messages, SidesMessage, i);
		g_ptr_array_add(lines, scenario_words(one->mail, one->folder->name,
					       one->message->flags, one->message->keywords));
	}
	return sorted(lines);
}

static char *
have_files(const ScenarioPlay *play)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) files = sides_files(&play->sides, SCENARIO_FOLDERS);
	for (guint i = 0; i < files->len; i++) {
		const SidesFile *file = files->pdata[i];
		g_ptr_array_add(lines, scenario_words(file->mail, scenario_folders[file->folder],
					       file->flags, ""));
	}
	return sorted(lines);
}

static char *
have_listed(const ScenarioPlay *play)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) rows = sync_engine_ask(play->sides.engine,
		"SELECT substr(mid,2),f.name,loc,lkw FROM msg m JOIN folder f ON f.id=m.folder"
		" WHERE st IN (0,1)");
	for (guint i = 0; i < rows->len; i++) {
		g_auto(GStrv) words = g_strsplit(rows->pdata[i], " ", 4);
		g_ptr_array_add(lines, scenario_words(atoi(words[0]), words[1],
					       (unsigned)atoi(words[2]), words[3]));
	}
	return sorted(lines);
}

char *
scenario_faults(const ScenarioPlay *play)
{
	static const struct {
		const char *where;
		char *(*have)(const ScenarioPlay *play);
		bool plain;
	} places[] = {
		{ "the server", have_there, false },
		{ "the tree", have_files, true },
		{ "the store", have_listed, false },
	};
	GString *faults = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *want = wanted(play, places[i].plain);
		g_autofree char *have = places[i].have(play);
		if (!g_str_equal(want, have))
			g_string_append_printf(
				faults, "%s has [%s], not [%s]; ", places[i].where, have, want);
	}
	g_autofree char *left = sides_store_faults(&play->sides);
	g_string_append(faults, left);
	return g_string_free(faults, FALSE);
}

char *
scenario_rows(const ScenarioPlay *play)
{
	static const char *const tables[] = { "SELECT * FROM msg", "SELECT * FROM op" };
	GString *all = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autoptr(GPtrArray) rows = sync_engine_ask(play->sides.engine, tables[i]);
		for (guint row = 0; row < rows->len; row++)
			g_string_append_printf(all, "%s\n", (char *)rows->pdata[row]);
	}
	return g_string_free(all, FALSE);
}

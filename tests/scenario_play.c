#include "tests/scenario_play.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "backend/core/merge.h"
#include "index/maildir_name.h"
#include "tests/crash_shim.h"

enum { FIRST_DATE = 1000000000 };

static MemoryFolder *
folder_there(const ScenarioPlay *play, int folder)
{
	return memory_server_folder(play->sides.server, scenario_folders[folder]);
}

static void
edit_keywords(MemoryMessage *message, const ScenarioLine *line)
{
	g_autofree char **add = g_new0(char *, line->add->len + 1);
	g_autofree char **remove = g_new0(char *, line->remove->len + 1);
	for (guint i = 0; i < line->add->len; i++)
		add[i] = line->add->pdata[i];
	for (guint i = 0; i < line->remove->len; i++)
		remove[i] = line->remove->pdata[i];
	char *edited = merge_edit_keywords(
		message->keywords, (const char *const *)add, (const char *const *)remove);
	g_free(message->keywords);
	message->keywords = edited;
}

/* ---- another client ---- */

static void
deliver(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autofree char *text = sides_text(line->mail);
	MemoryMessage *message = memory_server_deliver(play->sides.server,
		folder_there(play, line->folder), text, line->set, FIRST_DATE + line->mail);
	edit_keywords(message, line);
}

static SidesMessage
find_there(const ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(GArray) messages = sides_messages(&play->sides);
	for (guint i = 0; i < messages->len; i++) {
		SidesMessage one = g_array_index(messages, SidesMessage, i);
		if (one.mail == line->mail &&
			(line->folder == SCENARIO_NOWHERE || line->folder == one.number))
			return one;
	}
	g_error("%s: there is no %c there", play->scenario->name, 'a' + line->mail - 1);
}

static void
flag_there(ScenarioPlay *play, const ScenarioLine *line)
{
	MemoryMessage *message = find_there(play, line).message;
	message->flags = (message->flags | line->set) & ~line->clear;
	edit_keywords(message, line);
	memory_server_touch(play->sides.server, message);
}

static void
move_there(ScenarioPlay *play, const ScenarioLine *line)
{
	SidesMessage one = find_there(play, line);
	memory_server_move(
		play->sides.server, one.folder, one.message, folder_there(play, line->to));
}

static void
copy_there(ScenarioPlay *play, const ScenarioLine *line)
{
	memory_server_copy(
		play->sides.server, find_there(play, line).message, folder_there(play, line->to));
}

static void
remove_there(ScenarioPlay *play, const ScenarioLine *line)
{
	SidesMessage one = find_there(play, line);
	memory_server_expunge(play->sides.server, one.folder, one.message);
}

/* ---- another program ---- */

static char *
new_key(ScenarioPlay *play)
{
	return g_strdup_printf("%d.M%uP9.other", FIRST_DATE, ++play->files);
}

static SidesFile *
find_file(const ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(GPtrArray) files = sides_files(&play->sides, SCENARIO_FOLDERS);
	for (guint i = 0; i < files->len; i++) {
		const SidesFile *file = files->pdata[i];
		if (file->mail == line->mail &&
			(line->folder == SCENARIO_NOWHERE || line->folder == file->folder))
			return g_ptr_array_steal_index(files, i);
	}
	g_error("%s: there is no %c here", play->scenario->name, 'a' + line->mail - 1);
}

static void
drop(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autofree char *key = new_key(play);
	sides_drop_file(&play->sides, line->mail, line->folder, key, line->set);
}

static void
flag_here(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(SidesFile) file = find_file(play, line);
	sides_put_file(&play->sides, file, file->folder, (file->flags | line->set) & ~line->clear);
}

static void
move_here(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(SidesFile) file = find_file(play, line);
	sides_put_file(&play->sides, file, line->to, file->flags);
}

/* As cp does: the copy keeps the name. */
static void
copy_here(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(SidesFile) file = find_file(play, line);
	sides_drop_file(&play->sides, file->mail, line->to, file->key, file->flags);
}

static void
rename_here(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(SidesFile) file = find_file(play, line);
	g_free(file->key);
	file->key = new_key(play);
	sides_put_file(&play->sides, file, file->folder, file->flags);
}

static void
remove_here(ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(SidesFile) file = find_file(play, line);
	g_unlink(file->path);
}

/* ---- the user ---- */

static sqlite3_stmt *
ask(const ScenarioPlay *play, sqlite3 **database, const char *sql)
{
	sqlite3_stmt *query;
	sqlite3_open_v2(
		sync_engine_state(play->sides.engine), database, SQLITE_OPEN_READWRITE, NULL);
	if (sqlite3_prepare_v2(*database, sql, -1, &query, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(*database));
	return query;
}

static char *
find_key(const ScenarioPlay *play, const ScenarioLine *line)
{
	sqlite3 *database;
	sqlite3_stmt *query = ask(play, &database,
		"SELECT key FROM msg m JOIN folder f ON f.id=m.folder"
		" WHERE mid=printf('c%d@x',?) AND st IN (0,1) AND f.name=coalesce(?,f.name)"
		" ORDER BY m.id LIMIT 1");
	sqlite3_bind_int(query, 1, line->mail);
	if (line->folder != SCENARIO_NOWHERE)
		sqlite3_bind_text(query, 2, scenario_folders[line->folder], -1, SQLITE_STATIC);
	char *key = sqlite3_step(query) == SQLITE_ROW
	                    ? g_strdup((const char *)sqlite3_column_text(query, 0))
	                    : NULL;
	sqlite3_finalize(query);
	sqlite3_close(database);
	return key;
}

static void
do_deed(ScenarioPlay *play, const ScenarioLine *line, Deed deed)
{
	g_autofree char *id = g_strdup_printf("%06u", ++play->deeds);
	g_autofree char *key = find_key(play, line);
	deed.id = id;
	if (!key || !sync_engine_do(play->sides.engine, &deed, (const char *[]){ key, NULL }))
		g_error("%s: the user can do nothing to %c: %s", play->scenario->name,
			'a' + line->mail - 1, sync_engine_error(play->sides.engine));
}

static void
do_flag(ScenarioPlay *play, const ScenarioLine *line)
{
	bool tag = line->add->len || line->remove->len;
	g_ptr_array_add(line->add, NULL);
	g_ptr_array_add(line->remove, NULL);
	do_deed(play, line,
		(Deed){ .kind = tag ? DEED_TAG : DEED_FLAG,
			.set = line->set,
			.clear = line->clear,
			.add = (char **)line->add->pdata,
			.remove = (char **)line->remove->pdata });
	g_ptr_array_set_size(line->add, (gint)line->add->len - 1);
	g_ptr_array_set_size(line->remove, (gint)line->remove->len - 1);
}

static void
do_move(ScenarioPlay *play, const ScenarioLine *line)
{
	do_deed(play, line, (Deed){ .kind = DEED_MOVE, .folder = scenario_folders[line->to] });
}

static void
do_copy(ScenarioPlay *play, const ScenarioLine *line)
{
	do_deed(play, line, (Deed){ .kind = DEED_COPY, .folder = scenario_folders[line->to] });
}

static void
do_delete(ScenarioPlay *play, const ScenarioLine *line)
{
	do_deed(play, line, (Deed){ .kind = DEED_DELETE, .role = ROLE_TRASH });
}

static void
do_purge(ScenarioPlay *play, const ScenarioLine *line)
{
	do_deed(play, line, (Deed){ .kind = DEED_PURGE });
}

static void
undo(ScenarioPlay *play, const ScenarioLine *line)
{
	if (!sync_engine_undo(play->sides.engine))
		g_error("%s: nothing can be undone: %s", play->scenario->name,
			sync_engine_error(play->sides.engine));
}

/* ---- the play ---- */

static void (*const acts[][ACTOR_SYNC])(ScenarioPlay *play, const ScenarioLine *line) = {
	[VERB_NEW] = { [ACTOR_DISK] = drop, [ACTOR_THERE] = deliver },
	[VERB_FLAG] = { do_flag, flag_here, flag_there },
	[VERB_MOVE] = { do_move, move_here, move_there },
	[VERB_COPY] = { do_copy, copy_here, copy_there },
	[VERB_RENAME] = { [ACTOR_DISK] = rename_here },
	[VERB_REMOVE] = { [ACTOR_DISK] = remove_here, [ACTOR_THERE] = remove_there },
	[VERB_DELETE] = { [ACTOR_USER] = do_delete },
	[VERB_PURGE] = { [ACTOR_USER] = do_purge },
	[VERB_UNDO] = { [ACTOR_USER] = undo },
};

static void
attend(MemoryServer *server)
{
	server->may_go_on = crash_step;
	server->changes = g_string_new(NULL);
}

void
scenario_play_begin(
	ScenarioPlay *play, const Scenario *scenario, unsigned capabilities, guint32 seed)
{
	crash_begin(seed);
	*play = (ScenarioPlay){ .scenario = scenario, .random = g_rand_new_with_seed(seed) };
	MemoryServer *server = memory_server_new(play->random, capabilities);
	attend(server);
	for (int i = 0; i < SCENARIO_FOLDERS; i++)
		memory_server_create(server, scenario_folders[i]);
	play->sides = (Sides){ server, sync_engine_new(server), scenario_folders };
	for (guint i = 0; i < scenario->start->len; i++)
		deliver(play, scenario->start->pdata[i]);
}

void
scenario_play_copy(
	ScenarioPlay *play, const ScenarioPlay *like, const Scenario *scenario, guint32 seed)
{
	crash_begin(seed);
	*play = *like;
	play->scenario = scenario;
	play->random = g_rand_new_with_seed(seed);
	play->sides.server = memory_server_clone(like->sides.server, play->random);
	attend(play->sides.server);
	play->sides.engine = sync_engine_copy(like->sides.engine, play->sides.server);
}

void
scenario_play_end(ScenarioPlay *play)
{
	sync_engine_free(play->sides.engine);
	memory_server_free(play->sides.server);
	g_rand_free(play->random);
}

bool
scenario_play_acts(ScenarioPlay *play)
{
	const GPtrArray *all = play->scenario->acts;
	if (play->act > all->len)
		return false;
	for (; play->act < all->len; play->act++) {
		const ScenarioLine *line = all->pdata[play->act];
		if (line->verb == VERB_SYNC)
			break;
		acts[line->verb][line->actor](play, line);
	}
	play->act++;
	crash_forget();
	return true;
}

/* ---- how it is ---- */

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
	sqlite3 *database;
	sqlite3_stmt *query = ask(play, &database,
		"SELECT substr(mid,2),f.name,loc,lkw FROM msg m JOIN folder f ON f.id=m.folder"
		" WHERE st IN (0,1)");
	while (sqlite3_step(query) == SQLITE_ROW)
		g_ptr_array_add(lines, scenario_words(sqlite3_column_int(query, 0),
					       (const char *)sqlite3_column_text(query, 1),
					       (unsigned)sqlite3_column_int(query, 2),
					       (const char *)sqlite3_column_text(query, 3)));
	sqlite3_finalize(query);
	sqlite3_close(database);
	return sorted(lines);
}

char *
scenario_play_faults(const ScenarioPlay *play)
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
scenario_play_rows(const ScenarioPlay *play)
{
	static const char *const tables[] = { "msg", "op" };
	GString *rows = g_string_new(NULL);
	sqlite3 *database;
	sqlite3_open_v2(
		sync_engine_state(play->sides.engine), &database, SQLITE_OPEN_READWRITE, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", tables[i]);
		sqlite3_stmt *query;
		sqlite3_prepare_v2(database, sql, -1, &query, NULL);
		while (sqlite3_step(query) == SQLITE_ROW)
			for (int at = 0; at < sqlite3_column_count(query); at++) {
				const unsigned char *text = sqlite3_column_text(query, at);
				g_string_append_printf(
					rows, "%s ", text ? (const char *)text : "-");
			}
		sqlite3_finalize(query);
	}
	sqlite3_close(database);
	return g_string_free(rows, FALSE);
}

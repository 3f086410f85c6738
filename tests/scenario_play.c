#include "tests/scenario_play.h"

#include <glib/gstdio.h>
#include <stdlib.h>
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

static char *
find_key(const ScenarioPlay *play, const ScenarioLine *line)
{
	g_autoptr(GPtrArray) rows = sync_engine_ask(play->sides.engine,
		"SELECT substr(mid,2),f.name,key FROM msg m JOIN folder f ON f.id=m.folder"
		" WHERE st IN (0,1) ORDER BY m.id");
	for (guint i = 0; i < rows->len; i++) {
		g_auto(GStrv) words = g_strsplit(rows->pdata[i], " ", 3);
		if (atoi(words[0]) == line->mail &&
			(line->folder == SCENARIO_NOWHERE ||
				g_str_equal(words[1], scenario_folders[line->folder])))
			return g_steal_pointer(&words[2]);
	}
	return NULL;
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

/* ---- the server ---- */

static void
add_trouble(ScenarioPlay *play, const ScenarioLine *line)
{
	MemoryTrouble trouble = { line->command, scenario_folders[line->folder],
		line->verb == VERB_CUT };
	g_array_append_val(play->sides.server->troubles, trouble);
}

static void
keep_flags(ScenarioPlay *play, const ScenarioLine *line)
{
	folder_there(play, line->folder)->kept = line->set;
}

static void
renumber(ScenarioPlay *play, const ScenarioLine *line)
{
	memory_server_renumber(play->sides.server, folder_there(play, line->folder));
}

static void
plan(ScenarioPlay *play, const ScenarioLine *line)
{
	play->meanwhile = line;
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
	[VERB_REFUSE] = { [ACTOR_SERVER] = add_trouble },
	[VERB_CUT] = { [ACTOR_SERVER] = add_trouble },
	[VERB_KEEP] = { [ACTOR_SERVER] = keep_flags },
	[VERB_RENUMBER] = { [ACTOR_SERVER] = renumber },
	[VERB_MEANWHILE] = { [ACTOR_SERVER] = plan },
};

/* The acts up to the next sync or round; or up to what is done meanwhile, and over that. */
static void
act(ScenarioPlay *play, guint *at)
{
	const GPtrArray *all = play->scenario->acts;
	for (; *at < all->len; (*at)++) {
		const ScenarioLine *line = all->pdata[*at];
		if (line->actor == ACTOR_SYNC)
			break;
		if (!play->meanwhile)
			acts[line->verb][line->actor](play, line);
	}
}

void
scenario_play_meanwhile(ScenarioPlay *play)
{
	guint at;
	if (!play->meanwhile || !g_ptr_array_find(play->scenario->acts, play->meanwhile, &at))
		return;
	play->meanwhile = NULL;
	at++;
	act(play, &at);
}

static void
on_command(const char *command, const char *folder, void *data)
{
	ScenarioPlay *play = data;
	const ScenarioLine *line = play->meanwhile;
	if (line && g_str_equal(line->command, command) &&
		g_str_equal(scenario_folders[line->folder], folder))
		scenario_play_meanwhile(play);
}

static void
attend(ScenarioPlay *play)
{
	MemoryServer *server = play->sides.server;
	server->may_go_on = crash_step;
	server->meanwhile = on_command;
	server->meanwhile_data = play;
	server->changes = g_string_new(NULL);
}

void
scenario_play_begin(
	ScenarioPlay *play, const Scenario *scenario, unsigned capabilities, guint32 seed)
{
	crash_begin(seed);
	*play = (ScenarioPlay){ .scenario = scenario, .random = g_rand_new_with_seed(seed) };
	MemoryServer *server = memory_server_new(play->random, capabilities);
	for (int i = 0; i < SCENARIO_FOLDERS; i++)
		memory_server_create(server, scenario_folders[i]);
	play->sides = (Sides){ server, sync_engine_new(server), scenario_folders };
	attend(play);
	for (guint i = 0; i < scenario->start->len; i++)
		deliver(play, scenario->start->pdata[i]);
}

void
scenario_play_copy(ScenarioPlay *play, const ScenarioPlay *like, const Scenario *scenario)
{
	*play = *like;
	play->scenario = scenario;
	play->random = g_rand_copy(like->random);
	play->sides.server = memory_server_clone(like->sides.server, play->random);
	play->sides.engine = sync_engine_copy(like->sides.engine, play->sides.server);
	attend(play);
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
	act(play, &play->act);
	const ScenarioLine *line = play->act < all->len ? all->pdata[play->act] : NULL;
	play->once = line && line->verb == VERB_ROUND;
	play->act++;
	crash_forget();
	return true;
}

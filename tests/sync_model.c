/*
 * The sync under a random life: deliveries, other clients and other programs, deeds of our own, crashes at any step,
 * loss of power, cut connections; then quiet rounds, after which each mail must be on the server exactly once, both
 * sides be equal, and what one side alone changed have survived. sync_model RUNS [FIRST_SEED] [verbose].
 */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index/maildir_name.h"
#include "tests/crash_shim.h"
#include "tests/sync_engine.h"

enum { ACTS = 14, FAULTS = 6, QUIET = 8, FOLDERS = 3, TRASH = 2, CONTENTS = 400 };

static const char *const folder_names[FOLDERS] = { "INBOX", "Arch", "Trash" };
static const unsigned some_flags[] = { MAIL_FLAGGED, MAIL_REPLIED, MAIL_SEEN };
static bool verbose;

/* What happened to one mail. */
typedef struct Mail {
	bool exists, expunged, removed, trashed;
	bool done;      /* a deed of ours was about it */
	bool marked;    /* another client's mark is on it */
	guint key;      /* of the file whose flags another program changed, hashed */
	bool many_keys; /* there were several: it was fetched anew between */
	int touches[3]; /* of each flag: 1 the server's side, 2 this side, 3 both */
	unsigned times[3];
	int moves; /* how many, and the last one's aim */
	int aim;
} Mail;

typedef struct Life {
	GRand *random;
	MemoryServer *server;
	SyncEngine *engine;
	Mail mails[CONTENTS];
	int last; /* mail */
	unsigned deeds, crashes, files;
	GString *faults;
} Life;

/* One file of ours in the tree. */
typedef struct File {
	int mail, folder;
	unsigned flags;
	char *path, *key;
} File;

static void
say(const char *format, ...)
{
	va_list arguments;
	if (!verbose)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

static void G_GNUC_PRINTF(2, 3) fault(Life *life, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_string_append_vprintf(life->faults, format, arguments);
	va_end(arguments);
	g_string_append(life->faults, "; ");
}

static char *
text_of(int mail)
{
	return g_strdup_printf("From: Ada <ada@example.org>\r\nSubject: mail %d\r\n"
			       "Message-ID: <c%d@x>\r\nDate: Sun, 02 Nov 2025 14:02:00 +0000\r\n"
			       "\r\nThe text of %d.\r\n",
		mail, mail, mail);
}

static int
mail_of(const char *text)
{
	const char *at = strstr(text, "<c");
	return at ? atoi(at + 2) : -1;
}

static int
pick(Life *life, int count)
{
	return g_rand_int_range(life->random, 0, count);
}

static int
new_mail(Life *life)
{
	life->mails[++life->last].exists = true;
	return life->last;
}

/* ---- the tree ---- */

static void
file_free(void *pointer)
{
	File *file = pointer;
	g_free(file->path);
	g_free(file->key);
	g_free(file);
}

static void
list_sub(Life *life, int folder, const char *sub, GPtrArray *files)
{
	g_autofree char *directory =
		g_build_filename(sync_engine_mail(life->engine), folder_names[folder], sub, NULL);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		MaildirName parts;
		g_autofree char *text = NULL;
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (!maildir_name_parse(name, &parts))
			continue;
		if (g_file_get_contents(path, &text, NULL, NULL)) {
			File *file = g_new0(File, 1);
			*file = (File){ mail_of(text), folder, parts.flags, g_steal_pointer(&path),
				g_strdup(parts.key) };
			g_ptr_array_add(files, file);
		}
		maildir_name_clear(&parts);
	}
}

static int
by_key(const void *left, const void *right)
{
	const File *a = *(File *const *)left, *b = *(File *const *)right;
	return a->mail != b->mail ? a->mail - b->mail : strcmp(a->key, b->key);
}

static GPtrArray *
list_files(Life *life, int folders)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
	for (int folder = 0; folder < folders; folder++) {
		list_sub(life, folder, "cur", files);
		list_sub(life, folder, "new", files);
	}
	g_ptr_array_sort(files, by_key);
	return files;
}

/* False: its folder is not made here yet. */
static bool
put_file(Life *life, File *file, int folder, unsigned flags)
{
	g_autofree char *name = maildir_name_build(file->key, false, flags, NULL, false);
	g_autofree char *path = g_build_filename(
		sync_engine_mail(life->engine), folder_names[folder], "cur", name, NULL);
	return rename(file->path, path) == 0;
}

/* ---- the server ---- */

typedef struct Place {
	MemoryFolder *folder;
	MemoryMessage *message;
	int mail, number;
} Place;

static GArray *
list_server(const Life *life)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(Place));
	for (int at = 0; at < FOLDERS; at++) {
		MemoryFolder *folder = memory_server_folder(life->server, folder_names[at]);
		for (guint i = 0; i < folder->messages->len; i++) {
			MemoryMessage *message = folder->messages->pdata[i];
			Place place = { folder, message, mail_of(message->text), at };
			g_array_append_val(places, place);
		}
	}
	return places;
}

/*
 * Where a move is made as a copy, both stand there for a moment: what another client does to one of them then, nobody
 * can tell for which it was meant, so it does nothing.
 */
static bool
is_half_moved(const GArray *places, const Place *place)
{
	unsigned copies = 0;
	for (guint i = 0; i < places->len; i++)
		copies += g_array_index(places, Place, i).mail == place->mail;
	return copies > 1;
}

static bool
any_place(Life *life, Place *place)
{
	g_autoptr(GArray) places = list_server(life);
	if (!places->len)
		return false;
	*place = g_array_index(places, Place, pick(life, (int)places->len));
	return !is_half_moved(places, place);
}

static File *
any_file(Life *life, int folders)
{
	g_autoptr(GPtrArray) files = list_files(life, folders);
	return files->len ? g_ptr_array_steal_index(files, (guint)pick(life, (int)files->len))
	                  : NULL;
}

/* ---- what happens ---- */

static void
moved(Life *life, int mail, int folder)
{
	life->mails[mail].moves++;
	life->mails[mail].aim = folder;
	life->mails[mail].trashed |= folder == TRASH;
}

static void
touched(Life *life, int mail, int flag, int side)
{
	life->mails[mail].touches[flag] |= side;
	life->mails[mail].times[flag]++;
}

static void
deliver(Life *life)
{
	int mail = new_mail(life), folder = pick(life, 2);
	g_autofree char *text = text_of(mail);
	say("delivered %d to %s", mail, folder_names[folder]);
	memory_server_deliver(life->server,
		memory_server_folder(life->server, folder_names[folder]), text, 0,
		1000000000 + mail);
}

static void
drop_file(Life *life)
{
	int mail = new_mail(life), folder = pick(life, 2);
	g_autofree char *text = text_of(mail);
	g_autofree char *name =
		g_strdup_printf("%d.M%uP9.other:2,", 1000000000 + mail, life->files++);
	g_autofree char *directory =
		g_build_filename(sync_engine_mail(life->engine), folder_names[folder], "cur", NULL);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	GString *lines = g_string_new(text);
	g_string_replace(lines, "\r\n", "\n", 0);
	if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
		life->mails[mail].exists = false;
	else
		g_file_set_contents(path, lines->str, -1, NULL);
	say("dropped %d into %s", mail, folder_names[folder]);
	g_string_free(lines, TRUE);
}

static void
flag_there(Life *life)
{
	Place place;
	int flag = pick(life, 3);
	if (!any_place(life, &place))
		return;
	place.message->flags ^= some_flags[flag];
	memory_server_touch(life->server, place.message);
	touched(life, place.mail, flag, 1);
	say("another client flips flag %d of %d", flag, place.mail);
}

static void
flag_here(Life *life)
{
	File *file = any_file(life, FOLDERS);
	int flag = pick(life, 3);
	if (!file)
		return;
	put_file(life, file, file->folder, file->flags ^ some_flags[flag]);
	touched(life, file->mail, flag, 2);
	Mail *mail = &life->mails[file->mail];
	mail->many_keys |= mail->key && mail->key != g_str_hash(file->key);
	mail->key = g_str_hash(file->key);
	say("another program flips flag %d of %d", flag, file->mail);
	file_free(file);
}

static int
other_folder(Life *life, int folder)
{
	return (folder + 1 + pick(life, FOLDERS - 1)) % FOLDERS;
}

static void
move_there(Life *life)
{
	Place place;
	if (!any_place(life, &place))
		return;
	int to = other_folder(life, place.number);
	memory_server_move(life->server, place.folder, place.message,
		memory_server_folder(life->server, folder_names[to]));
	moved(life, place.mail, to);
	say("another client moves %d to %s", place.mail, folder_names[to]);
}

static void
move_here(Life *life)
{
	File *file = any_file(life, FOLDERS);
	if (!file)
		return;
	int to = other_folder(life, file->folder);
	if (put_file(life, file, to, file->flags))
		moved(life, file->mail, to);
	say("another program moves %d to %s", file->mail, folder_names[to]);
	file_free(file);
}

static bool
is_anywhere(Life *life, int mail)
{
	g_autoptr(GArray) places = list_server(life);
	g_autoptr(GPtrArray) files = list_files(life, FOLDERS);
	bool found = false;
	for (guint i = 0; i < places->len; i++)
		found |= g_array_index(places, Place, i).mail == mail;
	for (guint i = 0; i < files->len; i++)
		found |= ((File *)files->pdata[i])->mail == mail;
	return found;
}

static void
remove_here(Life *life)
{
	File *file = any_file(life, 2);
	if (!file)
		return;
	unlink(file->path);
	life->mails[file->mail].removed = life->mails[file->mail].trashed = true;
	if (!is_anywhere(life, file->mail))
		life->mails[file->mail].exists = false;
	say("another program removes %d", file->mail);
	file_free(file);
}

static void
expunge_there(Life *life)
{
	Place place;
	if (!any_place(life, &place))
		return;
	life->mails[place.mail].expunged = true;
	say("another client expunges %d", place.mail);
	memory_server_expunge(life->server, place.folder, place.message);
}

/* A mark that is no wish of ours, and must cost nobody the message. */
static void
mark_there(Life *life)
{
	Place place;
	if (!any_place(life, &place))
		return;
	place.message->flags |= MAIL_DELETED;
	memory_server_touch(life->server, place.message);
	life->mails[place.mail].marked = true;
	say("another client marks %d as deleted", place.mail);
}

/* It lasts for a round: a server without UIDPLUS can expunge nothing of ours meanwhile. */
static void
unmark_there(Life *life)
{
	g_autoptr(GArray) places = list_server(life);
	for (guint i = 0; i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);
		if (!life->mails[place->mail].marked || !(place->message->flags & MAIL_DELETED))
			continue;
		place->message->flags &= ~(unsigned)MAIL_DELETED;
		memory_server_touch(life->server, place->message);
		say("another client marks %d no more", place->mail);
	}
	for (int mail = 1; mail <= life->last; mail++)
		life->mails[mail].marked = false;
}

static void
undo(Life *life)
{
	crash_at(0);
	/* What it takes back is told by no oracle but those of both sides being equal and nothing lost. */
	if (life->deeds == 0 || !sync_engine_undo(life->engine))
		return;
	for (int mail = 1; mail <= life->last; mail++) {
		Mail *one = &life->mails[mail];
		for (int flag = 0; flag < 3; flag++)
			one->touches[flag] |= one->done ? 3 : 0;
		one->moves += one->done ? 2 : 0;
		one->trashed |= one->done;
	}
	say("we take back the last deed");
}

static void
do_deed(Life *life)
{
	File *file = any_file(life, FOLDERS);
	if (!file)
		return;
	int flag = pick(life, 3), to = other_folder(life, file->folder);
	const char *keys[] = { file->key, NULL };
	g_autofree char *id = g_strdup_printf("%06u", ++life->deeds);
	Deed deed = { .id = id, .kind = DEED_MOVE, .folder = folder_names[to] };
	if (g_rand_boolean(life->random)) {
		deed = (Deed){ .id = id, .kind = DEED_FLAG };
		*(g_rand_boolean(life->random) ? &deed.set : &deed.clear) = some_flags[flag];
	}
	crash_at(0);
	/* A deed has no effect where it is so already, or where the mail is known here no more. */
	if (sync_engine_do(life->engine, &deed, keys)) {
		life->mails[file->mail].done = true;
		life->mails[file->mail].touches[flag] |= deed.kind == DEED_FLAG ? 3 : 0;
		if (deed.kind == DEED_MOVE) {
			moved(life, file->mail, to);
			life->mails[file->mail]
				.moves++; /* the row may be elsewhere than its file */
		}
	}
	say("we %s %d (%s)", deed.kind == DEED_MOVE ? "move" : "flag", file->mail,
		deed.kind == DEED_MOVE ? folder_names[to] : "");
	file_free(file);
}

/* Not in the middle of a move that is made as a copy: nobody could tell its source from a copy of another client's. */
static void
renumber(Life *life)
{
	int folder = pick(life, FOLDERS);
	g_autoptr(GArray) places = list_server(life);
	for (guint i = 0; i < places->len; i++)
		if (is_half_moved(places, &g_array_index(places, Place, i)))
			return;
	memory_server_renumber(
		life->server, memory_server_folder(life->server, folder_names[folder]));
	say("the server numbers %s anew", folder_names[folder]);
}

static const struct {
	double until;
	void (*act)(Life *life);
} acts[] = {
	{ .20, deliver },
	{ .31, drop_file },
	{ .46, flag_there },
	{ .60, flag_here },
	{ .69, move_there },
	{ .80, move_here },
	{ .84, remove_here },
	{ .87, expunge_there },
	{ .88, renumber },
	{ .90, mark_there },
	{ .92, undo },
	{ 1.0, do_deed },
};

static void
act(Life *life)
{
	double chance = g_rand_double(life->random);
	size_t i = 0;
	while (chance >= acts[i].until)
		i++;
	acts[i].act(life);
	crash_forget();
}

/* ---- the end ---- */

static void
check_server(Life *life)
{
	int seen[CONTENTS] = { 0 }, where[CONTENTS];
	unsigned flags[CONTENTS];
	g_autoptr(GArray) places = list_server(life);
	for (guint i = 0; i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);
		seen[place->mail]++;
		where[place->mail] = place->number;
		flags[place->mail] = place->message->flags;
	}
	for (int mail = 1; mail <= life->last; mail++) {
		const Mail *one = &life->mails[mail];
		if (seen[mail] > 1)
			fault(life, "%d is there %d times", mail, seen[mail]);
		if (seen[mail] == 0 && one->exists && !one->expunged)
			fault(life, "%d is lost", mail);
		if (seen[mail] != 1)
			continue;
		if (where[mail] == TRASH && !one->trashed)
			fault(life, "%d is in Trash, where nobody put it", mail);
		if (one->moves == 1 && !one->removed && !one->expunged && where[mail] != one->aim)
			fault(life, "the move of %d to %s is lost, it is in %s", mail,
				folder_names[one->aim], folder_names[where[mail]]);
		for (int flag = 0; flag < 3; flag++)
			if ((one->touches[flag] == 1 || one->touches[flag] == 2) && !one->removed &&
				!one->expunged && !one->many_keys &&
				!!(flags[mail] & some_flags[flag]) != one->times[flag] % 2)
				fault(life, "flag %d of %d is lost", flag, mail);
	}
}

static void
check_equal(Life *life)
{
	g_autoptr(GArray) places = list_server(life);
	g_autoptr(GPtrArray) files = list_files(life, FOLDERS);
	g_autoptr(GString) here = g_string_new(NULL), there = g_string_new(NULL);
	for (int mail = 1; mail <= life->last; mail++) {
		for (guint i = 0; i < places->len; i++) {
			const Place *place = &g_array_index(places, Place, i);
			if (place->mail == mail)
				g_string_append_printf(there, "%d:%s:%x ", mail,
					folder_names[place->number], place->message->flags);
		}
		for (guint i = 0; i < files->len; i++) {
			const File *file = files->pdata[i];
			if (file->mail == mail)
				g_string_append_printf(here, "%d:%s:%x ", mail,
					folder_names[file->folder], file->flags);
		}
	}
	if (!g_str_equal(here->str, there->str))
		fault(life, "here %s, there %s", here->str, there->str);
}

static void
check_store(Life *life)
{
	sqlite3 *database;
	sqlite3_stmt *query;
	g_autoptr(GPtrArray) faults = sync_engine_check(life->engine);
	for (guint i = 0; i < faults->len; i++)
		fault(life, "%s", (char *)faults->pdata[i]);
	sqlite3_open_v2(sync_engine_state(life->engine), &database, SQLITE_OPEN_READONLY, NULL);
	sqlite3_prepare_v2(
		database, "SELECT kind,state,coalesce(err,'') FROM op", -1, &query, NULL);
	while (sqlite3_step(query) == SQLITE_ROW)
		fault(life, "an operation is left: kind %d, state %d %s",
			sqlite3_column_int(query, 0), sqlite3_column_int(query, 1),
			sqlite3_column_text(query, 2));
	sqlite3_finalize(query);
	sqlite3_close(database);
}

/* ---- a life ---- */

static const unsigned kinds[] = {
	0,
	IMAP_UIDPLUS,
	IMAP_MOVE,
	IMAP_UIDPLUS | IMAP_MOVE,
	IMAP_CONDSTORE,
	IMAP_CONDSTORE | IMAP_UIDPLUS | IMAP_MOVE,
	IMAP_CONDSTORE | IMAP_QRESYNC | IMAP_UIDPLUS,
	IMAP_CONDSTORE | IMAP_QRESYNC | IMAP_UIDPLUS | IMAP_MOVE,
};

static bool
lives(void)
{
	return crash_step();
}

static void
show_rows(Life *life)
{
	sqlite3 *database;
	sqlite3_stmt *query;
	sqlite3_open_v2(sync_engine_state(life->engine), &database, SQLITE_OPEN_READWRITE, NULL);
	sqlite3_prepare_v2(database,
		"SELECT printf('    row %d %s st %d part %d wanted %d there %d:%d file %d %s loc "
		"%x base "
		"%x doubt %x op %d/%d "
		"%s',m.id,mid,st,part,folder,sfolder,uid,lfolder,substr(key,12,6),"
		"loc,base,doubt,o.kind,o.state,o.win) FROM msg m LEFT JOIN op o ON o.id=m.op",
		-1, &query, NULL);
	while (sqlite3_step(query) == SQLITE_ROW)
		say("%s", sqlite3_column_text(query, 0));
	sqlite3_finalize(query);
	sqlite3_close(database);
}

/* What the server was made to do, and where all is now. */
static void
show(Life *life)
{
	if (!verbose)
		return;
	g_autoptr(GArray) places = list_server(life);
	say("%s", life->server->changes->str);
	g_string_truncate(life->server->changes, 0);
	for (guint i = 0; i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);
		say("    server has %d in %s:%u flags %x", place->mail, place->folder->name,
			place->message->uid, place->message->flags);
	}
	show_rows(life);
}

static bool
live(guint32 seed, unsigned *crashes, unsigned *cuts)
{
	bool power = seed / G_N_ELEMENTS(kinds) % 2;
	unsigned faults = 0;
	Life *life = g_new0(Life, 1);
	life->random = g_rand_new_with_seed(seed);
	life->faults = g_string_new(NULL);
	crash_begin(seed);
	life->server = memory_server_new(life->random, kinds[seed % G_N_ELEMENTS(kinds)]);
	life->server->may_go_on = lives;
	life->server->changes = g_string_new(NULL);
	for (int i = 0; i < FOLDERS; i++)
		memory_server_create(life->server, folder_names[i]);
	life->engine = sync_engine_new(life->server);
	for (int i = 0; i < ACTS; i++) {
		unmark_there(life);
		for (int times = g_rand_int_range(life->random, 1, 4); times > 0; times--)
			act(life);
		life->server->cut = faults < FAULTS ? .03 : 0;
		crash_at(g_rand_double(life->random) < .6
				 ? (unsigned)g_rand_int_range(life->random, 1, 260)
				 : 0);
		bool ok = sync_engine_round(life->engine);
		*crashes += crash_is_dead();
		faults += !ok && !crash_is_dead();
		say("round %d: %s%s", i,
			ok                ? "done"
			: crash_is_dead() ? "died"
					  : "cut: ",
			sync_engine_error(life->engine));
		show(life);
		crash_revive(power && crash_is_dead());
	}
	life->server->cut = 0;
	unmark_there(life);
	for (int i = 0; i < QUIET; i++)
		if (!sync_engine_round(life->engine))
			say("quiet round %d: %s", i, sync_engine_error(life->engine));
	check_server(life);
	check_equal(life);
	check_store(life);
	*cuts += life->server->cuts;
	bool good = life->faults->len == 0;
	if (!good)
		printf("seed %u (capabilities %x%s): %s\n", seed, life->server->capabilities,
			power ? ", power" : "", life->faults->str);
	sync_engine_free(life->engine);
	memory_server_free(life->server);
	g_rand_free(life->random);
	g_string_free(life->faults, TRUE);
	g_free(life);
	return good;
}

int
main(int count, char **arguments)
{
	unsigned runs = count > 1 ? (unsigned)atoi(arguments[1]) : 100;
	unsigned first = count > 2 ? (unsigned)atoi(arguments[2]) : 0;
	unsigned crashes = 0, cuts = 0, bad = 0;
	verbose = count > 3;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned i = 0; i < runs; i++)
		bad += !live(first + i, &crashes, &cuts);
	printf("%u lives, %u crashes, %u cuts: %u failed\n", runs, crashes, cuts, bad);
	return bad != 0;
}

#include "tests/sync_life.h"

#include <stdio.h>
#include <unistd.h>

#include "index/maildir_name.h"
#include "tests/crash_shim.h"

const char *const life_folders[] = { "INBOX", "Arch", "Trash", NULL };
const unsigned life_flags[] = { MAIL_FLAGGED, MAIL_REPLIED, MAIL_SEEN };

void
life_say(const Life *life, const char *format, ...)
{
	va_list arguments;
	if (!life->verbose)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
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

/*
 * Where a move is made as a copy, both stand there for a moment: what another client does to one of them then, nobody
 * can tell for which it was meant, so it does nothing.
 */
static bool
is_half_moved(const GArray *places, const SidesMessage *place)
{
	unsigned copies = 0;
	for (guint i = 0; i < places->len; i++)
		copies += g_array_index(places, SidesMessage, i).mail == place->mail;
	return copies > 1;
}

static bool
any_place(Life *life, SidesMessage *place)
{
	g_autoptr(GArray) places = sides_messages(&life->sides);
	if (!places->len)
		return false;
	*place = g_array_index(places, SidesMessage, pick(life, (int)places->len));
	return !is_half_moved(places, place);
}

static SidesFile *
any_file(Life *life, int folders)
{
	g_autoptr(GPtrArray) files = sides_files(&life->sides, folders);
	return files->len ? g_ptr_array_steal_index(files, (guint)pick(life, (int)files->len))
	                  : NULL;
}

/* ---- what happens ---- */

static void
moved(Life *life, int mail, int folder)
{
	life->mails[mail].moves++;
	life->mails[mail].aim = folder;
	life->mails[mail].trashed |= folder == LIFE_TRASH;
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
	g_autofree char *text = sides_text(mail);
	life_say(life, "delivered %d to %s", mail, life_folders[folder]);
	memory_server_deliver(life->sides.server,
		memory_server_folder(life->sides.server, life_folders[folder]), text, 0,
		1000000000 + mail);
}

static void
drop_file(Life *life)
{
	int mail = new_mail(life), folder = pick(life, 2);
	g_autofree char *key = g_strdup_printf("%d.M%uP9.other", 1000000000 + mail, life->files++);
	/* where no folder is known yet a tree is another program's: what lies there is asked about, not sent */
	life->mails[mail].exists =
		life->settled && sides_drop_file(&life->sides, mail, folder, key, 0);
	life_say(life, "dropped %d into %s", mail, life_folders[folder]);
}

static void
flag_there(Life *life)
{
	SidesMessage place;
	int flag = pick(life, 3);
	if (!any_place(life, &place))
		return;
	place.message->flags ^= life_flags[flag];
	memory_server_touch(life->sides.server, place.message);
	touched(life, place.mail, flag, 1);
	life_say(life, "another client flips flag %d of %d", flag, place.mail);
}

static void
flag_here(Life *life)
{
	SidesFile *file = any_file(life, LIFE_FOLDERS);
	int flag = pick(life, 3);
	if (!file)
		return;
	sides_put_file(&life->sides, file, file->folder, file->flags ^ life_flags[flag]);
	touched(life, file->mail, flag, 2);
	LifeMail *mail = &life->mails[file->mail];
	mail->many_keys |= mail->key && mail->key != g_str_hash(file->key);
	mail->key = g_str_hash(file->key);
	life_say(life, "another program flips flag %d of %d", flag, file->mail);
	sides_file_free(file);
}

static int
other_folder(Life *life, int folder)
{
	return (folder + 1 + pick(life, LIFE_FOLDERS - 1)) % LIFE_FOLDERS;
}

static void
move_there(Life *life)
{
	SidesMessage place;
	if (!any_place(life, &place))
		return;
	int to = other_folder(life, place.number);
	memory_server_move(life->sides.server, place.folder, place.message,
		memory_server_folder(life->sides.server, life_folders[to]));
	moved(life, place.mail, to);
	life_say(life, "another client moves %d to %s", place.mail, life_folders[to]);
}

static void
move_here(Life *life)
{
	SidesFile *file = any_file(life, LIFE_FOLDERS);
	if (!file)
		return;
	int to = other_folder(life, file->folder);
	if (sides_put_file(&life->sides, file, to, file->flags))
		moved(life, file->mail, to);
	life_say(life, "another program moves %d to %s", file->mail, life_folders[to]);
	sides_file_free(file);
}

static bool
is_anywhere(Life *life, int mail)
{
	g_autoptr(GArray) places = sides_messages(&life->sides);
	g_autoptr(GPtrArray) files = sides_files(&life->sides, LIFE_FOLDERS);
	bool found = false;
	for (guint i = 0; i < places->len; i++)
		found |= g_array_index(places, SidesMessage, i).mail == mail;
	for (guint i = 0; i < files->len; i++)
		found |= ((SidesFile *)files->pdata[i])->mail == mail;
	return found;
}

static void
remove_here(Life *life)
{
	SidesFile *file = any_file(life, 2);
	if (!file)
		return;
	unlink(file->path);
	life->mails[file->mail].removed = life->mails[file->mail].trashed = true;
	if (!is_anywhere(life, file->mail))
		life->mails[file->mail].exists = false;
	life_say(life, "another program removes %d", file->mail);
	sides_file_free(file);
}

static void
expunge_there(Life *life)
{
	SidesMessage place;
	if (!any_place(life, &place))
		return;
	life->mails[place.mail].expunged = true;
	life_say(life, "another client expunges %d", place.mail);
	memory_server_expunge(life->sides.server, place.folder, place.message);
}

/* A mark that is no wish of ours, and must cost nobody the message. */
static void
mark_there(Life *life)
{
	SidesMessage place;
	if (!any_place(life, &place))
		return;
	place.message->flags |= MAIL_DELETED;
	memory_server_touch(life->sides.server, place.message);
	life->mails[place.mail].marked = true;
	life_say(life, "another client marks %d as deleted", place.mail);
}

static void
undo(Life *life)
{
	crash_at(0);
	/* What it takes back is told by no oracle but those of both sides being equal and nothing lost. */
	if (life->deeds == 0 || !sync_engine_undo(life->sides.engine))
		return;
	for (int mail = 1; mail <= life->last; mail++) {
		LifeMail *one = &life->mails[mail];
		for (int flag = 0; flag < 3; flag++)
			one->touches[flag] |= one->done ? 3 : 0;
		one->moves += one->done ? 2 : 0;
		one->trashed |= one->done;
	}
	life_say(life, "we take back the last deed");
}

static void
do_deed(Life *life)
{
	SidesFile *file = any_file(life, LIFE_FOLDERS);
	if (!file)
		return;
	int flag = pick(life, 3), to = other_folder(life, file->folder);
	const char *keys[] = { file->key, NULL };
	g_autofree char *id = g_strdup_printf("%06u", ++life->deeds);
	Deed deed = { .id = id, .kind = DEED_MOVE, .folder = life_folders[to] };
	if (g_rand_boolean(life->random)) {
		deed = (Deed){ .id = id, .kind = DEED_FLAG };
		*(g_rand_boolean(life->random) ? &deed.set : &deed.clear) = life_flags[flag];
	}
	crash_at(0);
	/* A deed has no effect where it is so already, or where the mail is known here no more. */
	if (sync_engine_do(life->sides.engine, &deed, keys)) {
		life->mails[file->mail].done = true;
		life->mails[file->mail].touches[flag] |= deed.kind == DEED_FLAG ? 3 : 0;
		if (deed.kind == DEED_MOVE) {
			moved(life, file->mail, to);
			life->mails[file->mail]
				.moves++; /* the row may be elsewhere than its file */
		}
	}
	life_say(life, "we %s %d (%s)", deed.kind == DEED_MOVE ? "move" : "flag", file->mail,
		deed.kind == DEED_MOVE ? life_folders[to] : "");
	sides_file_free(file);
}

/* Not in the middle of a move that is made as a copy: nobody could tell its source from a copy of another client's. */
static void
renumber(Life *life)
{
	int folder = pick(life, LIFE_FOLDERS);
	g_autoptr(GArray) places = sides_messages(&life->sides);
	for (guint i = 0; i < places->len; i++)
		if (is_half_moved(places, &g_array_index(places, SidesMessage, i)))
			return;
	memory_server_renumber(
		life->sides.server, memory_server_folder(life->sides.server, life_folders[folder]));
	life_say(life, "the server numbers %s anew", life_folders[folder]);
}

#define OF_OTHERS .87 /* up to here: what may happen while we sync, too */

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
	{ OF_OTHERS, expunge_there },
	{ .88, renumber },
	{ .90, mark_there },
	{ .92, undo },
	{ 1.0, do_deed },
};

static void
act(Life *life, double chance)
{
	size_t i = 0;
	while (chance >= acts[i].until)
		i++;
	acts[i].act(life);
}

void
life_act(Life *life)
{
	act(life, g_rand_double(life->random));
	crash_forget();
}

void
life_meanwhile(const char *command, const char *folder, void *data)
{
	Life *life = data;
	life->settled = true;
	if (g_rand_double(life->random) >= life->bustle)
		return;
	life_say(life, "  before %s of %s:", command, folder);
	act(life, g_rand_double_range(life->random, 0, OF_OTHERS));
}

void
life_unmark(Life *life)
{
	g_autoptr(GArray) places = sides_messages(&life->sides);
	for (guint i = 0; i < places->len; i++) {
		const SidesMessage *place = &g_array_index(places, SidesMessage, i);
		if (!life->mails[place->mail].marked || !(place->message->flags & MAIL_DELETED))
			continue;
		place->message->flags &= ~(unsigned)MAIL_DELETED;
		memory_server_touch(life->sides.server, place->message);
		life_say(life, "another client marks %d no more", place->mail);
	}
	for (int mail = 1; mail <= life->last; mail++)
		life->mails[mail].marked = false;
}

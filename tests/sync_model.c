/*
 * The sync under a random life: deliveries, other clients and other programs, deeds of our own, crashes at any step,
 * loss of power, cut connections; then quiet rounds, after which each mail must be on the server exactly once, both
 * sides be equal, and what one side alone changed have survived. sync_model RUNS [FIRST_SEED] [verbose].
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/crash_shim.h"
#include "tests/sync_life.h"

enum { ACTS = 14, FAULTS = 6, QUIET = 8 };

static void G_GNUC_PRINTF(2, 3) fault(Life *life, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_string_append_vprintf(life->faults, format, arguments);
	va_end(arguments);
	g_string_append(life->faults, "; ");
}

/* ---- the end ---- */

static void
check_server(Life *life)
{
	int seen[LIFE_MAILS] = { 0 }, where[LIFE_MAILS];
	unsigned flags[LIFE_MAILS];
	g_autoptr(GArray) places = sides_messages(&life->sides);
	for (guint i = 0; i < places->len; i++) {
		const SidesMessage *place = &g_array_index(places, SidesMessage, i);
		seen[place->mail]++;
		where[place->mail] = place->number;
		flags[place->mail] = place->message->flags;
	}
	for (int mail = 1; mail <= life->last; mail++) {
		const LifeMail *one = &life->mails[mail];
		if (seen[mail] > 1)
			fault(life, "%d is there %d times", mail, seen[mail]);
		if (seen[mail] == 0 && one->exists && !one->expunged)
			fault(life, "%d is lost", mail);
		if (seen[mail] != 1)
			continue;
		if (where[mail] == LIFE_TRASH && !one->trashed)
			fault(life, "%d is in Trash, where nobody put it", mail);
		if (one->moves == 1 && !one->removed && !one->expunged && where[mail] != one->aim)
			fault(life, "the move of %d to %s is lost, it is in %s", mail,
				life_folders[one->aim], life_folders[where[mail]]);
		for (int flag = 0; flag < 3; flag++)
			if ((one->touches[flag] == 1 || one->touches[flag] == 2) && !one->removed &&
				!one->expunged && !one->many_keys &&
				!!(flags[mail] & life_flags[flag]) != one->times[flag] % 2)
				fault(life, "flag %d of %d is lost", flag, mail);
	}
}

static void
check_equal(Life *life)
{
	g_autoptr(GArray) places = sides_messages(&life->sides);
	g_autoptr(GPtrArray) files = sides_files(&life->sides, LIFE_FOLDERS);
	g_autoptr(GString) here = g_string_new(NULL), there = g_string_new(NULL);
	for (int mail = 1; mail <= life->last; mail++) {
		for (guint i = 0; i < places->len; i++) {
			const SidesMessage *place = &g_array_index(places, SidesMessage, i);
			if (place->mail == mail)
				g_string_append_printf(there, "%d:%s:%x ", mail,
					life_folders[place->number], place->message->flags);
		}
		for (guint i = 0; i < files->len; i++) {
			const SidesFile *file = files->pdata[i];
			if (file->mail == mail)
				g_string_append_printf(here, "%d:%s:%x ", mail,
					life_folders[file->folder], file->flags);
		}
	}
	if (!g_str_equal(here->str, there->str))
		fault(life, "here %s, there %s", here->str, there->str);
}

static void
check_store(Life *life)
{
	g_autofree char *faults = sides_store_faults(&life->sides);
	g_string_append(life->faults, faults);
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

/* Of a copy, so that it lives as if nobody looked. */
static void
show_rows(Life *life)
{
	SyncEngine *copy = sync_engine_copy(life->sides.engine, life->sides.server);
	g_autoptr(GPtrArray) rows = sync_engine_ask(copy,
		"SELECT printf('    row %d %s st %d part %d wanted %d there %d:%d file %d %s loc "
		"%x base "
		"%x doubt %x op %d/%d "
		"%s',m.id,mid,st,part,folder,sfolder,uid,lfolder,substr(key,12,6),"
		"loc,base,doubt,o.kind,o.state,o.win) FROM msg m LEFT JOIN op o ON o.id=m.op");
	for (guint i = 0; i < rows->len; i++)
		life_say(life, "%s", (char *)rows->pdata[i]);
	sync_engine_free(copy);
	crash_forget();
}

/* What the server was made to do, and where all is now. */
static void
show(Life *life)
{
	if (!life->verbose)
		return;
	g_autoptr(GArray) places = sides_messages(&life->sides);
	life_say(life, "%s", life->sides.server->changes->str);
	g_string_truncate(life->sides.server->changes, 0);
	for (guint i = 0; i < places->len; i++) {
		const SidesMessage *place = &g_array_index(places, SidesMessage, i);
		life_say(life, "    server has %d in %s:%u flags %x", place->mail,
			place->folder->name, place->message->uid, place->message->flags);
	}
	show_rows(life);
}

/* A file that lay in the tree before any folder of the account was known is asked about: the user wants it there, too. */
static void
say_yes(Life *life)
{
	g_autoptr(GPtrArray) keys = sync_engine_ask(
		life->sides.engine, "SELECT key FROM msg JOIN op ON op.id=msg.op WHERE tries<0");
	g_ptr_array_add(keys, NULL);
	if (keys->len > 1)
		sync_engine_retry(life->sides.engine, (const char *const *)keys->pdata);
}

static bool
live(guint32 seed, bool verbose, unsigned *crashes, unsigned *cuts)
{
	bool power = seed / G_N_ELEMENTS(kinds) % 2;
	unsigned faults = 0;
	Life *life = g_new0(Life, 1);
	life->random = g_rand_new_with_seed(seed);
	life->sides.folders = life_folders;
	life->verbose = verbose;
	life->faults = g_string_new(NULL);
	crash_begin(seed);
	life->sides.server = memory_server_new(life->random, kinds[seed % G_N_ELEMENTS(kinds)]);
	life->sides.server->may_go_on = lives;
	life->sides.server->changes = g_string_new(NULL);
	life->sides.server->meanwhile = life_meanwhile;
	life->sides.server->meanwhile_data = life;
	for (int i = 0; i < LIFE_FOLDERS; i++)
		memory_server_create(life->sides.server, life_folders[i]);
	life->sides.engine = sync_engine_new(life->sides.server);
	for (int i = 0; i < ACTS; i++) {
		life_unmark(life);
		for (int times = g_rand_int_range(life->random, 1, 4); times > 0; times--)
			life_act(life);
		life->sides.server->cut = faults < FAULTS ? .03 : 0;
		life->sides.server->refuse = .02;
		life->bustle = .02;
		bool full = g_rand_double(life->random) < .2;
		crash_at(!full && g_rand_double(life->random) < .6
				 ? (unsigned)g_rand_int_range(life->random, 1, 260)
				 : 0);
		crash_starve(full ? (unsigned)g_rand_int_range(life->random, 1, 200) : 0);
		if (g_rand_double(life->random) < .25)
			sync_engine_close(life->sides.engine);
		bool ok = sync_engine_round(life->sides.engine);
		*crashes += crash_is_dead();
		faults += !ok && !crash_is_dead();
		life_say(life, "round %d: %s%s", i,
			ok                ? "done"
			: crash_is_dead() ? "died"
					  : "cut: ",
			sync_engine_error(life->sides.engine));
		crash_revive(power && crash_is_dead());
		show(life);
	}
	life->sides.server->cut = life->sides.server->refuse = life->bustle = 0;
	sync_engine_close(life->sides.engine);
	life_unmark(life);
	for (int i = 0; i < QUIET; i++) {
		if (!sync_engine_round(life->sides.engine))
			life_say(life, "quiet round %d: %s", i,
				sync_engine_error(life->sides.engine));
		say_yes(life);
	}
	check_server(life);
	check_equal(life);
	check_store(life);
	*cuts += life->sides.server->cuts;
	bool good = life->faults->len == 0;
	if (!good)
		printf("seed %u (capabilities %x%s): %s\n", seed, life->sides.server->capabilities,
			power ? ", power" : "", life->faults->str);
	sync_engine_free(life->sides.engine);
	memory_server_free(life->sides.server);
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
	bool verbose = count > 3;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned i = 0; i < runs; i++)
		bad += !live(first + i, verbose, &crashes, &cuts);
	printf("%u lives, %u crashes, %u cuts: %u failed\n", runs, crashes, cuts, bad);
	return bad != 0;
}

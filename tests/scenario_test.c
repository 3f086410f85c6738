/*
 * Every scenario of scenarios.txt on servers of each kind: both sides come to the end that it tells, another sync then
 * changes nothing, and a death at any step on the way changes neither. CURLEW_FULL: at each of them, else at a part
 * (CURLEW_STRIDE: every so manyth).
 * scenario_test [WORD]: those alone whose name has it. A process a core, each with servers of other kinds.
 */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash_shim.h"
#include "tests/scenario_look.h"

enum { ROUNDS = 12, STRIDE = 23 };

static const unsigned changes[] = { 0, IMAP_CONDSTORE, IMAP_CONDSTORE | IMAP_QRESYNC };
enum { KINDS = 4 * G_N_ELEMENTS(changes) };

static const char *word = "";

static unsigned
kind_of_server(unsigned kind)
{
	return changes[kind / 4] | (kind & 1 ? IMAP_UIDPLUS : 0) | (kind & 2 ? IMAP_MOVE : 0);
}

static unsigned
stride_of_deaths(void)
{
	const char *stride = getenv("CURLEW_STRIDE");
	return stride ? (unsigned)atoi(stride) : getenv("CURLEW_FULL") ? 1 : STRIDE;
}

static char *
words_of(unsigned capabilities)
{
	return g_strdup_printf("%s%s%s", capabilities & IMAP_UIDPLUS ? "UIDPLUS " : "",
		capabilities & IMAP_MOVE ? "MOVE " : "",
		capabilities & IMAP_QRESYNC     ? "QRESYNC"
		: capabilities & IMAP_CONDSTORE ? "CONDSTORE"
						: "bare");
}

/* ---- one play ---- */

/* What is left of a play that died at a step. */
typedef struct Death {
	ScenarioPlay play;
	unsigned at;
	bool power; /* what was not synced may be lost, too */
} Death;

/* What deaths of a play are to be looked at: from a first step on, every so manyth. */
typedef struct Watch {
	const ScenarioPlay *play;
	GPtrArray *deaths; /* of Death */
	unsigned first, stride, steps;
} Watch;

static void
death_free(void *pointer)
{
	Death *death = pointer;
	scenario_play_end(&death->play);
	g_free(death);
}

static void
add_death(Watch *watch, bool power)
{
	Death *death = g_new0(Death, 1);
	death->at = watch->steps;
	death->power = power;
	scenario_play_copy(&death->play, watch->play, watch->play->scenario);
	if (power)
		crash_lose_in_copy(sync_engine_root(watch->play->sides.engine),
			sync_engine_root(death->play.sides.engine));
	g_ptr_array_add(watch->deaths, death);
}

static void
on_step(void *data)
{
	Watch *watch = data;
	if (++watch->steps % watch->stride != watch->first)
		return;
	add_death(watch, false);
	if (crash_may_lose())
		add_death(watch, true);
}

/* True: all is done, here and there. */
static bool
is_quiet(ScenarioPlay *play, char **before)
{
	char *rows = scenario_rows(play);
	bool same = g_strcmp0(*before, rows) == 0 && !play->sides.server->changes->len;
	g_free(*before);
	*before = rows;
	return same;
}

/* One round, or rounds until one changes nothing. False: it never comes. WATCH: or NULL. */
static bool
settle(ScenarioPlay *play, Watch *watch)
{
	g_autofree char *before = NULL;
	for (int round = 0; round < ROUNDS; round++) {
		g_string_truncate(play->sides.server->changes, 0);
		crash_watch(watch ? on_step : NULL, watch);
		bool fine = sync_engine_round(play->sides.engine);
		crash_watch(NULL, NULL);
		crash_forget();
		memory_server_calm(play->sides.server);
		scenario_play_meanwhile(play);
		if (play->once || (is_quiet(play, &before) && fine))
			return true;
	}
	return false;
}

/* What is wrong at the end, "" if nothing; the caller owns it. */
static char *
play_on(ScenarioPlay *play, Watch *watch)
{
	bool quiet;
	do
		quiet = settle(play, watch);
	while (quiet && scenario_play_acts(play));
	return quiet ? scenario_faults(play)
	             : g_strdup_printf("it comes to no end: %s %s",
			       play->sides.server->changes->str,
			       sync_engine_error(play->sides.engine));
}

/* ---- all plays ---- */

typedef struct Tally {
	unsigned plays, deaths, losses, failed;
} Tally;

static void
tell(Tally *tally, const ScenarioPlay *play, unsigned at, bool power, const char *faults)
{
	g_autofree char *kind = words_of(play->sides.server->capabilities);
	if (!*faults)
		return;
	tally->failed++;
	print_message("%s (%s)", play->scenario->name, kind);
	if (at)
		print_message(", dead at step %u%s", at, power ? " with a loss of power" : "");
	print_message(": %s\n", faults);
}

static void
revive(Tally *tally, Death *death)
{
	crash_begin(death->at);
	g_autofree char *faults = play_on(&death->play, NULL);
	tell(tally, &death->play, death->at, death->power, faults);
	(*(death->power ? &tally->losses : &tally->deaths))++;
}

/* PLAY has done its first acts. */
static void
play_all(Tally *tally, ScenarioPlay *play)
{
	g_autoptr(GPtrArray) deaths = g_ptr_array_new_with_free_func(death_free);
	/* the first is another for each, so that with every stride all kinds of steps are among them */
	unsigned own = g_str_hash(play->scenario->name) * 31 + play->sides.server->capabilities * 7;
	unsigned stride = stride_of_deaths();
	Watch watch = { play, deaths, own % stride, stride, 0 };
	g_autofree char *faults = play_on(play, &watch);
	tell(tally, play, 0, false, faults);
	if (!play->scenario->faulty && play->sides.server->bodies > scenario_bodies(play->scenario))
		tell(tally, play, 0, false, "it fetches what is here");
	tally->plays++;
	for (guint i = 0; i < deaths->len; i++)
		revive(tally, deaths->pdata[i]);
}

/* What many begin with is synced once. */
static const ScenarioPlay *
synced_once(GHashTable *starts, const Scenario *scenario, unsigned capabilities)
{
	g_autofree char *start = scenario_start_words(scenario);
	char *key = g_strdup_printf("%u: %s", capabilities, start);
	ScenarioPlay *synced = g_hash_table_lookup(starts, key);
	if (synced) {
		g_free(key);
		return synced;
	}
	synced = g_new0(ScenarioPlay, 1);
	scenario_play_begin(synced, scenario, capabilities, G_MAXUINT32);
	assert_true(settle(synced, NULL));
	sync_engine_close(synced->sides.engine);
	g_hash_table_insert(starts, key, synced);
	return synced;
}

static void
end_play(void *pointer)
{
	ScenarioPlay *play = pointer;
	scenario_play_end(play);
	g_free(play);
}

/* All on the servers of every so manyth kind. */
static Tally
play_share(const GPtrArray *scenarios, unsigned first_kind, unsigned share)
{
	Tally tally = { 0 };
	g_autoptr(GHashTable) starts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, end_play);
	for (unsigned at = first_kind; at < scenarios->len * KINDS; at += share) {
		const Scenario *scenario = scenarios->pdata[at / KINDS];
		unsigned capabilities = kind_of_server(at % KINDS);
		if (!strstr(scenario->name, word) || (scenario->needs & ~capabilities) != 0)
			continue;
		ScenarioPlay play;
		scenario_play_copy(&play, synced_once(starts, scenario, capabilities), scenario);
		crash_begin(G_MAXUINT32 - 1);
		scenario_play_acts(&play);
		play_all(&tally, &play);
		scenario_play_end(&play);
	}
	return tally;
}

/* The rest: a process that writes its tally to what is returned. */
static int
begin_share(const GPtrArray *scenarios, unsigned first_kind, unsigned share)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	if (fork() == 0) {
		Tally tally = play_share(scenarios, first_kind, share);
		fflush(NULL);
		_exit(write(ends[1], &tally, sizeof tally) != sizeof tally);
	}
	close(ends[1]);
	return ends[0];
}

static void
add_share(Tally *all, int end)
{
	Tally tally;
	assert_int_equal(read(end, &tally, sizeof tally), sizeof tally);
	close(end);
	all->plays += tally.plays;
	all->deaths += tally.deaths;
	all->losses += tally.losses;
	all->failed += tally.failed;
}

/* A divisor of KINDS, so that each has its own kinds. */
static unsigned
count_processes(void)
{
	unsigned count = (unsigned)MAX(1, MIN(sysconf(_SC_NPROCESSORS_ONLN), KINDS));
	while (KINDS % count != 0)
		count--;
	return count;
}

static void
every_scenario_ends_as_told_wherever_it_dies(void **state)
{
	Tally all = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) scenarios = scenarios_load(SCENARIOS, &error);
	int ends[KINDS];
	unsigned count = count_processes();
	if (!scenarios)
		fail_msg("%s", error->message);
	for (unsigned i = 0; i < count; i++)
		ends[i] = begin_share(scenarios, i, count);
	for (unsigned i = 0; i < count; i++)
		add_share(&all, ends[i]);
	while (wait(NULL) > 0)
		continue;
	print_message(
		"%u plays; dead at every %u. step: %u, and %u with a loss of power; %u failed\n",
		all.plays, stride_of_deaths(), all.deaths, all.losses, all.failed);
	assert_int_equal(all.failed, 0);
}

int
main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scenario_ends_as_told_wherever_it_dies),
	};
	word = count > 1 ? arguments[1] : word;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

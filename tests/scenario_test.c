/*
 * Every scenario of scenarios.txt on servers of each kind: both sides come to the end that it tells, another sync then
 * changes nothing, and a death at any step on the way changes neither. CURLEW_FULL: at each of them, else at a part.
 * scenario_test [WORD]: those alone whose name has it.
 */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash_shim.h"
#include "tests/scenario_play.h"

enum { ROUNDS = 12, STRIDE = 101 };

static const unsigned changes[] = { 0, IMAP_CONDSTORE, IMAP_CONDSTORE | IMAP_QRESYNC };
enum { KINDS = 4 * G_N_ELEMENTS(changes) };

static const char *word = "";

static unsigned
kind_of_server(unsigned kind)
{
	return changes[kind / 4] | (kind & 1 ? IMAP_UIDPLUS : 0) | (kind & 2 ? IMAP_MOVE : 0);
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

typedef struct Death {
	unsigned at; /* step; 0: never. What is left of it, while it is played */
	bool power;  /* what was not synced may be lost, too */
	bool died, may_lose;
	unsigned steps; /* that were done alive */
} Death;

/* Rounds until one changes nothing, here or there. False: it never comes. */
static bool
settle(ScenarioPlay *play, Death *death)
{
	g_autofree char *before = NULL;
	for (int round = 0; round < ROUNDS; round++) {
		g_string_truncate(play->sides.server->changes, 0);
		crash_at(death->at);
		bool fine = sync_engine_round(play->sides.engine);
		death->steps += crash_steps();
		if (crash_is_dead()) {
			death->may_lose = crash_may_lose();
			crash_revive(death->power);
			death->died = true;
			death->at = 0;
			continue;
		}
		death->at -= death->at ? crash_steps() : 0;
		crash_at(0);
		char *rows = scenario_play_rows(play);
		bool quiet =
			fine && !play->sides.server->changes->len && g_strcmp0(before, rows) == 0;
		g_free(before);
		before = rows;
		if (quiet)
			return true;
	}
	return false;
}

/* From the acts of the first sync, which are done in ACTED. What is wrong at the end, "" if nothing; the caller owns it.
 */
static char *
play_on(const ScenarioPlay *acted, Death *death)
{
	ScenarioPlay play;
	scenario_play_copy(&play, acted, acted->scenario, death->at);
	bool quiet;
	do
		quiet = settle(&play, death);
	while (quiet && scenario_play_acts(&play));
	char *faults = quiet ? scenario_play_faults(&play)
	                     : g_strdup_printf("it comes to no end: %s %s",
				       play.sides.server->changes->str,
				       sync_engine_error(play.sides.engine));
	scenario_play_end(&play);
	return faults;
}

/* ---- all plays ---- */

typedef struct Tally {
	unsigned stride; /* dead at every so manyth step */
	unsigned plays, deaths, losses, failed;
} Tally;

static void
tell(Tally *tally, const ScenarioPlay *acted, const Death *death, unsigned at, const char *faults)
{
	g_autofree char *kind = words_of(acted->sides.server->capabilities);
	if (!*faults)
		return;
	tally->failed++;
	print_message("%s (%s)", acted->scenario->name, kind);
	if (at)
		print_message(
			", dead at step %u%s", at, death->power ? " with a loss of power" : "");
	print_message(": %s\n", faults);
}

/* True: a loss of power at this step could have taken more. */
static bool
play_to_death(Tally *tally, const ScenarioPlay *acted, unsigned at, bool power)
{
	Death death = { .at = at, .power = power };
	g_autofree char *faults = play_on(acted, &death);
	tell(tally, acted, &death, at, faults);
	*(power ? &tally->losses : &tally->deaths) += death.died;
	return death.may_lose;
}

static void
play_all(Tally *tally, const ScenarioPlay *acted)
{
	Death never = { 0 };
	g_autofree char *faults = play_on(acted, &never);
	tell(tally, acted, &never, 0, faults);
	tally->plays++;
	/* the first is another for each, so that with every stride all kinds of steps are among them */
	unsigned first =
		g_str_hash(acted->scenario->name) * 31 + acted->sides.server->capabilities * 7;
	for (unsigned at = 1 + first % tally->stride; at <= never.steps; at += tally->stride)
		if (play_to_death(tally, acted, at, false))
			play_to_death(tally, acted, at, true);
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
	assert_true(settle(synced, &(Death){ 0 }));
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

static void
every_scenario_ends_as_told_wherever_it_dies(void **state)
{
	Tally tally = { .stride = getenv("CURLEW_FULL") ? 1 : STRIDE };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) scenarios = scenarios_load(SCENARIOS, &error);
	g_autoptr(GHashTable) starts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, end_play);
	if (!scenarios)
		fail_msg("%s", error->message);
	for (unsigned at = 0; at < scenarios->len * KINDS; at++) {
		const Scenario *scenario = scenarios->pdata[at / KINDS];
		unsigned capabilities = kind_of_server(at % KINDS);
		if (!strstr(scenario->name, word) || (scenario->needs & ~capabilities) != 0)
			continue;
		ScenarioPlay acted;
		scenario_play_copy(&acted, synced_once(starts, scenario, capabilities), scenario,
			G_MAXUINT32 - 1);
		scenario_play_acts(&acted);
		play_all(&tally, &acted);
		scenario_play_end(&acted);
	}
	print_message(
		"%u plays; dead at every %u. step: %u, and %u with a loss of power; %u failed\n",
		tally.plays, tally.stride, tally.deaths, tally.losses, tally.failed);
	assert_int_equal(tally.failed, 0);
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

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

enum { ROUNDS = 12, STRIDE = 53 };

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
	bool died;
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
		if (crash_is_dead()) {
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

/* What is wrong at the end, "" if nothing. The caller owns it. */
static char *
play_on(const ScenarioPlay *synced, const Scenario *scenario, Death *death)
{
	ScenarioPlay play;
	scenario_play_begin(&play, scenario, synced->sides.server->capabilities, synced, death->at);
	bool quiet = true;
	while (quiet && scenario_play_acts(&play))
		quiet = settle(&play, death);
	char *faults = quiet ? scenario_play_faults(&play)
	                     : g_strdup_printf("it comes to no end: %s %s",
				       play.sides.server->changes->str,
				       sync_engine_error(play.sides.engine));
	scenario_play_end(&play);
	return faults;
}

/* ---- all plays ---- */

typedef struct Tally {
	unsigned stride; /* at every so manyth step */
	unsigned plays, deaths, failed;
} Tally;

static void
tell(Tally *tally, const Scenario *scenario, const char *kind, const Death *death, unsigned at,
	const char *faults)
{
	if (!*faults)
		return;
	tally->failed++;
	print_message("%s (%s)", scenario->name, kind);
	if (at)
		print_message(
			", dead at step %u%s", at, death->power ? " with a loss of power" : "");
	print_message(": %s\n", faults);
}

static void
play_once(Tally *tally, const ScenarioPlay *synced, const Scenario *scenario, const char *kind)
{
	g_autofree char *faults = play_on(synced, scenario, &(Death){ 0 });
	tell(tally, scenario, kind, NULL, 0, faults);
	tally->plays++;
}

/* The first step is another for each, so that with every stride all kinds of steps are among them. */
static void
play_to_death(Tally *tally, const ScenarioPlay *synced, const Scenario *scenario, const char *kind)
{
	guint first = g_str_hash(scenario->name) * 31 + g_str_hash(kind);
	for (int power = 0; power < 2; power++) {
		Death death = { .died = true };
		for (unsigned at = 1 + (first + (guint)power) % tally->stride; death.died;
			at += tally->stride) {
			death = (Death){ .at = at, .power = power };
			g_autofree char *faults = play_on(synced, scenario, &death);
			tell(tally, scenario, kind, &death, at, faults);
			tally->deaths += death.died;
		}
	}
}

static void
for_all(void (*play)(Tally *tally, const ScenarioPlay *synced, const Scenario *scenario,
		const char *kind),
	Tally *tally)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) scenarios = scenarios_load(SCENARIOS, &error);
	if (!scenarios)
		fail_msg("%s", error->message);
	for (unsigned at = 0; at < scenarios->len * KINDS; at++) {
		const Scenario *scenario = scenarios->pdata[at / KINDS];
		unsigned capabilities = kind_of_server(at % KINDS);
		g_autofree char *kind = words_of(capabilities);
		if (!strstr(scenario->name, word) || (scenario->needs & ~capabilities) != 0)
			continue;
		ScenarioPlay synced;
		scenario_play_begin(&synced, scenario, capabilities, NULL, G_MAXUINT32);
		assert_true(settle(&synced, &(Death){ 0 }));
		play(tally, &synced, scenario, kind);
		scenario_play_end(&synced);
	}
}

static void
both_sides_come_to_the_end_told(void **state)
{
	Tally tally = { 0 };
	for_all(play_once, &tally);
	print_message("%u plays, %u failed\n", tally.plays, tally.failed);
	assert_int_equal(tally.failed, 0);
}

static void
a_death_at_any_step_changes_no_end(void **state)
{
	Tally tally = { .stride = getenv("CURLEW_FULL") ? 1 : STRIDE };
	for_all(play_to_death, &tally);
	print_message("%u deaths, at every %u. step, %u failed\n", tally.deaths, tally.stride,
		tally.failed);
	assert_int_equal(tally.failed, 0);
}

int
main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_come_to_the_end_told),
		cmocka_unit_test(a_death_at_any_step_changes_no_end),
	};
	word = count > 1 ? arguments[1] : word;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

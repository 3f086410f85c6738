/*
 * Every scenario of scenarios.txt on servers of each kind: both sides come to the end that it tells, another sync then
 * changes nothing, and a death at any step on the way changes neither. CURLEW_FULL: at each of them, else at a part.
 * scenario_test [WORD]: those alone whose name has it.
 */
#include <cmocka.h>
#include <sqlite3.h>
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

/* What is wrong at the end, "" if nothing. The caller owns it, and ends the play. */
static char *
play_to_the_end(ScenarioPlay *play, const Scenario *scenario, unsigned capabilities, Death *death)
{
	scenario_play_begin(play, scenario, capabilities, death->at);
	bool quiet = settle(play, &(Death){ 0 });
	while (quiet && scenario_play_acts(play))
		quiet = settle(play, death);
	return quiet ? scenario_play_faults(play)
	             : g_strdup_printf("it comes to no end: %s %s",
			       play->sides.server->changes->str,
			       sync_engine_error(play->sides.engine));
}

/* ---- all plays ---- */

typedef unsigned (*Check)(
	const Scenario *scenario, unsigned capabilities, const char *words, unsigned *count);

static unsigned
for_all(Check check, unsigned *count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) scenarios = scenarios_load(SCENARIOS, &error);
	unsigned failed = 0;
	if (!scenarios)
		fail_msg("%s", error->message);
	for (guint i = 0; i < scenarios->len; i++) {
		const Scenario *scenario = scenarios->pdata[i];
		for (unsigned kind = 0; kind < KINDS; kind++) {
			unsigned capabilities = kind_of_server(kind);
			g_autofree char *words = words_of(capabilities);
			if (strstr(scenario->name, word) && (scenario->needs & ~capabilities) == 0)
				failed += check(scenario, capabilities, words, count);
		}
	}
	return failed;
}

static unsigned
check_end(const Scenario *scenario, unsigned capabilities, const char *words, unsigned *count)
{
	ScenarioPlay play;
	g_autofree char *faults = play_to_the_end(&play, scenario, capabilities, &(Death){ 0 });
	if (*faults)
		print_message("%s (%s): %s\n", scenario->name, words, faults);
	scenario_play_end(&play);
	++*count;
	return *faults != '\0';
}

static void
both_sides_come_to_the_end_told(void **state)
{
	unsigned count = 0, failed = for_all(check_end, &count);
	print_message("%u plays, %u failed\n", count, failed);
	assert_int_equal(failed, 0);
}

static unsigned
check_deaths(const Scenario *scenario, unsigned capabilities, const char *words, unsigned *count)
{
	unsigned stride = getenv("CURLEW_FULL") ? 1 : STRIDE, failed = 0;
	for (int power = 0; power < 2; power++) {
		unsigned at = 1 + g_str_hash(scenario->name) * 31 + capabilities * 7 + power;
		for (at = 1 + at % stride;; at += stride) {
			ScenarioPlay play;
			Death death = { .at = at, .power = power };
			g_autofree char *faults =
				play_to_the_end(&play, scenario, capabilities, &death);
			if (*faults)
				print_message("%s (%s), dead at step %u%s: %s\n", scenario->name,
					words, at, power ? " with power lost" : "", faults);
			scenario_play_end(&play);
			failed += *faults != '\0';
			if (!death.died)
				break;
			++*count;
		}
	}
	return failed;
}

static void
a_death_at_any_step_changes_no_end(void **state)
{
	unsigned count = 0, failed = for_all(check_deaths, &count);
	print_message("%u deaths (at every %u. step), %u failed\n", count,
		getenv("CURLEW_FULL") ? 1 : STRIDE, failed);
	assert_int_equal(failed, 0);
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

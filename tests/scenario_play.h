#pragma once
/*
 * A scenario played on a server in memory and the real sync: its start, its acts, and how both sides look then. One at a
 * time; one thread.
 */
#include "tests/scenario.h"
#include "tests/sync_sides.h"

typedef struct ScenarioPlay {
	const Scenario *scenario;
	Sides sides;
	GRand *random;
	unsigned deeds, files; /* so far */
	guint act;             /* the next */
} ScenarioPlay;

/* What is there at the start stands on the server; nothing was synced. SEED: for keys. */
void scenario_play_begin(
	ScenarioPlay *play, const Scenario *scenario, unsigned capabilities, guint32 seed);
/* As LIKE is now, of a scenario that began alike. SEED: another than of those before. */
void scenario_play_copy(
	ScenarioPlay *play, const ScenarioPlay *like, const Scenario *scenario, guint32 seed);
void scenario_play_end(ScenarioPlay *play);

/* The acts up to the next sync. False: there are none, and the last sync is done. */
bool scenario_play_acts(ScenarioPlay *play);

/* What is not as the scenario wants it to end; "" if all is. The caller owns it. */
char *scenario_play_faults(const ScenarioPlay *play);
/* All that the store says of messages and of what waits: equal if nothing changed. The caller owns it. */
char *scenario_play_rows(const ScenarioPlay *play);

#pragma once
/*
 * A scenario played on a server in memory and the real sync: its start and its acts. One thread.
 */
#include "tests/scenario.h"
#include "tests/sync_sides.h"

typedef struct ScenarioPlay {
	const Scenario *scenario;
	Sides sides;
	GRand *random;
	unsigned deeds, files;         /* so far */
	guint act;                     /* the next */
	bool once;                     /* one round is wanted, not a sync */
	const ScenarioLine *meanwhile; /* its acts wait for their moment; or NULL */
} ScenarioPlay;

/* What is there at the start stands on the server; nothing was synced. SEED: for keys. */
void scenario_play_begin(
	ScenarioPlay *play, const Scenario *scenario, unsigned capabilities, guint32 seed);
/* As LIKE is now, even amid a round, of a scenario that began alike. PLAY must not be moved later. */
void scenario_play_copy(ScenarioPlay *play, const ScenarioPlay *like, const Scenario *scenario);
void scenario_play_end(ScenarioPlay *play);

/* The acts up to the next sync or round. False: there are none, and the last sync is done. */
bool scenario_play_acts(ScenarioPlay *play);
/* What was to be done while the server is asked something, and was not yet: now. */
void scenario_play_meanwhile(ScenarioPlay *play);

#pragma once
/*
 * How both sides of a play look. One thread.
 */
#include "tests/scenario_play.h"

/* What is not as the scenario wants it to end; "" if all is. The caller owns it. */
char *scenario_faults(const ScenarioPlay *play);
/* All that the store says of messages and of what waits: equal if nothing changed. The caller owns it. */
char *scenario_rows(const ScenarioPlay *play);

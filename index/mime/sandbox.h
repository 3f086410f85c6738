#pragma once
/*
 * Makes this process poor: no network, no core dumps, no new privileges, little memory. Call first
 * thing, while there is one thread.
 */
#include <stdbool.h>

enum {
	SANDBOX_MEMORY = 512 << 20,
	SANDBOX_FILES = 64,
	SANDBOX_SECONDS = 10, /* of processor time and of wall clock a request */
};

/* What the system does not allow is left out; true if there is no network afterwards. */
bool sandbox_enter(void);

/* Begins and ends a request: a process that takes longer is killed by its own timers. */
void sandbox_start_clock(void);
void sandbox_stop_clock(void);

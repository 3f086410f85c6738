#pragma once
/* What the command line tells of the screen's keys, without a screen. Any thread; CONFIG may be NULL. */
#include "backend/config.h"

typedef struct ScreenKey {
	const char *pane;    /* "list"; "all": everywhere */
	const char *command; /* its name */
	char *argument;      /* what is bound with it; NULL: nothing */
	char *keys;          /* in force, with blanks between; "": none */
	const char *help;
} ScreenKey;

/* Every command of every pane, in the order of the help. Of ScreenKey; the caller's. */
GPtrArray *screen_keys(const Config *config);

/* The mistakes in the keys of CONFIG. Of ConfigProblem; the caller's. */
GPtrArray *screen_problems(const Config *config);

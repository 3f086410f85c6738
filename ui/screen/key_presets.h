#pragma once
/* Sets of keys for those who come from other programs: what differs from the command tables. Constant data. */
#include "ui/screen/layout.h"

typedef struct KeyPreset {
	PaneNumber pane; /* PANE_COUNT: all that know the command */
	const char *keys;
	const char *command; /* "folder inbox", or "none" */
} KeyPreset;

/* Ends with NULL keys; NULL: no preset has this NAME (which may be NULL), the tables' own keys are meant. */
const KeyPreset *key_preset(const char *name);

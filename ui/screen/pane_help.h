#pragma once
/* All commands with the keys in force: to look up, to search, to run. UI thread. */
#include "ui/screen/layout.h"
#include "ui/screen/pane.h"

extern const PaneClass pane_help_class;

/* Opened from this pane: its commands come first; mistakes in the config before them. */
void pane_help_show(Pane *pane, PaneNumber from);

#pragma once
/* All keys of the place one came from, out of the command tables. UI thread. */
#include "ui/screen/pane.h"

Pane *pane_help_new(App *app);

/* Opened from a pane of this NAME: its keys are seen first; mistakes in the config before all keys. */
void pane_help_show(Pane *pane, const char *name);

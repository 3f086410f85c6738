#pragma once
/* All keys of the place one came from, out of the command tables. UI thread. */
#include "ui/screen/pane.h"

Pane *pane_help_new(App *app);

#pragma once
/*
 * All panes there are. A new one is a number in layout.h, a row here and its own .c and .h.
 */
#include "ui/screen/layout.h"
#include "ui/screen/pane.h"

/* Constant; any thread. */
const PaneClass *panes_class(PaneNumber number);
/* Made for APP, which owns it; its class's free ends it. UI thread. */
Pane *panes_new(PaneNumber number, App *app);

#pragma once
/*
 * All panes there are. A new one is a number in layout.h, a row here and its own .c and .h. Constant; any thread.
 */
#include "ui/screen/layout.h"
#include "ui/screen/pane.h"

const PaneClass *panes_class(PaneNumber number);

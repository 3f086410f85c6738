#pragma once
/*
 * The keys of a line that is being typed, as a pane without an area: it is drawn over the status line (app_draw.c), and
 * while it is there it hears all keys, also those that stand for a command elsewhere. UI thread.
 */
#include "ui/screen/pane.h"

extern const PaneClass pane_prompt_class;

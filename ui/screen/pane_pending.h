#pragma once
/*
 * What the servers are still to be told, over all accounts, with what they answered: tried again, given up, opened. UI
 * thread.
 */
#include "ui/screen/pane.h"

extern const PaneClass pane_pending_class;

/* Reads it: what is typed waits for that. It is read anew whenever it may have changed. */
void pane_pending_show(Pane *pane);

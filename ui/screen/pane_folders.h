#pragma once
/* The folders: merged views, accounts, their folders with unread counts. UI thread. */
#include "ui/screen/pane.h"
#include "ui/screen/view.h"

extern const PaneClass pane_folders_class;

/* The view that the list shows: it is marked here. */
void pane_folders_mark(Pane *pane, const View *view);

/* Opens the next (STEP 1) or previous (-1) folder after the marked one, with unread mail if UNREAD, but not
 * LAST (may be NULL) nor what lies behind it; false: there is none. */
bool pane_folders_step(Pane *pane, int step, bool unread, const View *last);

#pragma once
/*
 * The links of a message, in the reader's place. One is opened only after its whole address and real host were shown
 * and a key was pressed; nothing is ever opened by reading. UI thread.
 */
#include "ui/screen/pane.h"

extern const PaneClass pane_links_class;

/* LINKS (of Link) are taken over. */
void pane_links_show(Pane *pane, GPtrArray *links);

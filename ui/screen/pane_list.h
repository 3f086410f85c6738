#pragma once
/*
 * The list: pages of a view. A folder lies over the view it began with, a search over either. UI thread.
 */
#include "ui/screen/act.h"
#include "ui/screen/pane.h"
#include "ui/screen/view.h"

extern const PaneClass pane_list_class;

/* The first view: NAME as screen_run's VIEW; NULL: the inbox. */
void pane_list_start(Pane *pane, const char *name);

/* What is shown, as a name for pane_list_start; NULL: nothing, or the inbox. The caller owns it. */
char *pane_list_name(Pane *pane);

/* Shows a view over the one it began with; a search over the one that is shown. */
void pane_list_show(Pane *pane, const View *view);

/* Leaves a search or folder, to the row that was left; false: there is nothing to go back to. */
bool pane_list_back(Pane *pane);
bool pane_list_can_go_back(Pane *pane);

int pane_list_account(Pane *pane);  /* whose folder is shown; -1: of no single one */
bool pane_list_has_row(Pane *pane); /* a message is under the cursor */

/* To a row of what is shown, once its rows are here; nothing happens if it is not among them. */
void pane_list_go_to(Pane *pane, const ListRow *row);

/* For the reader: opens the message STEP rows on; the next unread one, over folders. */
void pane_list_open_next(Pane *pane, int step);
void pane_list_open_unread(Pane *pane, bool backward);

/* For what is done to messages (pane_list_act.c): what is shown, or NULL; it belongs to the pane. */
const View *pane_list_view(Pane *pane);
/* What it is done to (of Target): OPEN as it is shown now; NULL: what is marked, else the row under the cursor. Without
 * what no account has. The caller owns it; NULL: there is no row. */
GPtrArray *pane_list_targets(Pane *pane, ListRow *open);
/* OPEN as it is shown now, if it is unread and an account has it; else NULL. Belongs to the pane or is OPEN. */
ListRow *pane_list_unread_row(Pane *pane, ListRow *open);
void pane_list_unmark(Pane *pane, const GPtrArray *targets);
/* Shows what DEED, a number, makes of TARGETS, here and in the reader. */
void pane_list_wish(Pane *pane, unsigned deed, const ListChange *change, const GPtrArray *targets);
/* It was done: what is shown is read anew. It was not, or is taken back: the same, and it is shown as it was. */
void pane_list_end_wish(Pane *pane, unsigned deed, bool done);
void pane_list_reread(Pane *pane); /* shows what the stores have */

/* For the top line: the place (belongs to the pane), and "1,204 messages, 12 unread" (the caller's). */
const CleanText *pane_list_title(Pane *pane);
char *pane_list_counts_text(Pane *pane);

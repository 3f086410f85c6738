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

/* For the reader: opens the message STEP rows on; the next unread one, over folders. */
void pane_list_open_next(Pane *pane, int step);
void pane_list_open_unread(Pane *pane, bool backward);

/* For what is done to messages (pane_list_act.c): what is shown, or NULL; a row as it is shown now (NULL: the one under
 * the cursor), or NULL; both belong to the pane. */
const View *pane_list_view(Pane *pane);
ListRow *pane_list_find(Pane *pane, const ListRow *row);
void pane_list_change_row(
	Pane *pane, const ListRow *row, ActKind kind); /* shows it as that makes it */
void pane_list_leave_row(
	Pane *pane, const ListRow *row); /* shows it no more, here or in the reader */
void pane_list_reread(Pane *pane);       /* shows what the stores have, after all */

/* For the top line: the place (belongs to the pane), and "1,204 messages, 12 unread" (the caller's). */
const CleanText *pane_list_title(Pane *pane);
char *pane_list_counts_text(Pane *pane);

#pragma once
/*
 * The list's state, shared by the files of the pane; pane_list.c has what is shown, pane_list_commands.c its keys.
 */
#include "ui/screen/list_empty.h"
#include "ui/screen/list_model.h"
#include "ui/screen/marks.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/view_memory.h"

typedef struct Shown {
	View *view;
	ListSource *source; /* belongs to the model */
	ListModel *model;
	Marks *marks;
	ListEmpty *empty; /* NULL until there is nothing to show */
	CleanText *title; /* the view's, and how it is sorted */
} Shown;

typedef struct ListPane {
	Pane base;
	GPtrArray *stack; /* of Shown; the last is seen */
	bool open_next;   /* the message under the cursor is to be opened when it is here */
	bool to_unread;   /* in a folder that was just opened: go to its first (last) unread */
	bool backward;
	bool seeking; /* an unread row is looked for */
	View *pass; /* the folder where walking over folders to unread mail began; NULL: it did not */
	bool pass_backward;
	int more;      /* further steps to unread rows (< 0: backward) that were typed meanwhile */
	View *none;    /* the title while there is nothing */
	guint timer;   /* remembers now and then where it is; 0 until something is shown */
	bool begun;    /* the view it began with is shown */
	char *folder;  /* "ACCOUNT/FOLDER" to begin with, once the folders are known; NULL: none */
	bool holds;    /* keys, until rows are here */
	guint release; /* source that lets them go; or 0 */
	/* of the range of marks, while it is looked for where the cursor went */
	GPtrArray *way;                /* of ListRow; NULL: it is not */
	bool way_ends;                 /* at the cursor */
	bool way_backward, way_turned; /* the other way it did not end */
} ListPane;

Shown *pane_list_shown(const ListPane *list);            /* what is seen; NULL: nothing yet */
void pane_list_push(ListPane *list, const View *view);   /* over what is shown */
void pane_list_reorder(ListPane *list, ListOrder order); /* sorts what is shown in another way */
void pane_list_open_current(ListPane *list);

extern const Command pane_list_commands[];

/* ---- pane_list_unread.c: what was typed ahead of the rows; next unread, over folders ---- */

/* To the next unread row, over folders. Steps that are typed while one is under way follow it. */
void pane_list_step_unread(ListPane *list, bool backward);
/* Rows have come: does what waited for them. */
void pane_list_take_wishes(ListPane *list);
/* What is shown goes elsewhere, or something else is shown: nothing waits for its rows any more. */
void pane_list_drop_wishes(ListPane *list);

/* ---- pane_list_marks.c ---- */

/* The range of marks goes on to where the cursor is. */
void pane_list_follow(ListPane *list);
/* What is typed waits until the rows are here that are on their way, and no longer. */
void pane_list_hold(ListPane *list);
void pane_list_release(ListPane *list, bool wanted);

void pane_list_mark(Pane *pane, int count);
void pane_list_mark_all(Pane *pane, int count);
void pane_list_mark_range(Pane *pane, int count);

/* ---- pane_list_start.c ---- */

void pane_list_start_in_folder(ListPane *list); /* the folders are known now */

/* ---- pane_list_narrow.c ---- */

void pane_list_narrow(Pane *pane, int count);

/* ---- pane_list_memory.c: where views were left ---- */

/* How a view was sorted when it was left. */
ListOrder pane_list_remembered_order(ListPane *list, const View *view);
/* Lays a view that was just opened out as it was left, and goes back to its message. */
void pane_list_recall(ListPane *list, Shown *shown);
/* Keeps where a view is left. */
void pane_list_remember(ListPane *list, const Shown *shown);
/* Writes what is kept; before the views go. */
void pane_list_end_memory(ListPane *list);

/* ---- pane_list_sort.c ---- */

void pane_list_sort(Pane *pane, int count);
void pane_list_sort_by(Pane *pane, const char *argument);
GPtrArray *pane_list_sort_matches(Pane *pane, const char *argument);
/* The list is being sorted and shows nothing yet. */
bool pane_list_is_sorting(const Shown *shown);
/* "sort work/Lists by sender: 45 %"; the caller owns it. */
char *pane_list_sort_text(const Shown *shown);

/* ---- pane_list_layout.c: dates, threads and folds ---- */

void pane_list_go_to_date(Pane *pane, int count);

void pane_list_toggle_threads(Pane *pane, int count);
void pane_list_fold(Pane *pane, int count);
void pane_list_fold_all(Pane *pane, int count);
void pane_list_fold_none(Pane *pane, int count);

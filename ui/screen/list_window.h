#pragma once
/*
 * The part of a list that is held: some rows, which of them are seen, and the cursor. Rows come in pages;
 * where they come from is the list model's business. An open struct that belongs to one list model.
 * UI thread.
 */
#include "ui/screen/list_source.h"
#include "ui/screen/list_wishes.h"

typedef struct ListWindow {
	GPtrArray *rows;       /* of ListRow, newest first */
	int height;            /* rows that are seen at once */
	int cursor;            /* index in rows; 0 if there are none */
	int top;               /* index of the first line on the screen */
	int line;              /* the cursor's, to be taken when the rows above it have come */
	bool at_start, at_end; /* there is nothing before, beyond these rows */
	bool held;             /* the user has used the cursor: from now on it keeps its message */
} ListWindow;

void list_window_init(ListWindow *window, int height);
void list_window_clear(ListWindow *window);

int list_window_length(const ListWindow *window);
ListRow *list_window_at(const ListWindow *window, int index);       /* belongs to it */
ListRow *list_window_current(const ListWindow *window);             /* under the cursor, or NULL */
int list_window_find(const ListWindow *window, const ListRow *row); /* -1: not here */
/* The line of a thread that is folded, or its first one; -1: not here. */
int list_window_find_thread(const ListWindow *window, const ListRow *row);

/* Shows its rows as they are wished; the cursor stays on its message, or goes to the next if it is gone. */
void list_window_take_wishes(ListWindow *window, const ListWishes *wishes);

/* Puts cursor and first line where they can be. */
void list_window_keep_cursor(ListWindow *window);

/* Rows far from the cursor are given up; they come again by key. */
void list_window_trim(ListWindow *window);

/* ---- what a page does to it ---- */

void list_window_add_older(ListWindow *window, const ListPage *page);
void list_window_add_newer(ListWindow *window, const ListPage *page);
void list_window_begin_at_newest(ListWindow *window, const ListPage *page);
void list_window_begin_at_oldest(ListWindow *window, const ListPage *page);
void list_window_begin_at_row(ListWindow *window, ListRow *row);
/* The cursor on its first row, and on line LINE if there are rows enough above. */
void list_window_begin_here(ListWindow *window, const ListPage *page, int line);

/* The same rows, read anew: the row under the cursor keeps its line; if its thread was folded or opened, that
 * thread does. As long as the user has not used the cursor it stays on the newest message instead. False: the
 * row is not here any more. */
bool list_window_renew(ListWindow *window, const ListPage *page);

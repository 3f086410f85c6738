#pragma once
/*
 * The list model's state, shared by its files: list_model.c has questions and answers.
 */
#include "ui/screen/list_model.h"
#include "ui/screen/list_window.h"

typedef enum Asking {
	ASKING_NOTHING,
	ASKING_OLDER,  /* rows for the end of the window */
	ASKING_NEWER,  /* rows for its beginning */
	ASKING_START,  /* a new window at the newest */
	ASKING_END,    /* a new window at the oldest */
	ASKING_AGAIN,  /* the same window */
	ASKING_FOLDED, /* the same, with other folds */
	ASKING_ROW,    /* a new window at a row */
	ASKING_DATE,   /* a new window at a date */
	ASKING_UNREAD, /* one row, then a window from it */
	ASKING_WALK,   /* rows that are not for the window */
} Asking;

typedef struct ListWalk {
	bool backward;
	bool (*on_rows)(const GPtrArray *rows, void *data);
	void (*on_end)(bool whole, void *data);
	void *data;
} ListWalk;

struct ListModel {
	ListSource *source;
	void (*on_change)(void *data);
	void *data;
	ListWindow window;
	ListRow *newer, *older; /* what its edges are, where that is not shown; else NULL */
	ListWishes *wishes;
	bool loaded; /* some answer has come */

	Asking asking;
	unsigned asked;  /* when, as list_wishes_now says */
	int line;        /* the cursor's before a jump to a row */
	int64_t pending; /* rows still to move when the answer comes */
	bool stale;      /* to be read again when nothing else is asked */
	void (*on_sought)(bool found, void *data);
	void *sought_data;
	bool seek_next, seek_backward; /* a search for an unread row waits for the end of a jump */
	ListWalk walk;                 /* while on_rows is there */
	CleanText *why;
};

/* Is a jump under way? Its answer decides where the cursor is. */
bool list_model_is_jumping(const ListModel *model);

/* ---- list_model.c ---- */

void list_model_ask(ListModel *model, Asking asking, const ListAsk *ask);
void list_model_ask_start(ListModel *model);
void list_model_ask_row(ListModel *model, const ListRow *row);
void list_model_ask_unread(ListModel *model, const ListRow *from);

/* ---- list_model_edges.c ---- */

/* Where the window ends, for the question about what is beyond; belongs to it. NULL: nowhere yet. */
ListRow *list_model_edge(const ListModel *model, bool newer);
void list_model_set_edges(
	ListModel *model, ListRow *newer, ListRow *older); /* NULL: what is held */
/* ROWS are a page as it came; the window will hold what of it is shown. */
void list_model_take_edges(ListModel *model, Asking asked, const GPtrArray *rows);
void list_model_settle(ListModel *model); /* rows or cursor are others: both where they can be */
void list_model_prefetch(ListModel *model);

/* ---- list_model_move.c ---- */

/* A move takes the place of one that waits for its answer. */
void list_model_begin_move(ListModel *model);

/* ---- list_model_walk.c ---- */

void list_model_take_walk(ListModel *model, const ListPage *page, const GPtrArray *rows);
void list_model_end_walk(ListModel *model, bool whole); /* if there is one */

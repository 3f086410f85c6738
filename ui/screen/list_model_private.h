#pragma once
/*
 * The list model's state, shared by list_model.c (questions, answers, moves) and list_model_look.c.
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
} Asking;

struct ListModel {
	ListSource *source;
	void (*on_change)(void *data);
	void *data;
	ListWindow window;
	bool loaded; /* some answer has come */

	Asking asking;
	size_t limit;    /* of the question under way */
	int line;        /* the cursor's before a jump to a row */
	int64_t pending; /* rows still to move when the answer comes */
	bool stale;      /* to be read again when nothing else is asked */
	void (*on_sought)(bool found, void *data);
	void *sought_data;
	bool seek_next, seek_backward; /* a search for an unread row waits for the end of a jump */
	CleanText *why;
};

/* Is a jump under way? Its answer decides where the cursor is. */
bool list_model_is_jumping(const ListModel *model);

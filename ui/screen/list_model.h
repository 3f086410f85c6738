#pragma once
/*
 * A list of any length, of which only a window is held: pages come by key from a source, so that going
 * to the end of a million rows costs one page. Moves are answered at once; what lies beyond the window
 * is asked for and the move goes on when it comes. The row under the cursor stays under it, whatever
 * arrives; until the user has used the cursor it stays on the newest one instead. UI thread.
 */
#include "ui/screen/list_source.h"

typedef struct ListModel ListModel;

/* Takes SOURCE over. ON_CHANGE: rows, cursor or state changed by an answer. The caller owns the model. */
ListModel *list_model_new(ListSource *source, void (*on_change)(void *data), void *data);
void list_model_free(ListModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListModel, list_model_free)

/* Rows that are seen at once. */
void list_model_set_height(ListModel *model, int height);

/* ---- looking ---- */

const ListRow *list_model_row(const ListModel *model, int line); /* on screen line LINE, or NULL */
ListRow *list_model_current(const ListModel *model); /* under the cursor, or NULL; belongs to it */
ListRow *list_model_find(
	const ListModel *model, const ListRow *row); /* where it is held, or NULL; belongs to it */
/* Calls ON_ROW for each row on the way from FROM, without it, to the one under the cursor; false: FROM is not held. */
bool list_model_pass(const ListModel *model, const ListRow *from,
	void (*on_row)(ListRow *row, void *data), void *data);
bool list_model_is_at_newest(const ListModel *model); /* the cursor is where a list begins */
int list_model_cursor_line(const ListModel *model);
bool list_model_is_loading(const ListModel *model);      /* an answer to a move is awaited */
bool list_model_is_empty(const ListModel *model);        /* it is known that there are no rows */
const CleanText *list_model_why(const ListModel *model); /* why the last question failed, or NULL */

/* ---- moving ---- */

void list_model_hold(
	ListModel *model); /* the user looks at the row under the cursor: it stays there */

void list_model_move(ListModel *model, int64_t rows);   /* > 0: down, to older ones */
void list_model_scroll(ListModel *model, int64_t rows); /* cursor and window together */
void list_model_home(ListModel *model);
void list_model_end(ListModel *model);

/* To a row, wherever it stands now, keeping the cursor's line; nothing happens if it is not in the list. */
void list_model_go_to_row(ListModel *model, const ListRow *row);
/* The source lays its rows out in another way: begins anew, the cursor on its message. */
void list_model_lay_out(ListModel *model);
/* To the newest row that is no newer than DATE; to the oldest if all are newer. */
void list_model_go_to_date(ListModel *model, int64_t date);

/* To the first unread row after (before) the cursor, from the newest (oldest) if FROM_EDGE; ON_DONE says
 * whether there was one (no: list_model_why may say why). Moves by rows that come before the answer go on from
 * there; a jump or list_model_stop_seeking drops the question: ON_DONE is not called then. */
void list_model_seek_unread(ListModel *model, bool backward, bool from_edge,
	void (*on_done)(bool found, void *data), void *data);
void list_model_stop_seeking(
	ListModel *model); /* and what was to be done from the row that is sought */

/* ---- what the user does to messages ---- */

/* Shows what DEED, a number, makes of TARGETS (of Target), until rows are read that were asked for after its end. */
void list_model_wish(
	ListModel *model, unsigned deed, const ListChange *change, const GPtrArray *targets);
/* DEED was done: reads the window again; or was not, or is taken back: that, and it is shown no more. */
void list_model_end_wish(ListModel *model, unsigned deed, bool done);

/*
 * Goes through the rows of the list beyond FROM (NULL: all): newest first, BACKWARD: page by page to newer ones, each
 * page newest first. ON_ROWS hears of a page (of ListRow); false: enough. ON_END comes last: WHOLE: nothing failed and
 * nobody stopped it. The list loads meanwhile: moves wait.
 */
void list_model_walk(ListModel *model, const ListRow *from, bool backward,
	bool (*on_rows)(const GPtrArray *rows, void *data), void (*on_end)(bool whole, void *data),
	void *data);

/* ---- reading again ---- */

/* Rows may have changed: reads the window again. */
void list_model_reread(ListModel *model);

/* The same at once, after rows were folded or opened: moves that follow begin with what comes of it. */
void list_model_refold(ListModel *model);

/* Stops a question under way, also the first one: the list is empty then, and says why. True if there was one. */
bool list_model_cancel(ListModel *model);

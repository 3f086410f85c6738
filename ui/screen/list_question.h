#pragma once
/*
 * A question about a folder or merged view, on its way through the store's thread: what is asked, the stores
 * it is about, and the answer. Made and freed on the UI thread, answered on the store thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_folds.h"
#include "ui/screen/list_source.h"
#include "ui/screen/view.h"

typedef struct ListQuestion {
	/* constant */
	void *source; /* whose question it is; not touched on the store thread */
	View *view;
	bool flat;
	ListFolds *folds;
	ListAsk ask;      /* `from` is our reference */
	GHashTable *seen; /* our reference: number of an account → PageMark: what is later is new */

	/* the answer */
	GPtrArray *rows; /* of ListRow */
	bool end;
	CleanText *why;
	PageMark *marks; /* of each store, as it is now */

	/* store thread */
	Asker *asker;
	GCancellable *cancel;
	Envelopes **stores; /* those that exist: an account that was never synced is no fault */
	int *numbers;       /* of their accounts */
	int64_t *folders;   /* what the view shows of each; 0: flagged messages, or nothing */
	size_t count;
} ListQuestion;

ListQuestion *list_question_new(
	void *source, const View *view, bool flat, const ListFolds *folds, const ListAsk *ask);
/* SEEN is not changed any more. */
void list_question_set_seen(ListQuestion *question, GHashTable *seen);
void list_question_free(void *question);

/* ---- store thread ---- */

/* Finds the stores. */
bool list_question_open(ListQuestion *question, Asker *asker, GCancellable *cancel, GError **error);
bool list_question_is_cancelled(const ListQuestion *question);

/* The row of one copy; takes COPY over. */
ListRow *list_question_row(const ListQuestion *question, MessageRow *copy);
/* The row of a message by its first copy, which is taken out of COPIES. */
ListRow *list_question_message(const ListQuestion *question, GPtrArray *copies);
/* Does a copy of that store stand in the view? */
bool list_question_shows(const ListQuestion *question, const MessageRow *copy, size_t store);

/* Adds to ROWS what a copy that stands in the view is shown as: itself, or in a merged list its message, unless
 * another copy of that stands further up. Takes COPY over. */
bool list_question_add(ListQuestion *question, MessageRow *copy, GPtrArray *rows, GError **error);

/* What is asked from, as it is now: `ask.from` may be old. Index of its store in *store. NULL without an error:
 * it is not in the view any more. */
MessageRow *list_question_from(ListQuestion *question, size_t *store, GError **error);

/* Two ways to answer it. */
bool list_flat_answer(ListQuestion *question, GError **error);
bool list_threads_answer(ListQuestion *question, GError **error);

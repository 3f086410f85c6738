#pragma once
/*
 * Pages of folders and merged views, from the stores of the accounts. UI thread; the questions run on the
 * asking thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_folds.h"
#include "ui/screen/list_source.h"
#include "ui/screen/view.h"

/* VIEW is copied and is no search. ASKER must outlive the source. The caller owns it. */
ListSource *list_store_new(Asker *asker, const View *view);

/* ---- how it is laid out; whoever changes that asks again ---- */

bool list_store_can_thread(const ListSource *source); /* flagged messages are shown one by one */
bool list_store_is_flat(const ListSource *source);
void list_store_set_flat(ListSource *source, bool flat);
ListFolds *list_store_folds(ListSource *source); /* belongs to it */

/* ---- what is new ---- */

/* What was seen of an account before; without it, what is here when it is first asked counts as seen. */
void list_store_set_seen(ListSource *source, int account, const PageMark *mark);
/* What was there when it was last asked; false: it was not. */
bool list_store_mark(const ListSource *source, int account, PageMark *mark);

#pragma once
/*
 * What a list says when it has nothing to show (DESIGN §6 "Empty states"). UI thread.
 */
#include "ui/screen/app.h"
#include "ui/screen/view.h"

typedef struct ListEmpty ListEmpty;

/* For an empty view: what must be asked of the store for the words is asked now. The caller owns it. */
ListEmpty *list_empty_new(App *app, const View *view);
void list_empty_free(ListEmpty *empty); /* NULL does nothing */

/* VIEW NULL: there is no account. WHY: the question failed. EMPTY may be NULL. */
void list_empty_draw(const ListEmpty *empty, App *app, const View *view, const CleanText *why,
	Canvas *canvas, const Area *area);

#pragma once
/*
 * Pages of a list that is held whole, as its hits: a search, or a folder or merged list that is narrowed or sorted. By
 * date they come from the index or the stores the newest first and a few at a time, sorted all at once; the rows of a
 * page are joined to the stores when they are asked for. What is held is looked for again when something has changed,
 * and shown meanwhile. The only place that sees index and stores. UI thread; the questions run on the asking threads.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_source.h"
#include "ui/screen/view.h"

enum { LIST_SEARCH_LIMIT = 10000 }; /* hits of a search, and of what is narrowed */

/*
 * Begins to look for the rows of VIEW, one that is held. ON_PROGRESS (DATA): what list_search_percent says has changed.
 * ASKER must outlive the source. The caller owns it.
 */
ListSource *list_search_new(
	Asker *asker, const View *view, void (*on_progress)(void *data), void *data);

/* SOURCE is one of list_search_new. */

/* Hits so far, and whether that is all of them. */
size_t list_search_hits(const ListSource *source, bool *finished);
/* How much has been looked at, while nothing can be shown; -1: unknown. */
int list_search_percent(const ListSource *source);
/* Looks for them again, soon. */
void list_search_renew(ListSource *source);

#pragma once
/*
 * Pages of a search: hits come from the index, newest first and a few at a time; the rows of a page are
 * joined to the stores when they are asked for. The only place that sees both. UI thread; the questions
 * run on the asking threads.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_source.h"
#include "ui/screen/view.h"

enum { LIST_SEARCH_LIMIT = 10000 };

/* Begins to look for the rows of VIEW, a search or narrowed. ASKER must outlive the source. The caller owns it. */
ListSource *list_search_new(Asker *asker, const View *view);

/* Hits so far, and whether that is all of them. SOURCE is one of list_search_new. */
size_t list_search_hits(const ListSource *source, bool *finished);

#pragma once
/*
 * Where a list's pages come from: the store, a search, or a test. The list model asks; the answer comes
 * later, on the UI thread, or at once.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "ui/screen/list_row.h"

typedef struct ListSource ListSource;

typedef struct ListAsk {
	const ListRow *from; /* where to begin; NULL: the newest, backward: the oldest */
	bool inclusive;      /* the answer begins with FROM itself, or with rows of its thread */
	bool anywhere;       /* FROM may have moved: begins with it, wherever it stands now */
	bool has_date; /* without FROM: begins with the newest row that is no newer than DATE */
	int64_t date;
	bool backward; /* rows newer than FROM; still newest first */
	bool unread;   /* at most one row: the first unread one after (before) FROM */
	size_t limit;
} ListAsk;

typedef struct ListPage {
	GPtrArray *rows;      /* of ListRow, newest first; never NULL */
	bool end;             /* there is nothing beyond these */
	const CleanText *why; /* the question failed; NULL */
} ListPage;

typedef struct ListSourceClass {
	/* Asks for a page; an older question that is not yet answered never will be. Ends with on_page. */
	void (*ask)(ListSource *source, const ListAsk *ask);
	/* Stops what is under way; what was found stays. */
	void (*cancel)(ListSource *source);
	void (*free)(ListSource *source);
} ListSourceClass;

struct ListSource {
	const ListSourceClass *class;
	bool lags; /* what is gone may be among its rows for long */
	/* who asks; set by the list model */
	void (*on_page)(const ListPage *page, void *data);
	void (*on_growth)(void *data);  /* there may be rows beyond what was the end */
	void (*on_renewal)(void *data); /* there may be other rows, anywhere */
	void *data;
};

void list_source_free(ListSource *source); /* NULL does nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListSource, list_source_free)

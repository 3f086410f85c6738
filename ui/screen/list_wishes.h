#pragma once
/*
 * What the user has done to messages of a list and its source does not show yet: laid over the rows that are held and
 * those that come, until the agents have answered and the rows were asked for after that. Belongs to a list model.
 * UI thread.
 */
#include "ui/screen/list_row.h"

typedef struct ListWishes ListWishes;

/* LAGS: the source may show what is gone for long after that was done: it stays gone as long as the list is there. */
ListWishes *list_wishes_new(bool lags);
void list_wishes_free(ListWishes *wishes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListWishes, list_wishes_free)

/* DEED, a number, makes this of TARGETS (of Target). */
void list_wishes_add(
	ListWishes *wishes, unsigned deed, const ListChange *change, const GPtrArray *targets);
/* DEED was done: rows that are asked for from now on show it. Else it was not, or was taken back. False: there was
 * none. */
bool list_wishes_end(ListWishes *wishes, unsigned deed, bool done);

/* A row as it is wished, the caller's; NULL: it is gone. ASKED: what list_wishes_now said when it was asked for. */
ListRow *list_wishes_apply(const ListWishes *wishes, ListRow *row, unsigned asked);
unsigned list_wishes_now(const ListWishes *wishes);
/* Rows that were asked for then have come. */
void list_wishes_came(ListWishes *wishes, unsigned asked);

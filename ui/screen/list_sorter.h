#pragma once
/*
 * Puts the rows of a list in another order than by date. Holds a short key a row and nothing else of it, so that a
 * million of them cost some ten megabytes until it is freed. One object, one thread.
 */
#include <stdint.h>

#include "ui/screen/list_order.h"

typedef struct ListSorter ListSorter;

ListSorter *list_sorter_new(ListOrder order); /* the caller owns it */
void list_sorter_free(ListSorter *sorter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListSorter, list_sorter_free)

/* What a row is sorted by; text may be NULL and is copied. The first row is number 0, the next 1 … */
void list_sorter_add(
	ListSorter *sorter, const char *sender, const char *subject, int64_t size, int64_t date);

/*
 * The numbers of all rows as they stand in order (of guint); the caller owns it. Case, and "Re:" and the like before
 * a subject, count for nothing; among equals the newest stands first.
 */
GArray *list_sorter_order(ListSorter *sorter);

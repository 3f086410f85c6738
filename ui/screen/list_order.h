#pragma once
/*
 * How a list is sorted, and the names of that. By date, the newest first, is how stores and index have it; all else is
 * put in order by list_sorter.h. Plain data. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum ListField { FIELD_DATE, FIELD_SENDER, FIELD_SUBJECT, FIELD_SIZE } ListField;

/* Dates and sizes begin with the newest and largest, words with A, unless it is REVERSE. */
typedef struct ListOrder {
	ListField field;
	bool reverse;
} ListOrder;

bool list_order_is_by_date(ListOrder order); /* the newest first */
bool list_order_is_same(ListOrder one, ListOrder other);

/* "sender", "size-reverse": what list_order_read takes. */
const char *list_order_name(ListOrder order);
/* "by sender", for the top line. */
const char *list_order_words(ListOrder order);

/* False: TEXT (NULL: none) is no such name. */
bool list_order_read(const char *text, ListOrder *order);
/* The names that begin with TEXT (of char *); the array is the caller's, and owns them. */
GPtrArray *list_order_matches(const char *text);

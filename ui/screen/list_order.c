#include "ui/screen/list_order.h"

static const struct {
	ListOrder order;
	const char *name, *words;
} orders[] = {
	{ { FIELD_DATE, false }, "date", "by date" },
	{ { FIELD_SENDER, false }, "sender", "by sender" },
	{ { FIELD_SUBJECT, false }, "subject", "by subject" },
	{ { FIELD_SIZE, false }, "size", "by size" },
	{ { FIELD_DATE, true }, "date-reverse", "oldest first" },
	{ { FIELD_SENDER, true }, "sender-reverse", "by sender, Z to A" },
	{ { FIELD_SUBJECT, true }, "subject-reverse", "by subject, Z to A" },
	{ { FIELD_SIZE, true }, "size-reverse", "smallest first" },
};

bool
list_order_is_same(ListOrder one, ListOrder other)
{
	return one.field == other.field && one.reverse == other.reverse;
}

bool
list_order_is_by_date(ListOrder order)
{
	return list_order_is_same(order, orders[0].order);
}

static size_t
place_of(ListOrder order)
{
	size_t place = 0;
	while (!list_order_is_same(orders[place].order, order))
		place++;
	return place;
}

const char *
list_order_name(ListOrder order)
{
	return orders[place_of(order)].name;
}

const char *
list_order_words(ListOrder order)
{
	return orders[place_of(order)].words;
}

bool
list_order_read(const char *text, ListOrder *order)
{
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (g_strcmp0(orders[i].name, text) != 0)
			continue;
		*order = orders[i].order;
		return true;
	}
	return false;
}

GPtrArray *
list_order_matches(const char *text)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (g_str_has_prefix(orders[i].name, text))
			g_ptr_array_add(found, g_strdup(orders[i].name));
	}
	return found;
}

#include "backend/store/match.h"

#include <stdbool.h>
#include <string.h>

static int
by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_identity(const MatchItem *a, const MatchItem *b)
{
	return memcmp(a->identity, b->identity, HEADER_IDENTITY_SIZE);
}

static int
by_shape(const MatchItem *a, const MatchItem *b)
{
	int order = by_number(a->size, b->size);
	return order ? order : by_number(a->idate, b->idate);
}

static int
by_all(const MatchItem *a, const MatchItem *b)
{
	int order = by_identity(a, b);
	return order ? order : by_shape(a, b);
}

static int
by_id_and_shape(const MatchItem *a, const MatchItem *b)
{
	int order = by_number(a->midh, b->midh);
	return order ? order : by_shape(a, b);
}

static int
by_weak(const MatchItem *a, const MatchItem *b)
{
	return by_number(a->weak, b->weak);
}

static bool
is_any(const MatchItem *item)
{
	return true;
}

/* What has no Message-ID would be taken for another mail. */
static bool
has_id(const MatchItem *item)
{
	return item->midh != 0;
}

static bool
is_weak(const MatchItem *item)
{
	return item->weak != 0;
}

/* The surest first. */
static const struct {
	int (*order)(const MatchItem *a, const MatchItem *b);
	bool (*concerns)(const MatchItem *item);
} ways[] = { { by_all, is_any }, { by_identity, is_any }, { by_id_and_shape, has_id },
	{ by_weak, is_weak } };

static int
compare(const void *left, const void *right, void *way)
{
	const MatchItem *a = *(MatchItem *const *)left, *b = *(MatchItem *const *)right;
	int order = ways[*(const size_t *)way].order(a, b);
	return order ? order : by_number(a->uid, b->uid);
}

/* Those without a mate, in order. Of MatchItem. */
static GPtrArray *
left_over(const GPtrArray *items, size_t way)
{
	GPtrArray *left = g_ptr_array_new();
	for (guint i = 0; i < items->len; i++) {
		MatchItem *item = items->pdata[i];
		if (!item->mate && ways[way].concerns(item))
			g_ptr_array_add(left, item);
	}
	g_ptr_array_sort_with_data(left, compare, &way);
	return left;
}

size_t
match_items(const GPtrArray *ours, const GPtrArray *theirs)
{
	size_t pairs = 0;
	for (size_t way = 0; way < G_N_ELEMENTS(ways); way++) {
		g_autoptr(GPtrArray) us = left_over(ours, way), them = left_over(theirs, way);
		for (guint i = 0, j = 0; i < us->len && j < them->len;) {
			MatchItem *one = us->pdata[i], *other = them->pdata[j];
			int order = ways[way].order(one, other);
			i += order <= 0;
			j += order >= 0;
			if (order != 0)
				continue;
			one->mate = other;
			other->mate = one;
			pairs++;
		}
	}
	return pairs;
}

#include "ui/screen/list_tree.h"

#include <string.h>

enum { BETWEEN_LIMIT = 100 };

/* Rows by their index; -1: none. */
typedef struct Tree {
	int count;
	int *above, *below, *next; /* what it answers, its first answer, its next sibling */
} Tree;

static const MessageRow *
copy_at(const GPtrArray *rows, int index)
{
	return ((const ListRow *)g_ptr_array_index(rows, (guint)index))->copy;
}

/* Message id's hash → index + 1, of the first row with it; the caller owns it. */
static GHashTable *
find_places(const GPtrArray *rows)
{
	GHashTable *places = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (int i = (int)rows->len - 1; i >= 0; i--) {
		const int64_t *id = &copy_at(rows, i)->id_hash;
		if (*id)
			g_hash_table_replace(places, (gpointer)id, GINT_TO_POINTER(i + 1));
	}
	return places;
}

bool
list_tree_has_gaps(const GPtrArray *rows)
{
	g_autoptr(GHashTable) places = find_places(rows);
	for (int i = 0; i < (int)rows->len; i++) {
		const int64_t *parent = &copy_at(rows, i)->parent;
		if (*parent && !g_hash_table_contains(places, parent))
			return true;
	}
	return false;
}

/* The nearest message above that is shown; the root: none is. */
static int
shown_above(const MessageRow *copy, GHashTable *places, GHashTable *between)
{
	const int64_t *above = &copy->parent;
	for (int steps = 0; above && steps < BETWEEN_LIMIT; steps++) {
		gpointer place = g_hash_table_lookup(places, above);
		if (place)
			return GPOINTER_TO_INT(place) - 1;
		above = between ? g_hash_table_lookup(between, above) : NULL;
	}
	return 0;
}

/* Messages that answer each other in a ring would never be reached: one of them is hung under the root. */
static void
open_rings(const Tree *tree)
{
	g_autofree int *walks = g_new0(int, (gsize)tree->count);
	for (int start = 1; start < tree->count; start++) {
		int at = start;
		for (; at != 0 && walks[at] == 0; at = tree->above[at])
			walks[at] = start;
		if (walks[at] == start)
			tree->above[at] = 0;
	}
}

static void
link_siblings(const Tree *tree)
{
	for (int i = 0; i < tree->count; i++)
		tree->below[i] = tree->next[i] = -1;
	for (int i = tree->count - 1; i > 0; i--) {
		tree->next[i] = tree->below[tree->above[i]];
		tree->below[tree->above[i]] = i;
	}
}

/* What stands on the next line; -1: that was the last. */
static int
next_line(const Tree *tree, int at)
{
	if (tree->below[at] >= 0)
		return tree->below[at];
	while (at != 0 && tree->next[at] < 0)
		at = tree->above[at];
	return tree->next[at];
}

static void
put_in_order(const Tree *tree, GPtrArray *rows)
{
	g_autofree gpointer *ordered = g_new(gpointer, (gsize)tree->count);
	guint line = 0;
	for (int at = 0; at >= 0; at = next_line(tree, at)) {
		ListRow *row = g_ptr_array_index(rows, (guint)at);
		const ListRow *above =
			at == 0 ? NULL : g_ptr_array_index(rows, (guint)tree->above[at]);
		row->depth = above ? above->depth + 1 : 0;
		row->branches = above ? above->branches << 1 | (tree->next[at] >= 0) : 0;
		ordered[line++] = row;
	}
	memcpy(rows->pdata, ordered, line * sizeof *ordered);
}

void
list_tree_lay_out(GPtrArray *rows, GHashTable *between)
{
	g_autoptr(GHashTable) places = find_places(rows);
	g_autofree int *links = g_new0(int, 3 * (gsize)rows->len);
	int count = (int)rows->len;
	Tree tree = { count, links, links + count, links + 2 * count };
	for (int i = 1; i < count; i++)
		tree.above[i] = shown_above(copy_at(rows, i), places, between);
	open_rings(&tree);
	link_siblings(&tree);
	put_in_order(&tree, rows);
}

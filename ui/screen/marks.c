#include "ui/screen/marks.h"

typedef struct Mark {
	Target *target;
	bool alone;    /* it was marked by itself */
	bool in_range; /* and, or, the range reaches over it */
} Mark;

struct Marks {
	GHashTable *marks; /* name of a row → Mark */
	ListRow *end;      /* of the range; NULL: there is none */
};

static void
mark_free(void *data)
{
	Mark *mark = data;
	target_free(mark->target);
	g_free(mark);
}

Marks *
marks_new(void)
{
	Marks *marks = g_new0(Marks, 1);
	marks->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, mark_free);
	return marks;
}

void
marks_free(Marks *marks)
{
	if (!marks)
		return;
	g_hash_table_unref(marks->marks);
	list_row_unref(marks->end);
	g_free(marks);
}

/* MAKES: also if the row is not marked yet. What no account has cannot be: NULL. */
static Mark *
mark_of(const Marks *marks, const ListRow *row, bool makes)
{
	g_autofree char *name = target_name(row);
	Mark *mark = g_hash_table_lookup(marks->marks, name);
	if (mark || !makes || !row->copy)
		return mark;
	mark = g_new0(Mark, 1);
	mark->target = target_new(row);
	g_hash_table_insert(marks->marks, g_steal_pointer(&name), mark);
	return mark;
}

static void
remove_if_bare(Marks *marks, const Mark *mark)
{
	if (!mark->alone && !mark->in_range)
		g_hash_table_remove(marks->marks, mark->target->name);
}

bool
marks_has(const Marks *marks, const ListRow *row)
{
	return mark_of(marks, row, false) != NULL;
}

void
marks_set(Marks *marks, const ListRow *row, bool is_marked)
{
	Mark *mark = mark_of(marks, row, is_marked);
	if (!mark)
		return;
	mark->alone = is_marked;
	remove_if_bare(marks, mark);
}

void
marks_clear(Marks *marks)
{
	g_hash_table_remove_all(marks->marks);
	g_clear_pointer(&marks->end, list_row_unref);
}

void
marks_remove(Marks *marks, const GPtrArray *targets)
{
	marks_keep_range(marks);
	for (guint i = 0; i < targets->len; i++)
		g_hash_table_remove(marks->marks, ((Target *)g_ptr_array_index(targets, i))->name);
}

unsigned
marks_count(const Marks *marks)
{
	return g_hash_table_size(marks->marks);
}

GPtrArray *
marks_targets(const Marks *marks)
{
	GPtrArray *targets = targets_new();
	GHashTableIter iter;
	gpointer mark;
	g_hash_table_iter_init(&iter, marks->marks);
	while (g_hash_table_iter_next(&iter, NULL, &mark))
		g_ptr_array_add(targets, target_copy(((Mark *)mark)->target));
	return targets;
}

/* ---- the range ---- */

static void
set_in_range(Marks *marks, const ListRow *row, bool in_range)
{
	Mark *mark = mark_of(marks, row, in_range);
	if (!mark)
		return;
	mark->in_range = in_range;
	remove_if_bare(marks, mark);
}

void
marks_begin_range(Marks *marks, ListRow *row)
{
	marks_keep_range(marks);
	marks->end = list_row_ref(row);
	set_in_range(marks, row, true);
}

void
marks_keep_range(Marks *marks)
{
	GHashTableIter iter;
	gpointer value;
	g_clear_pointer(&marks->end, list_row_unref);
	g_hash_table_iter_init(&iter, marks->marks);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Mark *mark = value;
		mark->alone = mark->alone || mark->in_range;
		mark->in_range = false;
	}
}

const ListRow *
marks_range_end(const Marks *marks)
{
	return marks->end;
}

void
marks_extend_range(Marks *marks, ListRow *row)
{
	const Mark *mark = mark_of(marks, row, false);
	bool is_back = mark && mark->in_range;
	set_in_range(marks, is_back ? marks->end : row, !is_back);
	list_row_unref(marks->end);
	marks->end = list_row_ref(row);
}

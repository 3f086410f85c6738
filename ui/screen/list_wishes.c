#include "ui/screen/list_wishes.h"

#include "ui/screen/target.h"

typedef struct Wish {
	unsigned deed;
	ListChange change;
	char *tag; /* of the change */
	GHashTable *names,
		*threads; /* of its targets: of char *, and of int64_t * for folded ones */
	unsigned ended;   /* when it was done; 0: not yet */
} Wish;

struct ListWishes {
	bool lags;
	GPtrArray *wishes; /* of Wish, the oldest first */
	unsigned now;      /* goes on whenever one ends */
};

static void
wish_free(void *data)
{
	Wish *wish = data;
	g_hash_table_unref(wish->names);
	g_hash_table_unref(wish->threads);
	g_free(wish->tag);
	g_free(wish);
}

ListWishes *
list_wishes_new(bool lags)
{
	ListWishes *wishes = g_new0(ListWishes, 1);
	wishes->lags = lags;
	wishes->now = 1;
	wishes->wishes = g_ptr_array_new_with_free_func(wish_free);
	return wishes;
}

void
list_wishes_free(ListWishes *wishes)
{
	if (!wishes)
		return;
	g_ptr_array_unref(wishes->wishes);
	g_free(wishes);
}

void
list_wishes_add(
	ListWishes *wishes, unsigned deed, const ListChange *change, const GPtrArray *targets)
{
	Wish *wish = g_new0(Wish, 1);
	wish->deed = deed;
	wish->change = *change;
	wish->tag = g_strdup(change->tag_on ? change->tag_on : change->tag_off);
	wish->change.tag_on = change->tag_on ? wish->tag : NULL;
	wish->change.tag_off = change->tag_off ? wish->tag : NULL;
	wish->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	wish->threads = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i < targets->len; i++) {
		const Target *target = g_ptr_array_index(targets, i);
		g_hash_table_add(wish->names, g_strdup(target->name));
		if (target->folded)
			g_hash_table_add(
				wish->threads, g_memdup2(&target->thread, sizeof target->thread));
	}
	g_ptr_array_add(wishes->wishes, wish);
}

bool
list_wishes_end(ListWishes *wishes, unsigned deed, bool done)
{
	for (guint i = 0; i < wishes->wishes->len; i++) {
		Wish *wish = g_ptr_array_index(wishes->wishes, i);
		if (wish->deed != deed)
			continue;
		if (!done)
			g_ptr_array_remove_index(wishes->wishes, i);
		else if (!wishes->lags || !wish->change.gone)
			wish->ended = ++wishes->now;
		return true;
	}
	return false;
}

static bool
is_about(const Wish *wish, const ListRow *row, const char *name)
{
	return g_hash_table_contains(wish->names, name) ||
	       (row->thread_messages && g_hash_table_contains(wish->threads, &row->thread));
}

ListRow *
list_wishes_apply(const ListWishes *wishes, ListRow *row, unsigned asked)
{
	g_autofree char *name = wishes->wishes->len ? target_name(row) : NULL;
	g_autoptr(ListRow) shown = list_row_ref(row);
	for (guint i = 0; i < wishes->wishes->len; i++) {
		const Wish *wish = g_ptr_array_index(wishes->wishes, i);
		bool is_old = wish->ended && wish->ended <= asked;
		if (is_old || !is_about(wish, row, name))
			continue;
		if (wish->change.gone)
			return NULL;
		g_autoptr(ListRow) before = g_steal_pointer(&shown);
		shown = list_row_new_changed(before, &wish->change);
	}
	return g_steal_pointer(&shown);
}

unsigned
list_wishes_now(const ListWishes *wishes)
{
	return wishes->now;
}

void
list_wishes_came(ListWishes *wishes, unsigned asked)
{
	for (guint i = wishes->wishes->len; i-- > 0;) {
		const Wish *wish = g_ptr_array_index(wishes->wishes, i);
		if (wish->ended && wish->ended <= asked)
			g_ptr_array_remove_index(wishes->wishes, i);
	}
}

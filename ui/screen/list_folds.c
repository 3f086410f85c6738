#include "ui/screen/list_folds.h"

enum { SHORT_THREAD = 5 };

struct ListFolds {
	FoldRule rule;
	GHashTable *said; /* thread → is it folded? */
};

ListFolds *
list_folds_new(void)
{
	ListFolds *folds = g_new0(ListFolds, 1);
	folds->said = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return folds;
}

ListFolds *
list_folds_copy(const ListFolds *folds)
{
	ListFolds *copy = list_folds_new();
	copy->rule = folds->rule;
	GHashTableIter iter;
	gpointer thread, folded;
	g_hash_table_iter_init(&iter, folds->said);
	while (g_hash_table_iter_next(&iter, &thread, &folded))
		list_folds_set(copy, *(int64_t *)thread, GPOINTER_TO_INT(folded));
	return copy;
}

void
list_folds_free(ListFolds *folds)
{
	if (!folds)
		return;
	g_hash_table_unref(folds->said);
	g_free(folds);
}

void
list_folds_set_rule(ListFolds *folds, FoldRule rule)
{
	folds->rule = rule;
	g_hash_table_remove_all(folds->said);
}

FoldRule
list_folds_rule(const ListFolds *folds)
{
	return folds->rule;
}

void
list_folds_set(ListFolds *folds, int64_t thread, bool folded)
{
	int64_t *key = g_new(int64_t, 1);
	*key = thread;
	g_hash_table_replace(folds->said, key, GINT_TO_POINTER(folded));
}

void
list_folds_saw_open(ListFolds *folds, int64_t thread, int64_t messages)
{
	if (folds->rule == FOLD_READ && messages > SHORT_THREAD)
		list_folds_set(folds, thread, false);
}

bool
list_folds_has(const ListFolds *folds, int64_t thread, int64_t messages, int64_t unread)
{
	gpointer folded;
	if (messages < 2)
		return false;
	if (g_hash_table_lookup_extended(folds->said, &thread, NULL, &folded))
		return GPOINTER_TO_INT(folded);
	if (folds->rule != FOLD_READ)
		return folds->rule == FOLD_ALL;
	return messages > SHORT_THREAD && unread == 0;
}

void
list_folds_each(const ListFolds *folds, void (*function)(int64_t thread, bool folded, void *data),
	void *data)
{
	GHashTableIter iter;
	gpointer thread, folded;
	g_hash_table_iter_init(&iter, folds->said);
	while (g_hash_table_iter_next(&iter, &thread, &folded))
		function(*(int64_t *)thread, GPOINTER_TO_INT(folded), data);
}

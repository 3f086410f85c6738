#pragma once
/*
 * Which threads of a list are folded to one line: a rule for all, and what the user said of single ones.
 * Plain data, copied where another thread needs it.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * FOLD_READ: a thread of a few messages is open, since a fold would hide more than it saves; so is one with
 * something unread, which is what one came for; long ones that are read are one line.
 */
typedef enum FoldRule { FOLD_READ, FOLD_ALL, FOLD_NONE } FoldRule;

typedef struct ListFolds ListFolds;

ListFolds *list_folds_new(void); /* the caller owns it */
ListFolds *list_folds_copy(const ListFolds *folds);
void list_folds_free(ListFolds *folds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListFolds, list_folds_free)

/* For all threads: what was said of single ones is forgotten. */
void list_folds_set_rule(ListFolds *folds, FoldRule rule);
FoldRule list_folds_rule(const ListFolds *folds);
void list_folds_set(ListFolds *folds, int64_t thread, bool folded);

/* A thread that is seen open stays so when its last message has been read. */
void list_folds_saw_open(ListFolds *folds, int64_t thread, int64_t messages);

/* A single message is never folded. */
bool list_folds_has(const ListFolds *folds, int64_t thread, int64_t messages, int64_t unread);

/* Calls FUNCTION for each thread that something was said of. */
void list_folds_each(const ListFolds *folds,
	void (*function)(int64_t thread, bool folded, void *data), void *data);

#pragma once
/*
 * The rows of a thread as a tree: who answers whom. Whatever the messages claim, each row stands in it once, and
 * the work is bounded. Pure, any thread.
 */
#include "ui/screen/list_row.h"

/* Does one of these rows answer a message that is none of them? Then where it hangs may depend on what lies
 * between. */
bool list_tree_has_gaps(const GPtrArray *rows);

/*
 * ROWS (of ListRow with copies, ≥ 1), sorted by date with the root first, are put in the order of the tree: depth
 * first, siblings as they were; depth and branches of each are set. What answers none of them hangs under the
 * nearest one that BETWEEN leads to (envelopes_thread_parents; NULL: nothing is known), else under the root.
 */
void list_tree_lay_out(GPtrArray *rows, GHashTable *between);

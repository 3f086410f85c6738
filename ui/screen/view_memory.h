#pragma once
/*
 * Where each view was left and what was seen of it, and what is folded in the folders pane, kept in a file from one run to the next. Views that were
 * not opened for long are forgotten; a file that is damaged is no file. UI thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_folds.h"
#include "ui/screen/list_order.h"

typedef struct ViewPlace {
	char *account, *key; /* the message under the cursor; NULL: the newest one */
	bool flat;
	ListOrder order;
	ListFolds *folds;
	GHashTable
		*marks; /* name of an account → PageMark *: what was there when it was looked at */
} ViewPlace;

ViewPlace *view_place_new(void); /* the caller owns it */
ViewPlace *view_place_copy(const ViewPlace *place);
void view_place_free(ViewPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewPlace, view_place_free)
void view_place_set_mark(ViewPlace *place, const char *account, const PageMark *mark);

typedef struct ViewMemory ViewMemory;

/* Reads PATH if it is there. The caller owns it. */
ViewMemory *view_memory_new(const char *path);
void view_memory_free(ViewMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewMemory, view_memory_free)

/* What is known of the view NAME, or NULL. Belongs to MEMORY until the next put. */
const ViewPlace *view_memory_find(const ViewMemory *memory, const char *name);
void view_memory_put(ViewMemory *memory, const char *name, ViewPlace *place); /* takes PLACE over */

/* Is what the folders pane calls NAME folded? */
bool view_memory_is_folded(const ViewMemory *memory, const char *name);
void view_memory_set_folded(ViewMemory *memory, const char *name, bool folded);

/* Writes the file: if something has changed, by a job of the store thread; or at once in any case (ASKER NULL). */
void view_memory_save(ViewMemory *memory, Asker *asker);

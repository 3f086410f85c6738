#pragma once
/*
 * The rows of a list that are marked, so that what is done is done to all of them; by name, whatever the list reads
 * anew. Some may be a range: from a row to where the user has gone since. UI thread.
 */
#include "ui/screen/target.h"

typedef struct Marks Marks;

Marks *marks_new(void);
void marks_free(Marks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Marks, marks_free)

bool marks_has(const Marks *marks, const ListRow *row);
void marks_set(Marks *marks, const ListRow *row, bool is_marked);
void marks_clear(Marks *marks);                            /* the range, too */
void marks_remove(Marks *marks, const GPtrArray *targets); /* the same of these (of Target) */
unsigned marks_count(const Marks *marks);
GPtrArray *marks_targets(const Marks *marks); /* of Target; the caller owns it */

/* ---- the range ---- */

void marks_begin_range(Marks *marks, ListRow *row);
void marks_keep_range(Marks *marks);                /* its rows stay marked; it is none any more */
const ListRow *marks_range_end(const Marks *marks); /* how far it goes; NULL: there is none */
/* On to ROW, which stands beside its end: away from where it began, or back. */
void marks_extend_range(Marks *marks, ListRow *row);

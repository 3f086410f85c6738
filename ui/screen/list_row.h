#pragma once
/*
 * A row of a list as it is shown: one copy in a folder, or a message with all its copies in a search.
 * Constant once made and counted, so that threads may share it; its text is clean.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/envelopes.h"
#include "index/clean_text.h"

typedef struct ListRow {
	struct ListRow *
		under; /* what this is as but for its flags, and owns the rest; NULL: it is made itself */
	MessageRow *copy; /* the copy that stands there; NULL: only the index knows it */
	MessageRow
		*other; /* another copy, whose file is here as that of `copy` is not; NULL: none */
	char *file;     /* of a search: the file, as the index knows it; NULL */
	int64_t place;  /* among the hits of a search; -1: not of a search */
	int64_t date;   /* Unix seconds */
	bool unread, flagged, replied, passed, attachment, here;
	bool pending; /* the server is to be told something */
	bool refused; /* … and did not take it */
	bool merged;  /* a message with all its copies, not one copy */
	bool is_new; /* unread, and came since the list was looked at before; set while it is made */
	CleanText *sender, *subject, *tags; /* never NULL */
	/* in a list of threads; set while it is made */
	int64_t thread, thread_newest, thread_messages; /* messages 0: not in such a list */
	int64_t thread_unread;                          /* of a folded one */
	int depth;                                      /* 0: the root, 1: an answer to it, … */
	uint64_t
		branches; /* bit 0: a sibling of it stands below; bit n: one of what is n above it */
	bool folded;      /* it stands for its whole thread */
} ListRow;

/* Takes COPY over. LOCAL: its account has no server. The caller owns the result. */
ListRow *list_row_new(MessageRow *copy, bool local);

/* One row for a message with all its COPIES (of MessageRow, ≥ 1), which are taken out of the array: the first stands
 * there. LOCAL: that one's account has no server. */
ListRow *list_row_new_message(GPtrArray *copies, bool local);

/* The copy to open, which may be asked for where none is here; NULL: there is but the file. Belongs to ROW. */
const MessageRow *list_row_opened(const ListRow *row);

/* A message that no store knows. */
ListRow *list_row_new_unknown(
	const char *from, const char *subject, int64_t date, const char *file, int64_t place);

/* Stands for a copy of which only the name is known, to ask where it is. */
ListRow *list_row_new_named(int account, const char *key);

/* What the user wishes of a row. */
typedef struct ListChange {
	bool gone;                    /* that it leaves the list */
	int unread, flagged;          /* 1 or 0; -1: as it is */
	const char *tag_on, *tag_off; /* NULL: none */
	bool alone;                   /* of a row that stands for its thread, its own message */
} ListChange;

/* As ROW, but for what was just wished. The caller owns it. */
ListRow *list_row_new_changed(ListRow *row, const ListChange *change);

ListRow *list_row_ref(ListRow *row);
void list_row_unref(ListRow *row); /* NULL does nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListRow, list_row_unref)

/* Has this copy not been read? */
bool list_row_copy_is_unread(const MessageRow *copy);

/* Do both stand for the same message, whatever has changed about it? */
bool list_row_is_same(const ListRow *one, const ListRow *other);

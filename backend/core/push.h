#pragma once
/*
 * The push: what waits here is told to the server, in the order of sync.md §3.4 D and F. First what was sent once and
 * never answered is looked for, then flags and keywords, then moves, copies, appends and purges. Private to
 * backend/core/; connection thread only. What concerns one folder alone is told as its trouble and left for the next
 * time; other errors end the push.
 */
#include "backend/core/round.h"
#include "backend/store/push.h"

typedef struct Push {
	Round *round;
	GPtrArray *folders; /* of StoreFolder, as they are now */
	bool everywhere;    /* a whole round: what is in doubt is looked for in all folders */
	int64_t selected;   /* folder that is open for writing, 0: none */
	ImapSelected state; /* what SELECT said of it */
	GArray *numbers;    /* of uint32_t: what a SEARCH named */
	GPtrArray *rows;    /* of NewRow: what a FETCH of headers brought */
	GArray *changes;    /* of FlagChange; their keywords in KEYWORDS */
	GPtrArray *keywords;
	int64_t done, total; /* of what waited when it began, for progress */
} Push;

/* NULL: unknown, or gone. The push's. */
const StoreFolder *push_folder(const Push *push, int64_t id);

/* SELECTs a folder unless it is. *usable false: it has other UIDs than we know, so nothing in it may be named by them;
 * the pull will see to it. */
bool push_select(Push *push, const StoreFolder *folder, bool *usable, GError **error);

/* Rows of these folders are to be pulled again. */
void push_touch(Push *push, int64_t folder);
void push_tell(Push *push, const StoreFolder *folder, size_t more);

/* Is this a trouble of one folder alone? Then it is told, and forgotten; false: ERROR stands. */
bool push_forgive(Push *push, const StoreFolder *folder, GError **error);

/* ---- operations, whatever they are (push_ops.c) ---- */

/* Those of a kind that are due, of PushedOp, sorted by folders. The caller owns it; NULL: an error. */
GArray *push_waiting(const Push *push, OpKind kind, GError **error);

/* Does the answer say where messages are in TO, by UIDs that we know? */
bool push_says_where(const ImapDone *done, const StoreFolder *to);

/* They are in TO now. OPS: of FinishedOp. COPIED as in store_finish_ops. */
bool push_finish(
	const Push *push, const StoreFolder *to, const GArray *ops, bool copied, GError **error);

/* The server did none of these (of int64_t), and says WHY: they wait again. True: it refused them; false with WHY as
 * the error: it cannot now, and nothing more is asked of it. */
bool push_refused(const Push *push, const GArray *ops, const GError *why, GError **error);

/* ---- each kind of what waits ---- */

bool push_flags(Push *push, GError **error);
bool push_moves(Push *push, OpKind kind, GError **error); /* OP_MOVE, OP_COPY */
bool push_appends(Push *push, GError **error);
bool push_purges(Push *push, GError **error);
bool push_doubts(Push *push, GError **error);

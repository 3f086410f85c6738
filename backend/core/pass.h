#pragma once
/*
 * The pass over one folder: windows of UIDs from the top down, some on the way at a time, what they bring
 * handed to the disk thread as transactions. Private to backend/core/; connection thread only.
 */
#include "backend/core/flow.h"
#include "backend/core/round.h"

typedef struct Span {
	uint32_t first, last;
} Span;

enum { WINDOWS_UNDER_WAY = 3 };

typedef struct Match Match;

typedef struct Pass {
	Round *round;
	RoundFolder *folder;
	ImapSelected selected; /* as announced when the pass began: what the marks are set to */
	Flow *flow;            /* transactions under way on the disk thread */
	Span sent[WINDOWS_UNDER_WAY];
	unsigned under_way;
	uint64_t most;    /* messages that the windows under way may bring, whatever their spans */
	GPtrArray *rows;  /* of NewRow: what came and was not taken for its window yet */
	GHashTable *came; /* uid → what its row costs: of the windows under way */
	GArray *changes;  /* of FlagChange, their keywords in KEYWORDS */
	GPtrArray *keywords;            /* of char ** */
	size_t rows_kept, changes_kept; /* about how many bytes they hold */
	GArray *numbers;                /* of uint32_t: UIDs that SEARCH named */
	GArray *vanished;               /* of Span: UIDs that the server says are no more */
	uint32_t highest;               /* UID that was heard of */
	uint32_t next_mark;             /* a first pass: UIDNEXT at its begin; else 0 */
	uint32_t sparseness;            /* UIDs a message, ≥ 1 */
	int64_t listed;
	Match *match;    /* headers are compared, not listed; NULL: they are listed */
	GError *failure; /* of a handler: why the session was ended by ourselves */
} Pass;

typedef bool (*PassStep)(Pass *pass, Span span, GError **error);

/*
 * Covers RANGE in windows of about COUNT messages, the first of about FIRST_COUNT: SEND puts a window's command
 * into the pipeline, DONE takes what it brought. Serves wanted bodies in between. A NO of the server is an error,
 * with nothing left on the way.
 */
bool pass_run_windows(Pass *pass, Span range, uint32_t first_count, uint32_t count, PassStep send,
	PassStep done, GError **error);

/* Hears FETCH and SEARCH lines into the pass. */
void pass_hear(Pass *pass);

/* The row of a line that has a header. The caller owns it. */
NewRow *new_row_of(const ImapFetch *fetch);

/* What came of the rows of one window, the caller's. Of NewRow. */
GPtrArray *pass_take_rows(Pass *pass, Span span);
GPtrArray *pass_no_rows(void);

/* One transaction (store_add_rows, store_merge_flags), not waited for. ROWS are taken over. */
bool pass_write_rows(
	Pass *pass, GPtrArray *rows, uint32_t low, uint32_t next, uint64_t modseq, GError **error);
bool pass_write_changes(Pass *pass, uint64_t modseq, GError **error);

/*
 * The header windows of a range: of a first pass, whose mark moves down with each window's rows; of what is new or
 * missing above it; and the flags alone of what is known, what has changed since the folder's MODSEQ if it has one.
 */
bool pass_fetch_first(Pass *pass, Span range, GError **error);
bool pass_fetch_newer(Pass *pass, Span range, GError **error);
bool pass_fetch_flags(Pass *pass, Span range, GError **error);

/*
 * The server numbered the folder anew: all its headers are read, and what is here is matched with them (rematch.h). What
 * the server has beside that is pulled afterwards. Where too little is found, the folder is held.
 */
bool pass_rematch(Pass *pass, GError **error);
/* A header that came meanwhile. */
void match_take(Match *match, const ImapFetch *fetch);

/* The header windows of a range, whose rows go to the match. */
bool pass_fetch_all(Pass *pass, Span range, GError **error);

/* The counts disagree: compares UID by UID, twice if much is gone; vanished rows go to limbo, holes are fetched. */
bool pass_reconcile(Pass *pass, GError **error);

/* What the server said is no more, as far as it is here: goes to limbo, with the same caution. */
bool pass_take_vanished(Pass *pass, GError **error);

/* Does the server show an outage, not an emptied folder? Then nothing is taken away, and the user is told. */
bool pass_is_outage(Pass *pass, bool *outage, GError **error);

#pragma once
/*
 * The tables of state.db. Read by backend/envelopes.c and written by backend/store/ only. The columns
 * and what each state means: sync.md §3.3, with the envelope beside them.
 */
enum { SCHEMA_VERSION = 1 };

/* What msg.st means. */
typedef enum RowState { ROW_LIVE = 0, ROW_FETCHING = 1, ROW_TOMB = 2, ROW_LIMBO = 4 } RowState;
/* What msg.part means. */
typedef enum RowPart { PART_NOTHING = 0, PART_STUB = 1, PART_FULL = 3 } RowPart;

extern const char schema_sql[];

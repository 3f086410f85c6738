#pragma once
/*
 * The tables of state.db. Read by backend/envelopes.c and written by backend/store/ only. The columns
 * and what each state means stand beside the text in schema.c; pure constants, any thread.
 */
enum { SCHEMA_VERSION = 5 };

/* What msg.st means. */
typedef enum RowState {
	ROW_LIVE = 0,
	ROW_FETCHING = 1,
	ROW_TOMB = 2,
	ROW_PURGING =
		3, /* to be expunged on the server: not listed, its file stays until that is confirmed */
	ROW_LIMBO = 4,
} RowState;
/* What msg.part means: the file that is here. A stub is the header alone, under the same key with ",P". */
typedef enum RowPart { PART_NOTHING = 0, PART_STUB = 1, PART_FULL = 3 } RowPart;
/* What msg.sub means: the directory the file was last seen in. */
typedef enum RowSub { SUB_NEW = 0, SUB_CUR = 1 } RowSub;
/* What op.kind means. */
typedef enum OpKind {
	OP_APPEND = 1,
	OP_MOVE,
	OP_COPY,
	OP_PURGE,
	OP_CREATE,
	OP_RENAME,
	OP_DELETE_FOLDER,
	OP_SUBSCRIBE,
	OP_FLAGS, /* flags that the server refused, or (OP_ASKS) that it is not told unasked */
} OpKind;
/* What op.state means. */
typedef enum OpState { OP_QUEUED = 0, OP_SENT = 1, OP_PARKED = 2 } OpState;
/* What op.tries means beside a number of refusals: nobody is told before the user says that it is still wished. */
enum { OP_ASKS = -1 };
/* What folder.hold means: why the folder is in FOLDER_HELD. A scan takes back the last two by itself. */
typedef enum FolderHold {
	HOLD_NONE,
	HOLD_ASKED, /* store_hold_folder */
	HOLD_RENUMBERED, /* another UIDVALIDITY, or UIDNEXT went back, and little of it was found again */
	HOLD_FILES_GONE,  /* too many files went at once */
	HOLD_FOLDER_GONE, /* the directory went */
	HOLD_ACCEPTED,    /* it is not held: the user takes it as it is, once */
} FolderHold;

/* The FolderState of a folder that is held no more: one never read has mail to be matched, or nothing. */
#define STATE_WHEN_FREE                                                    \
	"CASE WHEN uidvalidity=0 THEN CASE WHEN total>0 THEN 2 ELSE 0 END" \
	" WHEN uidlow<>1 THEN 1 ELSE 0 END"

/* Flags or keywords of a row of msg that the server is still to be told, and of which some may be kept there. */
#define ROW_IS_DIRTY                                                                   \
	"((loc<>base AND loc IS NOT okl) OR doubt<>0 OR (lkw<>bkw AND lkw IS NOT okw)" \
	" OR dkw<>'')"

/* Made from a file alone (rebuild.c): no server has said yet whether it has this mail. Not in a local account. */
#define ROW_IS_UNMATCHED "(uid IS NULL AND sfolder IS NULL AND op IS NULL AND st=0)"

/* Of it something waits for the server. */
#define ROW_WAITS "(" ROW_IS_DIRTY " OR op IS NOT NULL)"

extern const char schema_sql[];

/* From version N to N + 1 at index N; what a new database has from the start. */
extern const char *const schema_upgrades[SCHEMA_VERSION];

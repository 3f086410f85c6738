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
	OP_FLAGS, /* only ever parked: flags that the server refused */
} OpKind;
/* What op.state means. */
typedef enum OpState { OP_QUEUED = 0, OP_SENT = 1, OP_PARKED = 2 } OpState;
/* What folder.hold means: why the folder is in FOLDER_HELD. A scan takes back the last two by itself. */
typedef enum FolderHold {
	HOLD_NONE,
	HOLD_ASKED, /* store_hold_folder */
	HOLD_RENUMBERED, /* another UIDVALIDITY, or UIDNEXT went back, and little of it was found again */
	HOLD_FILES_GONE,  /* too many files went at once */
	HOLD_FOLDER_GONE, /* the directory went */
	HOLD_ACCEPTED,    /* it is not held: the user takes it as it is, once */
} FolderHold;

/* Flags or keywords of a row of msg that the server is still to be told, and of which some may be kept there. */
#define ROW_IS_DIRTY                                                                   \
	"((loc<>base AND loc IS NOT okl) OR doubt<>0 OR (lkw<>bkw AND lkw IS NOT okw)" \
	" OR dkw<>'')"

/* Of it something waits for the server. */
#define ROW_WAITS "(" ROW_IS_DIRTY " OR op IS NOT NULL)"

extern const char schema_sql[];

/* From version N to N + 1 at index N; what a new database has from the start. */
extern const char *const schema_upgrades[SCHEMA_VERSION];

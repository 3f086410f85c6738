#pragma once
/*
 * A folder that the server numbered anew, or whose state was lost: the mail that is here is found again there by its
 * headers, so that nothing of it is fetched, sent or taken away. Disk thread only. Errors as in store.h.
 */
#include "backend/store/match.h"
#include "backend/store/store.h"

/* One message that the server has, as its headers say. */
typedef struct ServerMail {
	MatchItem item; /* uid, midh, weak, size, idate, identity */
	bool has_flags; /* the server told them */
	unsigned flags;
	const char *keywords; /* a keyword set; NULL: not told */
} ServerMail;

/* Sets the weak identity of an ITEM without a Message-ID from its header and size. */
void match_item_weaken(MatchItem *item, const Header *header);

/* What the server said when the folder was opened to read them. */
typedef struct ServerMarks {
	uint32_t uidvalidity, uidnext;
	uint64_t modseq;
} ServerMarks;

typedef struct Rematched {
	size_t found, gone; /* of the rows that had a UID, or were made from files alone */
	bool held;          /* too few: nothing was changed, and the folder is held */
	bool unstable;      /* numbered anew for the third time in seven days: to be said */
} Rematched;

/*
 * All that FOLDER has, in one transaction: rows take the UIDs of now, with their flags merged; what had a UID and is not
 * there any more is in limbo; operations, wishes and what is in doubt stay. A row that was made from its file alone stays
 * as the file shows it, and where the server has it otherwise, the user is asked; one that is not there may be elsewhere. Then the folder is FOLDER_OK, with the
 * server's marks, but for UIDNEXT, which is the first UID that no row took: the pull goes on from there.
 */
bool store_rematch(Store *store, int64_t folder, const ServerMarks *marks, ServerMail *mails,
	size_t count, Rematched *result, GError **error);

/* A folder that is held because too little of it was found again is matched as it is the next time; of one whose files
 * are gone, that is taken as another program's wish by the next scan.
 * ACCOUNT_ERROR_FAILED: no such folder, or it is not held for that. */
bool store_accept(Store *store, const char *folder, GError **error);

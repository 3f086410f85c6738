#pragma once
/*
 * The state of an account whose database was lost, or never was (mail of another program's): each file becomes a row,
 * shown at once, of which no server has spoken yet; when its folder is read, or another in which it is, it is matched
 * by its header. Nothing is fetched, sent or taken away for that: where server and disk differ, the user is asked.
 * What is asked stands in `op` with OP_ASKS, parked, so that it is listed, tried and dropped as what was refused is.
 * Never leaves this folder. Disk thread only.
 */
#include "backend/store/store_private.h"

/* Has a rebuild begun that no scan has ended? Sets store->rebuilding. */
bool rebuild_load(Store *store, GError **error);
/* In a database that knows nothing: the next scan makes the rows. */
bool rebuild_begin(Store *store, GError **error);
/* That scan has seen the whole tree. */
bool rebuild_end(Store *store, GError **error);

/* A row was just inserted for the file NAME of DIRECTORY, which nothing is known of but this. */
bool rebuild_take_file(Store *store, const StoreRow *row, const Header *header, int directory,
	const char *name, GError **error);

/* What a mail without a Message-ID is known by where its date may not be the server's: its header and its SIZE there. */
void rebuild_identity(const Header *header, int64_t size, uint8_t identity[HEADER_IDENTITY_SIZE]);

/* Is it such a row that no server has spoken of, whether the user was asked yet or not? */
bool row_is_unmatched(Store *store, const StoreRow *row, bool *is, GError **error);

/* A mail of the server's, for a row that was made without it. */
typedef struct MatchedMail {
	int64_t folder;
	uint32_t uid;
	bool has_flags; /* the server told them */
	unsigned flags;
	const char *keywords; /* a keyword set; NULL: not told */
	uint64_t modseq;
	int64_t size, idate;
	const uint8_t *identity;
} MatchedMail;
/* The row is that mail. Its flags and its place are what the file shows. */
bool rebuild_match(Store *store, StoreRow *row, const MatchedMail *mail, GError **error);

/* The row has tags that the server was perhaps never told of. The row is the caller's to save. */
bool rebuild_ask_flags(Store *store, StoreRow *row, GError **error);

/* The whole of the server was looked at: what it has nowhere may be uploaded, which is asked; of a header alone there
 * is nothing to upload, so it goes as what left the server does. */
bool rebuild_ask_appends(Store *store, GError **error);

#pragma once
/*
 * The stores of all accounts, asked for the copies of a message: where searches (which the index
 * answers) and copies (which the stores know) meet. One object, one thread.
 */
#include "backend/envelopes.h"
#include "index/query.h"
#include "ui/cli.h"

typedef struct Copy {
	const AccountConfig *account; /* NULL: no store knows it, the index named the file */
	MessageRow *row;              /* NULL without an account */
	char *folder;                 /* NULL without an account */
	char *file;                   /* absolute; NULL: not on this disk */
} Copy;

typedef struct Stores Stores;

/* Accounts whose store is not there yet, or cannot be read, are left out of all answers. */
Stores *stores_open(const Config *config);
void stores_close(Stores *stores);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stores, stores_close)

/* The store of an account; NULL: not there yet, or stores_error says why. Belongs to STORES. */
Envelopes *stores_of(const Stores *stores, const AccountConfig *account);
/* What failed so far in the account's store, or NULL: then one that is not open is not there yet. */
const GError *stores_error(const Stores *stores, const AccountConfig *account);
/* Says what failed so far, a line an account; the exit code that follows from it. */
int stores_tell_errors(const Stores *stores);

/* All copies of a message: "key:KEY" or a Message-ID. Of Copy, may be empty; the caller owns it. */
GPtrArray *stores_copies(const Stores *stores, const char *id);

/* The copies of a hit: by its id, else by the keys in its files, else its files without an account. */
GPtrArray *stores_hit_copies(const Stores *stores, const QueryHit *hit);

/* Why no search finds a copy; NULL: one does, or will. The caller owns it. */
char *stores_why_unsearchable(const Stores *stores, const Copy *copy);

/* What a store says of the message: of its first copy; NULL: none knows it. Belongs to COPIES. */
const MessageRow *copies_row(const GPtrArray *copies);
/* The id a message is called by: its Message-ID, else key:KEY. The caller owns it. */
char *copies_id(const GPtrArray *copies, const QueryHit *hit);
/* The thread's name, 16 hex digits. HIT may be NULL where there are copies. The caller owns it. */
char *copies_thread(const GPtrArray *copies, const QueryHit *hit);
/* [{"account","folder","file"}]; a file that is not here is null. The caller owns it. */
JsonArray *copies_json(const GPtrArray *copies);

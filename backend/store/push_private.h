#pragma once
/*
 * What the files of the push share: push_ops.c sends, push_ends.c ends what was sent, push_doubt.c looks for what was
 * not answered, and is asked where a row would take its place. Disk thread only.
 */
#include "backend/store/push.h"
#include "backend/store/store_private.h"

/* The windows that were written with an operation that was sent: the newest ROW of then, and in FOLDER the lowest UID
 * that was not known then. */
void windows_read(const char *text, int64_t folder, int64_t *newest_row, uint32_t *first);

/* Of PushedOp, from rows of id, msg, kind, uid, from, to, alone, marked; the caller owns it. */
GArray *ops_read(Store *store, SqlRows *rows, GError **error);

/* In a transaction of the caller's. Sets ROW (of the operation) to what is there now. */
bool op_finish(Store *store, int64_t op, int64_t folder, uint32_t uid, bool copied, StoreRow *row,
	GError **error);

/*
 * *does: this mail of the server may be what an operation in doubt has made. Until that is known no row from before may
 * take its UID: it would count as something that was there already, and the operation would be sent again.
 */
bool doubt_concerns(Store *store, int64_t folder, uint32_t uid, const uint8_t *identity, bool *does,
	GError **error);

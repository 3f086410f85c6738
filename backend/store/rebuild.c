#include "backend/store/rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/core/merge.h"

/* In meta. */
#define REBUILD "rebuild"
#define BEFORE  "index_of_before"

static const char asks_which[] =
	"the server has it otherwise, or another client changed it since: `curlew pending --retry` "
	"tells the server, `curlew pending --drop` takes what it has";
static const char asks_upload[] =
	"the server has it nowhere: `curlew pending --retry` uploads it, `curlew pending --drop` "
	"takes it away here, too";

/* ---- begin and end ---- */

bool
rebuild_load(Store *store, GError **error)
{
	g_autoptr(GError) own = NULL;
	g_autofree char *begun = store_meta(store, REBUILD, &own);
	store->rebuilding = begun != NULL;
	if (own)
		g_propagate_error(error, g_steal_pointer(&own));
	return begun || !error || !*error;
}

bool
rebuild_begin(Store *store, GError **error)
{
	store->rebuilding = true;
	return store_set_meta(store, REBUILD, "1", error);
}

bool
rebuild_end(Store *store, GError **error)
{
	if (!store->rebuilding)
		return true;
	if (!sql_run(store->sql, error,
		    "UPDATE OR REPLACE meta SET k='" BEFORE "' WHERE k='" REBUILD "'", ""))
		return false;
	store->rebuilding = false;
	return true;
}

/* ---- the index ---- */

bool
store_index_is_of_before(Store *store, bool *is, GError **error)
{
	store_assert_thread(store);
	int64_t count;
	bool fine = sql_number(
		store->sql, error, &count, 0, "SELECT count(*) FROM meta WHERE k='" BEFORE "'", "");
	*is = fine && count > 0;
	return fine;
}

static GPtrArray *
without_row(Store *store, const GPtrArray *keys, GError **error)
{
	g_autoptr(GPtrArray) missing = g_ptr_array_new();
	for (guint i = 0; i < keys->len; i++) {
		int64_t rows;
		if (!sql_number(store->sql, error, &rows, 0,
			    "SELECT EXISTS(SELECT 1 FROM msg WHERE key=?)", "t",
			    (const char *)keys->pdata[i]))
			return NULL;
		if (!rows)
			g_ptr_array_add(missing, keys->pdata[i]);
	}
	return g_steal_pointer(&missing);
}

bool
store_compare_index(Store *store, const GPtrArray *keys, size_t *removed, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	*removed = 0;
	if (!transaction_begin(&transaction, store, error))
		return false;
	g_autoptr(GPtrArray) missing = without_row(store, keys, error);
	if (!missing)
		return false;
	bool many = are_many_missing(missing->len, keys->len);
	if (many)
		g_warning("%s: %u messages of the index have no file here: it keeps them",
			store->account, missing->len);
	for (guint i = 0; !many && i < missing->len; i++)
		if (!index_queue_remove(store, missing->pdata[i], error))
			return false;
	*removed = many ? 0 : missing->len;
	return sql_run(store->sql, error, "DELETE FROM meta WHERE k='" BEFORE "'", "") &&
	       transaction_commit(&transaction, error);
}

/* ---- a file ---- */

/* As many bytes as it has on the wire, where each line ends in CR LF. -1: it cannot be read. */
static int64_t
wire_size(int directory, const char *name)
{
	g_auto(TreeFd) file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char bytes[1 << 16], last = '\0';
	int64_t size = 0;
	ssize_t got;
	while (file >= 0 && (got = read(file, bytes, sizeof bytes)) > 0) {
		size += got;
		for (ssize_t i = 0; i < got; last = bytes[i++])
			size += bytes[i] == '\n' && last != '\r';
	}
	return file >= 0 && got == 0 ? size : -1;
}

void
rebuild_identity(const Header *header, int64_t size, uint8_t identity[HEADER_IDENTITY_SIZE])
{
	header_identity(header, 0, size, identity);
}

bool
rebuild_take_file(Store *store, const StoreRow *row, const Header *header, int directory,
	const char *name, GError **error)
{
	if (!index_queue_adopt(store, row->key, row->date, error))
		return false;
	if (header->message_id)
		return true;
	uint8_t identity[HEADER_IDENTITY_SIZE];
	rebuild_identity(header, wire_size(directory, name), identity);
	return sql_run(store->sql, error, "UPDATE msg SET hdrh=? WHERE id=?", "bi", identity,
		(size_t)HEADER_IDENTITY_SIZE, row->id);
}

/* ---- what the server says of it ---- */

bool
row_is_unmatched(Store *store, const StoreRow *row, bool *is, GError **error)
{
	RowOp op;
	*is = !store->local && row->st == ROW_LIVE && !row->uid && !row->sfolder;
	if (!*is || !row->op)
		return true;
	if (!op_read(store, row, &op, error))
		return false;
	*is = op.kind == OP_APPEND && op.asks && op.state == OP_PARKED;
	return true;
}

static bool
ask(Store *store, StoreRow *row, OpKind kind, OpState state, const char *sentence, GError **error)
{
	return op_queue(store, row, kind, error) &&
	       sql_run(store->sql, error, "UPDATE op SET state=?,tries=?,err=? WHERE id=?", "nnti",
		       (int)state, (int)OP_ASKS, sentence, row->op);
}

bool
rebuild_ask_flags(Store *store, StoreRow *row, GError **error)
{
	return ask(store, row, OP_FLAGS, OP_QUEUED, asks_which, error);
}

/* What the file says now, while it was never agreed with the server. \Deleted is told to no server by a file's name. */
static bool
take_words(StoreRow *row, const MatchedMail *mail)
{
	unsigned server = mail->has_flags ? mail->flags & MAIL_ALL_FLAGS : row->base;
	unsigned from_before = row->base ^ server; /* not of a deed since */
	unsigned set = row->loc & ~server & ~(unsigned)MAIL_DELETED, clear = server & ~row->loc;
	row->base = server;
	row->doubt = 0;
	row_merge_keywords(row, mail->keywords ? mail->keywords : "");
	return (set | clear) & from_before || !g_str_equal(row->lkw, row->bkw);
}

static bool
save(Store *store, const StoreRow *before, const StoreRow *row, const MatchedMail *mail,
	GError **error)
{
	return row_save(store, before, row, error) &&
	       sql_run(store->sql, error, "UPDATE msg SET size=?,idate=?,hdrh=? WHERE id=?", "iibi",
		       mail->size, mail->idate, mail->identity, (size_t)HEADER_IDENTITY_SIZE,
		       row->id) &&
	       index_queue_flags(store, row->key, error);
}

bool
rebuild_match(Store *store, StoreRow *row, const MatchedMail *mail, GError **error)
{
	g_autofree char *old_words = g_strdup(row->lkw), *old_told = g_strdup(row->bkw);
	g_autofree char *old_doubt = g_strdup(row->dkw);
	StoreRow before = *row;
	before.lkw = old_words;
	before.bkw = old_told;
	before.dkw = old_doubt;
	if (row->op && !op_delete(store, row, error))
		return false;
	bool differs = take_words(row, mail);
	row->sfolder = mail->folder;
	row->uid = mail->uid;
	row->modseq = (int64_t)mail->modseq;
	bool moved = row->folder != row->sfolder;
	/* which flags the server keeps, and so which are worth a question, shows when they are pushed */
	bool fine = moved     ? ask(store, row, OP_MOVE, OP_PARKED, asks_which, error)
	            : differs ? rebuild_ask_flags(store, row, error)
	                      : true;
	return fine && save(store, &before, row, mail, error);
}

/* ---- what it has nowhere ---- */

/* Nobody looked in what the server does not name, or the user does not want of it. */
#define LEFT_OVER                                                                           \
	"SELECT id FROM msg INDEXED BY m_adrift WHERE " ROW_IS_UNMATCHED " AND part<>0 AND" \
	" EXISTS(SELECT 1 FROM folder f WHERE f.id=msg.folder AND f.state NOT IN (2,3) "    \
	"AND " FOLDER_IS_LISTED ")"

static bool
settle_left_over(Store *store, int64_t id, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!row_by_id(store, id, &row, &found, error) || !found)
		return !found && (!error || !*error);
	if (row.part != PART_FULL)
		return limbo_take(store, &row, error);
	return ask(store, &row, OP_APPEND, OP_PARKED, asks_upload, error) &&
	       sql_run(store->sql, error, "UPDATE msg SET op=? WHERE id=?", "ii", row.op, row.id);
}

bool
rebuild_ask_appends(Store *store, GError **error)
{
	if (store->local || store->rebuilding)
		return true;
	g_autoptr(GArray) ids = sql_numbers(store->sql, error, LEFT_OVER, "");
	if (!ids || ids->len == 0)
		return ids != NULL;
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!settle_left_over(store, g_array_index(ids, int64_t, i), error))
			return false;
	return transaction_commit(&transaction, error);
}

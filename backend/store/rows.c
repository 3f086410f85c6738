#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/push_private.h"
#include "backend/store/rebuild.h"

enum { TEXT_LIMIT = 4096, YEAR_2100 = 4102444800 };

void
new_row_free(NewRow *row)
{
	if (!row)
		return;
	g_strfreev(row->keywords);
	header_free(row->header);
	g_free(row);
}

/* A text for a list: bounded, cut between characters. */
static char *
bounded(const char *text)
{
	if (!text)
		return NULL;
	size_t length = strlen(text);
	if (length > TEXT_LIMIT) {
		length = TEXT_LIMIT;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	return g_strndup(text, length);
}

static bool
has_usable_date(const Header *header)
{
	return header->has_date && header->date >= 0 && header->date <= YEAR_2100;
}

bool
row_insert(Store *store, StoreRow *row, const Header *header, GError **error)
{
	const HeaderAddress *from = header->from->len ? header->from->pdata[0] : NULL;
	g_autofree char *name = bounded(from ? from->name : NULL);
	g_autofree char *addr = bounded(from ? from->addr : NULL);
	g_autofree char *subject = bounded(header->subject);
	g_autofree char *list = bounded(header->list_id);
	bool dated = has_usable_date(header);
	bool attach = header->content_type && g_str_equal(header->content_type, "multipart/mixed");
	header_identity(header, row->idate, row->size, row->hdrh);
	row->date = dated ? header->date : row->idate;
	row->midh = header->message_id ? header_id_hash(header->message_id) : 0;
	int64_t parent;
	row->thread = threads_place(store, header, row->midh, row->key, &parent, error);
	if (!row->thread)
		return false;
	/* SQLite gives the id of the newest row anew when that is gone: not while something in doubt goes by it */
	if (!sql_run(store->sql, error,
		    "INSERT INTO "
		    "msg(id,folder,sfolder,uid,key,lfolder,sub,fname,part,base,loc,ff,ffx,bkw,lkw,"
		    "st,"
		    "op,"
		    "modseq,size,idate,midh,hdrh,date,dated,thread,from_name,from_addr,subject,mid,"
		    "list,attach,parent) "
		    "VALUES(CASE WHEN ?1>=(SELECT coalesce(max(id),0)+1 FROM msg) THEN ?1+1 END,"
		    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		    "iizztzntnnnntttnziiizbinitttttnz", store->newest_sent, row->folder,
		    row->sfolder, (int64_t)row->uid, row->key, row->lfolder, row->sub, row->fname,
		    row->part, (int)row->base, (int)row->loc, (int)row->ff, row->ffx, row->bkw,
		    row->lkw, row->st, row->op, row->modseq, row->size, row->idate, row->midh,
		    row->hdrh, (size_t)HEADER_IDENTITY_SIZE, row->date, (int)dated, row->thread,
		    name, addr, subject, header->message_id, list, (int)attach, parent))
		return false;
	row->id = sql_last_id(store->sql);
	counters_change(store->counters, NULL, row);
	return true;
}

/* ---- the header pass ---- */

/* Is there anything that a new UID could be the new place of? */
static bool
any_adrift(Store *store, bool *any, GError **error)
{
	int64_t found;
	bool fine = sql_number(store->sql, error, &found, 0,
		"SELECT EXISTS(SELECT 1 FROM msg INDEXED BY m_adrift WHERE uid IS NULL)", "");
	*any = found != 0;
	return fine;
}

/*
 * A mail in limbo (it left another place on the server), one that waits to be appended here, or one that was made from a
 * file and is not in its own folder on the server: its row takes the new UID, keeps its key, its file and what is wished
 * of it.
 */
static bool
find_adrift(Store *store, int64_t folder, const uint8_t *identity, StoreRow *row, bool *found,
	GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error,
		"SELECT " ROW_COLUMNS " FROM msg INDEXED BY m_adrift WHERE hdrh=? AND uid IS NULL"
		" AND (st=4 OR (st=0 AND EXISTS(SELECT 1 FROM op WHERE op.id=msg.op"
		" AND kind=1 AND ((state=0 AND msg.folder=?2) OR tries<0)))"
		" OR (" ROW_IS_UNMATCHED " AND NOT EXISTS(SELECT 1 FROM folder f"
		" WHERE f.id=msg.folder AND f.state IN (2,3))))"
		" ORDER BY st DESC,folder=?2 DESC,id LIMIT 1",
		"bi", identity, (size_t)HEADER_IDENTITY_SIZE, folder);
	int step = rows ? sql_next(store->sql, rows, error) : -1;
	*found = step == 1;
	if (step == 1)
		row_read(rows, row);
	return step >= 0;
}

bool
row_re_home(Store *store, int64_t folder, const NewRow *new, StoreRow *row, GError **error)
{
	StoreRow before = *row;
	g_autofree char *keywords = merge_keyword_set((const char *const *)new->keywords);
	FlagState flags = merge_server_flags(
		(FlagState){ row->base, row->loc, row->doubt }, new->flags &MAIL_ALL_FLAGS);
	row->base = flags.base;
	row->loc = flags.loc;
	row->doubt = flags.doubt;
	row_merge_keywords(row, keywords);
	RowOp op;
	if (!op_read(store, row, &op, error))
		return false;
	row->st = row->st == ROW_LIMBO ? row->was : row->st;
	row->sfolder = folder;
	row->uid = new->uid;
	row->lim = 0;
	row->modseq = (int64_t) new->modseq;
	/* What waited for a place has one now; a wish to move stands, unless this is the place. */
	if (op.kind != OP_MOVE)
		row->folder = folder;
	if (!op_settle(store, row, error) || !row_save(store, &before, row, error))
		return false;
	if (row->part == PART_NOTHING)
		return true;
	return before.st == ROW_LIMBO ? index_queue_put(store, row->key, row->date, false, error)
	                              : index_queue_flags(store, row->key, error);
}

static bool
add_row(Store *store, int64_t folder, const NewRow *new, GError **error)
{
	g_autofree char *key = maildir_key_new(new->internal_date);
	g_autofree char *keywords = merge_keyword_set((const char *const *)new->keywords);
	StoreRow row = { .folder = folder,
		.sfolder = folder,
		.uid = new->uid,
		.key = key,
		.base = new->flags &MAIL_ALL_FLAGS,
		.loc = new->flags &MAIL_ALL_FLAGS,
		.bkw = keywords,
		.lkw = keywords,
		.st = ROW_FETCHING,
		.modseq = (int64_t) new->modseq,
		.size = new->size,
		.idate = new->internal_date };
	return row_insert(store, &row, new->header, error);
}

/* What is asked once for a whole window. */
typedef struct Window {
	bool adrift;      /* a mail without a UID may have come back */
	bool known;       /* some of these UIDs are rows */
	GHashTable *uids; /* taken in this window: a server may name one twice */
} Window;

static bool
look_at_window(Store *store, int64_t folder, const GPtrArray *rows, Window *window, GError **error)
{
	int64_t lowest = G_MAXUINT32, highest = 0, known;
	for (guint i = 0; i < rows->len; i++) {
		int64_t uid = ((const NewRow *)rows->pdata[i])->uid;
		lowest = MIN(lowest, uid);
		highest = MAX(highest, uid);
	}
	bool fine = any_adrift(store, &window->adrift, error) &&
	            sql_number(store->sql, error, &known, 0,
			    "SELECT EXISTS(SELECT 1 FROM msg INDEXED BY m_uid WHERE sfolder=?"
			    " AND uid BETWEEN ? AND ?)",
			    "iii", folder, lowest, highest);
	window->known = fine && known;
	return fine;
}

/*
 * A row from before: a pass that was cut wrote it and moved no mark past it, so nobody asked since whether its flags
 * are the same.
 */
static bool
take_known(Store *store, int64_t folder, const NewRow *new, bool *known, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool changed = false;
	FlagChange change = { new->uid, new->flags, new->keywords, new->modseq };
	return row_by_uid(store, folder, new->uid, &row, known, error) &&
	       (!*known || !new->has_flags || flags_merge(store, &row, &change, &changed, error));
}

static bool
match_file(Store *store, int64_t folder, const NewRow *new, const uint8_t *identity, StoreRow *row,
	GError **error)
{
	g_autofree char *keywords =
		new->keywords ? merge_keyword_set((const char *const *)new->keywords) : NULL;
	MatchedMail mail = { .folder = folder,
		.uid = new->uid,
		.has_flags = new->has_flags,
		.flags = new->flags,
		.keywords = keywords,
		.modseq = new->modseq,
		.size = new->size,
		.idate = new->internal_date,
		.identity = identity };
	return rebuild_match(store, row, &mail, error);
}

static bool
take_adrift(Store *store, int64_t folder, const NewRow *new, bool *found, GError **error)
{
	uint8_t identity[HEADER_IDENTITY_SIZE], weak[HEADER_IDENTITY_SIZE];
	g_auto(StoreRow) row = { 0 };
	bool unmatched;
	header_identity(new->header, new->internal_date, new->size, identity);
	if (!find_adrift(store, folder, identity, &row, found, error))
		return false;
	if (!*found && !new->header->message_id) {
		rebuild_identity(new->header, new->size, weak);
		if (!find_adrift(store, folder, weak, &row, found, error))
			return false;
	}
	bool doubtful = false;
	if (*found && !doubt_concerns(store, folder, new->uid, identity, &doubtful, error))
		return false;
	*found = *found && !doubtful;
	if (!*found)
		return true;
	return row_is_unmatched(store, &row, &unmatched, error) &&
	       (unmatched ? match_file(store, folder, new, identity, &row, error)
			  : row_re_home(store, folder, new, &row, error));
}

static bool
take_row(Store *store, int64_t folder, const NewRow *new, const Window *window, size_t *added,
	GError **error)
{
	bool known = false;
	if (window->known && !take_known(store, folder, new, &known, error))
		return false;
	if (known || !g_hash_table_add(window->uids, GUINT_TO_POINTER(new->uid)))
		return true;
	bool found = false;
	if (window->adrift && !take_adrift(store, folder, new, &found, error))
		return false;
	if (found)
		return true;
	(*added)++;
	return add_row(store, folder, new, error);
}

static bool
move_watermarks(
	Store *store, int64_t folder, uint32_t low, uint32_t next, uint64_t modseq, GError **error)
{
	return sql_run(store->sql, error,
		"UPDATE folder SET uidlow=CASE WHEN ?1<>0 THEN ?1 ELSE uidlow END,"
		"uidnext=max(uidnext,?2),modseq=max(modseq,?3),"
		"state=CASE WHEN state=1 AND (CASE WHEN ?1<>0 THEN ?1 ELSE uidlow END)=1"
		" AND max(uidnext,?2)>0 THEN 0 ELSE state END WHERE id=?4",
		"iiii", (int64_t)low, (int64_t)next, (int64_t)modseq, folder);
}

bool
store_add_rows(Store *store, int64_t folder, const GPtrArray *rows, uint32_t low, uint32_t next,
	uint64_t modseq, size_t *inserted, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	g_autoptr(GHashTable) uids = g_hash_table_new(NULL, NULL);
	Window window = { .uids = uids };
	size_t added = 0;
	if (!transaction_begin(&transaction, store, error) ||
		!folder_check_uids(store, folder, error) ||
		!look_at_window(store, folder, rows, &window, error))
		return false;
	for (guint i = 0; i < rows->len; i++) {
		const NewRow *new = rows->pdata[i];
		if (new->uid && !take_row(store, folder, new, &window, &added, error))
			return false;
	}
	if (!move_watermarks(store, folder, low, next, modseq, error) ||
		!transaction_commit(&transaction, error))
		return false;
	if (inserted)
		*inserted = added;
	return true;
}

#include "backend/store/rematch.h"

#include <string.h>

#include "backend/store/rebuild.h"

/*
 * The server may show another mailbox for a moment (a move of it, a wrong mount): where little of what was there is
 * there, nothing is believed before the user says so.
 */
enum { FEW = 50, ENOUGH_PERCENT = 80 };

enum { UNSTABLE_TIMES = 3, UNSTABLE_WITHIN_S = 7 * 24 * 3600 };

typedef struct Rematch {
	Store *store;
	int64_t folder;
	MatchItem *ours; /* rows; uid: the one of before */
	size_t count;
	bool anew; /* no UID of it was ever known */
	Rematched *result;
} Rematch;

/* ---- what is here ---- */

static int64_t
weak_of(const uint8_t identity[HEADER_IDENTITY_SIZE])
{
	int64_t weak;
	memcpy(&weak, identity, sizeof weak);
	return weak ? weak : 1;
}

void
match_item_weaken(MatchItem *item, const Header *header)
{
	uint8_t identity[HEADER_IDENTITY_SIZE];
	rebuild_identity(header, item->size, identity);
	item->weak = header->message_id ? 0 : weak_of(identity);
}

static void
read_item(SqlRows *rows, MatchItem *item)
{
	*item = (MatchItem){ .id = sqlite3_column_int64(rows, 0),
		.midh = sqlite3_column_int64(rows, 1),
		.size = sqlite3_column_int64(rows, 2),
		.idate = sqlite3_column_int64(rows, 3),
		.uid = (uint32_t)sqlite3_column_int64(rows, 4) };
	const void *identity = sqlite3_column_blob(rows, 5);
	if (identity && sqlite3_column_bytes(rows, 5) == HEADER_IDENTITY_SIZE)
		memcpy(item->identity, identity, HEADER_IDENTITY_SIZE);
	if (!item->uid && !item->midh)
		item->weak = weak_of(item->identity);
}

/* Rows without a UID look the same in the order in which they come. */
static bool
add_items(Rematch *rematch, const char *question, GArray *items, GError **error)
{
	Sql *sql = rematch->store->sql;
	g_autoptr(SqlRows) rows = sql_ask(sql, error, question, "i", rematch->folder);
	int step;
	while (rows && (step = sql_next(sql, rows, error)) != 0) {
		if (step < 0)
			return false;
		MatchItem item;
		read_item(rows, &item);
		g_array_append_val(items, item);
	}
	return rows != NULL;
}

static bool
read_ours(Rematch *rematch, GError **error)
{
	static const char numbered[] = "SELECT id,midh,size,idate,uid,hdrh FROM msg"
				       " INDEXED BY m_uid WHERE sfolder=? AND uid IS NOT NULL",
			  unmatched[] = "SELECT id,midh,size,idate,NULL,hdrh FROM msg"
					" INDEXED BY m_adrift WHERE folder=? AND part<>0"
					" AND " ROW_IS_UNMATCHED " ORDER BY idate,key";
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(MatchItem));
	bool ok = add_items(rematch, numbered, items, error) &&
	          add_items(rematch, unmatched, items, error);
	rematch->count = items->len;
	rematch->ours = (MatchItem *)(void *)g_array_free(g_steal_pointer(&items), FALSE);
	return ok;
}

static void
match(Rematch *rematch, ServerMail *mails, size_t count)
{
	g_autoptr(GPtrArray) ours = g_ptr_array_sized_new((guint)rematch->count);
	g_autoptr(GPtrArray) theirs = g_ptr_array_sized_new((guint)count);
	for (size_t i = 0; i < rematch->count; i++)
		g_ptr_array_add(ours, &rematch->ours[i]);
	for (size_t i = 0; i < count; i++)
		g_ptr_array_add(theirs, &mails[i].item);
	match_items(ours, theirs);
	for (size_t i = 0; i < rematch->count; i++) {
		const MatchItem *item = &rematch->ours[i];
		rematch->result->found += item->mate != NULL;
		rematch->result->gone += !item->mate;
	}
}

/* ---- the brake ---- */

static bool
hold_if_strange(Rematch *rematch, GError **error)
{
	Store *store = rematch->store;
	size_t before = rematch->count, kept = rematch->result->found;
	int64_t hold;
	if (!sql_number(store->sql, error, &hold, 0, "SELECT hold FROM folder WHERE id=?", "i",
		    rematch->folder))
		return false;
	rematch->result->held =
		before > FEW && kept * 100 < before * ENOUGH_PERCENT && hold != HOLD_ACCEPTED;
	if (!rematch->result->held)
		return true;
	g_autofree char *sentence = g_strdup_printf(
		"%s, and of %zu messages only %zu are in it on the server. Nothing is fetched or "
		"removed; `curlew rebuild --accept` takes it as it is now.",
		rematch->anew ? "The state of this folder was lost"
			      : "The server numbered this folder anew",
		before, kept);
	return folder_hold(store, rematch->folder, HOLD_RENUMBERED, sentence, error);
}

/* The times at which the folder was numbered anew stand in the store, as long as they matter. */
static bool
note_time(Rematch *rematch, GError **error)
{
	Store *store = rematch->store;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *name = g_strdup_printf("renumbered.%" G_GINT64_FORMAT, rematch->folder);
	g_autofree char *known = store_meta(store, name, NULL);
	g_auto(GStrv) times = g_strsplit(known ? known : "", " ", -1);
	g_autoptr(GString) kept = g_string_new(NULL);
	unsigned count = 1;
	for (char **time = times; *time; time++)
		if (**time && now - g_ascii_strtoll(*time, NULL, 10) < UNSTABLE_WITHIN_S) {
			g_string_append_printf(kept, "%s ", *time);
			count++;
		}
	g_string_append_printf(kept, "%" G_GINT64_FORMAT, now);
	rematch->result->unstable = count == UNSTABLE_TIMES;
	return store_set_meta(store, name, kept->str, error);
}

/* ---- what becomes of each row ---- */

static bool
merge_mail(Store *store, StoreRow *row, const ServerMail *mail, GError **error)
{
	g_auto(GStrv) keywords = mail->keywords ? g_strsplit(mail->keywords, " ", -1) : NULL;
	FlagChange change = { mail->item.uid, mail->flags, keywords, 0 };
	bool changed = false;
	return !mail->has_flags || flags_merge(store, row, &change, &changed, error);
}

static bool
take_uid(Rematch *rematch, StoreRow *row, const MatchItem *item, GError **error)
{
	const ServerMail *mail = (const ServerMail *)(const void *)item->mate;
	Store *store = rematch->store;
	StoreRow before = *row;
	before.uid = item->uid;
	row->sfolder = rematch->folder;
	row->uid = item->mate->uid;
	row->modseq = 0;
	if (!row_save(store, &before, row, error))
		return false;
	return merge_mail(store, row, mail, error);
}

static bool
take_file(Rematch *rematch, StoreRow *row, const ServerMail *mail, GError **error)
{
	MatchedMail matched = { .folder = rematch->folder,
		.uid = mail->item.uid,
		.has_flags = mail->has_flags,
		.flags = mail->flags,
		.keywords = mail->keywords,
		.size = mail->item.size,
		.idate = mail->item.idate,
		.identity = mail->item.identity };
	return rebuild_match(rematch->store, row, &matched, error);
}

static bool
settle(Rematch *rematch, const MatchItem *item, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (!row_by_id(rematch->store, item->id, &row, &found, error) || !found)
		return !found && (!error || !*error);
	if (!item->uid)
		return !item->mate || take_file(rematch, &row,
					      (const ServerMail *)(const void *)item->mate, error);
	if (item->mate)
		return take_uid(rematch, &row, item, error);
	row.uid = item->uid;
	return limbo_take(rematch->store, &row, error);
}

/* Old UIDs say nothing any more, nor do windows of them: what is in doubt is looked for in the whole folder. */
static bool
forget_uids(Rematch *rematch, GError **error)
{
	Sql *sql = rematch->store->sql;
	return sql_run(sql, error, "UPDATE msg SET uid=NULL WHERE sfolder=? AND uid IS NOT NULL",
		       "i", rematch->folder) &&
	       sql_run(sql, error, "DELETE FROM quarantine WHERE folder=?", "i", rematch->folder) &&
	       sql_run(sql, error, "UPDATE op SET win=win||' '||?||':1' WHERE state=1", "i",
		       rematch->folder);
}

/* All below the first mail that no row took is in the rows: from there on the pull goes on. */
static uint32_t
known_below(const ServerMail *mails, size_t count, uint32_t next)
{
	for (size_t i = 0; i < count; i++)
		if (!mails[i].item.mate)
			next = MIN(next, mails[i].item.uid);
	return next;
}

static bool
set_marks(Rematch *rematch, const ServerMarks *marks, uint32_t next, GError **error)
{
	return sql_run(rematch->store->sql, error,
		"UPDATE folder SET uidvalidity=?,uidnext=?,uidlow=1,modseq=?,state=0,hold=0,"
		"err=NULL WHERE id=?",
		"iiii", (int64_t)marks->uidvalidity, (int64_t)next, (int64_t)marks->modseq,
		rematch->folder);
}

static bool
apply(Rematch *rematch, GError **error)
{
	if (!forget_uids(rematch, error))
		return false;
	for (size_t i = 0; i < rematch->count; i++)
		if (!settle(rematch, &rematch->ours[i], error))
			return false;
	return rematch->anew || note_time(rematch, error);
}

static bool
look_at_folder(Rematch *rematch, GError **error)
{
	int64_t known;
	bool fine = folder_check_free(rematch->store, rematch->folder, error) &&
	            sql_number(rematch->store->sql, error, &known, 0,
			    "SELECT uidvalidity FROM folder WHERE id=?", "i", rematch->folder);
	rematch->anew = fine && known == 0;
	return fine && read_ours(rematch, error);
}

bool
store_rematch(Store *store, int64_t folder, const ServerMarks *marks, ServerMail *mails,
	size_t count, Rematched *result, GError **error)
{
	g_auto(Transaction) transaction = { 0 };
	Rematch rematch = { .store = store, .folder = folder, .result = result };
	*result = (Rematched){ 0 };
	bool ok = transaction_begin(&transaction, store, error) && look_at_folder(&rematch, error);
	if (ok) {
		match(&rematch, mails, count);
		ok = hold_if_strange(&rematch, error) &&
		     (result->held ||
			     (apply(&rematch, error) &&
				     set_marks(&rematch, marks,
					     known_below(mails, count, marks->uidnext), error)));
	}
	g_free(rematch.ours);
	return ok && transaction_commit(&transaction, error);
}

/* ---- what the user takes as it is ---- */

/* How a folder goes on that is accepted: one that was numbered anew, one whose files are gone. */
static const char *const accepted[] = {
	"UPDATE folder SET state=2,hold=5,err=NULL WHERE name=? AND state=3 AND hold=2",
	/* read again, whatever its times say */
	"UPDATE folder SET state=" STATE_WHEN_FREE ",hold=5,err=NULL,scan_ns=0"
	" WHERE name=? AND state=3 AND hold=3",
};

bool
store_accept(Store *store, const char *folder, GError **error)
{
	store_assert_thread(store);
	for (size_t i = 0; i < G_N_ELEMENTS(accepted); i++) {
		if (!sql_run(store->sql, error, accepted[i], "t", folder))
			return false;
		if (sql_changes(store->sql) > 0)
			return true;
	}
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
		"there is no folder %s that waits to be accepted", folder);
	return false;
}

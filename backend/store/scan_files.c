#include <errno.h>
#include <string.h>

#include "backend/core/merge.h"
#include "backend/store/rebuild.h"
#include "backend/store/scan_private.h"

enum { KEY_LIMIT = 200 };

static void
mark_seen(Scan *scan, int64_t id)
{
	g_hash_table_add(scan->seen, (gpointer)(intptr_t)id);
}

static void
set_text(char **text, const char *value)
{
	char *copy = g_strdup(value);
	g_free(*text);
	*text = copy;
}

/* Writes into ROW how the file is named now. */
static void
take_name(Scan *scan, StoreRow *row, const char *name, const MaildirName *parts)
{
	row->lfolder = scan->folder;
	row->sub = (int)scan->sub;
	row->part = parts->partial ? PART_STUB : PART_FULL;
	row->ff = parts->flags;
	set_text(&row->ffx, parts->other_flags);
	set_text(&row->fname, NULL);
	g_autofree char *canonical = row_file_name(row);
	if (!g_str_equal(canonical, name))
		set_text(&row->fname, name);
}

/* ---- a place ---- */

/* Is an operation on its way with this row? Then its place waits for the next scan. */
static bool
place_is_fixed(Scan *scan, const StoreRow *row, bool *fixed, GError **error)
{
	RowOp op;
	if (!op_read(scan->store, row, &op, error))
		return false;
	*fixed = row->st == ROW_LIMBO || op.state == OP_SENT;
	return true;
}

/* Another program moved the file here: a wish, unless an operation is on its way. */
static bool
take_place(Scan *scan, StoreRow *row, GError **error)
{
	bool fixed;
	if (!place_is_fixed(scan, row, &fixed, error) || fixed)
		return fixed;
	row->folder = scan->folder;
	return op_settle(scan->store, row, error);
}

/* ---- a file that a row knows ---- */

static bool
save_seen(Scan *scan, const StoreRow *before, StoreRow *row, bool renamed, GError **error)
{
	Store *store = scan->store;
	bool looks = row->loc != before->loc || row->folder != before->folder;
	if (store->local)
		row->base = row->loc;
	scan->pending++;
	scan->changed += looks;
	if (!row_save(store, before, row, error))
		return false;
	if (row->st != ROW_LIVE)
		return true;
	return (!renamed || index_queue_put(store, row->key, row->date, true, error)) &&
	       (row->loc == before->loc || index_queue_flags(store, row->key, error));
}

static bool
take_known_name(Scan *scan, const StoreRow *known, const char *name, const MaildirName *parts,
	bool moved, GError **error)
{
	g_auto(StoreRow) row = *known;
	row.key = g_strdup(known->key);
	row.fname = g_strdup(known->fname);
	row.ffx = g_strdup(known->ffx);
	row.bkw = g_strdup(known->bkw);
	row.lkw = g_strdup(known->lkw);
	row.dkw = g_strdup(known->dkw);
	take_name(scan, &row, name, parts);
	row.loc = merge_file_flags(known->loc, known->ff, parts->flags);
	mark_seen(scan, row.id);
	bool same = !moved && row.ff == known->ff && row.sub == known->sub &&
	            row.part == known->part && g_strcmp0(row.ffx, known->ffx) == 0 &&
	            g_strcmp0(row.fname, known->fname) == 0;
	return same || ((!moved || take_place(scan, &row, error)) &&
			       save_seen(scan, known, &row, true, error));
}

/* A chosen key whose body is here: it was taken away, and is back; where it lies now is where it is wanted. */
static bool
adopt_body(Scan *scan, int directory, const StoreRow *known, const char *name,
	const MaildirName *parts, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	bool found;
	if (known->st != ROW_FETCHING || parts->partial)
		return true;
	if (!row_by_id(scan->store, known->id, &row, &found, error) || !found ||
		!tree_sync(directory, error))
		return found == false && error && !*error;
	take_name(scan, &row, name, parts);
	row.st = ROW_LIVE;
	if (row.folder != scan->folder && !take_place(scan, &row, error))
		return false;
	mark_seen(scan, row.id);
	scan->pending++;
	scan->changed++;
	return row_save(scan->store, known, &row, error) &&
	       index_queue_put(scan->store, row.key, row.date, false, error);
}

/* ---- a file that no row knows ---- */

static bool
is_usable_key(const char *key)
{
	if (strlen(key) > KEY_LIMIT || !g_utf8_validate(key, -1, NULL))
		return false;
	for (const char *at = key; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		if (character <= ' ' || (character >= 0x7f && character < 0xa0))
			return false;
	}
	return true;
}

/* Gives a file a key of its own, by rename. NULL: it went meanwhile, or an error. */
static char *
give_key(Scan *scan, int directory, const char *name, const MaildirName *parts, int64_t time,
	char **key, GError **error)
{
	g_autofree char *fresh = maildir_key_new(time);
	g_autofree char *other = maildir_name_build(
		fresh, parts->partial, parts->flags, parts->other_flags, scan->sub == SUB_NEW);
	int result = tree_rename(directory, name, directory, other);
	if (result == ENOENT)
		return NULL;
	if (result != 0) {
		tree_fail(error, result, "rename", name);
		return NULL;
	}
	if (!tree_sync(directory, error))
		return NULL;
	scan->own_renames = true;
	*key = g_steal_pointer(&fresh);
	return g_steal_pointer(&other);
}

/* Ids of the rows with this identity that may have lost their file; those of this folder first, what leaves last. */
static GArray *
rows_like(Scan *scan, const Header *header, const uint8_t *identity, GError **error)
{
	Store *store = scan->store;
	int64_t hash = header_id_hash(header->message_id);
	int64_t thread = threads_root(store->sql, hash, error);
	if (!thread)
		return NULL;
	return sql_numbers(store->sql, error,
		"SELECT id FROM msg INDEXED BY m_thread WHERE thread=? AND midh=?"
		" AND hdrh=? AND ((folder=?4 AND st IN (0,1)) OR (part=3 AND st IN (0,2,4)))"
		" ORDER BY st IN (2,4),folder=?4 DESC,part",
		"iibi", thread, hash, identity, (size_t)HEADER_IDENTITY_SIZE, scan->folder);
}

/* At this moment: a file that this scan has met may have gone since. */
static bool
has_file(Scan *scan, const StoreRow *row, bool *has, GError **error)
{
	g_auto(FoundFile) file = { 0 };
	*has = false;
	return row->part == PART_NOTHING ||
	       file_finder_search(scan->finder, row, &file, has, error);
}

/*
 * A row that has the same identity and no file: the file was renamed, in this folder or (many programs move so) out of
 * another, or restored. Other copies of the message may have theirs.
 */
static bool
find_bereft(Scan *scan, const Header *header, const uint8_t *identity, StoreRow *row, bool *found,
	GError **error)
{
	*found = false;
	if (!header->message_id)
		return true;
	g_autoptr(GArray) ids = rows_like(scan, header, identity, error);
	for (guint i = 0; ids && i < ids->len && !*found; i++) {
		bool has = true;
		row_clear(row);
		if (!row_by_id(scan->store, g_array_index(ids, int64_t, i), row, found, error) ||
			(*found && !has_file(scan, row, &has, error)))
			return false;
		*found = !has;
	}
	return ids != NULL;
}

static bool
give_file(Scan *scan, StoreRow *row, const char *key, const char *name, const MaildirName *parts,
	GError **error)
{
	Store *store = scan->store;
	StoreRow before = *row;
	g_autofree char *old = g_steal_pointer(&row->key);
	row->key = g_strdup(key);
	/* A body that was lost and is back brings no wishes; one that was only renamed may. */
	if (row->st == ROW_LIVE)
		row->loc = merge_file_flags(row->loc, row->ff, parts->flags);
	bool was_here = row->part != PART_NOTHING;
	take_name(scan, row, name, parts);
	row->st = ROW_LIVE;
	before.key = old;
	if (row->folder != scan->folder && !take_place(scan, row, error))
		return false;
	mark_seen(scan, row->id);
	scan->pending++;
	scan->changed++;
	return row_save(store, &before, row, error) &&
	       (!was_here || index_queue_remove(store, old, error)) &&
	       index_queue_put(store, row->key, row->date, false, error);
}

/* A message that leaves, or is looked for elsewhere on the server: its file has another name, and wishes nothing by it. */
static bool
rename_leaving(Scan *scan, StoreRow *row, const char *key, const char *name,
	const MaildirName *parts, GError **error)
{
	StoreRow before = *row;
	g_autofree char *old = g_steal_pointer(&row->key);
	row->key = g_strdup(key);
	before.key = old;
	before.fname = before.ffx = NULL;
	row->loc = merge_file_flags(row->loc, row->ff, parts->flags);
	take_name(scan, row, name, parts);
	mark_seen(scan, row->id);
	scan->pending++;
	return row_save(scan->store, &before, row, error);
}

static bool
add_file(Scan *scan, int directory, const Header *header, const char *key, const char *name,
	const MaildirName *parts, const struct stat *status, GError **error)
{
	Store *store = scan->store;
	g_auto(StoreRow) row = { .folder = scan->folder,
		.key = g_strdup(key),
		.base = store->local || store->rebuilding ? parts->flags : 0,
		.loc = parts->flags,
		.bkw = g_strdup(""),
		.lkw = g_strdup(""),
		.dkw = g_strdup(""),
		.st = ROW_LIVE,
		.size = status->st_size,
		.idate = status->st_mtim.tv_sec };
	take_name(scan, &row, name, parts);
	scan->pending++;
	scan->changed++;
	scan->added++;
	if (!row_insert(store, &row, header, error))
		return false;
	mark_seen(scan, row.id);
	if (store->rebuilding)
		return rebuild_take_file(store, &row, header, directory, name, error);
	return index_queue_put(store, row.key, row.date, false, error) &&
	       (store->local || (op_queue(store, &row, OP_APPEND, error) &&
					sql_run(store->sql, error, "UPDATE msg SET op=? WHERE id=?",
						"ii", row.op, row.id)));
}

static bool
take_unknown(Scan *scan, int directory, const char *name, const MaildirName *parts, bool fresh,
	GError **error)
{
	struct stat status;
	g_autoptr(GError) unreadable = NULL;
	/* A stub that no row knows says nothing about where its message is, but which it is of. */
	if ((parts->partial && !scan->store->rebuilding) || !tree_is_file(directory, name, &status))
		return true;
	g_autofree char *key = g_strdup(parts->key), *file = g_strdup(name);
	if (fresh || !is_usable_key(key)) {
		g_free(file);
		g_free(key);
		key = NULL;
		file = give_key(
			scan, directory, name, parts, status.st_mtim.tv_sec, &key, &unreadable);
		if (!file) {
			if (unreadable)
				g_propagate_error(error, g_steal_pointer(&unreadable));
			return error == NULL || *error == NULL;
		}
	}
	g_autoptr(Header) header = header_read_file_for_list(directory, file, &unreadable);
	if (!header) {
		g_info("a file that cannot be read is left out: %s", unreadable->message);
		return true;
	}
	uint8_t identity[HEADER_IDENTITY_SIZE];
	g_auto(StoreRow) row = { 0 };
	bool found = false;
	header_identity(header, status.st_mtim.tv_sec, status.st_size, identity);
	if (!scan->store->local && !scan->store->rebuilding &&
		!find_bereft(scan, header, identity, &row, &found, error))
		return false;
	if (found && (row.st == ROW_TOMB || row.st == ROW_LIMBO))
		return rename_leaving(scan, &row, key, file, parts, error);
	return found ? give_file(scan, &row, key, file, parts, error)
	             : add_file(scan, directory, header, key, file, parts, &status, error);
}

/* ---- which of both ---- */

/* The row's file is where it was, and this is another one of the same key: a copy that kept its name. */
static bool
take_twin(Scan *scan, int directory, const StoreRow *row, const FoundFile *first, const char *name,
	const MaildirName *parts, GError **error)
{
	bool same = first->folder == scan->folder && first->sub == scan->sub &&
	            g_str_equal(first->name, name);
	if (same)
		return take_known_name(scan, row, name, parts, false, error);
	if (parts->partial) /* a stub beside the whole message */
		return unlinkat(directory, name, 0) == 0 || errno == ENOENT ||
		       tree_fail(error, errno, "remove", name);
	if (row->part == PART_STUB)
		return take_known_name(scan, row, name, parts, row->lfolder != scan->folder, error);
	return take_unknown(scan, directory, name, parts, true, error);
}

bool
scan_take_file(
	Scan *scan, int directory, const char *name, const MaildirName *parts, GError **error)
{
	g_auto(StoreRow) row = { 0 };
	g_auto(FoundFile) first = { 0 };
	bool found, there = false, fixed = false;
	if (!row_by_key(scan->store, parts->key, &row, &found, error))
		return false;
	if (!found)
		return take_unknown(scan, directory, name, parts, false, error);
	if (row.st == ROW_TOMB || row.st == ROW_PURGING)
		return true;
	if (row.part == PART_NOTHING)
		return adopt_body(scan, directory, &row, name, parts, error);
	g_autofree char *expected = row_file_name(&row);
	bool here = row.lfolder == scan->folder;
	if (here && row.sub == (int)scan->sub && g_str_equal(expected, name)) {
		mark_seen(scan, row.id);
		return true;
	}
	/* Not what we last saw: is that one still there too? */
	if (!file_finder_look(scan->finder, &row, &first, &there, error))
		return false;
	if (there && !(first.folder == scan->folder && first.sub == scan->sub &&
			     g_str_equal(first.name, name)))
		return take_twin(scan, directory, &row, &first, name, parts, error);
	/* where it is wanted it may be by our own rename, which a crash kept from being written down */
	if (!here && row.folder != scan->folder && !place_is_fixed(scan, &row, &fixed, error))
		return false;
	if (fixed) {
		scan->left_one = true;
		mark_seen(scan, row.id);
		return true;
	}
	return take_known_name(scan, &row, name, parts, !here, error);
}

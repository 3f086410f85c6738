#include "index/indexer/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "index/error.h"
#include "index/indexer/batch.h"
#include "index/indexer/mail_root.h"
#include "index/indexer/outside.h"
#include "index/notmuch_open.h"

enum { LEAST_FREE = 1024 * 1024, FAILURES_TO_DOUBT = 3 };

struct Writer {
	char *mail_root;
	char *database; /* NULL: in the mail root */
	char *path;     /* where notmuch looks */
	char *generation;
	IndexDb *db;
	Poison *poison;
	int failures; /* in a row, that were not the disk's */
};

/* In the .notmuch directory of a database that we made: this one may be thrown away. */
static char *
mark_path(const Writer *writer)
{
	return g_build_filename(writer->path, ".notmuch", "curlew", NULL);
}

static bool
is_ours(const Writer *writer)
{
	g_autofree char *mark = mark_path(writer);
	return g_file_test(mark, G_FILE_TEST_IS_REGULAR);
}

static bool
disk_is_full(const Writer *writer)
{
	struct statvfs status;
	return statvfs(writer->path, &status) == 0 &&
	       (uint64_t)status.f_bavail * status.f_frsize < LEAST_FREE;
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);
		if (g_unlink(below) != 0 && errno != ENOENT)
			g_warning("cannot remove %s: %s", below, g_strerror(errno));
	}
	g_rmdir(path);
}

/* A database of ours goes; of one that is not nothing is touched. */
static void
throw_away(const Writer *writer)
{
	if (!is_ours(writer))
		return;
	g_autofree char *xapian = g_build_filename(writer->path, ".notmuch", "xapian", NULL);
	remove_tree(xapian);
}

static notmuch_database_t *
open_mode(const Writer *writer, notmuch_database_mode_t mode, GError **error)
{
	return notmuch_open(writer->mail_root, writer->database, mode, error);
}

static bool
has_database(const Writer *writer)
{
	g_autofree char *xapian = notmuch_open_xapian(writer->path);
	return g_file_test(xapian, G_FILE_TEST_IS_DIR);
}

/* A database in the mail root is proof enough that the mail is here. */
static bool
has_mail(const Writer *writer, GError **error)
{
	return (!writer->database && has_database(writer)) ||
	       mail_root_ready(writer->mail_root, index_db_knows_copies(writer->db), error);
}

/* The mark comes first: what a death or a full disk leaves half made is ours, too, and may be thrown away. The
 * mail root itself is never made here: its disk may just have gone. */
static notmuch_database_t *
make_database(const Writer *writer, GError **error)
{
	g_autofree char *mark = mark_path(writer);
	g_autofree char *directory = g_path_get_dirname(mark);
	if (g_mkdir(directory, 0755) != 0 && errno != EEXIST) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot make %s: %s", directory,
			g_strerror(errno));
		return NULL;
	}
	if (!g_file_set_contents(mark, "This index was made by curlew.\n", -1, error))
		return NULL;
	return notmuch_make(writer->path, error);
}

static void
remember_revision(Writer *writer, notmuch_database_t *notmuch)
{
	const char *uuid;
	unsigned long revision = notmuch_database_get_revision(notmuch, &uuid);
	index_db_set_text(writer->db, "uuid", uuid);
	index_db_set_number(writer->db, "revision", (int64_t)revision);
}

/* A new generation with the database as it is: all copies are forgotten, the agents hand them in again. */
static bool
begin_generation(Writer *writer, notmuch_database_t *notmuch, GError **error)
{
	g_autofree char *generation = g_uuid_string_random();
	if (!index_db_begin(writer->db, error))
		return false;
	index_db_clear(writer->db);
	index_db_set_text(writer->db, "generation", generation);
	remember_revision(writer, notmuch);
	if (!index_db_commit(writer->db, error))
		return false;
	g_free(writer->generation);
	writer->generation = g_steal_pointer(&generation);
	writer->failures = 0;
	return true;
}

/* Begins the index anew, with an empty database if the old one was ours or is not there. */
static bool
begin_anew(Writer *writer, const char *why, GError **error)
{
	g_message("the index is begun anew: %s", why);
	throw_away(writer);
	notmuch_database_t *notmuch =
		has_database(writer) ? open_mode(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, error)
				     : make_database(writer, error);
	bool ok = notmuch && begin_generation(writer, notmuch, error);
	if (notmuch)
		notmuch_database_destroy(notmuch);
	return ok;
}

/* Why the database is not the one index.db remembers, or not one we can follow; NULL: it is. */
static const char *
estrangement(const Writer *writer, notmuch_database_t *notmuch)
{
	const char *uuid;
	unsigned long revision = notmuch_database_get_revision(notmuch, &uuid);
	g_autofree char *known = index_db_text(writer->db, "uuid");
	if (!known || !writer->generation)
		return "nothing is known of the database";
	if (strcmp(known, uuid) != 0)
		return "it is another database";
	if ((int64_t)revision < index_db_number(writer->db, "revision", 0))
		return "the database is older than it was";
	return NULL;
}

/* Takes in what others changed up to the revision that is open. */
static bool
collect(Writer *writer, notmuch_database_t *notmuch, GError **error)
{
	unsigned long revision = notmuch_database_get_revision(notmuch, NULL);
	unsigned long since = (unsigned long)index_db_number(writer->db, "revision", 0);
	if (revision == since)
		return true;
	if (!index_db_begin(writer->db, error))
		return false;
	if (!outside_collect(notmuch, writer->db, since, error)) {
		index_db_rollback(writer->db);
		return false;
	}
	index_db_set_number(writer->db, "revision", (int64_t)revision);
	return index_db_commit(writer->db, error);
}

/* The database, open and caught up with. NULL with an error; the index may have been begun anew. */
static notmuch_database_t *
open_and_collect(Writer *writer, notmuch_database_mode_t mode, GError **error)
{
	if (!has_mail(writer, error))
		return NULL;
	g_autoptr(GError) why = NULL;
	notmuch_database_t *notmuch = open_mode(writer, mode, &why);
	const char *strange = notmuch ? estrangement(writer, notmuch) : NULL;
	if (notmuch && !strange && collect(writer, notmuch, error))
		return notmuch;
	if (notmuch)
		notmuch_database_destroy(notmuch);
	if (notmuch && !strange)
		return NULL;
	bool may = strange || !has_database(writer) || (is_ours(writer) && !disk_is_full(writer));
	if (!may) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (!has_mail(writer, error)) /* it was there a moment ago */
		return NULL;
	if (!begin_anew(writer, strange ? strange : why->message, error))
		return NULL;
	return open_mode(writer, mode, error);
}

/* The same, watched: should libnotmuch end this process, the next one knows of what. */
static notmuch_database_t *
open_current(Writer *writer, notmuch_database_mode_t mode, GError **error)
{
	poison_work(writer->poison, true);
	notmuch_database_t *notmuch = open_and_collect(writer, mode, error);
	poison_work(writer->poison, false);
	return notmuch;
}

/* A failure on a full disk is that of the disk, whatever it looks like. True if it was. */
static bool
tell_full_disk(const Writer *writer, GError **error)
{
	if (!disk_is_full(writer))
		return false;
	g_clear_error(error);
	g_set_error_literal(
		error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "the disk is full: the index waits");
	return true;
}

Writer *
writer_open(const WriterPlace *place, IndexDb *db, Poison *poison, GError **error)
{
	g_autoptr(Writer) writer = g_new0(Writer, 1);
	writer->mail_root = g_canonicalize_filename(place->mail_root, NULL);
	writer->database = g_strdup(place->database);
	writer->path = notmuch_open_path(place->mail_root, place->database);
	writer->db = db;
	writer->poison = poison;
	writer->generation = index_db_text(db, "generation");
	if (place->damaged && is_ours(writer))
		throw_away(writer);
	/* An index.db without its database, or a database of ours without its index.db, is no index. */
	notmuch_database_t *notmuch = open_current(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	if (!notmuch) {
		tell_full_disk(writer, error);
		return NULL;
	}
	notmuch_database_destroy(notmuch);
	return g_steal_pointer(&writer);
}

void
writer_close(Writer *writer)
{
	if (!writer)
		return;
	g_free(writer->mail_root);
	g_free(writer->database);
	g_free(writer->path);
	g_free(writer->generation);
	g_free(writer);
}

const char *
writer_generation(const Writer *writer)
{
	return writer->generation;
}

bool
writer_is_locked_out(const Writer *writer)
{
	g_autofree char *xapian = notmuch_open_xapian(writer->path);
	g_autofree char *path = g_build_filename(xapian, "flintlock", NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	bool locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return locked;
}

/* Gives up all that was written since the database was opened. */
static void
abandon(notmuch_database_t *notmuch)
{
	notmuch_database_begin_atomic(notmuch); /* closing within one takes everything back */
	notmuch_database_destroy(notmuch);
}

/*
 * What notmuch says of its revision after the commit counts, unless somebody wrote since: those
 * changes are still to be looked at.
 */
static bool
settle(Writer *writer, unsigned long written, GError **error)
{
	notmuch_database_t *notmuch = open_mode(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	if (!notmuch)
		return false;
	unsigned long now = notmuch_database_get_revision(notmuch, NULL);
	notmuch_database_destroy(notmuch);
	if (!index_db_begin(writer->db, error))
		return false;
	index_db_settle(writer->db);
	index_db_set_number(writer->db, "revision", (int64_t)MIN(now, written));
	return index_db_commit(writer->db, error);
}

/* Our memory first, marked as not yet sure, then notmuch's commit, then the mark goes. */
static bool
commit(Writer *writer, notmuch_database_t *notmuch, GError **error)
{
	unsigned long written = notmuch_database_get_revision(notmuch, NULL);
	if (!index_db_commit(writer->db, error)) {
		abandon(notmuch);
		return false;
	}
	notmuch_status_t status = notmuch_database_destroy(notmuch);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return settle(writer, written, error);
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "the index cannot be written: %s",
		notmuch_status_to_string(status));
	return false;
}

static bool
apply_items(Batch *batch, const char *account, JsonArray *items, GError **error)
{
	for (guint i = 0; i < json_array_get_length(items); i++) {
		JsonObject *item = json_object_at(items, i);
		if (item && !batch_apply(batch, account, item, error))
			return false;
	}
	return true;
}

static bool
retag_all(Batch *batch, GPtrArray *message_ids, GError **error)
{
	for (guint i = 0; i < message_ids->len; i++)
		if (!batch_retag(batch, message_ids->pdata[i], error))
			return false;
	return true;
}

/* One lock: opens, writes items or tags, commits. */
static bool
write_once(Writer *writer, const char *account, JsonArray *items, GPtrArray *message_ids,
	const BatchTold *told, GError **error)
{
	notmuch_database_t *notmuch = open_current(writer, NOTMUCH_DATABASE_MODE_READ_WRITE, error);
	if (!notmuch)
		return false;
	if (!index_db_begin(writer->db, error)) {
		abandon(notmuch);
		return false;
	}
	Batch batch = { notmuch, writer->db, writer->poison, writer->mail_root, told };
	poison_work(writer->poison, true);
	bool ok = items ? apply_items(&batch, account, items, error)
	                : retag_all(&batch, message_ids, error);
	if (ok) {
		ok = commit(writer, notmuch, error);
	} else {
		index_db_rollback(writer->db);
		abandon(notmuch);
	}
	poison_work(writer->poison, false);
	return ok;
}

/* Says a failure as what it is; one that keeps coming back means the database is damaged. */
static bool
judge(Writer *writer, bool ok, GError **error)
{
	if (ok) {
		writer->failures = 0;
		return true;
	}
	if (tell_full_disk(writer, error))
		return false;
	if (++writer->failures >= FAILURES_TO_DOUBT && is_ours(writer)) {
		g_autoptr(GError) why = NULL;
		if (!begin_anew(writer, "it cannot be written", &why))
			g_warning("%s", why->message);
	}
	return false;
}

bool
writer_apply(Writer *writer, const char *account, JsonArray *items, const BatchTold *told,
	GError **error)
{
	return judge(writer, write_once(writer, account, items, NULL, told, error), error);
}

bool
writer_retag(Writer *writer, GPtrArray *message_ids, GError **error)
{
	return judge(writer, write_once(writer, NULL, NULL, message_ids, NULL, error), error);
}

bool
writer_catch_up(Writer *writer, GError **error)
{
	notmuch_database_t *notmuch = open_current(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	if (!notmuch)
		return false;
	notmuch_database_destroy(notmuch);
	return true;
}

/*
 * Takes in what other programs changed before the database that holds it goes. One that cannot be read has
 * nothing to give; but an index.db that cannot be written must not cost what is still there.
 */
static bool
rescue_changes(Writer *writer, GError **error)
{
	g_autoptr(GError) why = NULL;
	poison_work(writer->poison, true);
	notmuch_database_t *notmuch = open_mode(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, &why);
	bool ok = notmuch && (estrangement(writer, notmuch) || collect(writer, notmuch, &why));
	if (notmuch)
		notmuch_database_destroy(notmuch);
	poison_work(writer->poison, false);
	if (ok)
		return true;
	if (g_error_matches(why, INDEX_ERROR, INDEX_ERROR_MISSING)) {
		g_warning("tags that other programs changed may be lost: %s", why->message);
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool
writer_rebuild(Writer *writer, GError **error)
{
	if (writer_is_locked_out(writer)) {
		g_set_error_literal(error, INDEX_ERROR, INDEX_ERROR_FAILED,
			"another program writes it just now; try again when that is done");
		return false;
	}
	bool ok = has_mail(writer, error) && rescue_changes(writer, error) &&
	          begin_anew(writer, "it was asked for", error);
	if (!ok)
		tell_full_disk(writer, error);
	return ok;
}

int64_t
writer_messages(Writer *writer)
{
	notmuch_database_t *notmuch = open_mode(writer, NOTMUCH_DATABASE_MODE_READ_ONLY, NULL);
	if (!notmuch)
		return -1;
	notmuch_query_t *all = notmuch_query_create(notmuch, "");
	unsigned count = 0;
	bool ok = notmuch_query_count_messages(all, &count) == NOTMUCH_STATUS_SUCCESS;
	notmuch_query_destroy(all);
	notmuch_database_destroy(notmuch);
	return ok ? (int64_t)count : -1;
}

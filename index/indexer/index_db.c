#include "index/indexer/index_db.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "index/error.h"
#include "index/indexer/index_db_private.h"
#include "index/indexer/tag_set.h"

enum { VERSION = 1, BUSY_MS = 5000 };

static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE copy(key TEXT PRIMARY KEY, account TEXT NOT NULL, file TEXT NOT NULL,"
	" message TEXT, flags INT NOT NULL, tags TEXT NOT NULL, skipped TEXT,"
	" dirty INT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX copy_message ON copy(message) WHERE message IS NOT NULL;"
	"CREATE INDEX copy_dirty ON copy(dirty) WHERE dirty;"
	"CREATE TABLE message(id TEXT PRIMARY KEY, tags TEXT NOT NULL, was TEXT,"
	" dirty INT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX message_dirty ON message(dirty) WHERE dirty;"
	"CREATE TABLE change(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,"
	" key TEXT NOT NULL, added TEXT NOT NULL, removed TEXT NOT NULL, held INT NOT NULL);"
	"CREATE INDEX change_account ON change(account,id) WHERE NOT held;"
	"CREATE INDEX change_key ON change(key);"
	"CREATE INDEX change_held ON change(held) WHERE held;"
	"CREATE TABLE poison(key TEXT PRIMARY KEY, file TEXT NOT NULL, why TEXT NOT NULL,"
	" proven INT NOT NULL, deaths INT NOT NULL) WITHOUT ROWID;";

#define COPY_COLUMNS   "SELECT key,account,file,message,flags,tags,skipped,dirty FROM copy "
#define CHANGE_COLUMNS "SELECT id,key,added,removed FROM change "
#define POISON_COLUMNS "SELECT key,file,why,proven,deaths FROM poison "

static const char *const sql[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[META_GET] = "SELECT value FROM meta WHERE name=?1",
	[META_SET] = "INSERT OR REPLACE INTO meta VALUES(?1,?2)",
	[COPY_GET] = COPY_COLUMNS "WHERE key=?1",
	[COPY_OF_MESSAGE] = COPY_COLUMNS "WHERE message=?1 AND dirty<2 ORDER BY key",
	[COPY_PUT] = "INSERT OR REPLACE INTO copy VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
	[COPY_REMOVE] = "UPDATE copy SET dirty=2 WHERE key=?1",
	[COPY_KNOWN] = "SELECT 1 FROM copy LIMIT 1",
	[COPY_KEYS] = "SELECT key FROM copy WHERE key>?2 AND account=?1 AND dirty<>2 ORDER BY key "
		      "LIMIT ?3",
	[COPY_DELETE_GONE] = "DELETE FROM copy WHERE dirty=2",
	[COPY_CLEAR] = "DELETE FROM copy",
	[COPY_SETTLE] = "UPDATE copy SET dirty=0 WHERE dirty=1",
	[MESSAGE_GET] = "SELECT tags,was,dirty FROM message WHERE id=?1",
	[MESSAGE_PUT] = "INSERT OR REPLACE INTO message VALUES(?1,?2,?3,?4)",
	[MESSAGE_REMOVE] = "DELETE FROM message WHERE id=?1",
	[MESSAGE_CLEAR] = "DELETE FROM message",
	[MESSAGE_SETTLE] = "UPDATE message SET dirty=0, was=NULL WHERE dirty",
	[CHANGE_ADD] = "INSERT INTO change(account,key,added,removed,held) VALUES(?1,?2,?3,?4,?5)",
	[CHANGE_LIST] =
		CHANGE_COLUMNS "WHERE account=?1 AND id>?2 AND NOT held ORDER BY id LIMIT ?3",
	[CHANGE_OF_KEY] = CHANGE_COLUMNS "WHERE key=?1 ORDER BY id",
	[CHANGE_GET] = CHANGE_COLUMNS "WHERE account=?1 AND id=?2 AND NOT held",
	[CHANGE_REMOVE] = "DELETE FROM change WHERE id=?1",
	[CHANGE_REMOVE_KEY] = "DELETE FROM change WHERE key=?1",
	[HELD_COUNT] =
		"SELECT count(DISTINCT copy.message) FROM change JOIN copy USING(key) WHERE held",
	[HELD_RELEASE] = "UPDATE change SET held=0 WHERE held",
	[HELD_MESSAGES] =
		"SELECT DISTINCT copy.message FROM change JOIN copy USING(key) WHERE held",
	[HELD_DROP] = "DELETE FROM change WHERE held",
	[POISON_GET] = POISON_COLUMNS "WHERE key=?1",
	[POISON_PUT] = "INSERT OR REPLACE INTO poison VALUES(?1,?2,?3,?4,?5)",
	[POISON_REMOVE] = "DELETE FROM poison WHERE key=?1",
	[POISON_LIST] = POISON_COLUMNS "WHERE proven ORDER BY key LIMIT ?1",
	[POISON_COUNT] = "SELECT count(*) FROM poison WHERE proven",
};

void
index_poison_free(IndexPoison *poison)
{
	if (!poison)
		return;
	g_free(poison->key);
	g_free(poison->file);
	g_free(poison->why);
	g_free(poison);
}

static void
set_failure(IndexDb *db)
{
	if (db->failure)
		return;
	db->failure = g_strdup(sqlite3_errmsg(db->sqlite));
	db->full = sqlite3_errcode(db->sqlite) == SQLITE_FULL;
}

/* The statement with no bindings, prepared when first used. NULL on failure. */
sqlite3_stmt *
index_db_statement(IndexDb *db, Statement which)
{
	sqlite3_stmt *prepared = db->statements[which];
	if (prepared) {
		sqlite3_reset(prepared);
		sqlite3_clear_bindings(prepared);
		return prepared;
	}
	if (sqlite3_prepare_v3(db->sqlite, sql[which], -1, SQLITE_PREPARE_PERSISTENT, &prepared,
		    NULL) != SQLITE_OK)
		set_failure(db);
	db->statements[which] = prepared;
	return prepared;
}

void
index_db_bind_text(sqlite3_stmt *query, int column, const char *text)
{
	sqlite3_bind_text(query, column, text, -1, SQLITE_TRANSIENT);
}

void
index_db_bind_tags(sqlite3_stmt *query, int column, char **tags)
{
	if (tags)
		sqlite3_bind_text(query, column, tag_set_join(tags), -1, g_free);
}

/* Is there a row? */
bool
index_db_step(IndexDb *db, sqlite3_stmt *query)
{
	int result = query ? sqlite3_step(query) : SQLITE_ERROR;
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		set_failure(db);
	return result == SQLITE_ROW;
}

bool
index_db_run(IndexDb *db, Statement which, const char *text)
{
	sqlite3_stmt *query = index_db_statement(db, which);
	if (query && text)
		index_db_bind_text(query, 1, text);
	index_db_step(db, query);
	sqlite3_reset(query);
	return db->failure == NULL;
}

char *
index_db_column_text(sqlite3_stmt *query, int column)
{
	return g_strdup((const char *)sqlite3_column_text(query, column));
}

char **
index_db_column_tags(sqlite3_stmt *query, int column)
{
	return tag_set_split((const char *)sqlite3_column_text(query, column));
}

static bool
report(IndexDb *db, const char *what, GError **error)
{
	g_set_error(error, db->full ? G_FILE_ERROR : INDEX_ERROR,
		db->full ? (int)G_FILE_ERROR_NOSPC : (int)INDEX_ERROR_FAILED,
		"index.db: cannot %s: %s", what, db->failure ? db->failure : "unknown");
	g_clear_pointer(&db->failure, g_free);
	return false;
}

static bool
execute(IndexDb *db, const char *text)
{
	if (sqlite3_exec(db->sqlite, text, NULL, NULL, NULL) != SQLITE_OK)
		set_failure(db);
	return db->failure == NULL;
}

static int
user_version(IndexDb *db)
{
	sqlite3_stmt *query = NULL;
	int version = -1;
	if (sqlite3_prepare_v2(db->sqlite, "PRAGMA user_version", -1, &query, NULL) == SQLITE_OK &&
		sqlite3_step(query) == SQLITE_ROW)
		version = sqlite3_column_int(query, 0);
	sqlite3_finalize(query);
	return version;
}

static bool
is_sound(IndexDb *db)
{
	sqlite3_stmt *query = NULL;
	bool sound = sqlite3_prepare_v2(db->sqlite, "PRAGMA quick_check(1)", -1, &query, NULL) ==
	                     SQLITE_OK &&
	             sqlite3_step(query) == SQLITE_ROW &&
	             g_strcmp0((const char *)sqlite3_column_text(query, 0), "ok") == 0;
	sqlite3_finalize(query);
	return sound;
}

static bool
make_schema(IndexDb *db)
{
	g_autofree char *all = g_strdup_printf(
		"BEGIN IMMEDIATE; %s PRAGMA user_version=%d; COMMIT;", schema, VERSION);
	return execute(db, all);
}

/* False: the file is not one to go on with. */
static bool
open_file(IndexDb *db, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		db->failure = g_strdup_printf("%s: %s", path, g_strerror(errno));
		return false;
	}
	close(fd);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(path, &db->sqlite, flags, NULL) != SQLITE_OK) {
		set_failure(db);
		return false;
	}
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	if (!execute(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"))
		return false;
	int version = user_version(db);
	if (version == 0)
		return make_schema(db);
	if (version == VERSION && is_sound(db))
		return true;
	if (!db->failure)
		db->failure = g_strdup("damaged, or of another version");
	return false;
}

static void
close_file(IndexDb *db)
{
	for (int i = 0; i < STATEMENTS; i++)
		g_clear_pointer(&db->statements[i], sqlite3_finalize);
	g_clear_pointer(&db->sqlite, sqlite3_close);
}

static void
move_aside(const char *path)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *from = g_strconcat(path, parts[i], NULL);
		g_autofree char *to = g_strconcat(path, ".broken", parts[i], NULL);
		if (g_rename(from, to) != 0 && errno != ENOENT)
			g_warning("cannot move %s aside: %s", from, g_strerror(errno));
	}
}

IndexDb *
index_db_open(const char *path, GError **error)
{
	g_autoptr(IndexDb) db = g_new0(IndexDb, 1);
	if (open_file(db, path))
		return g_steal_pointer(&db);
	if (!db->full && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_warning("%s is begun anew: %s", path, db->failure);
		close_file(db);
		g_clear_pointer(&db->failure, g_free);
		move_aside(path);
		if (open_file(db, path))
			return g_steal_pointer(&db);
	}
	report(db, "open it", error);
	return NULL;
}

void
index_db_close(IndexDb *db)
{
	if (!db)
		return;
	index_db_rollback(db);
	close_file(db);
	g_free(db->failure);
	g_free(db);
}

bool
index_db_begin(IndexDb *db, GError **error)
{
	g_clear_pointer(&db->failure, g_free);
	db->full = false;
	if (!index_db_run(db, BEGIN, NULL))
		return report(db, "begin", error);
	db->open = true;
	return true;
}

bool
index_db_commit(IndexDb *db, GError **error)
{
	if (!db->failure && index_db_run(db, COMMIT, NULL)) {
		db->open = false;
		return true;
	}
	report(db, "store", error);
	index_db_rollback(db);
	return false;
}

void
index_db_rollback(IndexDb *db)
{
	if (!db->open)
		return;
	db->open = false;
	if (!sqlite3_get_autocommit(db->sqlite))
		index_db_run(db, ROLLBACK, NULL);
	g_clear_pointer(&db->failure, g_free);
}

void
index_db_clear(IndexDb *db)
{
	index_db_run(db, COPY_CLEAR, NULL);
	index_db_run(db, MESSAGE_CLEAR, NULL);
}

char *
index_db_text(IndexDb *db, const char *name)
{
	sqlite3_stmt *query = index_db_statement(db, META_GET);
	if (!query)
		return NULL;
	index_db_bind_text(query, 1, name);
	char *text = index_db_step(db, query) ? index_db_column_text(query, 0) : NULL;
	sqlite3_reset(query);
	return text;
}

int64_t
index_db_number(IndexDb *db, const char *name, int64_t fallback)
{
	sqlite3_stmt *query = index_db_statement(db, META_GET);
	if (!query)
		return fallback;
	index_db_bind_text(query, 1, name);
	int64_t number = index_db_step(db, query) ? sqlite3_column_int64(query, 0) : fallback;
	sqlite3_reset(query);
	return number;
}

void
index_db_set_text(IndexDb *db, const char *name, const char *text)
{
	sqlite3_stmt *query = index_db_statement(db, META_SET);
	if (!query)
		return;
	index_db_bind_text(query, 1, name);
	index_db_bind_text(query, 2, text);
	index_db_step(db, query);
	sqlite3_reset(query);
}

void
index_db_set_number(IndexDb *db, const char *name, int64_t number)
{
	sqlite3_stmt *query = index_db_statement(db, META_SET);
	if (!query)
		return;
	index_db_bind_text(query, 1, name);
	sqlite3_bind_int64(query, 2, number);
	index_db_step(db, query);
	sqlite3_reset(query);
}

static IndexPoison *
read_poison(sqlite3_stmt *query)
{
	IndexPoison *poison = g_new0(IndexPoison, 1);
	poison->key = index_db_column_text(query, 0);
	poison->file = index_db_column_text(query, 1);
	poison->why = index_db_column_text(query, 2);
	poison->proven = sqlite3_column_int(query, 3) != 0;
	poison->deaths = sqlite3_column_int(query, 4);
	return poison;
}

IndexPoison *
index_db_poison(IndexDb *db, const char *key)
{
	sqlite3_stmt *query = index_db_statement(db, POISON_GET);
	if (!query)
		return NULL;
	index_db_bind_text(query, 1, key);
	IndexPoison *poison = index_db_step(db, query) ? read_poison(query) : NULL;
	sqlite3_reset(query);
	return poison;
}

void
index_db_put_poison(IndexDb *db, const IndexPoison *poison)
{
	sqlite3_stmt *query = index_db_statement(db, POISON_PUT);
	if (!query)
		return;
	index_db_bind_text(query, 1, poison->key);
	index_db_bind_text(query, 2, poison->file);
	index_db_bind_text(query, 3, poison->why);
	sqlite3_bind_int(query, 4, poison->proven);
	sqlite3_bind_int(query, 5, poison->deaths);
	index_db_step(db, query);
	sqlite3_reset(query);
}

void
index_db_remove_poison(IndexDb *db, const char *key)
{
	index_db_run(db, POISON_REMOVE, key);
}

GPtrArray *
index_db_poisons(IndexDb *db, int limit)
{
	GPtrArray *poisons = g_ptr_array_new_with_free_func((GDestroyNotify)index_poison_free);
	sqlite3_stmt *query = index_db_statement(db, POISON_LIST);
	if (!query)
		return poisons;
	sqlite3_bind_int(query, 1, limit);
	while (index_db_step(db, query))
		g_ptr_array_add(poisons, read_poison(query));
	sqlite3_reset(query);
	return poisons;
}

int64_t
index_db_poison_count(IndexDb *db)
{
	sqlite3_stmt *query = index_db_statement(db, POISON_COUNT);
	int64_t count = index_db_step(db, query) ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_reset(query);
	return count;
}

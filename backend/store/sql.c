#include "backend/store/sql.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "backend/error.h"
#include "backend/store/journal.h"

struct Sql {
	sqlite3 *connection;
	GHashTable *statements; /* address of the text → sqlite3_stmt */
	bool damaged;
};

static int
code_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return ACCOUNT_ERROR_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ACCOUNT_ERROR_DAMAGED;
	case SQLITE_INTERRUPT:
		return ACCOUNT_ERROR_CANCELLED;
	default:
		return ACCOUNT_ERROR_FAILED;
	}
}

/* Around SQLite's own words: what it is that fails, and what now. */
static const struct {
	int result; /* of SQLite */
	const char *before, *after;
} frames[] = {
	{ SQLITE_CORRUPT, " is damaged", "" },
	{ SQLITE_NOTADB, " is damaged", "" },
	{ SQLITE_FULL, "", ACCOUNT_ERROR_MAKE_ROOM },
	{ SQLITE_BUSY, "", "; another program holds it, when that ends it goes on" },
};

static bool
fail(Sql *sql, int result, GError **error)
{
	int code = code_of(result);
	const char *before = "", *after = "";
	for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
		if (frames[i].result != (result & 0xff))
			continue;
		before = frames[i].before;
		after = frames[i].after;
	}
	sql->damaged |= code == ACCOUNT_ERROR_DAMAGED;
	g_set_error(error, ACCOUNT_ERROR, code, "the state database%s: %s%s", before,
		sqlite3_errmsg(sql->connection), after);
	return false;
}

static void
finalize(gpointer statement)
{
	sqlite3_finalize(statement);
}

static bool
prepare_to_write(Sql *sql, const char *path, GError **error)
{
	/* The log is moved into the database every 32 MB: a window of a first pass touches pages all over. */
	g_autofree char *text = g_strdup_printf(
		"PRAGMA journal_mode=%s; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000;"
		"PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000; PRAGMA "
		"temp_store=MEMORY",
		journal_mode_at(path));
	return sql_execute(sql, text, error);
}

/* Nobody asks how much memory SQLite has, and counting it costs two locks an allocation. */
static void
configure_library(void)
{
	static gsize done;
	if (!g_once_init_enter(&done))
		return;
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	g_once_init_leave(&done, 1);
}

/* SQLite would wait for a FIFO. */
static bool
can_be_opened(const char *path, bool write, GError **error)
{
	struct stat status;
	bool is_there = stat(path, &status) == 0;
	if (!is_there && !write && errno == ENOENT)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE, "%s is not there yet", path);
	else if (is_there && !S_ISREG(status.st_mode))
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"the state database: %s is no regular file", path);
	else
		return true;
	return false;
}

Sql *
sql_open(const char *path, bool write, GError **error)
{
	if (!can_be_opened(path, write, error))
		return NULL;
	configure_library();
	g_autoptr(Sql) sql = g_new0(Sql, 1);
	sql->statements = g_hash_table_new_full(NULL, NULL, NULL, finalize);
	int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int result = sqlite3_open_v2(
		path, &sql->connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
	if (result != SQLITE_OK) {
		fail(sql, result, error);
		return NULL;
	}
	sqlite3_extended_result_codes(sql->connection, 1);
	/* Room for the small allocations of a statement: a quarter of an insert's time else. */
	sqlite3_db_config(sql->connection, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1200, 400);
	sqlite3_busy_timeout(sql->connection, 5000);
	if (write && !prepare_to_write(sql, path, error))
		return NULL;
	return g_steal_pointer(&sql);
}

void
sql_close(Sql *sql)
{
	if (!sql)
		return;
	g_hash_table_unref(sql->statements);
	sqlite3_close(sql->connection);
	g_free(sql);
}

void
sql_interrupt(Sql *sql)
{
	sqlite3_interrupt(sql->connection);
}

bool
sql_is_damaged(const Sql *sql)
{
	return sql->damaged;
}

bool
sql_check(Sql *sql, bool whole, GError **error)
{
	static const char *const questions[] = { "PRAGMA quick_check(1)",
		"PRAGMA integrity_check(1)" };
	g_autoptr(SqlRows) rows = sql_ask(sql, error, questions[whole], "");
	if (!rows || sql_next(sql, rows, error) != 1)
		return false;
	const char *answer = (const char *)sqlite3_column_text(rows, 0);
	if (g_strcmp0(answer, "ok") == 0)
		return true;
	sql->damaged = true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_DAMAGED,
		"the state database is damaged: %s", answer);
	return false;
}

static SqlRows *
statement(Sql *sql, const char *text, GError **error)
{
	sqlite3_stmt *kept = g_hash_table_lookup(sql->statements, text);
	if (kept) {
		sqlite3_reset(kept);
		return kept;
	}
	int result = sqlite3_prepare_v3(
		sql->connection, text, -1, SQLITE_PREPARE_PERSISTENT, &kept, NULL);
	if (result != SQLITE_OK) {
		fail(sql, result, error);
		return NULL;
	}
	g_hash_table_insert(sql->statements, (gpointer)text, kept);
	return kept;
}

static int
bind_one(SqlRows *rows, int index, char type, va_list *arguments)
{
	switch (type) {
	case 'n':
		return sqlite3_bind_int64(rows, index, va_arg(*arguments, int));
	case 'i':
		return sqlite3_bind_int64(rows, index, va_arg(*arguments, int64_t));
	case 'z': {
		int64_t number = va_arg(*arguments, int64_t);
		return number ? sqlite3_bind_int64(rows, index, number)
		              : sqlite3_bind_null(rows, index);
	}
	case 't':
		return sqlite3_bind_text(
			rows, index, va_arg(*arguments, const char *), -1, SQLITE_STATIC);
	case 'b': {
		const void *bytes = va_arg(*arguments, const void *);
		size_t size = va_arg(*arguments, size_t);
		return sqlite3_bind_blob64(rows, index, bytes, size, SQLITE_STATIC);
	}
	default:
		g_assert_not_reached();
	}
}

static SqlRows *
ask(Sql *sql, GError **error, const char *text, const char *types, va_list *arguments)
{
	SqlRows *rows = statement(sql, text, error);
	for (int index = 0; rows && types[index]; index++) {
		int result = bind_one(rows, index + 1, types[index], arguments);
		if (result != SQLITE_OK) {
			fail(sql, result, error);
			return NULL;
		}
	}
	return rows;
}

SqlRows *
sql_ask(Sql *sql, GError **error, const char *text, const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	SqlRows *rows = ask(sql, error, text, types, &arguments);
	va_end(arguments);
	return rows;
}

int
sql_next(Sql *sql, SqlRows *rows, GError **error)
{
	int result = sqlite3_step(rows);
	if (result == SQLITE_ROW)
		return 1;
	if (result == SQLITE_DONE) {
		sqlite3_reset(rows);
		return 0;
	}
	fail(sql, result, error);
	sqlite3_reset(rows);
	return -1;
}

void
sql_end(SqlRows *rows)
{
	if (rows)
		sqlite3_reset(rows);
}

bool
sql_run(Sql *sql, GError **error, const char *text, const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	g_autoptr(SqlRows) rows = ask(sql, error, text, types, &arguments);
	va_end(arguments);
	return rows && sql_next(sql, rows, error) >= 0;
}

bool
sql_number(Sql *sql, GError **error, int64_t *number, int64_t fallback, const char *text,
	const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	g_autoptr(SqlRows) rows = ask(sql, error, text, types, &arguments);
	va_end(arguments);
	*number = fallback;
	int step = rows ? sql_next(sql, rows, error) : -1;
	if (step == 1 && sqlite3_column_type(rows, 0) != SQLITE_NULL)
		*number = sqlite3_column_int64(rows, 0);
	return step >= 0;
}

GArray *
sql_numbers(Sql *sql, GError **error, const char *text, const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	g_autoptr(SqlRows) rows = ask(sql, error, text, types, &arguments);
	va_end(arguments);
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int step = -1;
	while (rows && (step = sql_next(sql, rows, error)) == 1) {
		int64_t number = sqlite3_column_int64(rows, 0);
		g_array_append_val(numbers, number);
	}
	return step == 0 ? g_steal_pointer(&numbers) : NULL;
}

bool
sql_execute(Sql *sql, const char *text, GError **error)
{
	int result = sqlite3_exec(sql->connection, text, NULL, NULL, NULL);
	return result == SQLITE_OK || fail(sql, result, error);
}

int64_t
sql_changes(Sql *sql)
{
	return sqlite3_changes(sql->connection);
}

int64_t
sql_last_id(Sql *sql)
{
	return sqlite3_last_insert_rowid(sql->connection);
}

bool
sql_in_transaction(Sql *sql)
{
	return !sqlite3_get_autocommit(sql->connection);
}

char *
sql_text(SqlRows *rows, int column)
{
	return g_strdup((const char *)sqlite3_column_text(rows, column));
}

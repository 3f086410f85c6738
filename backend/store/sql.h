#pragma once
/*
 * SQLite in few words: one connection whose prepared statements are kept for its life. One object, one
 * thread at a time; only sql_interrupt may be called from any. Disk trouble becomes
 * ACCOUNT_ERROR_FULL, a damaged file ACCOUNT_ERROR_DAMAGED, an interrupt ACCOUNT_ERROR_CANCELLED, all
 * else ACCOUNT_ERROR_FAILED.
 */
#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Sql Sql;
/* A running question; its end of scope resets it. */
typedef sqlite3_stmt SqlRows;

/* WRITE: made if it is not there, synchronous=FULL, WAL (but on a network file system). Else read-only; a missing file is ACCOUNT_ERROR_GONE. */
Sql *sql_open(const char *path, bool write, GError **error);
void sql_close(Sql *sql);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sql, sql_close)
void sql_interrupt(Sql *sql);

/* Has any statement so far met a damaged page? */
bool sql_is_damaged(const Sql *sql);
/* Looks at every page; WHOLE: also whether tables and their indexes agree. ACCOUNT_ERROR_DAMAGED. */
bool sql_check(Sql *sql, bool whole, GError **error);

/*
 * TEXT must be a constant: its address names the kept statement, so it must not be asked again while
 * it still runs. TYPES says what follows, a letter a parameter: n int (or enum), i int64_t, z int64_t of
 * which 0 means NULL, t text (or NULL), b bytes and their size_t. Arguments are borrowed until the rows end.
 */
SqlRows *sql_ask(Sql *sql, GError **error, const char *text, const char *types, ...);
/* Steps to the next row: 1 a row, 0 the end, -1 an error. */
int sql_next(Sql *sql, SqlRows *rows, GError **error);
void sql_end(SqlRows *rows); /* NULL does nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlRows, sql_end)

/* Runs a statement that gives no rows. */
bool sql_run(Sql *sql, GError **error, const char *text, const char *types, ...);
/* The first number of the first row; FALLBACK where there is none or it is NULL. */
bool sql_number(Sql *sql, GError **error, int64_t *number, int64_t fallback, const char *text,
	const char *types, ...);
/* The first number of every row, of int64_t; the caller owns it. NULL on an error. */
GArray *sql_numbers(Sql *sql, GError **error, const char *text, const char *types, ...);
/* Any text of SQL, not kept. */
bool sql_execute(Sql *sql, const char *text, GError **error);

int64_t sql_changes(Sql *sql); /* rows of the last statement */
int64_t sql_last_id(Sql *sql);
bool sql_in_transaction(Sql *sql);
char *sql_text(SqlRows *rows, int column); /* a copy; NULL for NULL */

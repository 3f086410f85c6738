#pragma once
/*
 * What index_db.c and index_db_rows.c share: the connection and its prepared statements.
 */
#include <sqlite3.h>

#include "index/indexer/index_db.h"

typedef enum Statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	META_GET,
	META_SET,
	COPY_GET,
	COPY_OF_MESSAGE,
	COPY_PUT,
	COPY_REMOVE,
	COPY_KNOWN,
	COPY_KEYS,
	COPY_CLEAR,
	COPY_DELETE_GONE,
	COPY_SETTLE,
	MESSAGE_GET,
	MESSAGE_PUT,
	MESSAGE_REMOVE,
	MESSAGE_CLEAR,
	MESSAGE_SETTLE,
	CHANGE_ADD,
	CHANGE_LIST,
	CHANGE_OF_KEY,
	CHANGE_GET,
	CHANGE_REMOVE,
	CHANGE_REMOVE_KEY,
	HELD_COUNT,
	HELD_RELEASE,
	HELD_MESSAGES,
	HELD_DROP,
	POISON_GET,
	POISON_PUT,
	POISON_REMOVE,
	POISON_LIST,
	POISON_COUNT,
	STATEMENTS,
} Statement;

struct IndexDb {
	sqlite3 *sqlite;
	sqlite3_stmt *statements[STATEMENTS];
	char *failure; /* the first since the transaction began */
	bool full;
	bool open; /* a transaction is */
};

/* The statement with no bindings, prepared when first used. NULL on failure. */
sqlite3_stmt *index_db_statement(IndexDb *db, Statement which);

/* Is there a row? */
bool index_db_step(IndexDb *db, sqlite3_stmt *query);

/* Runs a statement that gives no rows, with one text or none. */
bool index_db_run(IndexDb *db, Statement which, const char *text);

void index_db_bind_text(sqlite3_stmt *query, int column, const char *text);
void index_db_bind_tags(sqlite3_stmt *query, int column, char **tags); /* NULL: NULL */

/* The caller owns them. */
char *index_db_column_text(sqlite3_stmt *query, int column);
char **index_db_column_tags(sqlite3_stmt *query, int column);

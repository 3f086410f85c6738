#pragma once
/* What the files of the envelopes share. Never leaves this folder. */
#include "backend/envelopes.h"
#include "backend/store/sql.h"

struct Envelopes {
	Sql *sql;
	int account;
};

/* The columns that a file's path is made of, of msg m and its lfolder f; first in the question. */
#define FILE_COLUMNS "f.path,m.fname,m.key,m.part,m.ff,m.sub,m.ffx"
enum { FILE_COLUMN_COUNT = 7 };
/* The caller owns it. */
char *envelopes_read_file(SqlRows *rows);

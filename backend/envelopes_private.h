#pragma once
/* What the files of the envelopes share. Never leaves this folder. */
#include "backend/envelopes.h"
#include "backend/store/schema.h"
#include "backend/store/sql.h"

struct Envelopes {
	Sql *sql;
	int account;
};

/* The columns of a MessageRow, of the table or alias m. */
#define MESSAGE_COLUMNS                                                                         \
	"m.id,m.folder,m.key,CASE WHEN m.sfolder=m.folder THEN m.uid "                          \
	"END,m.date,m.dated,m.loc," ROW_WAITS ","                                               \
	"(SELECT o.state=2 FROM op o WHERE o.id=m.op),"                                         \
	"m.part,m.attach,m.thread,m.size,m.from_name,m.from_addr,m.subject,m.mid,m.lkw,m.hdrh," \
	"m.midh,m.parent"
enum { MESSAGE_COLUMN_COUNT = 21 };
/* The message of the row that ROWS stands on; the caller owns it. */
MessageRow *envelopes_read_message(const Envelopes *envelopes, SqlRows *rows);
/* The messages that a question for these columns finds; the caller owns it. NULL: the question failed. */
GPtrArray *envelopes_read_messages(Envelopes *envelopes, SqlRows *rows, GError **error);
void envelopes_reverse(GPtrArray *array);

/* What lists show: tombs and limbo are no rows of theirs. */
#define LISTED " m.st IN (0,1)"

/* The folder a view asks for; 0 if there is none (no rows then). */
bool envelopes_folder_of(Envelopes *envelopes, const PageAsk *ask, int64_t *folder, GError **error);

#define IN_FOLDER " FROM msg m INDEXED BY m_list WHERE m.folder=?1 AND" LISTED
/* ?1 is bound here too, so that one way of binding serves all. */
#define IN_FLAGGED " FROM msg m INDEXED BY m_flagged WHERE" LISTED " AND (m.loc & 2)<>0 AND ?1=?1"

/* The columns that a file's path is made of, of msg m and its lfolder f; first in the question. */
#define FILE_COLUMNS "f.path,m.fname,m.key,m.part,m.ff,m.sub,m.ffx"
enum { FILE_COLUMN_COUNT = 7 };
/* The caller owns it. */
char *envelopes_read_file(SqlRows *rows);

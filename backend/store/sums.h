#pragma once
/*
 * The sums that state.db keeps (of folders, threads and days), held against the rows. Written row by row
 * by counters.c; what a fault left wrong there is found and set right here. Thread of the Sql.
 */
#include "backend/store/sql.h"

/* What the tables would be if they were made anew: SELECTs with the columns in the order of the names. */
#define SUMS_OF_FOLDER "total,unread,flagged,bodies,uids"
#define SUMS_OF_THREAD "folder,thread,newest,total,unread,flagged"
#define SUMS_OF_DAYS   "folder,bucket,total"
#define COUNTED_FOLDERS                                                                       \
	"SELECT g.id AS folder,count(m.id) AS total,"                                         \
	"coalesce(sum(m.loc&16=0),0) AS unread,coalesce(sum(m.loc&2<>0),0) AS flagged,"       \
	"coalesce(sum(m.part=3),0) AS bodies,"                                                \
	"(SELECT count(*) FROM msg s INDEXED BY m_uid WHERE s.sfolder=g.id AND s.uid IS NOT " \
	"NULL) AS uids"                                                                       \
	" FROM folder g LEFT JOIN msg m ON m.folder=g.id AND m.st IN (0,1) GROUP BY g.id"
#define COUNTED_THREADS                                                               \
	"SELECT folder,thread,max(date) AS newest,count(*) AS total,"                 \
	"sum(loc&16=0) AS unread,sum(loc&2<>0) AS flagged FROM msg WHERE st IN (0,1)" \
	" GROUP BY folder,thread"
#define COUNTED_DAYS                                                                    \
	"SELECT folder,date>>17 AS bucket,count(*) AS total FROM msg WHERE st IN (0,1)" \
	" GROUP BY 1,2"

/* In how many folders any sum is not what the rows sum up to. */
bool sums_wrong(Sql *sql, int64_t *folders, GError **error);
/* Makes all sums anew, in the transaction of the caller. */
bool sums_recount(Sql *sql, GError **error);

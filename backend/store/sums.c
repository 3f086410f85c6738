#include "backend/store/sums.h"

bool
sums_wrong(Sql *sql, int64_t *folders, GError **error)
{
	return sql_number(sql, error, folders, 0,
		"SELECT count(DISTINCT folder) FROM ("
		"SELECT * FROM (SELECT folder FROM"
		" (SELECT id AS folder," SUMS_OF_FOLDER " FROM folder EXCEPT " COUNTED_FOLDERS "))"
		" UNION SELECT * FROM (SELECT folder FROM"
		" (SELECT " SUMS_OF_THREAD " FROM fthread EXCEPT " COUNTED_THREADS "))"
		" UNION SELECT * FROM (SELECT folder FROM"
		" (SELECT * FROM (" COUNTED_THREADS ") EXCEPT SELECT " SUMS_OF_THREAD
		" FROM fthread))"
		" UNION SELECT * FROM (SELECT folder FROM"
		" (SELECT " SUMS_OF_DAYS " FROM fdate EXCEPT " COUNTED_DAYS "))"
		" UNION SELECT * FROM (SELECT folder FROM"
		" (SELECT * FROM (" COUNTED_DAYS ") EXCEPT SELECT " SUMS_OF_DAYS " FROM fdate)))",
		"");
}

bool
sums_recount(Sql *sql, GError **error)
{
	return sql_run(sql, error,
		       "UPDATE folder SET (" SUMS_OF_FOLDER ")=(SELECT " SUMS_OF_FOLDER
		       " FROM (" COUNTED_FOLDERS ") c WHERE c.folder=folder.id)",
		       "") &&
	       sql_run(sql, error, "DELETE FROM fthread", "") &&
	       sql_run(sql, error, "INSERT INTO fthread(" SUMS_OF_THREAD ") " COUNTED_THREADS,
		       "") &&
	       sql_run(sql, error, "DELETE FROM fdate", "") &&
	       sql_run(sql, error, "INSERT INTO fdate(" SUMS_OF_DAYS ") " COUNTED_DAYS, "");
}

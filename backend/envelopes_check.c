#include "backend/envelopes_private.h"
#include "backend/store/sums.h"

bool
envelopes_is_sound(Envelopes *envelopes, GError **error)
{
	return sql_check(envelopes->sql, false, error);
}

bool
envelopes_miscounted(Envelopes *envelopes, int64_t *folders, GError **error)
{
	return sums_wrong(envelopes->sql, folders, error);
}

GArray *
envelopes_searchable(Envelopes *envelopes, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SearchableRow));
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT midh,loc&16=0 FROM msg WHERE part<>0 AND st=0 AND unsearchable IS NULL",
		"");
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		SearchableRow row = { sqlite3_column_int64(rows, 0),
			sqlite3_column_int(rows, 1) != 0 };
		g_array_append_val(found, row);
	}
	return rows ? g_steal_pointer(&found) : NULL;
}

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

void
unsearchable_row_free(UnsearchableRow *row)
{
	if (!row)
		return;
	g_free(row->key);
	g_free(row->file);
	g_free(row->why);
	g_free(row);
}

GPtrArray *
envelopes_unsearchable(Envelopes *envelopes, const char *key, size_t limit, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)unsearchable_row_free);
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " FILE_COLUMNS
		",m.unsearchable FROM msg m LEFT JOIN folder f ON f.id=m.lfolder"
		" WHERE m.unsearchable IS NOT NULL AND m.st IN (0,1) AND (?1 IS NULL OR m.key=?1)"
		" ORDER BY m.id LIMIT ?2",
		"ti", key, (int64_t)limit);
	int step;
	while (rows && (step = sql_next(envelopes->sql, rows, error)) != 0) {
		if (step < 0)
			return NULL;
		UnsearchableRow *row = g_new0(UnsearchableRow, 1);
		row->key = sql_text(rows, 2);
		row->file = sqlite3_column_text(rows, 0) ? envelopes_read_file(rows) : NULL;
		row->why = sql_text(rows, FILE_COLUMN_COUNT);
		g_ptr_array_add(found, row);
	}
	return rows ? g_steal_pointer(&found) : NULL;
}

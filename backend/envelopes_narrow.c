#include <string.h>

#include "backend/envelopes_private.h"

/*
 * Looking through a list for a text, a step of so many rows at a time, so that what is found first is seen at once
 * and the rest can be left.
 */

typedef struct NarrowText {
	const char *edge, *matches;
} NarrowText;

/* The index alone tells where a step ends. */
#define EDGE    " AND (m.date,m.id)<(?2,?3) ORDER BY m.date DESC,m.id DESC LIMIT 1 OFFSET ?4"
#define BETWEEN " AND (m.date,m.id)<(?2,?3) AND (m.date,m.id)>=(?4,?5)"
#define HOLDS                                                                                 \
	" AND (m.subject LIKE ?6 ESCAPE '|' OR m.from_name LIKE ?6 ESCAPE '|' OR m.from_addr" \
	" LIKE ?6 ESCAPE '|') ORDER BY m.date DESC,m.id DESC"

static const NarrowText in_folder = {
	"SELECT m.date,m.id" IN_FOLDER EDGE,
	"SELECT " MESSAGE_COLUMNS IN_FOLDER BETWEEN HOLDS,
};
static const NarrowText in_flagged = {
	"SELECT m.date,m.id" IN_FLAGGED EDGE,
	"SELECT " MESSAGE_COLUMNS IN_FLAGGED BETWEEN HOLDS,
};

static char *
pattern_of(const char *text)
{
	GString *pattern = g_string_new("%");
	for (; *text; text++) {
		if (strchr("%_|", *text))
			g_string_append_c(pattern, '|');
		g_string_append_c(pattern, *text);
	}
	return g_string_free(g_string_append_c(pattern, '%'), FALSE);
}

GPtrArray *
envelopes_narrowed_page(Envelopes *envelopes, const PageAsk *ask, const char *text, PageKey *next,
	bool *end, GError **error)
{
	const NarrowText *sql = ask->view == PAGE_FLAGGED ? &in_flagged : &in_folder;
	PageKey key = ask->has_key ? ask->key : (PageKey){ G_MAXINT64, G_MAXINT64 };
	int64_t folder;
	if (!envelopes_folder_of(envelopes, ask, &folder, error))
		return NULL;
	g_autoptr(SqlRows) edge = sql_ask(envelopes->sql, error, sql->edge, "iiii", folder,
		key.date, key.id, (int64_t)ask->limit - 1);
	int step = edge ? sql_next(envelopes->sql, edge, error) : -1;
	if (step < 0)
		return NULL;
	*end = step == 0;
	*next = step ? (PageKey){ sqlite3_column_int64(edge, 0), sqlite3_column_int64(edge, 1) }
	             : (PageKey){ G_MININT64, G_MININT64 };
	g_autofree char *pattern = pattern_of(text);
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error, sql->matches, "iiiiit", folder,
		key.date, key.id, next->date, next->id, pattern);
	return envelopes_read_messages(envelopes, rows, error);
}

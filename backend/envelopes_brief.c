#include "backend/envelopes_private.h"

/*
 * Walking through a whole list for what is said of each row in few words, a step of so many rows at a time, so that
 * no read transaction is long and the rest can be left.
 */

typedef struct BriefText {
	const char *edge, *rows;
} BriefText;

/* The index alone tells where a step ends. */
#define EDGE " AND (m.date,m.id)<(?2,?3) ORDER BY m.date DESC,m.id DESC LIMIT 1 OFFSET ?4"
#define BETWEEN                                                 \
	" AND (m.date,m.id)<(?2,?3) AND (m.date,m.id)>=(?4,?5)" \
	" ORDER BY m.date DESC,m.id DESC"
#define BRIEF_COLUMNS "m.id,m.date,m.midh,m.size,m.from_name,m.from_addr,m.subject"

static const BriefText in_folder = {
	"SELECT m.date,m.id" IN_FOLDER EDGE,
	"SELECT " BRIEF_COLUMNS IN_FOLDER BETWEEN,
};
static const BriefText in_flagged = {
	"SELECT m.date,m.id" IN_FLAGGED EDGE,
	"SELECT " BRIEF_COLUMNS IN_FLAGGED BETWEEN,
};

static BriefRow
read_brief(SqlRows *rows)
{
	return (BriefRow){
		.id = sqlite3_column_int64(rows, 0),
		.date = sqlite3_column_int64(rows, 1),
		.message = sqlite3_column_int64(rows, 2),
		.size = sqlite3_column_int64(rows, 3),
		.from_name = (const char *)sqlite3_column_text(rows, 4),
		.from_addr = (const char *)sqlite3_column_text(rows, 5),
		.subject = (const char *)sqlite3_column_text(rows, 6),
	};
}

/* Where the step from KEY on ends, inclusive. */
static bool
find_edge(Envelopes *envelopes, const char *text, int64_t folder, PageKey key, size_t limit,
	PageKey *edge, bool *end, GError **error)
{
	g_autoptr(SqlRows) rows = sql_ask(
		envelopes->sql, error, text, "iiii", folder, key.date, key.id, (int64_t)limit - 1);
	int step = rows ? sql_next(envelopes->sql, rows, error) : -1;
	*end = step == 0;
	*edge = step == 1
	                ? (PageKey){ sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1) }
	                : (PageKey){ G_MININT64, G_MININT64 };
	return step >= 0;
}

bool
envelopes_brief_page(Envelopes *envelopes, const PageAsk *ask,
	void (*on_row)(const BriefRow *row, void *data), void *data, PageKey *next, bool *end,
	GError **error)
{
	const BriefText *text = ask->view == PAGE_FLAGGED ? &in_flagged : &in_folder;
	PageKey key = ask->has_key ? ask->key : (PageKey){ G_MAXINT64, G_MAXINT64 };
	int64_t folder;
	if (!envelopes_folder_of(envelopes, ask, &folder, error) ||
		!find_edge(envelopes, text->edge, folder, key, ask->limit, next, end, error))
		return false;
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error, text->rows, "iiiii", folder,
		key.date, key.id, next->date, next->id);
	int step = rows ? 1 : -1;
	while (step > 0 && (step = sql_next(envelopes->sql, rows, error)) > 0) {
		BriefRow row = read_brief(rows);
		on_row(&row, data);
	}
	return step == 0;
}

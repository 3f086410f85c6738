#include <string.h>

#include "backend/core/pass.h"

/*
 * What the lines of a pass bring. A server may say anything, as often as it likes: kept is what was asked for,
 * once, and never much of it at a time.
 */

enum { KEPT_MOST = 16 << 20, NUMBERS_MOST = 8 << 20, STRING_COST = 16, SPANS_MOST = 1 << 20 };

static size_t
cost_of_keywords(const char *const *keywords)
{
	size_t cost = 0;
	for (; keywords && *keywords; keywords++)
		cost += strlen(*keywords) + STRING_COST;
	return cost;
}

/* A window that holds far more than was guessed: what came of it goes ahead of its mark. */
static bool
spill(Pass *pass)
{
	GPtrArray *rows = pass->rows;
	pass->rows = pass_no_rows();
	pass->listed += rows->len;
	pass->rows_kept = 0;
	return pass_write_rows(pass, rows, 0, 0, 0, &pass->failure) &&
	       pass_write_changes(pass, 0, &pass->failure);
}

/* Is it a UID of the windows under way? */
static bool
is_asked_for(const Pass *pass, uint32_t uid)
{
	for (unsigned i = 0; i < pass->under_way; i++)
		if (uid >= pass->sent[i].first && uid <= pass->sent[i].last)
			return true;
	return false;
}

NewRow *
new_row_of(const ImapFetch *fetch)
{
	NewRow *row = g_new0(NewRow, 1);
	row->has_flags = fetch->has_flags;
	row->uid = fetch->uid;
	row->flags = fetch->flags;
	row->keywords = g_strdupv((char **)fetch->keywords);
	row->internal_date = fetch->internal_date;
	row->size = fetch->size;
	row->modseq = fetch->modseq;
	row->header = header_read_for_list(fetch->header, fetch->header_length);
	return row;
}

static void
take_row(Pass *pass, const ImapFetch *fetch)
{
	void *key = GUINT_TO_POINTER(fetch->uid);
	if (!is_asked_for(pass, fetch->uid) || g_hash_table_contains(pass->came, key))
		return;
	if (pass->match) {
		g_hash_table_insert(pass->came, key, NULL);
		match_take(pass->match, fetch);
		return;
	}
	g_ptr_array_add(pass->rows, new_row_of(fetch));
	size_t cost = sizeof(NewRow) + sizeof(Header) + fetch->header_length +
	              cost_of_keywords(fetch->keywords);
	g_hash_table_insert(pass->came, key, GSIZE_TO_POINTER(cost));
	pass->rows_kept += cost;
}

static void
take_change(Pass *pass, const ImapFetch *fetch)
{
	char **keywords = g_strdupv((char **)fetch->keywords);
	g_ptr_array_add(pass->keywords, keywords);
	FlagChange change = { fetch->uid, fetch->flags, keywords, fetch->modseq };
	g_array_append_val(pass->changes, change);
	pass->changes_kept += sizeof(FlagChange) + STRING_COST + cost_of_keywords(fetch->keywords);
}

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	Pass *pass = data;
	if (!fetch->uid)
		return true;
	pass->highest = MAX(pass->highest, fetch->uid);
	if (fetch->header)
		take_row(pass, fetch);
	else if (fetch->has_flags && !pass->match)
		take_change(pass, fetch);
	return pass->rows_kept + pass->changes_kept <= KEPT_MOST || spill(pass);
}

static bool
on_search(const uint32_t *numbers, size_t count, void *data)
{
	Pass *pass = data;
	if (pass->numbers->len + count > NUMBERS_MOST) {
		g_set_error(&pass->failure, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
			"%s: protocol error: the server floods us with numbers",
			pass->round->config->incoming.host);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (is_asked_for(pass, numbers[i]))
			g_array_append_val(pass->numbers, numbers[i]);
	return true;
}

/* A server that names more spans than that is not followed: the counts will disagree, and all is compared. */
static bool
on_vanished(uint32_t first, uint32_t last, void *data)
{
	Pass *pass = data;
	Span span = { first, last };
	if (pass->vanished->len < SPANS_MOST)
		g_array_append_val(pass->vanished, span);
	return true;
}

void
pass_hear(Pass *pass)
{
	static const ImapHandlers handlers = {
		.on_fetch = on_fetch, .on_search = on_search, .on_vanished = on_vanished
	};
	remote_hear(pass->round->remote, &handlers, pass);
}

GPtrArray *
pass_no_rows(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
}

static gboolean
is_within(void *uid, void *cost, void *data)
{
	const Span *span = data;
	return GPOINTER_TO_UINT(uid) >= span->first && GPOINTER_TO_UINT(uid) <= span->last;
}

/*
 * A server may send the lines of all commands on the way before the first tagged answer (RFC 9051 §5.5;
 * Dovecot does), so the others stay for their windows.
 */
GPtrArray *
pass_take_rows(Pass *pass, Span span)
{
	GPtrArray *taken = pass_no_rows(), *rest = pass_no_rows();
	g_ptr_array_set_free_func(pass->rows, NULL);
	for (unsigned i = 0; i < pass->rows->len; i++) {
		NewRow *row = g_ptr_array_index(pass->rows, i);
		void *uid = GUINT_TO_POINTER(row->uid);
		bool within = is_within(uid, NULL, &span);
		if (within)
			pass->rows_kept -= GPOINTER_TO_SIZE(g_hash_table_lookup(pass->came, uid));
		g_ptr_array_add(within ? taken : rest, row);
	}
	g_ptr_array_unref(pass->rows);
	pass->rows = rest;
	pass->listed += taken->len;
	g_hash_table_foreach_remove(pass->came, is_within, &span);
	return taken;
}

#include "backend/agent/pass.h"

/* In messages; spans of UIDs are these times the folder's sparseness. */
enum { FIRST_WINDOW = 50, WINDOW = 2000, FLAGS_WINDOW = 20000, TRANSACTIONS_UNDER_WAY = 4 };

static const char fields[] =
	"BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES "
	"LIST-ID CONTENT-TYPE)]";

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	Pass *pass = data;
	if (!fetch->uid)
		return true;
	pass->highest = MAX(pass->highest, fetch->uid);
	if (fetch->header) {
		NewRow *row = g_new0(NewRow, 1);
		row->uid = fetch->uid;
		row->flags = fetch->flags;
		row->keywords = g_strdupv((char **)fetch->keywords);
		row->internal_date = fetch->internal_date;
		row->size = fetch->size;
		row->modseq = fetch->modseq;
		row->header = header_read_for_list(fetch->header, fetch->header_length);
		g_ptr_array_add(pass->rows, row);
	} else if (fetch->has_flags) {
		char **keywords = g_strdupv((char **)fetch->keywords);
		g_ptr_array_add(pass->keywords, keywords);
		FlagChange change = { fetch->uid, fetch->flags, keywords, fetch->modseq };
		g_array_append_val(pass->changes, change);
	}
	return true;
}

static bool
on_search(const uint32_t *numbers, size_t count, void *data)
{
	Pass *pass = data;
	g_array_append_vals(pass->numbers, numbers, (unsigned)count);
	return true;
}

/* ---- transactions, handed to the disk thread ---- */

typedef struct Write {
	Pass *pass;
	GPtrArray *rows;
	GArray *changes;
	GPtrArray *keywords;
	uint32_t low, next;
	uint64_t modseq;
	size_t count;
} Write;

static bool
ask_write(Store *store, void *data, GError **error)
{
	Write *write = data;
	int64_t folder = write->pass->folder->known->id;
	/* no mark moves past what could not be written */
	if (!flow_is_good(write->pass->flow, error))
		return false;
	if (write->changes)
		return store_merge_flags(store, folder, (FlagChange *)(void *)write->changes->data,
			write->changes->len, write->modseq, &write->count, error);
	return store_add_rows(store, folder, write->rows, write->low, write->next, write->modseq,
		&write->count, error);
}

static void
on_written(void *data, const GError *error)
{
	Write *write = data;
	Round *round = write->pass->round;
	if (!error && write->count) {
		*(write->changes ? &round->changed : &round->added) += write->count;
		round->owner->changed(write->pass->folder->known->name, round->owner->data);
	}
	flow_end(write->pass->flow, error);
	g_clear_pointer(&write->rows, g_ptr_array_unref);
	g_clear_pointer(&write->changes, g_array_unref);
	g_clear_pointer(&write->keywords, g_ptr_array_unref);
	g_free(write);
}

static bool
write_rows(
	Pass *pass, GPtrArray *rows, uint32_t low, uint32_t next, uint64_t modseq, GError **error)
{
	if (!flow_begin(pass->flow, error)) {
		g_ptr_array_unref(rows);
		return false;
	}
	Write *write = g_new0(Write, 1);
	*write = (Write){ .pass = pass, .rows = rows, .low = low, .next = next, .modseq = modseq };
	disk_tell(pass->round->disk, ask_write, write, on_written);
	return true;
}

static bool
write_changes(Pass *pass, uint64_t modseq, GError **error)
{
	if (!flow_begin(pass->flow, error))
		return false;
	Write *write = g_new0(Write, 1);
	*write = (Write){
		.pass = pass, .changes = pass->changes, .keywords = pass->keywords, .modseq = modseq
	};
	pass->changes = g_array_new(FALSE, FALSE, sizeof(FlagChange));
	pass->keywords = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	disk_tell(pass->round->disk, ask_write, write, on_written);
	return true;
}

static bool
send_headers(Pass *pass, Span span, GError **error)
{
	g_autofree char *set = g_strdup_printf("%u:%u", span.first, span.last);
	const char *modseq = pass->selected.modseq ? "MODSEQ " : "";
	return imap_send(pass->round->session, error,
		       "UID FETCH %a (UID FLAGS INTERNALDATE RFC822.SIZE %a%a)", set, modseq,
		       fields) != 0;
}

static GPtrArray *
no_rows(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
}

/*
 * The rows of one window. A server may send the lines of all commands on the way before the first tagged
 * answer (RFC 9051 §5.5; Dovecot does), so the others stay for their windows.
 */
static GPtrArray *
take_span(Pass *pass, Span span)
{
	GPtrArray *taken = no_rows(), *rest = no_rows();
	g_ptr_array_set_free_func(pass->rows, NULL);
	for (unsigned i = 0; i < pass->rows->len; i++) {
		NewRow *row = g_ptr_array_index(pass->rows, i);
		g_ptr_array_add(
			row->uid >= span.first && row->uid <= span.last ? taken : rest, row);
	}
	g_ptr_array_unref(pass->rows);
	pass->rows = rest;
	pass->listed += taken->len;
	return taken;
}

static void
tell_progress(Pass *pass)
{
	Round *round = pass->round;
	round->owner->progress(pass->folder->known->name, "headers",
		pass->folder->known->rows + pass->listed, pass->selected.exists,
		round->owner->data);
}

/* The window's rows and the mark below which nothing is known move together. */
static bool
done_first_pass(Pass *pass, Span span, GError **error)
{
	GPtrArray *rows = take_span(pass, span);
	tell_progress(pass);
	/* a pass that goes on after a cut: flags of the rows from before it are still to be asked for */
	uint64_t modseq = pass->next_mark ? pass->selected.modseq : 0;
	return write_rows(pass, rows, span.first, pass->next_mark, modseq, error);
}

static bool
done_newer(Pass *pass, Span span, GError **error)
{
	GPtrArray *rows = take_span(pass, span);
	tell_progress(pass);
	return write_rows(pass, rows, 0, 0, 0, error);
}

static bool
send_flags(Pass *pass, Span span, GError **error)
{
	g_autofree char *set = g_strdup_printf("%u:%u", span.first, span.last);
	uint64_t since = pass->folder->known->modseq;
	/* a server that counts from below again (restored) would name no change */
	if (since && since <= pass->selected.modseq) {
		g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, since);
		return imap_send(pass->round->session, error,
			       "UID FETCH %a (UID FLAGS) (CHANGEDSINCE %a)", set, number) != 0;
	}
	return imap_send(pass->round->session, error, "UID FETCH %a (UID FLAGS)", set) != 0;
}

static bool
done_flags(Pass *pass, Span span, GError **error)
{
	return write_changes(pass, 0, error);
}

bool
pass_fetch_span(Pass *pass, Span span, GError **error)
{
	return pass_run_windows(pass, span, WINDOW, WINDOW, send_headers, done_newer, error);
}

void
pass_hear(Pass *pass)
{
	static const ImapHandlers handlers = { .on_fetch = on_fetch, .on_search = on_search };
	imap_set_handlers(pass->round->session, &handlers, pass);
}

/* ---- the folder ---- */

static bool
ask_folder_rows(Store *store, void *data, GError **error)
{
	Pass *pass = data;
	g_autoptr(GPtrArray) all = store_folders(store, error);
	for (unsigned i = 0; all && i < all->len; i++) {
		StoreFolder *folder = g_ptr_array_index(all, i);
		if (folder->id != pass->folder->known->id)
			continue;
		store_folder_free(pass->folder->known);
		pass->folder->known = folder;
		g_ptr_array_index(all, i) = NULL;
		g_ptr_array_remove_index_fast(all, i);
		return true;
	}
	return all != NULL;
}

typedef struct Begin {
	Pass *pass;
	bool held;
} Begin;

static bool
ask_begin(Store *store, void *data, GError **error)
{
	Begin *begin = data;
	const ImapSelected *selected = &begin->pass->selected;
	return store_begin_folder(store, begin->pass->folder->known->id, selected->uidvalidity,
		       selected->uidnext, &begin->held, error) &&
	       ask_folder_rows(store, begin->pass, error);
}

/* A folder seen for the first time: the first window sets both marks, the others lower the low one. */
static bool
begin_first_pass(Pass *pass, GError **error)
{
	const ImapSelected *selected = &pass->selected;
	if (selected->uidnext <= 1)
		return write_rows(pass, no_rows(), 1, 1, selected->modseq, error);
	pass->next_mark = selected->uidnext;
	Span all = { 1, selected->uidnext - 1 };
	return pass_run_windows(
		pass, all, FIRST_WINDOW, WINDOW, send_headers, done_first_pass, error);
}

/* Newest first: what came since the last time, then further down in a first pass that was not finished. */
static bool
pull_rows(Pass *pass, GError **error)
{
	const StoreFolder *known = pass->folder->known;
	const ImapSelected *selected = &pass->selected;
	if (known->uidnext == 0)
		return begin_first_pass(pass, error);
	if (selected->uidnext > known->uidnext) {
		Span newer = { known->uidnext, selected->uidnext - 1 };
		if (!pass_run_windows(
			    pass, newer, FIRST_WINDOW, WINDOW, send_headers, done_newer, error) ||
			!write_rows(pass, no_rows(), 0, selected->uidnext, 0, error))
			return false;
	}
	if (known->uidlow <= 1)
		return true;
	Span older = { 1, known->uidlow - 1 };
	return pass_run_windows(
		pass, older, FIRST_WINDOW, WINDOW, send_headers, done_first_pass, error);
}

/*
 * Some servers announce no UIDNEXT: it is one above the newest message, or above the newest that was ever
 * here, which may be deleted by now.
 */
static bool
find_uidnext(Pass *pass, GError **error)
{
	ImapSelected *selected = &pass->selected;
	if (selected->uidnext)
		return true;
	pass->highest = 0;
	if (selected->exists && !imap_command(pass->round->session, error, "UID FETCH * (UID)"))
		return false;
	uint32_t above = MIN(pass->highest, UINT32_MAX - 1) + 1;
	selected->uidnext = MAX(above, pass->folder->known->uidnext);
	return true;
}

/* Rows that were here before may have other flags now; their answer also moves the mark. */
static bool
pull_flags(Pass *pass, uint32_t below, GError **error)
{
	uint64_t modseq = pass->selected.modseq;
	if (modseq && pass->folder->known->modseq == modseq)
		return true;
	uint32_t window = pass->folder->known->modseq ? UINT32_MAX : FLAGS_WINDOW;
	if (below > 1 && !pass_run_windows(pass, (Span){ 1, below - 1 }, window, window, send_flags,
				 done_flags, error))
		return false;
	return write_changes(pass, modseq, error);
}

static bool
pull(Pass *pass, GError **error)
{
	Round *round = pass->round;
	Begin begin = { pass, false };
	if (!disk_ask(round->disk, ask_begin, &begin, error))
		return false;
	if (begin.held) {
		round->owner->changed(pass->folder->known->name, round->owner->data);
		pass->folder->dirty = false;
		return true;
	}
	if (!find_uidnext(pass, error))
		return false;
	uint32_t exists = MAX(pass->selected.exists, 1);
	pass->sparseness = MAX(1, pass->selected.uidnext / exists);
	uint32_t old_next = pass->folder->known->rows ? pass->folder->known->uidnext : 0;
	if (!pull_rows(pass, error) || !pull_flags(pass, old_next, error) ||
		!flow_wait(pass->flow, error) ||
		!disk_ask(round->disk, ask_folder_rows, pass, error))
		return false;
	bool outage;
	if (!pass_is_outage(pass, &outage, error))
		return false;
	if (outage || pass->folder->known->rows == pass->selected.exists)
		return true;
	return pass_reconcile(pass, error) && flow_wait(pass->flow, error);
}

bool
round_pull_headers(Round *round, RoundFolder *folder, GError **error)
{
	Pass pass = {
		.round = round,
		.folder = folder,
		.flow = flow_new(TRANSACTIONS_UNDER_WAY),
		.rows = no_rows(),
		.changes = g_array_new(FALSE, FALSE, sizeof(FlagChange)),
		.keywords = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev),
		.numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
	};
	pass_hear(&pass);
	bool ok = round_examine(round, folder->known, true, error);
	pass.selected = round->selected;
	ok = ok && pull(&pass, error);
	imap_set_handlers(round->session, NULL, NULL);
	flow_free(pass.flow);
	g_ptr_array_unref(pass.rows);
	g_array_unref(pass.changes);
	g_ptr_array_unref(pass.keywords);
	g_array_unref(pass.numbers);
	return ok;
}

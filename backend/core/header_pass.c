#include "backend/core/pass.h"

enum { TRANSACTIONS_UNDER_WAY = 4 };
/* Messages that windows may bring before one is answered, however many a folder claims to hold. */
enum { HEADERS_MOST = 400000 };

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
		return pass_write_rows(pass, pass_no_rows(), 1, 1, selected->modseq, error);
	pass->next_mark = selected->uidnext;
	Span all = { 1, selected->uidnext - 1 };
	return pass_fetch_first(pass, all, error);
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
		if (!pass_fetch_newer(pass, newer, error) ||
			!pass_write_rows(pass, pass_no_rows(), 0, selected->uidnext, 0, error))
			return false;
	}
	if (known->uidlow <= 1)
		return true;
	Span older = { 1, known->uidlow - 1 };
	return pass_fetch_first(pass, older, error);
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
	RemoteCommand last = { .verb = REMOTE_FETCH_LAST };
	if (selected->exists && !remote_command(pass->round->remote, &last, NULL, error))
		return false;
	uint32_t above = MIN(pass->highest, UINT32_MAX - 1) + 1;
	const StoreFolder *known = pass->folder->known;
	selected->uidnext = known->state == FOLDER_REMATCH ? above : MAX(above, known->uidnext);
	return true;
}

/* Rows below this were here before the pass: all of them if it was cut before its first mark. */
static uint32_t
flags_below(const Pass *pass)
{
	const StoreFolder *known = pass->folder->known;
	if (!known->rows)
		return 0;
	return known->uidnext ? known->uidnext : pass->selected.uidnext;
}

/* Rows that were here before may have other flags now; their answer also moves the mark. */
static bool
pull_flags(Pass *pass, uint32_t below, GError **error)
{
	uint64_t modseq = pass->selected.modseq;
	if (modseq && pass->folder->known->modseq == modseq)
		return true;
	pass->most = (uint64_t)pass->folder->known->rows;
	if (below > 1 && !pass_fetch_flags(pass, (Span){ 1, below - 1 }, error))
		return false;
	return pass_write_changes(pass, modseq, error);
}

/* Do its UIDs say what we think? Where the server numbered it anew it is matched first; a held folder is left. */
static bool
begin(Pass *pass, GError **error)
{
	Round *round = pass->round;
	Begin begin = { pass, false };
	if (!disk_ask(round->disk, ask_begin, &begin, error) ||
		(!begin.held && !find_uidnext(pass, error)))
		return false;
	uint32_t exists = MAX(pass->selected.exists, 1);
	pass->sparseness = MAX(1, pass->selected.uidnext / exists);
	pass->most = MIN(exists, HEADERS_MOST);
	if (pass->folder->known->state == FOLDER_REMATCH &&
		(!pass_rematch(pass, error) ||
			!disk_ask(round->disk, ask_folder_rows, pass, error)))
		return false;
	if (pass->folder->known->state == FOLDER_HELD) {
		round->owner->changed(pass->folder->known->name, round->owner->data);
		pass->folder->dirty = false;
	}
	return true;
}

static bool
pull(Pass *pass, GError **error)
{
	Round *round = pass->round;
	if (!begin(pass, error))
		return false;
	if (!pass->folder->dirty)
		return true;
	uint32_t old_next = flags_below(pass);
	if (!pull_rows(pass, error) || !pull_flags(pass, old_next, error) ||
		!flow_wait(pass->flow, error) ||
		!disk_ask(round->disk, ask_folder_rows, pass, error))
		return false;
	bool outage;
	if (!pass_is_outage(pass, &outage, error))
		return false;
	if (outage)
		return true;
	if (pass->vanished->len && (!pass_take_vanished(pass, error) ||
					   !disk_ask(round->disk, ask_folder_rows, pass, error)))
		return false;
	if (pass->folder->known->rows == pass->selected.exists)
		return true;
	return pass_reconcile(pass, error) && flow_wait(pass->flow, error);
}

static bool
run(Round *round, RoundFolder *folder, bool (*work)(Pass *pass, GError **error), GError **error)
{
	Pass pass = {
		.round = round,
		.folder = folder,
		.flow = flow_new(TRANSACTIONS_UNDER_WAY),
		.rows = pass_no_rows(),
		.came = g_hash_table_new(NULL, NULL),
		.changes = g_array_new(FALSE, FALSE, sizeof(FlagChange)),
		.keywords = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev),
		.numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.vanished = g_array_new(FALSE, FALSE, sizeof(Span)),
	};
	pass_hear(&pass);
	bool ok = round_examine(round, folder->known, true, error);
	pass.selected = round->selected;
	ok = ok && work(&pass, error);
	remote_hear(round->remote, NULL, NULL);
	if (!ok && pass.failure) {
		g_clear_error(error);
		g_propagate_error(error, g_steal_pointer(&pass.failure));
	}
	g_clear_error(&pass.failure);
	flow_free(pass.flow);
	g_ptr_array_unref(pass.rows);
	g_hash_table_unref(pass.came);
	g_array_unref(pass.changes);
	g_ptr_array_unref(pass.keywords);
	g_array_unref(pass.numbers);
	g_array_unref(pass.vanished);
	return ok;
}

bool
round_pull_headers(Round *round, RoundFolder *folder, GError **error)
{
	return run(round, folder, pull, error);
}

bool
round_rematch(Round *round, RoundFolder *folder, GError **error)
{
	return run(round, folder, begin, error);
}

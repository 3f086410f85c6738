#include "backend/core/round.h"

/* In one round: sessions that a folder may cost, and those that get on by finding the message to blame. */
enum { RECONNECTS = 5, BLAMES = 50 };

/*
 * A server may number a folder anew at each look as long as nobody has selected it to write (GNU imap4d does, while mail
 * is new there). So where its numbers are not those that are known here it is selected, which makes them last.
 */
static bool
look_into(Round *round, const StoreFolder *folder, GError **error)
{
	bool known = folder->uidvalidity && folder->state != FOLDER_REMATCH;
	if (!remote_select(round->remote, folder->remote, !known, &round->selected, error))
		return false;
	return !known || round->selected.uidvalidity == folder->uidvalidity ||
	       remote_select(round->remote, folder->remote, true, &round->selected, error);
}

bool
round_examine(Round *round, const StoreFolder *folder, bool again, GError **error)
{
	if (round->examined == folder->id && !again)
		return true;
	round->examined = 0;
	if (!look_into(round, folder, error))
		return false;
	round->examined = folder->id;
	return true;
}

/* ---- what is here ---- */

static bool
ask_scan(Store *store, void *data, GError **error)
{
	Round *round = data;
	if (!store_scan(store, 0, &round->changed, error))
		return false;
	round->added = store_scan_added(store);
	round->changed -= MIN(round->added, round->changed);
	return true;
}

bool
round_scan(Round *round, GError **error)
{
	round->added = round->changed = round->removed = round->bodies = 0;
	round->blames = 0;
	g_hash_table_remove_all(round->suspects);
	if (!disk_ask(round->disk, ask_scan, round, error))
		return false;
	round->owner->changed(NULL, round->owner->data);
	return true;
}

/* ---- the end ---- */

/* What left one folder may lie in another that could not be read: then nothing is buried. */
static bool
is_whole(const Round *round)
{
	for (unsigned i = 0; round->folders && i < round->folders->len; i++) {
		const RoundFolder *folder = g_ptr_array_index(round->folders, i);
		if (folder->failed || folder->known->state == FOLDER_HELD)
			return false;
	}
	return true;
}

static bool
ask_end_cycle(Store *store, void *data, GError **error)
{
	Round *round = data;
	size_t renamed = 0;
	return store_follow(store, &renamed, error) &&
	       (!is_whole(round) || store_end_cycle(store, &round->removed, error));
}

bool
round_end(Round *round, GError **error)
{
	return disk_ask(round->disk, ask_end_cycle, round, error);
}

/* ---- folders ---- */

typedef bool (*FolderStep)(Round *round, RoundFolder *folder, GError **error);

static bool
concerns_one_folder(const GError *error)
{
	return g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED) ||
	       g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE) ||
	       g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED);
}

/* The session is left if it is of no use any more; true if it is kept. */
static bool
clear_up(Round *round)
{
	const RoundOwner *owner = round->owner;
	/* what came is kept, what failed is not the next folder's */
	owner->flush(owner->data, NULL);
	if (round->remote && remote_is_usable(round->remote))
		return true;
	owner->drop(owner->data);
	return false;
}

/* A message that ends the session is found by asking for few at a time; meanwhile the folder is tried again. */
static bool
try_folder(Round *round, RoundFolder *folder, FolderStep step, bool *kept, GError **error)
{
	while (true) {
		unsigned blamed = round->blamed;
		g_autoptr(GError) failure = NULL;
		if (!round->owner->open(round->owner->data, error))
			return false;
		*kept = true;
		if (step(round, folder, &failure))
			return true;
		*kept = clear_up(round);
		if (round->blamed > blamed && ++round->blames <= BLAMES)
			continue;
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
}

/* A folder that fails is named and left; its fault may have cost the session, so the next gets a new one. */
static bool
step_folder(Round *round, RoundFolder *folder, FolderStep step, int *reconnects, GError **error)
{
	g_autoptr(GError) failure = NULL;
	bool kept = false;
	if (folder->failed || try_folder(round, folder, step, &kept, &failure))
		return true;
	folder->failed = true;
	if (!concerns_one_folder(failure) || (!kept && ++*reconnects > RECONNECTS)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	round->owner->trouble(folder->known->name, failure, round->owner->data);
	return true;
}

/* Nothing is done in a held folder: said every time, once for all that are held for the same reason. */
static void
tell_held(Round *round)
{
	const char *last = NULL;
	for (unsigned i = 0; i < round->folders->len; i++) {
		const RoundFolder *folder = g_ptr_array_index(round->folders, i);
		const char *why = folder->known->held_why;
		if (folder->known->state != FOLDER_HELD || g_strcmp0(why, last) == 0)
			continue;
		g_autoptr(GError) error = g_error_new_literal(
			ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, why ? why : "this folder is held");
		round->owner->trouble(folder->known->name, error, round->owner->data);
		last = why;
	}
}

/* Whole messages as far as the user wants them, stubs of the others. */
static bool
pull_files(Round *round, RoundFolder *folder, GError **error)
{
	const AccountConfig *config = round->config;
	bool full = config->download == DOWNLOAD_FULL;
	bool all = full && !config->max_size && !config->max_age;
	return (!full || round_pull_bodies(round, folder, error)) &&
	       (all || (round->owner->flush(round->owner->data, error) &&
			       round_pull_stubs(round, folder, error)));
}

/* As the survey says; where it says nothing, the folder's own pass finds out. */
static bool
is_renumbered(const RoundFolder *folder)
{
	const StoreFolder *known = folder->known;
	if (known->state == FOLDER_HELD)
		return false;
	return known->state == FOLDER_REMATCH ||
	       (folder->surveyed && (known->uidvalidity || known->rows) &&
		       (folder->uidvalidity != known->uidvalidity ||
			       (folder->uidnext && folder->uidnext < known->uidnext)));
}

static bool
rematch_folders(Round *round, GError **error)
{
	int reconnects = 0;
	for (unsigned i = 0; i < round->folders->len; i++) {
		RoundFolder *folder = g_ptr_array_index(round->folders, i);
		if (is_renumbered(folder) &&
			!step_folder(round, folder, round_rematch, &reconnects, error))
			return false;
	}
	return true;
}

static bool
ask_rejoin(Store *store, void *data, GError **error)
{
	return store_rejoin(store, error);
}

static bool
run_folders(Round *round, GError **error)
{
	GPtrArray *folders = round->folders;
	int reconnects = 0;
	for (unsigned i = 0; i < folders->len; i++) {
		RoundFolder *folder = g_ptr_array_index(folders, i);
		if (folder->dirty &&
			!step_folder(round, folder, round_pull_headers, &reconnects, error))
			return false;
	}
	if (!disk_ask(round->disk, ask_rejoin, NULL, error))
		return false;
	for (unsigned i = 0; i < folders->len; i++) {
		RoundFolder *folder = g_ptr_array_index(folders, i);
		if (folder->known->state != FOLDER_HELD &&
			!step_folder(round, folder, pull_files, &reconnects, error))
			return false;
	}
	tell_held(round);
	return round->owner->flush(round->owner->data, error);
}

bool
round_run(Round *round, GError **error)
{
	const RoundOwner *owner = round->owner;
	if (round_survey(round, error) && rematch_folders(round, error) &&
		round_push(round, true, error) && run_folders(round, error))
		return round_end(round, error);
	owner->flush(owner->data, NULL); /* what came is kept, whatever ended the round */
	owner->drop(owner->data);
	return false;
}

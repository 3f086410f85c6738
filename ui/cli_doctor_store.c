#include "backend/error.h"
#include "index/paths.h"
#include "ui/cli_copies.h"
#include "ui/cli_doctor.h"
#include "ui/cli_tree.h"

enum { UNSEARCHABLE = 20 }; /* so many are named */

/* Folders in which nothing is done, with the reason; once where all of them have the same. */
static void
check_held(Doctor *doctor, Envelopes *envelopes, const AccountConfig *account)
{
	g_autoptr(GPtrArray) folders = envelopes_folders(envelopes, NULL);
	const char *last = NULL;
	for (guint i = 0; folders && i < folders->len; i++) {
		const FolderRow *folder = g_ptr_array_index(folders, i);
		if (!folder->error || g_strcmp0(folder->error, last) == 0)
			continue;
		last = folder->error;
		g_autofree char *text = g_strdup_printf("%s: %s", folder->name, last);
		doctor_tell(doctor, account->name, "store", false, CLI_FAILED, text, NULL);
	}
}

static void
tell_no_folders(Doctor *doctor, const AccountConfig *account)
{
	g_autofree char *place = g_build_filename(account->mail_root, account->path, NULL);
	g_autofree char *text = g_strconcat("no folder in ", place, NULL);
	doctor_tell(doctor, account->name, "store", false, CLI_FAILED, text,
		"each folder is a Maildir of its own there: INBOX/cur, Lists/notmuch/cur, or as "
		"Maildir++ "
		"has them: cur, .Lists.notmuch/cur");
}

static void
tell_unreadable(Doctor *doctor, const AccountConfig *account, const GError *error)
{
	g_autofree char *state = paths_account_state(account->name);
	g_autofree char *help =
		error->code == ACCOUNT_ERROR_DAMAGED
			? g_strdup_printf("the mail itself is not in this file: move %s/state.db "
					  "away and run `curlew sync %s`",
				  state, account->name)
			: g_strdup_printf("look at %s/state.db: may it be read, and did this "
					  "version of curlew make it?",
				  state);
	doctor_tell(doctor, account->name, "store", false, CLI_FAILED, error->message, help);
}

static void
check_sums(Doctor *doctor, Envelopes *envelopes, const AccountConfig *account)
{
	g_autoptr(GError) error = NULL;
	int64_t folders = 0;
	if (!envelopes_miscounted(envelopes, &folders, &error)) {
		tell_unreadable(doctor, account, error);
		return;
	}
	if (folders == 0)
		return;
	g_autofree char *text = g_strdup_printf("the counts of %" G_GINT64_FORMAT " %s wrong",
		folders, folders == 1 ? "folder are" : "folders are");
	doctor_tell(doctor, account->name, "store", false, CLI_FAILED, text,
		"`curlew sync` counts anew once a day and sets them right; nothing else is "
		"needed");
}

/* No fault, and nothing to do; but who misses a mail in a search should learn why. */
static void
name_unsearchable(Doctor *doctor, Envelopes *envelopes, const AccountConfig *account, int64_t count)
{
	g_autoptr(GPtrArray) rows = envelopes_unsearchable(envelopes, NULL, UNSEARCHABLE, NULL);
	for (guint i = 0; rows && i < rows->len; i++) {
		const UnsearchableRow *row = g_ptr_array_index(rows, i);
		g_autofree char *file = g_build_filename(
			account->mail_root, account->path, row->file ? row->file : row->key, NULL);
		g_autofree char *text = g_strdup_printf("not searchable: %s: %s", file, row->why);
		doctor_tell(doctor, account->name, "store", true, CLI_DONE, text, NULL);
	}
	g_autofree char *more =
		g_strdup_printf("not searchable: %" G_GINT64_FORMAT " more", count - UNSEARCHABLE);
	if (count > UNSEARCHABLE)
		doctor_tell(doctor, account->name, "store", true, CLI_DONE, more, NULL);
}

void
doctor_check_store(Doctor *doctor, const AccountConfig *account)
{
	g_autoptr(GError) error = NULL;
	EnvelopesCounts counts = { 0 };
	Envelopes *envelopes = stores_of(doctor->stores, account);
	if (!envelopes && stores_error(doctor->stores, account)) {
		tell_unreadable(doctor, account, stores_error(doctor->stores, account));
		return;
	}
	if (!envelopes) {
		g_autofree char *help = g_strdup_printf("curlew sync %s", account->name);
		doctor_tell(doctor, account->name, "store", true, CLI_DONE,
			"nothing was pulled yet", help);
		return;
	}
	if (!envelopes_is_sound(envelopes, &error) ||
		!envelopes_counts(envelopes, &counts, &error)) {
		tell_unreadable(doctor, account, error);
		return;
	}
	doctor->messages += counts.messages;
	if (counts.folders == 0 && account->incoming.scheme == SERVER_LOCAL) {
		tell_no_folders(doctor, account);
		return;
	}
	g_autofree char *tree = tree_sentence(account, false);
	if (tree)
		doctor_tell(doctor, account->name, "store", true, CLI_DONE, tree, NULL);
	check_held(doctor, envelopes, account);
	check_sums(doctor, envelopes, account);
	g_autofree char *text =
		g_strdup_printf("%" G_GINT64_FORMAT " messages in %" G_GINT64_FORMAT
				" folders, %" G_GINT64_FORMAT " not downloaded, %" G_GINT64_FORMAT
				" wait for the index, %" G_GINT64_FORMAT " not searchable",
			counts.messages, counts.folders, counts.bodies_missing, counts.index_queue,
			counts.not_searchable);
	doctor_tell(doctor, account->name, "store", true, CLI_DONE, text, NULL);
	name_unsearchable(doctor, envelopes, account, counts.not_searchable);
}

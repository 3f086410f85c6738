#include "ui/screen/pending_list.h"

#include "backend/error.h"
#include "ui/pending_words.h"

enum { ACCOUNT_MOST = 2000 }; /* of one account are held: nobody reads more, and each costs */

static void
entry_free(void *data)
{
	PendingEntry *entry = data;
	list_row_unref(entry->row);
	g_free(entry->folder);
	clean_text_unref(entry->place);
	clean_text_unref(entry->note);
	g_free(entry);
}

void
pending_list_free(PendingList *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->entries);
	g_free(list->why);
	g_free(list);
}

/* ---- one account ---- */

/* "refused 2 times: no room there"; NULL: there is nothing to say. */
static CleanText *
note_of(const PendingRow *pending)
{
	if (!pending->why && !pending->message->refused)
		return NULL;
	const char *state = pending->asked ? "asked" : "refused";
	g_autofree char *times =
		pending->tries > 1 ? g_strdup_printf(" %d times", pending->tries) : g_strdup("");
	return clean_text_format(CLEAN_LINE, "%s%s%s%s", state, times, pending->why ? ": " : "",
		pending->why ? pending->why : "");
}

/* Names of folders, each asked for once. */
static const char *
folder_name(Envelopes *store, GHashTable *names, int64_t folder)
{
	char *name = g_hash_table_lookup(names, &folder);
	if (name)
		return name;
	name = envelopes_folder_name(store, folder, NULL);
	if (name)
		g_hash_table_insert(names, g_memdup2(&folder, sizeof folder), name);
	return name ? name : "?";
}

/* Takes the message out of PENDING. */
static PendingEntry *
entry_new(PendingRow *pending, const AccountConfig *account, const char *folder)
{
	PendingEntry *entry = g_new0(PendingEntry, 1);
	entry->what = pending->what;
	entry->since = pending->since;
	entry->folder = g_strdup_printf("%s/%s", account->name, folder);
	entry->place = clean_text_new(CLEAN_IDENTITY, entry->folder, -1);
	entry->note = note_of(pending);
	entry->row = list_row_new(
		g_steal_pointer(&pending->message), account->incoming.scheme == SERVER_LOCAL);
	return entry;
}

static bool
read_account(PendingList *list, Asker *asker, size_t account, GError **error)
{
	int64_t all = 0, refused = 0;
	Envelopes *store = asker_store(asker, account, error);
	g_autoptr(GPtrArray) rows = store ? envelopes_pending(store, ACCOUNT_MOST, error) : NULL;
	if (!rows)
		return false;
	g_autoptr(GHashTable) names =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	for (guint i = 0; i < rows->len; i++) {
		PendingRow *pending = g_ptr_array_index(rows, i);
		const char *folder = folder_name(store, names, pending->message->folder);
		g_ptr_array_add(
			list->entries, entry_new(pending, asker_account(asker, account), folder));
	}
	if (rows->len < ACCOUNT_MOST)
		return true;
	bool ok = envelopes_count_pending(store, &all, &refused, error);
	list->left += MAX(all - ACCOUNT_MOST, 0);
	return ok;
}

/* ---- all of them ---- */

static void
keep_refused(GPtrArray *from, GPtrArray *to, bool refused)
{
	for (guint i = 0; i < from->len; i++) {
		PendingEntry *entry = g_ptr_array_index(from, i);
		if (entry->row->refused == refused)
			g_ptr_array_add(to, entry);
	}
}

static void
put_refused_first(PendingList *list)
{
	GPtrArray *sorted = g_ptr_array_new_with_free_func(entry_free);
	keep_refused(list->entries, sorted, true);
	keep_refused(list->entries, sorted, false);
	g_ptr_array_set_free_func(list->entries, NULL);
	g_ptr_array_unref(list->entries);
	list->entries = sorted;
}

PendingList *
pending_list_read(Asker *asker, GCancellable *cancel)
{
	PendingList *list = g_new0(PendingList, 1);
	list->entries = g_ptr_array_new_with_free_func(entry_free);
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		g_autoptr(GError) error = NULL;
		if (g_cancellable_is_cancelled(cancel) || read_account(list, asker, i, &error) ||
			g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
			continue;
		g_free(list->why);
		list->why =
			g_strdup_printf("%s: %s", asker_account(asker, i)->name, error->message);
	}
	put_refused_first(list);
	return list;
}

int64_t
pending_list_count_refused(Asker *asker)
{
	int64_t all = 0;
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		Envelopes *store = asker_store(asker, i, NULL);
		int64_t pending, refused;
		if (store && envelopes_count_pending(store, &pending, &refused, NULL))
			all += refused;
	}
	return all;
}

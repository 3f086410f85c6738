#include "ui/screen/act_find.h"

#include "backend/error.h"
#include "ui/screen/target.h"

enum {
	QUESTION_MOST = 5000
}; /* messages that one question is about: it can be cancelled after each */

typedef struct Place {
	FolderRole role;
	char *name; /* belongs to the ActFound */
} Place;

/* What is found of one account. */
typedef struct Share {
	Envelopes *store;    /* NULL: it was never synced */
	GHashTable *folders; /* id (int64_t *) → Place */
	GHashTable *named;   /* of char *: message ids of which a copy is found */
	GArray *threads;     /* of int64_t: folded ones */
} Share;

typedef struct Finding {
	Asker *asker;
	const View *view;
	bool everywhere;
	GCancellable *cancel;
	GPtrArray *shares;    /* of Share, by account */
	GHashTable *wanted;   /* of char *: message ids whose copies are looked for */
	GHashTable *messages; /* of char *: what was counted */
	ActFound *found;
} Finding;

static void
copy_free(void *data)
{
	ActCopy *copy = data;
	g_free(copy->key);
	g_free(copy->message_id);
	g_free(copy);
}

void
act_found_free(ActFound *found)
{
	if (!found)
		return;
	g_ptr_array_unref(found->copies);
	g_hash_table_unref(found->places);
	g_free(found);
}

static GHashTable *
texts_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static Share *
share_at(const Finding *finding, int account)
{
	return g_ptr_array_index(finding->shares, (guint)account);
}

/* ---- the stores ---- */

static void
share_free(void *data)
{
	Share *share = data;
	g_hash_table_unref(share->folders);
	g_hash_table_unref(share->named);
	g_array_unref(share->threads);
	g_free(share);
}

static bool
read_folders(Finding *finding, Share *share, const char *account, GError **error)
{
	g_autoptr(GPtrArray) folders = envelopes_folders(share->store, error);
	for (guint i = 0; folders && i < folders->len; i++) {
		const FolderRow *folder = g_ptr_array_index(folders, i);
		Place *place = g_new(Place, 1);
		*place = (Place){ folder->role, g_strconcat(account, "/", folder->name, NULL) };
		g_hash_table_add(finding->found->places, place->name);
		g_hash_table_insert(
			share->folders, g_memdup2(&folder->id, sizeof folder->id), place);
	}
	return folders != NULL;
}

static bool
open_share(Finding *finding, size_t account, GError **error)
{
	GError *failure = NULL;
	Share *share = g_new(Share, 1);
	*share = (Share){ asker_store(finding->asker, account, &failure),
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free), texts_new(),
		g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	g_ptr_array_add(finding->shares, share);
	if (g_error_matches(failure, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
		g_clear_error(&failure);
	if (failure)
		g_propagate_error(error, failure);
	const char *name = asker_account(finding->asker, account)->name;
	return !failure && (!share->store || read_folders(finding, share, name, error));
}

/* ---- what is meant ---- */

/* In a list over folders: what lies there for another reason than to be read stays. */
static bool
is_meant(const Finding *finding, FolderRole role)
{
	if (finding->everywhere || view_is_in_folder(finding->view))
		return true;
	if (finding->view->kind == VIEW_INBOXES)
		return role == ROLE_INBOX;
	return !folder_role_is_aside(role);
}

static void
add_copy(Finding *finding, int account, const char *key, int64_t folder, const char *message_id)
{
	static Place nowhere = { ROLE_NONE, NULL };
	Share *share = share_at(finding, account);
	const Place *place = g_hash_table_lookup(share->folders, &folder);
	place = place ? place : &nowhere;
	if (!is_meant(finding, place->role))
		return;
	if (finding->everywhere && message_id &&
		!g_hash_table_add(share->named, g_strdup(message_id)))
		return;
	ActCopy *copy = g_new(ActCopy, 1);
	*copy = (ActCopy){ account, g_strdup(key), place->name, g_strdup(message_id) };
	g_ptr_array_add(finding->found->copies, copy);
}

/* Of a message that the view shows by this copy. */
static void
add_message(Finding *finding, int account, const char *key, int64_t folder, const char *message_id)
{
	bool is_other =
		g_hash_table_add(finding->messages, g_strdup(message_id ? message_id : key));
	finding->found->messages += is_other;
	bool alone = !message_id || view_is_in_folder(finding->view);
	if (alone || finding->everywhere)
		add_copy(finding, account, key, folder, message_id);
	if (message_id && (finding->everywhere || !alone))
		g_hash_table_add(finding->wanted, g_strdup(message_id));
}

static bool
is_shown(const Finding *finding, size_t account)
{
	int only = finding->view->account;
	return only == VIEW_ALL_ACCOUNTS || only == (int)account;
}

/* The messages of folded threads that the view shows of one account. */
static bool
add_threads(Finding *finding, size_t account, GError **error)
{
	const Share *share = share_at(finding, (int)account);
	int64_t folder = finding->view->folder;
	if (!share->store || share->threads->len == 0)
		return true;
	if (!view_is_in_folder(finding->view) &&
		!envelopes_role_folder(share->store, ROLE_INBOX, &folder, error))
		return false;
	g_autoptr(GPtrArray) rows =
		folder ? envelopes_messages_of_threads(share->store, folder, share->threads, error)
		       : NULL;
	for (guint i = 0; rows && i < rows->len; i++) {
		const MessageRow *row = g_ptr_array_index(rows, i);
		add_message(finding, (int)account, row->key, row->folder, row->message_id);
	}
	return rows || !folder;
}

static bool
add_targets(Finding *finding, const GPtrArray *targets, GError **error)
{
	for (guint i = 0; i < targets->len; i++) {
		const Target *target = g_ptr_array_index(targets, i);
		if (!target->folded)
			add_message(finding, target->account, target->key, target->folder,
				target->message_id);
		for (size_t account = 0; target->folded && account < finding->shares->len;
			account++) {
			if (is_shown(finding, account))
				g_array_append_val(
					share_at(finding, (int)account)->threads, target->thread);
		}
	}
	for (size_t account = 0; account < finding->shares->len; account++) {
		if (!add_threads(finding, account, error))
			return false;
	}
	return true;
}

/* ---- other copies ---- */

static bool
look_up(Finding *finding, int account, const GPtrArray *message_ids, GError **error)
{
	g_autoptr(GPtrArray) copies =
		envelopes_copies_of(share_at(finding, account)->store, message_ids, error);
	for (guint i = 0; copies && i < copies->len; i++) {
		const MessageRow *copy = g_ptr_array_index(copies, i);
		add_copy(finding, account, copy->key, copy->folder, copy->message_id);
	}
	return copies && !g_cancellable_set_error_if_cancelled(finding->cancel, error);
}

static bool
add_copies_in(Finding *finding, int account, GError **error)
{
	const Share *share = share_at(finding, account);
	g_autoptr(GPtrArray) message_ids = g_ptr_array_new();
	GHashTableIter iter;
	gpointer message_id;
	g_hash_table_iter_init(&iter, finding->wanted);
	while (share->store && g_hash_table_iter_next(&iter, &message_id, NULL)) {
		if (finding->everywhere && g_hash_table_contains(share->named, message_id))
			continue;
		g_ptr_array_add(message_ids, message_id);
		if (message_ids->len < QUESTION_MOST)
			continue;
		if (!look_up(finding, account, message_ids, error))
			return false;
		g_ptr_array_set_size(message_ids, 0);
	}
	return message_ids->len == 0 || look_up(finding, account, message_ids, error);
}

static bool
find(Finding *finding, const GPtrArray *targets, GError **error)
{
	for (size_t i = 0; i < asker_account_count(finding->asker); i++) {
		if (!open_share(finding, i, error))
			return false;
	}
	if (!add_targets(finding, targets, error))
		return false;
	for (guint i = 0; i < finding->shares->len; i++) {
		if (!add_copies_in(finding, (int)i, error))
			return false;
	}
	return true;
}

/* ---- to one account ---- */

/* Of each message those in TO, or else the first: one that two other accounts have would come twice. */
static void
keep_one_of_others(GPtrArray *copies, int to)
{
	g_autoptr(GHashTable) named = texts_new();
	for (guint i = 0; i < copies->len; i++) {
		const ActCopy *copy = g_ptr_array_index(copies, i);
		if (copy->account == to && copy->message_id)
			g_hash_table_add(named, g_strdup(copy->message_id));
	}
	for (guint i = 0; i < copies->len;) {
		const ActCopy *copy = g_ptr_array_index(copies, i);
		bool is_one = copy->account == to || !copy->message_id ||
		              g_hash_table_add(named, g_strdup(copy->message_id));
		if (is_one)
			i++;
		else
			g_ptr_array_remove_index(copies, i);
	}
}

ActFound *
act_find(Asker *asker, const View *view, const GPtrArray *targets, bool everywhere, int to,
	GCancellable *cancel, GError **error)
{
	g_autoptr(ActFound) found = g_new0(ActFound, 1);
	found->copies = g_ptr_array_new_with_free_func(copy_free);
	found->places = texts_new();
	g_autoptr(GPtrArray) shares = g_ptr_array_new_with_free_func(share_free);
	g_autoptr(GHashTable) wanted = texts_new();
	g_autoptr(GHashTable) messages = texts_new();
	Finding finding = { asker, view, everywhere, cancel, shares, wanted, messages, found };
	if (!find(&finding, targets, error))
		return NULL;
	if (to >= 0)
		keep_one_of_others(found->copies, to);
	return g_steal_pointer(&found);
}

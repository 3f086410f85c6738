#include "ui/screen/act_find.h"

#include "backend/error.h"

typedef struct Finding {
	Asker *asker;
	const View *view;
	bool everywhere;
	GPtrArray *found; /* of ActCopy */
} Finding;

static void
copy_free(void *data)
{
	ActCopy *copy = data;
	g_free(copy->key);
	g_free(copy->place);
	g_free(copy);
}

static FolderRole
role_of(const GPtrArray *folders, int64_t folder, const char **name)
{
	for (guint i = 0; i < folders->len; i++) {
		const FolderRow *row = g_ptr_array_index(folders, i);
		if (row->id != folder)
			continue;
		*name = row->name;
		return row->role;
	}
	*name = "";
	return ROLE_NONE;
}

/* In a list over folders: what lies there for another reason than to be read stays. */
static bool
is_meant(const Finding *finding, const MessageRow *copy, FolderRole role)
{
	if (finding->everywhere || view_is_in_folder(finding->view))
		return true;
	if (finding->view->kind == VIEW_INBOXES)
		return role == ROLE_INBOX;
	return !folder_role_is_aside(role);
}

/* True: it was. */
static bool
add_copy(Finding *finding, const GPtrArray *folders, const MessageRow *copy)
{
	const char *name;
	FolderRole role = role_of(folders, copy->folder, &name);
	if (!is_meant(finding, copy, role))
		return false;
	ActCopy *found = g_new(ActCopy, 1);
	const char *account = asker_account(finding->asker, (size_t)copy->account)->name;
	*found = (ActCopy){ copy->account, g_strdup(copy->key),
		g_strconcat(account, "/", name, NULL) };
	g_ptr_array_add(finding->found, found);
	return true;
}

/* The store of an account; NULL without an error: it was never synced. */
static Envelopes *
store_of(Finding *finding, size_t account, GError **error)
{
	GError *failure = NULL;
	Envelopes *store = asker_store(finding->asker, account, &failure);
	if (g_error_matches(failure, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
		g_clear_error(&failure);
	if (failure)
		g_propagate_error(error, failure);
	return store;
}

static bool
add_copies_in(Finding *finding, size_t account, const char *message_id, GError **error)
{
	GError *failure = NULL;
	Envelopes *store = store_of(finding, account, &failure);
	if (failure)
		g_propagate_error(error, failure);
	if (!store)
		return !failure;
	g_autoptr(GPtrArray) copies = envelopes_copies(store, message_id, error);
	g_autoptr(GPtrArray) folders = copies ? envelopes_folders(store, error) : NULL;
	if (!folders)
		return false;
	for (guint i = 0; i < copies->len; i++) {
		if (add_copy(finding, folders, g_ptr_array_index(copies, i)) && finding->everywhere)
			break;
	}
	return true;
}

/* This copy, or all of its message. */
static bool
add_message(Finding *finding, const MessageRow *copy, GError **error)
{
	bool alone =
		!copy->message_id || (view_is_in_folder(finding->view) && !finding->everywhere);
	if (alone) {
		Envelopes *store = asker_store(finding->asker, (size_t)copy->account, error);
		g_autoptr(GPtrArray) folders = store ? envelopes_folders(store, error) : NULL;
		if (folders)
			add_copy(finding, folders, copy);
		return folders != NULL;
	}
	for (size_t i = 0; i < asker_account_count(finding->asker); i++) {
		if (!add_copies_in(finding, i, copy->message_id, error))
			return false;
	}
	return true;
}

/* The messages of a thread that the view shows of one account. */
static bool
add_thread_in(Finding *finding, size_t account, int64_t thread, size_t *messages, GError **error)
{
	GError *failure = NULL;
	Envelopes *store = store_of(finding, account, &failure);
	if (failure)
		g_propagate_error(error, failure);
	if (!store)
		return !failure;
	int64_t folder = finding->view->folder;
	if (!view_is_in_folder(finding->view) &&
		!envelopes_role_folder(store, ROLE_INBOX, &folder, error))
		return false;
	g_autoptr(GPtrArray) rows =
		folder ? envelopes_thread_messages(store, folder, thread, error) : NULL;
	if (!rows)
		return !folder;
	*messages += rows->len;
	for (guint i = 0; i < rows->len; i++) {
		if (!add_message(finding, g_ptr_array_index(rows, i), error))
			return false;
	}
	return true;
}

static bool
add_thread(Finding *finding, int64_t thread, size_t *messages, GError **error)
{
	int only = finding->view->account;
	for (size_t i = 0; i < asker_account_count(finding->asker); i++) {
		bool is_shown = only == VIEW_ALL_ACCOUNTS || only == (int)i;
		if (is_shown && !add_thread_in(finding, i, thread, messages, error))
			return false;
	}
	return true;
}

GPtrArray *
act_find(Asker *asker, const View *view, const ListRow *row, bool everywhere, size_t *messages,
	GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(copy_free);
	Finding finding = { asker, view, everywhere, found };
	*messages = row->folded ? 0 : 1;
	bool is_found = row->folded ? add_thread(&finding, row->thread, messages, error)
	                            : add_message(&finding, row->copy, error);
	return is_found ? g_steal_pointer(&found) : NULL;
}

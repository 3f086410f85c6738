#include "ui/screen/folder_list.h"

#include <string.h>

#include "backend/error.h"

struct FolderList {
	/* constant */
	Asker *asker;
	Events *events;
	const Config *config; /* NULL: none */
	/* changes */
	GPtrArray *entries; /* of FolderEntry */
	bool loaded, loading, stale;
};

static void
entry_free(void *data)
{
	FolderEntry *entry = data;
	view_free(entry->view);
	g_free(entry->name);
	clean_text_unref(entry->label);
	clean_text_unref(entry->held);
	clean_text_unref(entry->mistake);
	g_free(entry);
}

View *
folder_list_inbox_view(Asker *asker)
{
	if (asker_account_count(asker) != 1)
		return view_new(VIEW_INBOXES, VIEW_ALL_ACCOUNTS, "All inboxes");
	g_autofree char *title = g_strconcat(asker_account(asker, 0)->name, "/INBOX", NULL);
	return view_new(VIEW_INBOXES, 0, title);
}

/* ---- store thread ---- */

static FolderEntry *
add_entry(GPtrArray *entries, View *view, int account, const char *label)
{
	FolderEntry *entry = g_new0(FolderEntry, 1);
	entry->view = view;
	entry->account = account;
	entry->label = clean_text_new(CLEAN_IDENTITY, label, -1);
	g_ptr_array_add(entries, entry);
	return entry;
}

static void
add_counts(FolderEntry *to, const FolderRow *row)
{
	to->messages += row->messages;
	to->unread += row->unread;
	to->bodies += row->bodies;
	to->state = MAX(to->state, row->state);
}

/* A folder stands below its parent if that is a folder too; else its whole name is shown. */
static const char *
label_of(const GPtrArray *rows, const char *name, int *depth)
{
	*depth = 1;
	const char *label = name;
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		for (guint i = 0; i < rows->len; i++) {
			const FolderRow *row = g_ptr_array_index(rows, i);
			if (strlen(row->name) != (size_t)(slash - name) ||
				strncmp(row->name, name, (size_t)(slash - name)) != 0)
				continue;
			label = slash + 1;
			(*depth)++;
			break;
		}
	}
	return label;
}

typedef struct Views {
	FolderEntry *inboxes, *unread, *flagged; /* borrowed */
	FolderEntry *inbox_only;                 /* the one account's INBOX is its view */
} Views;

static void
add_folder(GPtrArray *entries, const GPtrArray *rows, const FolderRow *row,
	const AccountConfig *config, int account, Views *views)
{
	int depth;
	const char *label = label_of(rows, row->name, &depth);
	g_autofree char *title = g_strconcat(config->name, "/", row->name, NULL);
	bool is_start = views->inboxes == NULL && row->role == ROLE_INBOX;
	View *view = is_start ? view_new(VIEW_INBOXES, account, title)
	                      : view_new_folder(account, row->id, title);
	FolderEntry *entry = add_entry(entries, view, account, label);
	entry->name = g_strdup(row->name);
	entry->depth = depth;
	entry->role = row->role;
	entry->held = row->error ? clean_text_new(CLEAN_LINE, row->error, -1) : NULL;
	add_counts(entry, row);
	if (views->inboxes && row->role == ROLE_INBOX)
		add_counts(views->inboxes, row);
	views->flagged->messages += row->flagged;
}

/* What "Unread" finds in an account, as its counters have it. A folder of all mail holds the others' again. */
static int64_t
unread_of(const GPtrArray *rows)
{
	int64_t apart = 0, all = 0;
	for (guint i = 0; i < rows->len; i++) {
		const FolderRow *row = g_ptr_array_index(rows, i);
		bool is_again = row->role == ROLE_ALL || row->role == ROLE_FLAGGED;
		*(is_again ? &all : &apart) += row->unread;
	}
	return MAX(apart, all);
}

/* The searches that the config keeps, under a heading. */
static void
add_saved_views(GPtrArray *entries, const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_blocks(config, "view");
	bool has_heading = false;
	for (guint i = 0; i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		const char *query = config_text(config, block, "query");
		if (!query || !*query)
			continue;
		if (!has_heading)
			add_entry(entries, NULL, VIEW_ALL_ACCOUNTS, "views");
		has_heading = true;
		View *view = view_new_search(query, block->name);
		add_entry(entries, view, VIEW_ALL_ACCOUNTS, block->name)->depth = 1;
	}
}

/* Accounts that cannot be used are not missing: their mistake stands where they would. */
static void
add_mistakes(GPtrArray *entries, const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_bad_blocks(config, "account");
	for (guint i = 0; i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		const ConfigProblem *problem = config_block_problem(config, block);
		g_autofree char *why = problem ? config_problem_text(problem)
		                               : g_strdup_printf("config:%d:%d: see above",
							 block->line, block->column);
		const char *name = block->name ? block->name : block->kind;
		g_autofree char *label = g_strdup_printf("%s ✗ %s", name, why);
		FolderEntry *entry = add_entry(entries, NULL, VIEW_ALL_ACCOUNTS, label);
		entry->mistake = clean_text_new(CLEAN_LINE, why, -1);
	}
}

static GPtrArray *
build(Asker *asker, const Config *config)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
	size_t total = asker_account_count(asker);
	Views views = { 0 };
	if (total > 1)
		views.inboxes = add_entry(
			entries, folder_list_inbox_view(asker), VIEW_ALL_ACCOUNTS, "All inboxes");
	if (total > 0) {
		views.unread = add_entry(entries, view_new_search("tag:unread", "Unread"),
			VIEW_ALL_ACCOUNTS, "Unread");
		views.flagged =
			add_entry(entries, view_new(VIEW_FLAGGED, VIEW_ALL_ACCOUNTS, "Flagged"),
				VIEW_ALL_ACCOUNTS, "Flagged");
	}
	if (config && total > 0)
		add_saved_views(entries, config);
	for (size_t i = 0; i < total; i++) {
		const AccountConfig *account = asker_account(asker, i);
		add_entry(entries, NULL, (int)i, account->name);
		g_autoptr(GError) error = NULL;
		Envelopes *store = asker_store(asker, i, &error);
		g_autoptr(GPtrArray) rows = store ? envelopes_folders(store, &error) : NULL;
		if (error && !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
			g_warning("%s: cannot read the folders: %s", account->name, error->message);
		views.unread->unread += rows ? unread_of(rows) : 0;
		int64_t flagged = 0;
		if (store && envelopes_flagged_unread(store, &flagged, NULL))
			views.flagged->unread += flagged;
		for (guint j = 0; rows && j < rows->len; j++)
			add_folder(
				entries, rows, g_ptr_array_index(rows, j), account, (int)i, &views);
	}
	if (config)
		add_mistakes(entries, config);
	return entries;
}

typedef struct Reading {
	FolderList *list; /* but for what is constant, touched on the UI thread only */
	GPtrArray *entries;
} Reading;

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	Reading *reading = data;
	reading->entries = build(asker, reading->list->config);
}

/* ---- UI thread ---- */

static void
done(void *data)
{
	Reading *reading = data;
	FolderList *list = reading->list;
	g_ptr_array_unref(list->entries);
	list->entries = g_steal_pointer(&reading->entries);
	list->loaded = true;
	list->loading = false;
	events_tell(list->events, &(Event){ .kind = EVENT_FOLDERS, .account = -1 });
	if (list->stale)
		folder_list_load(list);
}

static void
reading_free(void *data)
{
	Reading *reading = data;
	if (reading->entries)
		g_ptr_array_unref(reading->entries);
	g_free(reading);
}

FolderList *
folder_list_new(Asker *asker, Events *events, const Config *config)
{
	FolderList *list = g_new0(FolderList, 1);
	list->config = config;
	list->asker = asker;
	list->events = events;
	list->entries = g_ptr_array_new_with_free_func(entry_free);
	return list;
}

void
folder_list_free(FolderList *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->entries);
	g_free(list);
}

/* One reading at a time, and one more after it, so that a flood of changes cannot starve the pane. */
void
folder_list_load(FolderList *list)
{
	list->stale = list->loading;
	if (list->loading)
		return;
	list->loading = true;
	Reading *reading = g_new0(Reading, 1);
	reading->list = list;
	Job job = { .owner = list, .run = run, .done = done, .free = reading_free };
	asker_ask(list->asker, ASK_STORE, &job, reading);
}

bool
folder_list_is_loaded(const FolderList *list)
{
	return list->loaded;
}

size_t
folder_list_length(const FolderList *list)
{
	return list->entries->len;
}

const FolderEntry *
folder_list_at(const FolderList *list, size_t place)
{
	return g_ptr_array_index(list->entries, (guint)place);
}

const FolderEntry *
folder_list_find(const FolderList *list, const View *view, size_t *place)
{
	for (size_t i = 0; i < list->entries->len; i++) {
		const FolderEntry *entry = folder_list_at(list, i);
		if (!entry->view || !view_is_same(entry->view, view))
			continue;
		if (place)
			*place = i;
		return entry;
	}
	return NULL;
}

/* Unread mail is looked for only where no other folder's messages are seen again. */
static bool
is_wanted(const FolderEntry *entry, bool unread)
{
	if (!entry->view)
		return false;
	bool is_again = entry->role == ROLE_ALL || entry->role == ROLE_FLAGGED;
	return !unread || (entry->name && !is_again && entry->unread > 0);
}

const FolderEntry *
folder_list_next(const FolderList *list, size_t place, int step, bool unread, const View *last,
	size_t *found)
{
	int64_t total = (int64_t)list->entries->len;
	for (int64_t i = 1; i < total; i++) {
		int64_t at = (int64_t)place + step * i;
		if (!unread && (at < 0 || at >= total))
			return NULL;
		at = ((at % total) + total) % total;
		const FolderEntry *entry = folder_list_at(list, (size_t)at);
		if (last && entry->view && view_is_same(entry->view, last))
			return NULL;
		if (!is_wanted(entry, unread))
			continue;
		*found = (size_t)at;
		return entry;
	}
	return NULL;
}

const FolderEntry *
folder_list_named(const FolderList *list, const char *name)
{
	for (size_t i = 0; i < list->entries->len; i++) {
		const FolderEntry *entry = folder_list_at(list, i);
		if (!entry->name)
			continue;
		const AccountConfig *config = asker_account(list->asker, (size_t)entry->account);
		g_autofree char *full = g_strconcat(config->name, "/", entry->name, NULL);
		if (g_str_equal(full, name))
			return entry;
	}
	return NULL;
}

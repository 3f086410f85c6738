#include <errno.h>

#include "backend/store/store_private.h"

struct FileFinder {
	Store *store;
	GHashTable *listings;    /* folder → (key → FoundFile) */
	GHashTable *directories; /* folder*2+sub → descriptor + 1 */
};

void
found_file_clear(FoundFile *file)
{
	g_clear_pointer(&file->name, g_free);
}

static void
found_file_free(gpointer data)
{
	found_file_clear(data);
	g_free(data);
}

static void
close_directory(gpointer data)
{
	close(GPOINTER_TO_INT(data) - 1);
}

FileFinder *
file_finder_new(Store *store)
{
	FileFinder *finder = g_new0(FileFinder, 1);
	finder->store = store;
	finder->listings = g_hash_table_new_full(
		g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_hash_table_unref);
	finder->directories =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, close_directory);
	return finder;
}

void
file_finder_free(FileFinder *finder)
{
	if (!finder)
		return;
	g_hash_table_unref(finder->listings);
	g_hash_table_unref(finder->directories);
	g_free(finder);
}

static int
open_sub(Store *store, int64_t folder, RowSub sub, GError **error)
{
	g_autofree char *path = folder_path_of(store, folder, error);
	if (!path)
		return -1;
	g_autofree char *below = g_build_filename(path, sub_names[sub], NULL);
	return tree_open(store->tree, below, error);
}

enum { KEPT_OPEN = 64 };

static int
directory_of(FileFinder *finder, int64_t folder, RowSub sub, GError **error)
{
	int64_t key = folder * 2 + (int64_t)sub;
	gpointer kept = g_hash_table_lookup(finder->directories, &key);
	if (kept)
		return GPOINTER_TO_INT(kept) - 1;
	if (g_hash_table_size(finder->directories) >= KEPT_OPEN)
		g_hash_table_remove_all(finder->directories);
	int directory = open_sub(finder->store, folder, sub, error);
	if (directory >= 0)
		g_hash_table_insert(finder->directories, g_memdup2(&key, sizeof key),
			GINT_TO_POINTER(directory + 1));
	return directory;
}

typedef struct Listing {
	GHashTable *files;
	int64_t folder;
	RowSub sub;
} Listing;

static bool
visit_file(int directory, const char *name, void *data)
{
	Listing *listing = data;
	MaildirName parts;
	if (!maildir_name_parse(name, &parts))
		return true;
	/* The full file wins over its stub. */
	if (!parts.partial || !g_hash_table_contains(listing->files, parts.key)) {
		FoundFile *file = g_new0(FoundFile, 1);
		file->folder = listing->folder;
		file->sub = listing->sub;
		file->name = g_strdup(name);
		g_hash_table_replace(listing->files, g_strdup(parts.key), file);
	}
	maildir_name_clear(&parts);
	return true;
}

static GHashTable *
listing_of(FileFinder *finder, int64_t folder, GError **error)
{
	GHashTable *kept = g_hash_table_lookup(finder->listings, &folder);
	if (kept)
		return kept;
	g_autoptr(GHashTable) files =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, found_file_free);
	for (int sub = SUB_NEW; sub <= SUB_CUR; sub++) {
		g_autoptr(GError) own = NULL;
		Listing listing = { files, folder, (RowSub)sub };
		g_auto(TreeFd) directory = open_sub(finder->store, folder, (RowSub)sub, &own);
		if (directory < 0 && g_error_matches(own, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
			continue;
		if (directory < 0) {
			g_propagate_error(error, g_steal_pointer(&own));
			return NULL;
		}
		if (!tree_list(directory, visit_file, &listing, error))
			return NULL;
	}
	kept = files;
	g_hash_table_insert(
		finder->listings, g_memdup2(&folder, sizeof folder), g_steal_pointer(&files));
	return kept;
}

static bool
is_there(FileFinder *finder, const FoundFile *known)
{
	int directory = directory_of(finder, known->folder, known->sub, NULL);
	return directory >= 0 && tree_is_file(directory, known->name, NULL);
}

/* A listing is kept, and what it found may have gone since: then it is made again, once. */
static bool
look_in_listing(FileFinder *finder, int64_t folder, const char *key, FoundFile *file, bool *found,
	GError **error)
{
	GHashTable *files = listing_of(finder, folder, error);
	const FoundFile *known = files ? g_hash_table_lookup(files, key) : NULL;
	if (known && !is_there(finder, known)) {
		g_hash_table_remove(finder->listings, &folder);
		files = listing_of(finder, folder, error);
		known = files ? g_hash_table_lookup(files, key) : NULL;
	}
	if (!files)
		return false;
	*found = known != NULL;
	if (known) {
		file->folder = known->folder;
		file->sub = known->sub;
		file->name = g_strdup(known->name);
	}
	return true;
}

bool
file_finder_look(
	FileFinder *finder, const StoreRow *row, FoundFile *file, bool *found, GError **error)
{
	*found = false;
	if (!row->lfolder)
		return true;
	g_autoptr(GError) own = NULL;
	g_autofree char *name = row_file_name(row);
	int directory = directory_of(finder, row->lfolder, (RowSub)row->sub, &own);
	if (directory < 0 && !g_error_matches(own, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
		g_propagate_error(error, g_steal_pointer(&own));
		return false;
	}
	if (directory >= 0 && tree_is_file(directory, name, NULL)) {
		file->folder = row->lfolder;
		file->sub = (RowSub)row->sub;
		file->name = g_steal_pointer(&name);
		*found = true;
		return true;
	}
	return look_in_listing(finder, row->lfolder, row->key, file, found, error);
}

bool
file_finder_search(
	FileFinder *finder, const StoreRow *row, FoundFile *file, bool *found, GError **error)
{
	if (!file_finder_look(finder, row, file, found, error) || *found)
		return *found;
	g_autoptr(GPtrArray) folders = store_folders(finder->store, error);
	for (guint i = 0; folders && i < folders->len && !*found; i++) {
		const StoreFolder *folder = folders->pdata[i];
		if (!look_in_listing(finder, folder->id, row->key, file, found, error))
			return false;
	}
	return folders != NULL;
}

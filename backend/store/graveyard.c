#include <errno.h>

#include "backend/store/graves.h"
#include "backend/store/store_private.h"
#include "index/paths.h"

enum { EXPIRE_EVERY = 86400 };

/* The graveyard's directory, -1 on error. */
static int
open_graveyard(Store *store, GError **error)
{
	if (!paths_make_directory(store->beside, error))
		return -1;
	g_auto(TreeFd) beside = tree_open_root(store->beside, error);
	return beside < 0 ? -1 : tree_make(beside, "graveyard", error);
}

/* Nothing is ever unlinked because a server said so: the file is renamed to beside the mail. */
bool
graveyard_take(Store *store, const FoundFile *file, const char *path, GError **error)
{
	g_autofree char *below = g_build_filename(path, sub_names[file->sub], NULL);
	g_auto(TreeFd) graveyard = open_graveyard(store, error);
	g_auto(TreeFd) from = graveyard < 0 ? -1 : tree_open(store->tree, below, error);
	g_auto(TreeFd) to = from < 0 ? -1 : tree_make(graveyard, path, error);
	if (to < 0)
		return false;
	g_autofree char *name = g_strdup(file->name);
	int result = tree_rename(from, file->name, to, name);
	for (int number = 1; result == EEXIST && number < 1000; number++) {
		g_free(name);
		name = g_strdup_printf("%s.%d", file->name, number);
		result = tree_rename(from, file->name, to, name);
	}
	if (result == ENOENT)
		return true; /* somebody was faster */
	if (result != 0)
		return tree_fail(error, result, "move to the graveyard", file->name);
	return tree_sync(to, error) && tree_sync(from, error);
}

bool
graveyard_expire(Store *store, bool grew, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *last = store_meta(store, "graveyard_expired", NULL);
	if (!grew && last && now - g_ascii_strtoll(last, NULL, 10) < EXPIRE_EVERY)
		return true;
	g_auto(TreeFd) graveyard = open_graveyard(store, error);
	if (graveyard < 0 || !graves_prune(graveyard, now - GRAVES_SECONDS, GRAVES_BYTES, error))
		return false;
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, now);
	return store_set_meta(store, "graveyard_expired", text, error);
}

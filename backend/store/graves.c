#include "backend/store/graves.h"

#include <fcntl.h>

#include "backend/store/tree.h"

/* The rename into the graveyard set the change time; the modification time is the mail's. */
typedef struct Grave {
	char *folder; /* below the graveyard; "" itself */
	char *name;
	struct timespec came;
	int64_t size;
} Grave;

typedef struct Walk {
	GPtrArray *graves; /* of Grave */
	const char *folder;
} Walk;

static void
grave_free(void *data)
{
	Grave *grave = data;
	g_free(grave->folder);
	g_free(grave->name);
	g_free(grave);
}

static bool
visit(int directory, const char *name, void *data)
{
	Walk *walk = data;
	struct stat status;
	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return true;
	if (S_ISREG(status.st_mode)) {
		Grave *grave = g_new0(Grave, 1);
		grave->folder = g_strdup(walk->folder);
		grave->name = g_strdup(name);
		grave->came = status.st_ctim;
		grave->size = status.st_size;
		g_ptr_array_add(walk->graves, grave);
	}
	g_auto(TreeFd) below = S_ISDIR(status.st_mode) ? tree_open(directory, name, NULL) : -1;
	if (below < 0)
		return true;
	g_autofree char *folder = g_build_filename(walk->folder, name, NULL);
	Walk down = { walk->graves, folder };
	tree_list(below, visit, &down, NULL);
	return true;
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
	const Grave *left = *(const Grave *const *)a, *right = *(const Grave *const *)b;
	if (left->came.tv_sec != right->came.tv_sec)
		return left->came.tv_sec > right->came.tv_sec ? -1 : 1;
	return (left->came.tv_nsec < right->came.tv_nsec) -
	       (left->came.tv_nsec > right->came.tv_nsec);
}

static void
remove_grave(int graveyard, const Grave *grave)
{
	if (!*grave->folder) {
		unlinkat(graveyard, grave->name, 0);
		return;
	}
	g_auto(TreeFd) folder = tree_open(graveyard, grave->folder, NULL);
	if (folder >= 0)
		unlinkat(folder, grave->name, 0);
}

bool
graves_prune(int graveyard, int64_t since, int64_t limit, GError **error)
{
	g_autoptr(GPtrArray) graves = g_ptr_array_new_with_free_func(grave_free);
	Walk walk = { graves, "" };
	if (!tree_list(graveyard, visit, &walk, error))
		return false;
	g_ptr_array_sort(graves, newest_first);
	int64_t kept = 0;
	for (guint i = 0; i < graves->len; i++) {
		const Grave *grave = graves->pdata[i];
		kept += grave->size;
		if (grave->came.tv_sec < since || kept > limit)
			remove_grave(graveyard, grave);
	}
	return true;
}

#include "index/indexer/mail_root.h"

#include "index/error.h"
#include "index/paths.h"

/* Looks no further than the first file, so a tree that has mail costs little. */
static bool
holds_file(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);
		if (g_file_test(below, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(below, G_FILE_TEST_IS_REGULAR) || holds_file(below))
			return true;
	}
	return false;
}

bool
mail_root_ready(const char *path, bool known, GError **error)
{
	if (!known)
		return paths_make_directory(path, error);
	if (holds_file(path))
		return true;
	bool there = g_file_test(path, G_FILE_TEST_IS_DIR);
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "the mail root %s %s (not mounted?)",
		path, there ? "holds no mail any more" : "is not there");
	return false;
}

#include "remove_tree.h"

#include <glib/gstdio.h>

void
remove_tree(const char *path)
{
	g_autoptr(GDir) directory = NULL;
	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *entry = g_build_filename(path, name, NULL);
		remove_tree(entry);
	}
	g_remove(path);
}

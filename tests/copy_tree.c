#include "copy_tree.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

static void
copy_file(const char *from, const char *to)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GFile) source = g_file_new_for_path(from);
	g_autoptr(GFile) copy = g_file_new_for_path(to);
	if (!g_file_copy(source, copy, G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL, &error))
		g_error("cannot copy %s: %s", from, error->message);
}

void
copy_tree(const char *from, const char *to)
{
	g_autoptr(GDir) directory = g_dir_open(from, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *entry = g_build_filename(from, name, NULL);
		g_autofree char *copy = g_build_filename(to, name, NULL);
		if (!g_file_test(entry, G_FILE_TEST_IS_DIR)) {
			copy_file(entry, copy);
			continue;
		}
		g_mkdir(copy, 0700);
		copy_tree(entry, copy);
	}
}

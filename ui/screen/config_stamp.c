#include "ui/screen/config_stamp.h"

#include <glib.h>
#include <sys/stat.h>

char *
config_stamp(const char *path)
{
	struct stat file;
	if (stat(path, &file) != 0)
		return g_strdup("");
	return g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT
			       " %" G_GINT64_FORMAT ".%09ld",
		(guint64)file.st_dev, (guint64)file.st_ino, (gint64)file.st_size,
		(gint64)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
}

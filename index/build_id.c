#include "index/build_id.h"

#include <glib.h>
#include <sys/stat.h>

char *
build_id(const char *program)
{
	struct stat status = { 0 };
	if (stat(program, &status) != 0)
		return g_strdup(CURLEW_VERSION);
	return g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld", CURLEW_VERSION,
		(gint64)status.st_size, (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

char *
build_id_own(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	return build_id(self ? self : "");
}

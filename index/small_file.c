#include "index/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
fail(int reason, GError **error)
{
	g_set_error_literal(
		error, G_FILE_ERROR, (gint)g_file_error_from_errno(reason), g_strerror(reason));
	return NULL;
}

static bool
is_fit(const struct stat *status, size_t limit, GError **error)
{
	if (!S_ISREG(status->st_mode))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "it is no regular file");
	else if ((guint64)status->st_size > limit)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "it is larger than %zu bytes",
			limit);
	else
		return true;
	return false;
}

/* What it grows by meanwhile is not read. */
static char *
read_all(int file, size_t limit, size_t *length, GError **error)
{
	g_autofree char *bytes = g_malloc(limit + 1);
	size_t at = 0;
	for (ssize_t count = 1; count != 0 && at < limit;) {
		count = read(file, bytes + at, limit - at);
		if (count < 0 && errno != EINTR)
			return fail(errno, error);
		at += count > 0 ? (size_t)count : 0;
	}
	bytes[at] = '\0';
	if (length)
		*length = at;
	return g_steal_pointer(&bytes);
}

char *
small_file_read(const char *path, size_t limit, size_t *length, unsigned *mode, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0)
		return fail(errno, error);
	struct stat status;
	char *bytes = NULL;
	if (fstat(file, &status) != 0)
		fail(errno, error);
	else if (is_fit(&status, limit, error))
		bytes = read_all(file, MIN(limit, (size_t)status.st_size), length, error);
	close(file);
	if (mode)
		*mode = status.st_mode & 07777;
	return bytes;
}

#include "index/indexer/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "index/error.h"

struct Lock {
	int fd;
	char *state;
	char *socket;
	char *directory; /* of the socket, if it has one of its own */
};

static void
set_error(GError **error, const char *what, const char *path)
{
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot %s %s: %s", what, path,
		g_strerror(errno));
}

Lock *
lock_open(const char *state, bool *taken, GError **error)
{
	*taken = false;
	g_autofree char *path = g_build_filename(state, "index.lock", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		set_error(error, "open", path);
		return NULL;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		*taken = errno == EWOULDBLOCK;
		if (!*taken)
			set_error(error, "lock", path);
		close(fd);
		return NULL;
	}
	Lock *lock = g_new0(Lock, 1);
	lock->fd = fd;
	lock->state = g_strdup(state);
	return lock;
}

static bool
write_name(Lock *lock, GError **error)
{
	g_autofree char *line = g_strdup_printf("%s\n", lock->socket);
	gssize length = (gssize)strlen(line);
	if (ftruncate(lock->fd, 0) == 0 && pwrite(lock->fd, line, (size_t)length, 0) == length)
		return true;
	set_error(error, "write", "index.lock");
	return false;
}

const char *
lock_socket(Lock *lock, GError **error)
{
	struct sockaddr_un room;
	lock->socket = g_build_filename(lock->state, "index.socket", NULL);
	if (strlen(lock->socket) >= sizeof room.sun_path) {
		lock->directory = g_dir_make_tmp("curlew-XXXXXX", error);
		if (!lock->directory)
			return NULL;
		g_free(lock->socket);
		lock->socket = g_build_filename(lock->directory, "index.socket", NULL);
	}
	return write_name(lock, error) ? lock->socket : NULL;
}

void
lock_close(Lock *lock)
{
	if (!lock)
		return;
	if (lock->socket)
		g_unlink(lock->socket);
	if (lock->directory)
		g_rmdir(lock->directory);
	if (ftruncate(lock->fd, 0) != 0)
		g_debug("index.lock keeps the name of a socket that is gone");
	close(lock->fd);
	g_free(lock->state);
	g_free(lock->socket);
	g_free(lock->directory);
	g_free(lock);
}

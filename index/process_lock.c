#include "index/process_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/un.h>
#include <unistd.h>

#include "index/small_file.h"

enum { CONTENT_LIMIT = 64 << 10 };

struct ProcessLock {
	int fd;
	char *path;
	char *socket;
};

static void
set_error(GError **error, const char *path)
{
	int saved = errno;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(saved), "cannot use %s: %s", path,
		g_strerror(saved));
}

static bool
is_short(const char *path)
{
	return strlen(path) < sizeof((struct sockaddr_un){ 0 }.sun_path);
}

/* A directory of its own with a short name; TMPDIR can be too deep itself. */
static char *
socket_apart(const char *wanted, GError **error)
{
	const char *const places[] = { g_get_tmp_dir(), "/tmp" };
	g_autofree char *name = g_path_get_basename(wanted);
	g_autofree char *directory = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_free(directory);
		directory = g_build_filename(places[i], "curlew-XXXXXX", NULL);
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (is_short(path))
			break;
	}
	if (g_mkdtemp_full(directory, 0700))
		return g_build_filename(directory, name, NULL);
	set_error(error, directory);
	return NULL;
}

static void
remove_socket(const char *lock, const char *socket)
{
	g_autofree char *own = g_path_get_dirname(lock);
	g_autofree char *directory = g_path_get_dirname(socket);
	unlink(socket);
	if (strcmp(own, directory) != 0)
		rmdir(directory);
}

static bool
write_content(ProcessLock *lock, GError **error)
{
	g_autofree char *text = g_strdup_printf("%ld\n%s\n", (long)getpid(), lock->socket);
	size_t length = strlen(text);
	if (ftruncate(lock->fd, 0) == 0 && pwrite(lock->fd, text, length, 0) == (ssize_t)length)
		return true;
	set_error(error, lock->path);
	return false;
}

/* The descriptor, locked; -1. */
static int
take(const char *path, bool *taken, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	*taken = fd >= 0 && errno == EWOULDBLOCK;
	if (!*taken)
		set_error(error, path);
	if (fd >= 0)
		close(fd);
	return -1;
}

ProcessLock *
process_lock_open(const char *path, const char *socket, bool *taken, GError **error)
{
	*taken = false;
	int fd = take(path, taken, error);
	if (fd < 0)
		return NULL;
	g_autoptr(ProcessLock) lock = g_new0(ProcessLock, 1);
	lock->fd = fd;
	lock->path = g_strdup(path);
	g_autofree char *left = process_lock_find_socket(path);
	if (left)
		remove_socket(path, left);
	lock->socket = is_short(socket) ? g_strdup(socket) : socket_apart(socket, error);
	return lock->socket && write_content(lock, error) ? g_steal_pointer(&lock) : NULL;
}

const char *
process_lock_socket(const ProcessLock *lock)
{
	return lock->socket;
}

void
process_lock_close(ProcessLock *lock)
{
	if (!lock)
		return;
	if (lock->socket)
		remove_socket(lock->path, lock->socket);
	if (ftruncate(lock->fd, 0) != 0)
		g_debug("%s keeps the name of a socket that is gone", lock->path);
	close(lock->fd);
	g_free(lock->path);
	g_free(lock->socket);
	g_free(lock);
}

char *
process_lock_find_socket(const char *lock)
{
	g_autofree char *text = small_file_read(lock, CONTENT_LIMIT, NULL, NULL, NULL);
	if (!text)
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 3);
	return lines[0] && lines[1] && g_path_is_absolute(lines[1]) ? g_strdup(lines[1]) : NULL;
}

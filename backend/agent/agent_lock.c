#include "backend/agent/agent_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/agent_place.h"
#include "backend/error.h"
#include "index/paths.h"

/* Beside the lock, or, where that name is too long for an address, in a private directory with a short one. */
static char *
socket_path_for(const char *account, GError **error)
{
	const size_t room = sizeof(((struct sockaddr_un *)0)->sun_path);
	g_autofree char *state = paths_account_state(account);
	g_autofree char *path = g_build_filename(state, "socket", NULL);
	const char *const places[] = { g_get_tmp_dir(), "/tmp" };
	for (size_t i = 0; strlen(path) >= room && i < G_N_ELEMENTS(places); i++) {
		g_autofree char *directory = g_build_filename(places[i], "curlew-XXXXXX", NULL);
		g_free(path);
		path = g_build_filename(directory, "socket", NULL);
		if (strlen(path) >= room)
			continue;
		if (!g_mkdtemp_full(directory, 0700)) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
				"cannot make a directory for the socket: %s", g_strerror(errno));
			return NULL;
		}
		g_free(path);
		path = g_build_filename(directory, "socket", NULL);
	}
	return g_steal_pointer(&path);
}

void
agent_lock_forget_socket(const char *account, const char *socket_path)
{
	g_autofree char *state = paths_account_state(account);
	g_autofree char *directory = g_path_get_dirname(socket_path);
	unlink(socket_path);
	if (!g_str_equal(directory, state))
		rmdir(directory);
}

static void
set_lock_error(GError **error, const char *path)
{
	g_set_error(error, ACCOUNT_ERROR,
		errno == ENOSPC ? ACCOUNT_ERROR_FULL : ACCOUNT_ERROR_FAILED, "cannot use %s: %s",
		path, g_strerror(errno));
}

int
agent_lock_take(const char *account, char **socket_path, GError **error)
{
	g_autofree char *state = paths_account_state(account);
	if (!paths_make_directory(state, error))
		return -1;
	g_autofree char *path = agent_lock_path(account);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		set_lock_error(error, path);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK)
			set_lock_error(error, path);
		close(fd);
		return -1;
	}
	g_autofree char *old = agent_socket_path(account);
	if (old) /* of one that was killed */
		agent_lock_forget_socket(account, old);
	*socket_path = socket_path_for(account, error);
	g_autofree char *text =
		*socket_path ? g_strdup_printf("%ld\n%s\n", (long)getpid(), *socket_path) : NULL;
	if (!text || ftruncate(fd, 0) != 0 ||
		pwrite(fd, text, strlen(text), 0) != (ssize_t)strlen(text)) {
		if (text)
			set_lock_error(error, path);
		g_clear_pointer(socket_path, g_free);
		close(fd);
		return -1;
	}
	return fd;
}

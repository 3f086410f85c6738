#include "ui/demo/demo_place.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What still runs at the end has this long to leave. */
enum { END_SECONDS = 5, LOOK_MS = 20 };

static const char prefix[] = "curlew-demo-", lock_name[] = "lock";

struct DemoPlace {
	char *path;
	int lock;
};

/* ---- its end ---- */

/* Agents and the indexer are nobody's children: known by the profile they run in. */
static bool
runs_in(const char *path, const char *process)
{
	g_autofree char *name = g_build_filename("/proc", process, "environ", NULL);
	g_autofree char *mark = g_strdup_printf("XDG_STATE_HOME=%s/state", path);
	g_autofree char *environment = NULL;
	gsize length;
	if (!g_ascii_isdigit(*process) || !g_file_get_contents(name, &environment, &length, NULL))
		return false;
	return memmem(environment, length, mark, strlen(mark) + 1) != NULL;
}

static bool
signal_processes(const char *path, int how)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	const char *name;
	bool found = false;
	while (processes && (name = g_dir_read_name(processes))) {
		if (!runs_in(path, name))
			continue;
		kill((pid_t)atoi(name), how);
		found = true;
	}
	return found;
}

static void
end_processes(const char *path)
{
	int64_t deadline = g_get_monotonic_time() + END_SECONDS * G_USEC_PER_SEC;
	while (signal_processes(path, g_get_monotonic_time() < deadline ? SIGTERM : SIGKILL))
		g_usleep(LOOK_MS * 1000);
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	remove(path);
	return 0;
}

static void
remove_place(const char *path)
{
	end_processes(path);
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- those of the dead ---- */

static bool
is_mine(int fd, mode_t kind)
{
	struct stat status;
	return fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
	       (status.st_mode & S_IFMT) == kind && (status.st_mode & 077) == 0;
}

/* The lock of a place that nobody holds, held now; -1: there is none, or the place is no demo of this user. */
static int
lock_of_dead(const char *path)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int lock =
		directory >= 0 && is_mine(directory, S_IFDIR)
			? openat(directory, lock_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
			: -1;
	if (directory >= 0)
		close(directory);
	if (lock < 0 || (is_mine(lock, S_IFREG) && flock(lock, LOCK_EX | LOCK_NB) == 0))
		return lock;
	close(lock);
	return -1;
}

static void
remove_dead(const char *base)
{
	g_autoptr(GDir) directory = g_dir_open(base, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *path = g_build_filename(base, name, NULL);
		int lock = g_str_has_prefix(name, prefix) ? lock_of_dead(path) : -1;
		if (lock < 0)
			continue;
		remove_place(path);
		close(lock);
	}
}

/* ---- a new one ---- */

/* Under its name only when it is held, and inherited by the reader. */
static bool
hold_lock(DemoPlace *place)
{
	g_autofree char *path = g_build_filename(place->path, lock_name, NULL);
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	place->lock = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	return place->lock >= 0 && flock(place->lock, LOCK_EX | LOCK_NB) == 0 &&
	       rename(fresh, path) == 0;
}

DemoPlace *
demo_place_new(GError **error)
{
	const char *runtime = g_getenv("XDG_RUNTIME_DIR");
	bool usable = runtime && g_path_is_absolute(runtime) && g_access(runtime, W_OK) == 0;
	const char *base = usable ? runtime : g_get_tmp_dir();
	remove_dead(base);
	g_autofree char *name = g_strconcat(prefix, "XXXXXX", NULL);
	DemoPlace *place = g_new0(DemoPlace, 1);
	place->path = g_build_filename(base, name, NULL);
	place->lock = -1;
	bool made = g_mkdtemp_full(place->path, 0700);
	if (made && hold_lock(place))
		return place;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot make %s: %s", place->path,
		g_strerror(errno));
	if (made)
		g_rmdir(place->path);
	g_free(place->path);
	g_free(place);
	return NULL;
}

const char *
demo_place_path(const DemoPlace *place)
{
	return place->path;
}

void
demo_place_free(DemoPlace *place)
{
	if (!place)
		return;
	remove_place(place->path);
	close(place->lock);
	g_free(place->path);
	g_free(place);
}

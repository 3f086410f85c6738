#include "tests/crash_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned steps, last_step, starving;
static bool dead;
static GRand *random_numbers, *losses;
static void (*watcher)(void *data);
static void *watcher_data;

/* ---- steps ---- */

bool
crash_step(void)
{
	if (dead)
		return false;
	if (watcher)
		watcher(watcher_data);
	dead = last_step && ++steps >= last_step;
	return !dead;
}

void
crash_watch(void (*watch)(void *data), void *data)
{
	watcher = watch;
	watcher_data = data;
}

bool
crash_is_dead(void)
{
	return dead;
}

void
crash_at(unsigned at)
{
	steps = 0;
	last_step = at;
	dead = false;
	starving = 0;
}

void
crash_starve(unsigned calls)
{
	starving = calls;
}

static bool
writes(void)
{
	if (!crash_step()) {
		errno = EIO;
		return false;
	}
	if (!starving || --starving > 0)
		return true;
	errno = ENOSPC;
	return false;
}

/* ---- what a loss of power may undo: names that were given or taken in directories not synced since ---- */

typedef struct Change {
	char *from, *to; /* FROM NULL: the name is new; TO NULL: cannot be */
	char *directories[2];
} Change;

static GPtrArray *changes;

static void
change_free(void *pointer)
{
	Change *change = pointer;
	g_free(change->from);
	g_free(change->to);
	g_free(change->directories[0]);
	g_free(change->directories[1]);
	g_free(change);
}

static char *
path_of(int directory)
{
	char path[PATH_MAX], link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
	ssize_t length = readlink(link, path, sizeof path - 1);
	return length < 0 ? NULL : g_strndup(path, (size_t)length);
}

static void
note(int from, const char *from_name, int to, const char *to_name)
{
	if (!changes)
		return;
	Change *change = g_new0(Change, 1);
	change->directories[0] = from_name ? path_of(from) : NULL;
	change->directories[1] = path_of(to);
	change->from = from_name ? g_build_filename(change->directories[0], from_name, NULL) : NULL;
	change->to = g_build_filename(change->directories[1], to_name, NULL);
	g_ptr_array_add(changes, change);
}

/* A change is durable once one of its directories was synced: ours syncs both, one after the other. */
static void
forget_directory(int directory)
{
	g_autofree char *path = changes ? path_of(directory) : NULL;
	for (guint i = changes ? changes->len : 0; i > 0 && path; i--) {
		const Change *change = changes->pdata[i - 1];
		if (g_strcmp0(change->directories[1], path) == 0)
			g_ptr_array_remove_index(changes, i - 1);
	}
}

void
crash_forget(void)
{
	if (changes)
		g_ptr_array_set_size(changes, 0);
}

/* PATH, below ROOT, as it is called in COPY. */
static char *
path_in(const char *path, const char *root, const char *copy)
{
	return g_strconcat(copy, path + strlen(root), NULL);
}

void
crash_lose_in_copy(const char *root, const char *copy)
{
	for (guint i = changes->len; i > 0; i--) {
		const Change *change = changes->pdata[i - 1];
		if (g_rand_boolean(losses))
			continue;
		g_autofree char *to = path_in(change->to, root, copy);
		g_autofree char *from = change->from ? path_in(change->from, root, copy) : NULL;
		if (!from)
			unlink(to);
		else if (access(from, F_OK) != 0)
			rename(to, from);
	}
}

bool
crash_may_lose(void)
{
	return changes->len > 0;
}

void
crash_revive(bool power)
{
	crash_at(0);
	if (power)
		crash_lose_in_copy("", "");
	crash_forget();
}

/* ---- our own calls ---- */

int __real_renameat2(int from, const char *from_name, int to, const char *to_name, unsigned flags);
int __wrap_renameat2(int from, const char *from_name, int to, const char *to_name, unsigned flags);
int
__wrap_renameat2(int from, const char *from_name, int to, const char *to_name, unsigned flags)
{
	if (!writes())
		return -1;
	int result = __real_renameat2(from, from_name, to, to_name, flags);
	if (result == 0)
		note(from, from_name, to, to_name);
	return result;
}

int __real_renameat(int from, const char *from_name, int to, const char *to_name);
int __wrap_renameat(int from, const char *from_name, int to, const char *to_name);
int
__wrap_renameat(int from, const char *from_name, int to, const char *to_name)
{
	return writes() ? __real_renameat(from, from_name, to, to_name) : -1;
}

int __real_linkat(int from, const char *from_name, int to, const char *to_name, int flags);
int __wrap_linkat(int from, const char *from_name, int to, const char *to_name, int flags);
int
__wrap_linkat(int from, const char *from_name, int to, const char *to_name, int flags)
{
	if (!writes())
		return -1;
	int result = __real_linkat(from, from_name, to, to_name, flags);
	if (result == 0)
		note(-1, NULL, to, to_name);
	return result;
}

int __real_unlinkat(int directory, const char *name, int flags);
int __wrap_unlinkat(int directory, const char *name, int flags);
int
__wrap_unlinkat(int directory, const char *name, int flags)
{
	return writes() ? __real_unlinkat(directory, name, flags) : -1;
}

int __real_mkdirat(int directory, const char *name, mode_t mode);
int __wrap_mkdirat(int directory, const char *name, mode_t mode);
int
__wrap_mkdirat(int directory, const char *name, mode_t mode)
{
	return writes() ? __real_mkdirat(directory, name, mode) : -1;
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t
__wrap_write(int file, const void *bytes, size_t size)
{
	return file <= STDERR_FILENO || writes() ? __real_write(file, bytes, size) : -1;
}

int __real_fsync(int file);
int __wrap_fsync(int file);
int
__wrap_fsync(int file)
{
	if (!writes())
		return -1;
	forget_directory(file);
	return 0;
}

int __real_syncfs(int file);
int __wrap_syncfs(int file);
int
__wrap_syncfs(int file)
{
	return writes() ? 0 : -1;
}

ssize_t __wrap_getrandom(void *buffer, size_t size, unsigned flags);
ssize_t
__wrap_getrandom(void *buffer, size_t size, unsigned flags)
{
	for (size_t i = 0; i < size; i++)
		((unsigned char *)buffer)[i] = (unsigned char)g_rand_int(random_numbers);
	return (ssize_t)size;
}

/* ---- SQLite's ---- */

static ssize_t
sqlite_pwrite(int file, const void *bytes, size_t size, off_t at)
{
	return writes() ? pwrite(file, bytes, size, at) : -1;
}

static ssize_t
sqlite_write(int file, const void *bytes, size_t size)
{
	return writes() ? write(file, bytes, size) : -1;
}

static int
sqlite_truncate(int file, off_t size)
{
	return writes() ? ftruncate(file, size) : -1;
}

static int
sqlite_unlink(const char *path)
{
	return writes() ? unlink(path) : -1;
}

void
crash_begin(guint32 seed)
{
	static const struct {
		const char *name;
		sqlite3_syscall_ptr call;
	} calls[] = {
		{ "pwrite", (sqlite3_syscall_ptr)sqlite_pwrite },
		{ "pwrite64", (sqlite3_syscall_ptr)sqlite_pwrite },
		{ "write", (sqlite3_syscall_ptr)sqlite_write },
		{ "ftruncate", (sqlite3_syscall_ptr)sqlite_truncate },
		{ "unlink", (sqlite3_syscall_ptr)sqlite_unlink },
	};
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
		vfs->xSetSystemCall(vfs, calls[i].name, calls[i].call);
	g_clear_pointer(&random_numbers, g_rand_free);
	g_clear_pointer(&losses, g_rand_free);
	g_clear_pointer(&changes, g_ptr_array_unref);
	random_numbers = g_rand_new_with_seed(seed);
	losses = g_rand_new_with_seed(~seed);
	changes = g_ptr_array_new_with_free_func(change_free);
	crash_at(0);
}

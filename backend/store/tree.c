#include "backend/store/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/error.h"

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static int
code_of(int code)
{
	switch (code) {
	case ENOSPC:
	case EDQUOT:
	case EIO:
	case EROFS:
	case EFBIG:
		return ACCOUNT_ERROR_FULL;
	case ENOENT:
		return ACCOUNT_ERROR_GONE;
	default:
		return ACCOUNT_ERROR_FAILED;
	}
}

bool
tree_fail(GError **error, int code, const char *doing, const char *name)
{
	bool full = code == ENOSPC || code == EDQUOT;
	g_set_error(error, ACCOUNT_ERROR, code_of(code), "cannot %s %s: %s%s", doing, name,
		g_strerror(code), full ? ACCOUNT_ERROR_MAKE_ROOM : "");
	return false;
}

int
tree_open_root(const char *path, GError **error)
{
	int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		tree_fail(error, errno, "open the directory", path);
	return root;
}

void
tree_close(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

void
tree_close_subs(int subs[2])
{
	tree_close(&subs[0]);
	tree_close(&subs[1]);
}

/* Makes one level; the level above is synced so that the entry is durable. */
static bool
make_level(int above, const char *name)
{
	if (mkdirat(above, name, 0700) == 0)
		return fsync(above) == 0;
	return errno == EEXIST;
}

/* What no directory stands for; a link is none, wherever it leads. */
static bool
walk_fail(GError **error, int code, bool is_link, bool make, const char *path)
{
	if (is_link) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"cannot use the directory %s: it is a symbolic link, and none is followed "
			"here",
			path);
		return false;
	}
	return tree_fail(error, code, make ? "make the directory" : "open the directory", path);
}

static int
walk(int root, const char *path, bool make, GError **error)
{
	bool is_link = false;
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	int at = fcntl(root, F_DUPFD_CLOEXEC, 0);
	for (char **name = names; at >= 0 && *name; name++) {
		g_assert(**name && !g_str_equal(*name, ".") && !g_str_equal(*name, ".."));
		int next = make && !make_level(at, *name) ? -1 : openat(at, *name, DIRECTORY_FLAGS);
		int code = errno;
		struct stat status;
		is_link = next < 0 && code == ENOTDIR &&
		          fstatat(at, *name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		          S_ISLNK(status.st_mode);
		close(at);
		errno = code;
		at = next;
	}
	if (at < 0)
		walk_fail(error, errno, is_link, make, path);
	return at;
}

int
tree_open(int root, const char *path, GError **error)
{
	return walk(root, path, false, error);
}

int
tree_make(int root, const char *path, GError **error)
{
	return walk(root, path, true, error);
}

bool
tree_make_maildir(int root, const char *path, GError **error)
{
	g_auto(TreeFd) folder = tree_make(root, path, error);
	if (folder < 0)
		return false;
	static const char *const names[] = { "tmp", "new", "cur" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (mkdirat(folder, names[i], 0700) != 0 && errno != EEXIST)
			return tree_fail(error, errno, "make the directory", path);
	return tree_sync(folder, error);
}

bool
tree_sync(int directory, GError **error)
{
	return fsync(directory) == 0 || tree_fail(error, errno, "sync", "a directory");
}

int
tree_rename(int from, const char *from_name, int to, const char *to_name)
{
	if (renameat2(from, from_name, to, to_name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* A file system without the flag: a look first. Nobody else makes a file under our key. */
	struct stat status;
	if (fstatat(to, to_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return EEXIST;
	if (errno != ENOENT)
		return errno;
	return renameat(from, from_name, to, to_name) == 0 ? 0 : errno;
}

int
tree_link(int from, const char *from_name, int to, const char *to_name)
{
	return linkat(from, from_name, to, to_name, 0) == 0 ? 0 : errno;
}

static bool
write_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(file, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

static bool
copy_bytes(int from, int to)
{
	char buffer[1 << 14];
	ssize_t count;
	while ((count = read(from, buffer, sizeof buffer)) != 0) {
		if (count < 0 && errno != EINTR)
			return false;
		if (count > 0 && !write_all(to, buffer, (size_t)count))
			return false;
	}
	return true;
}

int
tree_copy(int from, const char *from_name, int to, const char *to_name)
{
	struct stat status;
	g_auto(TreeFd) old = openat(from, from_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (old < 0 || fstat(old, &status) != 0 ||
		(unlinkat(to, to_name, 0) != 0 && errno != ENOENT))
		return errno;
	g_auto(TreeFd) new =
		openat(to, to_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (new < 0)
		return errno;
	const struct timespec times[] = { status.st_atim, status.st_mtim };
	if (copy_bytes(old, new) && futimens(new, times) == 0 && fsync(new) == 0)
		return 0;
	int code = errno;
	unlinkat(to, to_name, 0);
	return code;
}

bool
tree_is_file(int directory, const char *name, struct stat *status)
{
	struct stat own;
	if (!status)
		status = &own;
	if (fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	errno = EINVAL;
	return S_ISREG(status->st_mode);
}

bool
tree_write_file(int directory, const char *name, const char *text, GError **error)
{
	g_autofree char *temporary = g_strconcat(name, ".new", NULL);
	unlinkat(directory, temporary, 0);
	int file = openat(
		directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return tree_fail(error, errno, "write", name);
	bool written = write_all(file, text, strlen(text)) && fsync(file) == 0;
	int code = errno;
	if (close(file) != 0 && written) {
		written = false;
		code = errno;
	}
	if (written && renameat(directory, temporary, directory, name) != 0) {
		written = false;
		code = errno;
	}
	if (!written) {
		unlinkat(directory, temporary, 0);
		return tree_fail(error, code, "write", name);
	}
	return tree_sync(directory, error);
}

bool
tree_list(int directory, TreeVisit visit, void *data, GError **error)
{
	int own = openat(directory, ".", DIRECTORY_FLAGS);
	DIR *entries = own < 0 ? NULL : fdopendir(own);
	if (!entries) {
		tree_close(&own);
		return tree_fail(error, errno, "read", "a directory");
	}
	struct dirent *entry;
	for (errno = 0; (entry = readdir(entries)); errno = 0) {
		const char *name = entry->d_name;
		if (g_str_equal(name, ".") || g_str_equal(name, ".."))
			continue;
		if (!visit(directory, name, data))
			break;
	}
	int code = entry ? 0 : errno;
	closedir(entries);
	return code == 0 || tree_fail(error, code, "read", "a directory");
}

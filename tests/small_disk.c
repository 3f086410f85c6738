#include "small_disk.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

/* Root in there is who runs this. */
static bool
become_root(unsigned user, unsigned group)
{
	g_autofree char *users = g_strdup_printf("0 %u 1", user);
	g_autofree char *groups = g_strdup_printf("0 %u 1", group);
	static const char *const files[] = { "/proc/self/setgroups", "/proc/self/uid_map",
		"/proc/self/gid_map" };
	const char *texts[] = { "deny", users, groups };
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		int fd = open(files[i], O_WRONLY | O_CLOEXEC);
		bool ok = fd >= 0 && write(fd, texts[i], strlen(texts[i])) > 0;
		if (fd >= 0)
			close(fd);
		if (!ok)
			return false;
	}
	return true;
}

bool
small_disks_begin(void)
{
	unsigned user = getuid(), group = getgid();
	bool own = unshare(CLONE_NEWNS) == 0 ||
	           (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && become_root(user, group));
	if (!own || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return false;
	g_autofree char *trial = g_dir_make_tmp("curlew-disk-XXXXXX", NULL);
	bool allowed = mount("tmpfs", trial, "tmpfs", 0, "size=64k") == 0;
	if (allowed)
		small_disk_unmount(trial);
	g_rmdir(trial);
	return allowed;
}

void
small_disk_mount(const char *path, unsigned kilobytes)
{
	g_autofree char *size = g_strdup_printf("size=%uk,mode=700", kilobytes);
	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	g_assert_cmpint(mount("tmpfs", path, "tmpfs", 0, size), ==, 0);
}

void
small_disk_unmount(const char *path)
{
	g_assert_cmpint(umount2(path, MNT_DETACH), ==, 0);
}

static char *
ballast_path(const char *path)
{
	return g_build_filename(path, "ballast", NULL);
}

void
small_disk_fill(const char *path)
{
	static const char block[1024];
	g_autofree char *ballast = ballast_path(path);
	int fd = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	g_assert_cmpint(fd, >=, 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

void
small_disk_make_room(const char *path)
{
	g_autofree char *ballast = ballast_path(path);
	g_assert_cmpint(g_unlink(ballast), ==, 0);
}

#include "backend/store/journal.h"

#include <glib.h>
#include <linux/magic.h>
#include <sys/vfs.h>

static const unsigned long shared[] = {
	AFS_FS_MAGIC,
	AFS_SUPER_MAGIC,
	CEPH_SUPER_MAGIC,
	CIFS_SUPER_MAGIC,
	CODA_SUPER_MAGIC,
	FUSE_SUPER_MAGIC, /* sshfs, and what else nobody knows */
	NCP_SUPER_MAGIC,
	NFS_SUPER_MAGIC,
	OCFS2_SUPER_MAGIC,
	SMB2_SUPER_MAGIC,
	SMB_SUPER_MAGIC,
	V9FS_MAGIC,
};

const char *
journal_mode_on(unsigned long file_system)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
		if (file_system == shared[i])
			return "TRUNCATE";
	return "WAL";
}

const char *
journal_mode_at(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	struct statfs status;
	if (statfs(directory, &status) != 0)
		return "TRUNCATE"; /* nobody knows: what works everywhere */
	/* the number has 32 bits, and a sign on some machines */
	return journal_mode_on((unsigned long)status.f_type & 0xffffffff);
}

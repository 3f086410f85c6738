#include "ui/cli_tree.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "index/paths.h"

enum { LEVELS = 32 };

typedef struct Found {
	guint plain, dotted; /* Maildirs */
	int64_t mbsync;      /* when it wrote here last, in nanoseconds; 0: never */
} Found;

static bool
is_directory(const char *path)
{
	GStatBuf status;
	return g_lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* 0: it is not there. */
static int64_t
written_ns(const char *directory, const char *name)
{
	GStatBuf status;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	if (g_lstat(path, &status) != 0)
		return 0;
	return (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

/* Its own state lies here only where its config says so; what it numbers its files by always does. */
static int64_t
mbsync_ns(const char *directory)
{
	return MAX(written_ns(directory, ".mbsyncstate"), written_ns(directory, ".uidvalidity"));
}

static void
look_below(const char *path, int level, Found *found)
{
	static const char *const parts[] = { "cur", "new", "tmp", NULL };
	g_autoptr(GDir) directory = level < LEVELS ? g_dir_open(path, 0, NULL) : NULL;
	const char *name;
	found->mbsync = MAX(found->mbsync, mbsync_ns(path));
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *below = g_build_filename(path, name, NULL);
		g_autofree char *cur = g_build_filename(below, "cur", NULL);
		if (g_strv_contains(parts, name) || !is_directory(below))
			continue;
		bool is_maildir = is_directory(cur);
		if (name[0] != '.') {
			found->plain += is_maildir;
			look_below(below, level + 1, found);
		} else if (is_maildir) {
			found->dotted++;
			found->mbsync = MAX(found->mbsync, mbsync_ns(below));
		}
	}
}

static char *
dotted_sentence(const Found *found, const char *place)
{
	if (!found->plain || !found->dotted)
		return NULL;
	return g_strdup_printf(
		"%u %s named .Folder (Maildir++) in %s, where others are not, and so "
		"not read",
		found->dotted, found->dotted == 1 ? "folder is" : "folders are", place);
}

static char *
mbsync_sentence(const AccountConfig *account, const Found *found, const char *place, bool news)
{
	g_autofree char *beside = paths_account_store(account->mail_root, account->name);
	int64_t had = written_ns(beside, "store-id");
	if (!found->mbsync || (news && (!had || found->mbsync <= had)))
		return NULL;
	return g_strdup_printf(
		"mbsync %s %s: let one of both alone fetch new mail, or each uploads "
		"what the other fetched",
		news ? "still uses" : "has used", place);
}

char *
tree_sentence(const AccountConfig *account, bool news)
{
	Found found = { 0 };
	g_autofree char *place = g_build_filename(account->mail_root, account->path, NULL);
	look_below(place, 0, &found);
	return account->incoming.scheme == SERVER_LOCAL
	               ? dotted_sentence(&found, place)
	               : mbsync_sentence(account, &found, place, news);
}

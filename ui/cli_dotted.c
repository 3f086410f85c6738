#include "ui/cli_dotted.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

enum { LEVELS = 32 };

static bool
is_directory(const char *path)
{
	GStatBuf status;
	return g_lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

typedef struct Counts {
	guint plain, dotted;
} Counts;

static void
count_below(const char *path, int level, Counts *counts)
{
	static const char *const parts[] = { "cur", "new", "tmp", NULL };
	g_autoptr(GDir) directory = level < LEVELS ? g_dir_open(path, 0, NULL) : NULL;
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *below = g_build_filename(path, name, NULL);
		g_autofree char *cur = g_build_filename(below, "cur", NULL);
		if (g_strv_contains(parts, name) || !is_directory(below))
			continue;
		if (name[0] == '.') {
			counts->dotted += is_directory(cur);
			continue;
		}
		counts->plain += is_directory(cur);
		count_below(below, level + 1, counts);
	}
}

char *
dotted_folders_sentence(const AccountConfig *account)
{
	if (account->incoming.scheme != SERVER_LOCAL)
		return NULL;
	g_autofree char *place = g_build_filename(account->mail_root, account->path, NULL);
	Counts counts = { 0 };
	count_below(place, 0, &counts);
	if (!counts.plain || !counts.dotted)
		return NULL;
	return g_strdup_printf(
		"%u %s named .Folder (Maildir++) in %s, where others are not, and so "
		"not read",
		counts.dotted, counts.dotted == 1 ? "folder is" : "folders are", place);
}

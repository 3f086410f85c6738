#pragma once
/*
 * Files that are made from what a mail carries: names that lead nowhere else, nothing overwritten, nobody else's
 * to read. Any thread; save_bytes blocks on the disk.
 */
#include <gio/gio.h>

enum { SAVE_NAME_LIMIT = 200 /* bytes */ };

/*
 * A file name from NAME, which a mail gives (may be NULL): its last part, without what is not to be seen, without
 * a dot or dash in front. Where nothing is left: "part-2.1.pdf" by PART and TYPE. The caller owns it.
 */
char *save_name(const char *name, const char *part, const char *type);

/* Where files are put if nothing else is said: ~/Downloads, or where the program was started. The caller owns it. */
char *save_directory(void);

/* A path as it was typed, made absolute; "~/" is the user's home. The caller owns it. */
char *save_path(const char *typed);

/*
 * Writes a file of mode 0600 into a directory. Never over another nor through a link: then it is "NAME (1)". Returns
 * its path, which the caller owns.
 */
char *save_bytes(const char *directory, const char *name, GBytes *bytes, GError **error);

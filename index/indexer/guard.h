#pragma once
/*
 * Looks at a mail file before libnotmuch and GMime do, which die on some. Cheap: one pass over the mapped
 * file. Pure but for reading the file; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * May this file be given to libnotmuch? If not, *why is a few words (constant text), else NULL. *seconds
 * is how long indexing it may take. *gone: there is no such file (any more).
 */
bool guard_file(const char *path, unsigned *seconds, bool *gone, const char **why);

/* The same for bytes; NULL: they may. */
const char *guard_bytes(const char *bytes, size_t length);

/*
 * The same for a path below the mail root; NULL: it may. libnotmuch makes terms of its directory and of each of its
 * names; of one that is too long for Xapian it ends the process, or fails all that is written with it.
 */
const char *guard_path(const char *path);

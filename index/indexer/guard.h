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

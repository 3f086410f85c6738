#pragma once
/*
 * tags.dump: all tags of the index as text that "notmuch restore" reads, so that they outlive the index.
 */
#include <glib.h>
#include <stdbool.h>

/* Writes the file anew, 0600, wholly or not at all. Reads the index only; takes seconds a million messages. */
bool tag_dump_write(const char *mail_root, const char *database, const char *path, GError **error);

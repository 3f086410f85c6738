#pragma once
/*
 * Is the mail here that index.db knows? A mail root whose disk is not mounted looks like one that is new, and
 * must not be taken for it. Main thread.
 */
#include <glib.h>
#include <stdbool.h>

/*
 * True if there is a mail root to index. KNOWN: copies in it are known; then it must hold at least one file
 * (others may have made its folders again), and nothing is made. Else it is made if need be.
 */
bool mail_root_ready(const char *path, bool known, GError **error);

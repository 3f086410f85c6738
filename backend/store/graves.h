#pragma once
/*
 * What lies in a graveyard: for how long, and how much of it. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { GRAVES_SECONDS = 14 * 86400 };
#define GRAVES_BYTES (G_GINT64_CONSTANT(1) << 30)

/*
 * Removes the files in and below GRAVEYARD (a directory's descriptor) that came before SINCE (Unix seconds),
 * then the oldest until no more than LIMIT bytes are left. What cannot be removed stays.
 */
bool graves_prune(int graveyard, int64_t since, int64_t limit, GError **error);

#pragma once
/*
 * A small file of ours, read whole. Whatever stands under its name, nobody waits for it: a FIFO, a device or a file
 * that is too large is refused. Any thread.
 */
#include <glib.h>

/*
 * The bytes of the regular file at PATH, LIMIT at most, and a NUL behind them. *LENGTH and *MODE (its permissions) may
 * be NULL. NULL with a G_FILE_ERROR, whose message says what is wrong with PATH without naming it. The caller owns it.
 */
char *small_file_read(
	const char *path, size_t limit, size_t *length, unsigned *mode, GError **error);

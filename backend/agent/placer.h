#pragma once
/*
 * The placer thread: takes bodies that the connection thread wrote to tmp/, makes them durable a batch at
 * a time (one syncfs), and hands them to the disk thread, which renames and commits. A batch is what came in
 * 250 ms, at most 500 files or 32 MB. Calls from the connection thread only.
 */
#include "backend/core/disk.h"

typedef struct Placer Placer;

/* COUNT bodies are durable and in their folders, and their rows say so. Disk thread. */
typedef void (*PlacerOnPlaced)(size_t count, void *data);

Placer *placer_new(Disk *disk, PlacerOnPlaced on_placed, void *data);
void placer_free(
	Placer *placer); /* what is in the open batch is dropped: the next round finds it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Placer, placer_free)

/*
 * Adds a body (copied) whose file tmp/KEY of its folder was written and closed, BYTES of it. TMP_FD: any directory on
 * the mail's disk, borrowed. False: an earlier batch failed (disk full …).
 */
bool placer_add(Placer *placer, int tmp_fd, const PlacedBody *body, int64_t bytes, GError **error);

/* Closes the open batch if it is due (OR_NOW: in any case). */
bool placer_turn(Placer *placer, bool or_now, GError **error);

/* Closes the open batch and waits until all is durable, or one failed. */
bool placer_finish(Placer *placer, GError **error);

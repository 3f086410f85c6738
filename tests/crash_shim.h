#pragma once
/*
 * Death at the N-th step: from then on nothing that this process does reaches the disk, until it is born again. Our own
 * system calls are wrapped at link time, SQLite's by its VFS. What of the mail tree was not synced may be lost as after
 * a loss of power. One thread.
 */
#include <glib.h>
#include <stdbool.h>

/* Begins to watch: SEED for random keys and what a loss of power takes. */
void crash_begin(guint32 seed);
/* Dies at the N-th step from now (0: never). A step is a call that writes, or a question of crash_step. */
void crash_at(unsigned steps);
/* The N-th call that writes from now on fails, once, as on a full disk that has room again; 0: none. */
void crash_starve(unsigned calls);
/* One more step, of something that is no system call. False: dead. */
bool crash_step(void);
bool crash_is_dead(void);
/* Before every step that is not the last, WATCH sees what a death at it would leave; NULL: nobody does. */
void crash_watch(void (*watch)(void *data), void *data);
/* Would a loss of power now take more than what was not done yet? */
bool crash_may_lose(void);
/* Undoes a random part of that in COPY, a copy of the tree ROOT as it is now. */
void crash_lose_in_copy(const char *root, const char *copy);
/* Lives again; POWER: a random part of what was not synced is undone first. */
void crash_revive(bool power);
/* What other programs do between is durable. */
void crash_forget(void);

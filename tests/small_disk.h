#pragma once
/*
 * Small disks for tests, in a mount namespace of the process's own: nothing of it is seen by others, or left behind.
 * One thread; what must succeed is asserted.
 */
#include <stdbool.h>

/* Before any thread is started: may this process have small disks? Then it is in a namespace of its own. */
bool small_disks_begin(void);

/* An empty disk of so many kilobytes at PATH, which is made if it is not there. */
void small_disk_mount(const char *path, unsigned kilobytes);
void small_disk_unmount(const char *path);

void small_disk_fill(const char *path);      /* until nothing more can be written */
void small_disk_make_room(const char *path); /* takes that away again */

#pragma once
/*
 * A thread that does one job after the other. Post and call from any thread but its own.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Worker Worker;
typedef void (*WorkerJob)(void *data);

Worker *worker_new(const char *name);
/* Does all that was posted, then ends the thread. */
void worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

void worker_post(Worker *worker, WorkerJob job, void *data);
/* Posts and waits until the job is done. */
void worker_call(Worker *worker, WorkerJob job, void *data);

#include "backend/agent/worker.h"

/* A worker without a thread: what is posted is done at once. Linked in place of the agent's. */
struct Worker {
	int unused;
};

Worker *
worker_new(const char *name)
{
	return g_new0(Worker, 1);
}

void
worker_free(Worker *worker)
{
	g_free(worker);
}

void
worker_post(Worker *worker, WorkerJob job, void *data)
{
	job(data);
}

void
worker_call(Worker *worker, WorkerJob job, void *data)
{
	job(data);
}

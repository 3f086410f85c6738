#include "backend/agent/worker.h"

typedef struct Job {
	WorkerJob run; /* NULL: the end */
	void *data;
	struct Waiter *waiter;
} Job;

typedef struct Waiter {
	GMutex lock;
	GCond cond;
	bool done;
} Waiter;

struct Worker {
	GAsyncQueue *jobs;
	GThread *thread;
};

static void
waiter_finish(Waiter *waiter)
{
	g_mutex_lock(&waiter->lock);
	waiter->done = true;
	g_cond_signal(&waiter->cond);
	g_mutex_unlock(&waiter->lock);
}

static void *
worker_run(void *data)
{
	Worker *worker = data;
	while (true) {
		g_autofree Job *job = g_async_queue_pop(worker->jobs);
		if (!job->run)
			return NULL;
		job->run(job->data);
		if (job->waiter)
			waiter_finish(job->waiter);
	}
}

static void
worker_push(Worker *worker, WorkerJob run, void *data, Waiter *waiter)
{
	Job *job = g_new(Job, 1);
	*job = (Job){ run, data, waiter };
	g_async_queue_push(worker->jobs, job);
}

Worker *
worker_new(const char *name)
{
	Worker *worker = g_new0(Worker, 1);
	worker->jobs = g_async_queue_new();
	worker->thread = g_thread_new(name, worker_run, worker);
	return worker;
}

void
worker_free(Worker *worker)
{
	if (!worker)
		return;
	worker_push(worker, NULL, NULL, NULL);
	g_thread_join(worker->thread);
	g_async_queue_unref(worker->jobs);
	g_free(worker);
}

void
worker_post(Worker *worker, WorkerJob job, void *data)
{
	worker_push(worker, job, data, NULL);
}

void
worker_call(Worker *worker, WorkerJob job, void *data)
{
	Waiter waiter = { 0 };
	g_mutex_init(&waiter.lock);
	g_cond_init(&waiter.cond);
	worker_push(worker, job, data, &waiter);
	g_mutex_lock(&waiter.lock);
	while (!waiter.done)
		g_cond_wait(&waiter.cond, &waiter.lock);
	g_mutex_unlock(&waiter.lock);
	g_mutex_clear(&waiter.lock);
	g_cond_clear(&waiter.cond);
}

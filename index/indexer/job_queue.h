#pragma once
/*
 * The batches that wait: urgent ones first, idle ones when no urgent one is left, each in the order they came.
 * Urgent ones may pass idle ones, so what they say of a copy is written into what waits of the same copy: an
 * idle batch never brings an older state back. Main thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "index/json.h"

typedef struct JobQueue JobQueue;

typedef struct Job {
	void *owner; /* whose answer it is; NULL: nobody's any more */
	int64_t id;
	char *account;
	JsonArray
		*items; /* of objects (index/indexer.h); an idle job's may change while it waits */
} Job;

/* Takes a reference to ITEMS. */
Job *job_new(void *owner, int64_t id, const char *account, JsonArray *items);
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

JobQueue *job_queue_new(void);
void job_queue_free(JobQueue *queue); /* with all that waits */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobQueue, job_queue_free)

void job_queue_add(JobQueue *queue, Job *job, bool idle); /* takes JOB over */
Job *job_queue_take(JobQueue *queue); /* the next one, the caller's; NULL: none */
bool job_queue_is_empty(const JobQueue *queue);

unsigned job_queue_count(const JobQueue *queue, const void *owner);
void job_queue_forget(JobQueue *queue, const void *owner);

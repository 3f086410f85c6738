#include "index/indexer/job_queue.h"

#include <string.h>

typedef enum Urgency { URGENT, IDLE, URGENCIES } Urgency;

struct JobQueue {
	GQueue waiting[URGENCIES]; /* of Job */
};

Job *
job_new(void *owner, int64_t id, const char *account, JsonArray *items)
{
	Job *job = g_new0(Job, 1);
	job->owner = owner;
	job->id = id;
	job->account = g_strdup(account);
	job->items = json_array_ref(items);
	return job;
}

void
job_free(Job *job)
{
	if (!job)
		return;
	g_free(job->account);
	json_array_unref(job->items);
	g_free(job);
}

JobQueue *
job_queue_new(void)
{
	JobQueue *queue = g_new0(JobQueue, 1);
	for (int i = 0; i < URGENCIES; i++)
		g_queue_init(&queue->waiting[i]);
	return queue;
}

void
job_queue_free(JobQueue *queue)
{
	if (!queue)
		return;
	for (int i = 0; i < URGENCIES; i++)
		g_queue_clear_full(&queue->waiting[i], (GDestroyNotify)job_free);
	g_free(queue);
}

static void
take_member(JsonObject *older, JsonObject *newer, const char *name)
{
	JsonNode *node = json_object_get_member(newer, name);
	if (node)
		json_object_set_member(older, name, json_node_copy(node));
	else if (json_object_has_member(older, name))
		json_object_remove_member(older, name);
}

/* OLDER is to end in what NEWER said of the same copy. Only a put and a removal say where it is. */
static void
supersede(JsonObject *older, JsonObject *newer)
{
	const char *act = json_text(newer, "act");
	bool state_only = g_strcmp0(act, "flags") == 0;
	if (!state_only && g_strcmp0(act, "put") != 0 && g_strcmp0(act, "remove") != 0)
		return;
	if (!state_only) {
		take_member(older, newer, "act");
		take_member(older, newer, "file");
	}
	take_member(older, newer, "flags");
	take_member(older, newer, "tags");
}

static void
add_items(GHashTable *items, const Job *job)
{
	for (guint i = 0; i < json_array_get_length(job->items); i++) {
		JsonObject *item = json_object_at(job->items, i);
		const char *key = item ? json_text(item, "key") : NULL;
		if (!key)
			continue;
		GPtrArray *same = g_hash_table_lookup(items, key);
		if (!same) {
			same = g_ptr_array_new();
			g_hash_table_insert(items, g_strdup(key), same);
		}
		g_ptr_array_add(same, item);
	}
}

/* Key → the items (GPtrArray of JsonObject) of this account that wait in idle jobs. */
static GHashTable *
idle_items(const JobQueue *queue, const char *account)
{
	GHashTable *items = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	for (GList *link = queue->waiting[IDLE].head; link; link = link->next) {
		const Job *job = link->data;
		if (strcmp(job->account, account) == 0)
			add_items(items, job);
	}
	return items;
}

static void
supersede_idle(JobQueue *queue, const Job *urgent)
{
	g_autoptr(GHashTable) items = idle_items(queue, urgent->account);
	for (guint i = 0; i < json_array_get_length(urgent->items); i++) {
		JsonObject *newer = json_object_at(urgent->items, i);
		const char *key = newer ? json_text(newer, "key") : NULL;
		GPtrArray *same = key ? g_hash_table_lookup(items, key) : NULL;
		for (guint j = 0; same && j < same->len; j++)
			supersede(same->pdata[j], newer);
	}
}

void
job_queue_add(JobQueue *queue, Job *job, bool idle)
{
	if (!idle && queue->waiting[IDLE].length > 0)
		supersede_idle(queue, job);
	g_queue_push_tail(&queue->waiting[idle ? IDLE : URGENT], job);
}

Job *
job_queue_take(JobQueue *queue)
{
	Job *job = g_queue_pop_head(&queue->waiting[URGENT]);
	return job ? job : g_queue_pop_head(&queue->waiting[IDLE]);
}

bool
job_queue_is_empty(const JobQueue *queue)
{
	return queue->waiting[URGENT].length == 0 && queue->waiting[IDLE].length == 0;
}

unsigned
job_queue_count(const JobQueue *queue, const void *owner)
{
	unsigned count = 0;
	for (int i = 0; i < URGENCIES; i++)
		for (GList *link = queue->waiting[i].head; link; link = link->next)
			count += ((Job *)link->data)->owner == owner;
	return count;
}

void
job_queue_forget(JobQueue *queue, const void *owner)
{
	for (int i = 0; i < URGENCIES; i++) {
		for (GList *link = queue->waiting[i].head; link;) {
			GList *next = link->next;
			Job *job = link->data;
			if (job->owner == owner) {
				g_queue_delete_link(&queue->waiting[i], link);
				job_free(job);
			}
			link = next;
		}
	}
}

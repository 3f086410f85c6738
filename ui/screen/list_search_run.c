#include "ui/screen/list_search_run.h"

enum { FIRST_BATCH = 60, BATCH = 500 };

/* Held by who began it, by the task and by what is on its way back. */
struct ListSearch {
	Asker *asker;
	const ListSearchCalls *calls; /* NULL: nobody listens any more */
	void *data;
};

typedef struct Task {
	ListSearch *search; /* touched on the UI thread only */
	Asker *asker;
	View *view;
	size_t limit;
	char *stamp;
	bool unchanged;
	ListSorter *sorter; /* NULL: hits are told as they are found */
	GArray *batch;      /* of ListHit */
	size_t sent;
	int percent;
	CleanText *why;
} Task;

/* Something on its way to the UI thread. */
typedef struct Batch {
	ListSearch *search;
	GArray *hits; /* NULL: it tells how far the task is */
	int percent;
} Batch;

/* ---- index thread ---- */

static void on_batch(void *data);

/* The task's reference is released only after this was delivered: by then a batch needs none of its own. */
static void
post(Task *task, GArray *hits)
{
	Batch *batch = g_new(Batch, 1);
	*batch = (Batch){ task->search, hits, task->percent };
	asker_post(task->asker, on_batch, batch);
}

static void
send_batch(Task *task)
{
	if (task->batch->len == 0)
		return;
	task->sent += task->batch->len;
	post(task, task->batch);
	task->batch = list_hits_new();
}

static bool
on_hit(const ListHit *hit, void *data)
{
	Task *task = data;
	g_array_append_val(task->batch, *hit);
	if (!task->sorter && task->batch->len >= (task->sent == 0 ? FIRST_BATCH : BATCH))
		send_batch(task);
	return task->limit == 0 || task->sent + task->batch->len < task->limit;
}

/* What was found is shown before the rest is looked through. */
static void
on_step(int64_t done, int64_t total, void *data)
{
	Task *task = data;
	if (!task->sorter && task->sent == 0)
		send_batch(task);
	int percent = total > 0 ? (int)(100 * MIN(done, total) / total) : 0;
	if (percent == task->percent)
		return;
	task->percent = percent;
	post(task, NULL);
}

/* Puts the hits, whose texts move along, in order. */
static void
sort_batch(Task *task)
{
	g_autoptr(GArray) order = list_sorter_order(task->sorter);
	GArray *sorted = list_hits_new();
	g_array_set_size(sorted, order->len);
	for (guint i = 0; i < order->len; i++) {
		ListHit *hit = &g_array_index(task->batch, ListHit, g_array_index(order, guint, i));
		g_array_index(sorted, ListHit, i) = *hit;
		hit->text = NULL;
	}
	g_array_unref(task->batch);
	task->batch = sorted;
}

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	Task *task = data;
	g_autoptr(GError) error = NULL;
	ListFinder finder = { .asker = asker,
		.cancel = cancel,
		.view = task->view,
		.limit = task->limit,
		.sorter = task->sorter,
		.on_hit = on_hit,
		.on_step = on_step,
		.data = task,
		.stamp = task->stamp };
	if (!list_hits_find(&finder, &error))
		task->why = clean_text_new(
			CLEAN_LINE, error ? error->message : "the search failed", -1);
	task->stamp = finder.stamp;
	task->unchanged = finder.unchanged;
	if (g_cancellable_is_cancelled(cancel))
		return;
	if (task->sorter)
		sort_batch(task);
	send_batch(task);
}

/* ---- UI thread ---- */

static void
on_batch(void *data)
{
	Batch *batch = data;
	const ListSearch *search = batch->search;
	if (search->calls && batch->hits)
		search->calls->on_hits(batch->hits, search->data);
	else if (search->calls)
		search->calls->on_percent(batch->percent, search->data);
	else if (batch->hits)
		g_array_unref(batch->hits);
	g_free(batch);
}

static void
on_done(void *data)
{
	Task *task = data;
	const ListSearch *search = task->search;
	if (search->calls)
		search->calls->on_end(task->why, task->stamp, task->unchanged, search->data);
}

static void
task_free(void *data)
{
	Task *task = data;
	g_rc_box_release(task->search);
	view_free(task->view);
	list_sorter_free(task->sorter);
	g_array_unref(task->batch);
	clean_text_unref(task->why);
	g_free(task->stamp);
	g_free(task);
}

ListSearch *
list_search_run(Asker *asker, const View *view, const char *stamp, size_t limit,
	const ListSearchCalls *calls, void *data)
{
	ListSearch *search = g_rc_box_new0(ListSearch);
	*search = (ListSearch){ asker, calls, data };
	Task *task = g_new0(Task, 1);
	task->search = g_rc_box_acquire(search);
	task->asker = asker;
	task->view = view_copy(view);
	task->limit = limit;
	task->stamp = g_strdup(stamp);
	task->sorter = list_order_is_by_date(view->order) ? NULL : list_sorter_new(view->order);
	task->batch = list_hits_new();
	Job job = { .owner = search, .run = run, .done = on_done, .free = task_free };
	asker_ask(asker, ASK_INDEX, &job, task);
	return search;
}

void
list_search_leave(ListSearch *search)
{
	if (!search)
		return;
	search->calls = NULL;
	asker_cancel(search->asker, search);
	g_rc_box_release(search);
}

#include "ui/screen/asker.h"

#include "index/paths.h"

typedef struct Task {
	Asker *asker;
	Job job;
	void *data;
	GCancellable *cancel;
} Task;

typedef struct Worker {
	Asker *asker;
	AskerThread number;
	GThread *thread; /* UI thread only */
	GThread *self;   /* this thread only */

	/* under lock */
	GCond wake;
	GQueue waiting; /* of Task */
	GQueue running; /* of Task: the innermost first (asker_let_in) */
	bool ending;
} Worker;

struct Asker {
	/* constant after open */
	Events *events;
	const GPtrArray *accounts;
	/* UI thread only */
	GPtrArray *unanswered; /* of Task, borrowed: also those whose answer is on its way */
	bool stopped;
	/* under lock */
	GMutex lock;
	Worker workers[ASK_THREADS];
	Envelopes *
		*stores; /* one an account; made on the store thread, interrupted from the UI's */
	/* index thread only */
	Query *query;
	MessageReader *reader;
};

static bool
on_thread(const Asker *asker, AskerThread thread)
{
	return asker->workers[thread].self == g_thread_self();
}

Asker *
asker_new(Events *events, const GPtrArray *accounts)
{
	Asker *asker = g_new0(Asker, 1);
	asker->events = events;
	asker->accounts = accounts;
	asker->unanswered = g_ptr_array_new();
	asker->stores = g_new0(Envelopes *, accounts->len + 1);
	g_mutex_init(&asker->lock);
	for (int i = 0; i < ASK_THREADS; i++) {
		asker->workers[i].asker = asker;
		asker->workers[i].number = (AskerThread)i;
		g_cond_init(&asker->workers[i].wake);
		g_queue_init(&asker->workers[i].waiting);
		g_queue_init(&asker->workers[i].running);
	}
	return asker;
}

/* ---- answers, on the UI thread ---- */

static void
on_answer(void *data)
{
	Task *task = data;
	Asker *asker = task->asker;
	g_ptr_array_remove_fast(asker->unanswered, task);
	if (!asker->stopped && !g_cancellable_is_cancelled(task->cancel) && task->job.done)
		task->job.done(task->data);
	task->job.free(task->data);
	g_object_unref(task->cancel);
	g_free(task);
	if (!asker->stopped)
		events_tell(asker->events, &(Event){ .kind = EVENT_ANSWERED, .account = -1 });
}

/* ---- the threads ---- */

static void
run_task(Worker *worker, Task *task)
{
	if (!g_cancellable_is_cancelled(task->cancel))
		task->job.run(worker->asker, task->cancel, task->data);
	g_mutex_lock(&worker->asker->lock);
	g_queue_pop_head(&worker->running);
	g_mutex_unlock(&worker->asker->lock);
	events_post(worker->asker->events, on_answer, task);
}

static gpointer
work(gpointer data)
{
	Worker *worker = data;
	Asker *asker = worker->asker;
	worker->self = g_thread_self();
	for (;;) {
		g_mutex_lock(&asker->lock);
		while (!worker->ending && g_queue_is_empty(&worker->waiting))
			g_cond_wait(&worker->wake, &asker->lock);
		Task *task = g_queue_pop_head(&worker->waiting);
		if (task)
			g_queue_push_head(&worker->running, task);
		g_mutex_unlock(&asker->lock);
		if (!task)
			return NULL;
		run_task(worker, task);
	}
}

void
asker_let_in(Asker *asker)
{
	Worker *worker = &asker->workers[ASK_INDEX];
	for (;;) {
		g_mutex_lock(&asker->lock);
		Task *task = g_queue_peek_head(&worker->waiting);
		if (task && task->job.urgent) {
			g_queue_pop_head(&worker->waiting);
			g_queue_push_head(&worker->running, task);
		} else {
			task = NULL;
		}
		g_mutex_unlock(&asker->lock);
		if (!task)
			return;
		run_task(worker, task);
	}
}

/* ---- questions, on the UI thread ---- */

/* Under lock, so that what is interrupted is the task that runs and not its successor. */
static void
interrupt_locked(Asker *asker, const void *owner)
{
	for (GList *at = asker->workers[ASK_STORE].running.head; at; at = at->next) {
		Task *task = at->data;
		if (owner && task->job.owner != owner)
			continue;
		for (guint i = 0; i < asker->accounts->len; i++) {
			if (asker->stores[i])
				envelopes_interrupt(asker->stores[i]);
		}
	}
}

/* They stay where they are, waiting, running or on their way back, and end there: with nothing. */
static void
cancel_tasks(Asker *asker, const void *owner)
{
	for (guint i = 0; i < asker->unanswered->len; i++) {
		Task *task = g_ptr_array_index(asker->unanswered, i);
		if (!owner || task->job.owner == owner)
			g_cancellable_cancel(task->cancel);
	}
	g_mutex_lock(&asker->lock);
	interrupt_locked(asker, owner);
	g_mutex_unlock(&asker->lock);
}

void
asker_cancel(Asker *asker, const void *owner)
{
	cancel_tasks(asker, owner);
}

void
asker_ask(Asker *asker, AskerThread thread, const Job *job, void *data)
{
	if (asker->stopped) {
		job->free(data);
		return;
	}
	Task *task = g_new0(Task, 1);
	*task = (Task){ .asker = asker, .job = *job, .data = data, .cancel = g_cancellable_new() };
	Worker *worker = &asker->workers[thread];
	asker_cancel(asker, job->owner);
	g_ptr_array_add(asker->unanswered, task);
	g_mutex_lock(&asker->lock);
	if (job->urgent)
		g_queue_push_head(&worker->waiting, task);
	else
		g_queue_push_tail(&worker->waiting, task);
	g_cond_signal(&worker->wake);
	g_mutex_unlock(&asker->lock);
	if (!worker->thread)
		worker->thread = g_thread_new(
			thread == ASK_STORE ? "asks-store" : "asks-index", work, worker);
}

bool
asker_awaits(const Asker *asker, const void *owner)
{
	for (guint i = 0; i < asker->unanswered->len; i++) {
		const Task *task = g_ptr_array_index(asker->unanswered, i);
		if (task->job.owner == owner && !g_cancellable_is_cancelled(task->cancel))
			return true;
	}
	return false;
}

bool
asker_is_idle(const Asker *asker)
{
	return asker->unanswered->len == 0;
}

void
asker_post(Asker *asker, void (*function)(void *data), void *data)
{
	events_post(asker->events, function, data);
}

size_t
asker_account_count(const Asker *asker)
{
	return asker->accounts->len;
}

const AccountConfig *
asker_account(const Asker *asker, size_t account)
{
	return g_ptr_array_index(asker->accounts, account);
}

void
asker_stop(Asker *asker)
{
	if (asker->stopped)
		return;
	asker->stopped = true;
	cancel_tasks(asker, NULL);
	g_mutex_lock(&asker->lock);
	for (int i = 0; i < ASK_THREADS; i++) {
		asker->workers[i].ending = true;
		g_cond_signal(&asker->workers[i].wake);
	}
	g_mutex_unlock(&asker->lock);
	for (int i = 0; i < ASK_THREADS; i++) {
		if (asker->workers[i].thread)
			g_thread_join(asker->workers[i].thread);
	}
	events_deliver(asker->events); /* frees what was under way */
}

void
asker_free(Asker *asker)
{
	if (!asker)
		return;
	asker_stop(asker);
	for (int i = 0; i < ASK_THREADS; i++)
		g_cond_clear(&asker->workers[i].wake);
	for (guint i = 0; i < asker->accounts->len; i++)
		envelopes_close(asker->stores[i]);
	g_ptr_array_unref(asker->unanswered);
	query_close(asker->query);
	message_reader_free(asker->reader);
	g_free(asker->stores);
	g_mutex_clear(&asker->lock);
	g_free(asker);
}

/* ---- what the threads ask ---- */

Envelopes *
asker_store(Asker *asker, size_t account, GError **error)
{
	g_assert(on_thread(asker, ASK_STORE));
	if (asker->stores[account])
		return asker->stores[account];
	const AccountConfig *config = asker_account(asker, account);
	g_autofree char *state = paths_account_state(config->name);
	g_autofree char *path = g_build_filename(state, "state.db", NULL);
	Envelopes *store = envelopes_open(path, (int)account, error);
	g_mutex_lock(&asker->lock);
	asker->stores[account] = store;
	g_mutex_unlock(&asker->lock);
	return store;
}

Query *
asker_query(Asker *asker, GError **error)
{
	g_assert(on_thread(asker, ASK_INDEX));
	if (!asker->query && asker->accounts->len > 0)
		asker->query = query_open(asker_account(asker, 0)->mail_root, NULL, error);
	return asker->query;
}

MessageReader *
asker_reader(Asker *asker)
{
	g_assert(on_thread(asker, ASK_INDEX));
	if (!asker->reader) {
		g_autofree char *program = paths_program("curlew-mime");
		asker->reader = message_reader_new(program);
	}
	return asker->reader;
}

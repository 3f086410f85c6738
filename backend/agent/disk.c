#include "backend/core/disk.h"

#include "backend/agent/worker.h"

struct Disk {
	Worker *worker;
	Store *store; /* disk thread only */
};

typedef struct Question {
	Disk *disk;
	DiskAsk ask;
	void *data;
	DiskOnDone on_done;
	GError **error;
	bool ok;
} Question;

static void
run_question(void *data)
{
	Question *question = data;
	question->ok = question->ask(question->disk->store, question->data, question->error);
}

static void
run_telling(void *data)
{
	g_autofree Question *question = data;
	g_autoptr(GError) error = NULL;
	question->ask(question->disk->store, question->data, &error);
	if (question->on_done)
		question->on_done(question->data, error);
}

typedef struct Opening {
	Disk *disk;
	const StorePlace *place;
	GError **error;
} Opening;

static void
run_opening(void *data)
{
	Opening *opening = data;
	opening->disk->store = store_open(opening->place, opening->error);
}

static void
run_closing(void *data)
{
	Disk *disk = data;
	g_clear_pointer(&disk->store, store_close);
}

Disk *
disk_open(const StorePlace *place, GError **error)
{
	Disk *disk = g_new0(Disk, 1);
	disk->worker = worker_new("disk");
	Opening opening = { disk, place, error };
	worker_call(disk->worker, run_opening, &opening);
	if (!disk->store)
		g_clear_pointer(&disk, disk_close);
	return disk;
}

void
disk_close(Disk *disk)
{
	if (!disk)
		return;
	worker_call(disk->worker, run_closing, disk);
	worker_free(disk->worker);
	g_free(disk);
}

bool
disk_ask(Disk *disk, DiskAsk ask, void *data, GError **error)
{
	Question question = { disk, ask, data, NULL, error, false };
	worker_call(disk->worker, run_question, &question);
	return question.ok;
}

void
disk_tell(Disk *disk, DiskAsk ask, void *data, DiskOnDone on_done)
{
	Question *question = g_new0(Question, 1);
	*question = (Question){ disk, ask, data, on_done, NULL, false };
	worker_post(disk->worker, run_telling, question);
}

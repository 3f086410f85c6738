#include "backend/agent/placer.h"

#include <fcntl.h>
#include <unistd.h>

#include "backend/agent/worker.h"
#include "backend/core/flow.h"
#include "backend/store/body_file.h"

enum { BATCH_FILES = 500, BATCH_BYTES = 32 << 20, BATCH_MS = 250, BATCHES_UNDER_WAY = 3 };

struct Placer {
	Disk *disk;
	Worker *worker;
	Flow *flow;
	PlacerOnPlaced on_placed;
	void *data;
	/* connection thread only: the open batch */
	GPtrArray *bodies; /* of PlacedBody, NULL: none open */
	int64_t bytes, opened;
	int fd;
};

/* A closed batch on its way: placer thread, then disk thread. */
typedef struct Batch {
	Placer *placer;
	GPtrArray *bodies;
	int fd;
	size_t placed;
} Batch;

static void
batch_end(Batch *batch, const GError *error)
{
	flow_end(batch->placer->flow, error);
	g_ptr_array_unref(batch->bodies);
	close(batch->fd);
	g_free(batch);
}

static bool
ask_place(Store *store, void *data, GError **error)
{
	Batch *batch = data;
	return store_place(store, batch->bodies, &batch->placed, error);
}

static void
on_batch_done(void *data, const GError *error)
{
	Batch *batch = data;
	if (!error)
		batch->placer->on_placed(batch->placed, batch->placer->data);
	batch_end(batch, error);
}

static void
run_batch(void *data)
{
	Batch *batch = data;
	g_autoptr(GError) error = NULL;
	if (body_files_sync(batch->fd, &error))
		disk_tell(batch->placer->disk, ask_place, batch, on_batch_done);
	else
		batch_end(batch, error);
}

Placer *
placer_new(Disk *disk, PlacerOnPlaced on_placed, void *data)
{
	Placer *placer = g_new0(Placer, 1);
	placer->disk = disk;
	placer->worker = worker_new("placer");
	placer->flow = flow_new(BATCHES_UNDER_WAY);
	placer->on_placed = on_placed;
	placer->data = data;
	return placer;
}

static void
placer_drop_batch(Placer *placer)
{
	if (!placer->bodies)
		return;
	g_clear_pointer(&placer->bodies, g_ptr_array_unref);
	close(placer->fd);
}

void
placer_free(Placer *placer)
{
	if (!placer)
		return;
	placer_drop_batch(placer);
	flow_free(placer->flow);
	worker_free(placer->worker);
	g_free(placer);
}

static bool
placer_close_batch(Placer *placer, GError **error)
{
	if (!placer->bodies)
		return true;
	if (!flow_begin(placer->flow, error)) {
		placer_drop_batch(placer);
		return false;
	}
	Batch *batch = g_new0(Batch, 1);
	*batch = (Batch){ placer, g_steal_pointer(&placer->bodies), placer->fd, 0 };
	worker_post(placer->worker, run_batch, batch);
	return true;
}

bool
placer_add(Placer *placer, int tmp_fd, const PlacedBody *body, int64_t bytes, GError **error)
{
	if (!placer->bodies) {
		placer->bodies = g_ptr_array_new_with_free_func((GDestroyNotify)placed_body_free);
		placer->bytes = 0;
		placer->opened = g_get_monotonic_time();
		placer->fd = fcntl(tmp_fd, F_DUPFD_CLOEXEC, 0);
	}
	PlacedBody *added = g_memdup2(body, sizeof *body);
	added->key = g_strdup(body->key);
	g_ptr_array_add(placer->bodies, added);
	placer->bytes += bytes;
	return placer_turn(placer, false, error);
}

bool
placer_turn(Placer *placer, bool or_now, GError **error)
{
	if (!placer->bodies)
		return true;
	int64_t age_ms = (g_get_monotonic_time() - placer->opened) / 1000;
	if (or_now || placer->bodies->len >= BATCH_FILES || placer->bytes >= BATCH_BYTES ||
		age_ms >= BATCH_MS)
		return placer_close_batch(placer, error);
	return true;
}

bool
placer_finish(Placer *placer, GError **error)
{
	/* waited for in any case: what failed is told once and not again in the next round */
	bool closed = placer_close_batch(placer, error);
	return flow_wait(placer->flow, closed ? error : NULL) && closed;
}

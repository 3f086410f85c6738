#include "backend/core/flow.h"

struct Flow {
	GMutex lock;
	GCond cond;
	/* under lock */
	unsigned limit, running;
	GError *failure;
};

Flow *
flow_new(unsigned limit)
{
	Flow *flow = g_new0(Flow, 1);
	g_mutex_init(&flow->lock);
	g_cond_init(&flow->cond);
	flow->limit = limit;
	return flow;
}

void
flow_free(Flow *flow)
{
	if (!flow)
		return;
	flow_wait(flow, NULL);
	g_mutex_clear(&flow->lock);
	g_cond_clear(&flow->cond);
	g_free(flow);
}

bool
flow_begin(Flow *flow, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&flow->lock);
	while (flow->running >= flow->limit && !flow->failure)
		g_cond_wait(&flow->cond, &flow->lock);
	if (flow->failure) {
		if (error)
			*error = g_error_copy(flow->failure);
		return false;
	}
	flow->running++;
	return true;
}

bool
flow_is_good(Flow *flow, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&flow->lock);
	if (flow->failure && error)
		*error = g_error_copy(flow->failure);
	return !flow->failure;
}

void
flow_end(Flow *flow, const GError *error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&flow->lock);
	if (error && !flow->failure)
		flow->failure = g_error_copy(error);
	flow->running--;
	g_cond_broadcast(&flow->cond);
}

bool
flow_wait(Flow *flow, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&flow->lock);
	while (flow->running > 0)
		g_cond_wait(&flow->cond, &flow->lock);
	if (!flow->failure)
		return true;
	g_propagate_error(error, g_steal_pointer(&flow->failure));
	return false;
}

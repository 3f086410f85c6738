#include "backend/core/push.h"

/* What all operations share: which wait, how one ends, how it is refused. */
typedef struct Ask {
	OpKind kind;
	GArray *waiting;   /* of PushedOp */
	const GArray *ops; /* of FinishedOp, or of int64_t */
	int64_t to;
	bool copied;
	const char *why;
} Ask;

static bool
ask_waiting(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	ask->waiting = store_waiting_ops(store, ask->kind, error);
	return ask->waiting != NULL;
}

static bool
ask_finish(Store *store, void *data, GError **error)
{
	const Ask *ask = data;
	return store_finish_ops(store, ask->to, (const FinishedOp *)(void *)ask->ops->data,
		ask->ops->len, ask->copied, error);
}

static bool
ask_requeue(Store *store, void *data, GError **error)
{
	const Ask *ask = data;
	return store_requeue_ops(
		store, (const int64_t *)(void *)ask->ops->data, ask->ops->len, ask->why, error);
}

GArray *
push_waiting(const Push *push, OpKind kind, GError **error)
{
	Ask ask = { .kind = kind };
	return disk_ask(push->round->disk, ask_waiting, &ask, error) ? ask.waiting : NULL;
}

bool
push_says_where(const ImapDone *done, const StoreFolder *to)
{
	return done->to && done->uidvalidity &&
	       (!to->uidvalidity || done->uidvalidity == to->uidvalidity);
}

bool
push_finish(const Push *push, const StoreFolder *to, const GArray *ops, bool copied, GError **error)
{
	Ask ask = { .ops = ops, .to = to->id, .copied = copied };
	return ops->len == 0 || disk_ask(push->round->disk, ask_finish, &ask, error);
}

bool
push_refused(const Push *push, const GArray *ops, const GError *why, GError **error)
{
	bool passes = g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE);
	Ask ask = { .ops = ops, .why = passes ? NULL : why->message };
	if (!disk_ask(push->round->disk, ask_requeue, &ask, error))
		return false;
	if (passes)
		g_propagate_error(error, g_error_copy(why));
	return !passes;
}

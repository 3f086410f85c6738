#include "backend/core/push.h"

/*
 * Files that the server has not: one APPEND each. One that the server refuses is parked, so that it keeps none of the
 * others from their way.
 */
typedef struct Ask {
	const Push *push;
	GArray *waiting; /* of PushedOp */
	const PushedOp *op;
	PushedFile file;
	FinishedOp finished;
	int64_t to;
	const char *why;
} Ask;

static bool
ask_waiting(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	ask->waiting = store_waiting_ops(store, OP_APPEND, error);
	return ask->waiting != NULL;
}

static bool
ask_send(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	const ImapSelected *state = &ask->push->state;
	return store_send_append(
		store, ask->op, state->permanent_flags, state->keywords_allowed, &ask->file, error);
}

static bool
ask_finish(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_finish_ops(store, ask->to, &ask->finished, 1, false, error);
}

static bool
ask_requeue(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_requeue_ops(store, &ask->op->id, 1, ask->why, error);
}

static bool
refused(Ask *ask, const GError *why, GError **error)
{
	bool passes = g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE);
	ask->why = passes ? NULL : why->message;
	if (!disk_ask(ask->push->round->disk, ask_requeue, ask, error))
		return false;
	if (passes)
		g_propagate_error(error, g_error_copy(why));
	return !passes;
}

static bool
take_answer(Ask *ask, const ImapDone *done, const StoreFolder *to, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (done->result != IMAP_OK) {
		imap_refused(done, to->name, &why);
		return refused(ask, why, error);
	}
	bool known = done->to && done->to->len == 1 && done->uidvalidity &&
	             (!to->uidvalidity || done->uidvalidity == to->uidvalidity);
	ask->finished =
		(FinishedOp){ ask->op->id, known ? g_array_index(done->to, uint32_t, 0) : 0 };
	ask->to = to->id;
	return !known || disk_ask(ask->push->round->disk, ask_finish, ask, error);
}

static bool
append(Push *push, Ask *ask, const StoreFolder *to, GError **error)
{
	RemoteCommand command = { .verb = REMOTE_APPEND,
		.folder = to->remote,
		.flags = ask->file.flags,
		.keywords = (const char *const *)ask->file.keywords,
		.date = ask->file.date,
		.file = ask->file.file };
	ImapDone done = { 0 };
	g_autoptr(GError) own = NULL;
	if (!remote_send(push->round->remote, &command, &own)) {
		/* the file itself cannot be sent, and nothing was: the others can */
		if (remote_is_usable(push->round->remote))
			return refused(ask, own, error);
		g_propagate_error(error, g_steal_pointer(&own));
		return false;
	}
	if (!remote_read(push->round->remote, 0, &done, error))
		return false;
	bool ok = take_answer(ask, &done, to, error);
	imap_done_clear(&done);
	push_tell(push, to, 1);
	return ok;
}

static bool
push_one(Push *push, Ask *ask, GError **error)
{
	const StoreFolder *to = push_folder(push, ask->op->to);
	bool usable;
	if (!to)
		return true;
	if (round_is_cancelled(push->round, error) || !push_select(push, to, &usable, error))
		return push_forgive(push, to, error);
	if (!disk_ask(push->round->disk, ask_send, ask, error))
		return false;
	if (ask->file.file < 0)
		return true;
	bool ok = append(push, ask, to, error) || push_forgive(push, to, error);
	pushed_file_clear(&ask->file);
	push_touch(push, to->id);
	return ok;
}

bool
push_appends(Push *push, GError **error)
{
	Ask ask = { .push = push };
	if (!disk_ask(push->round->disk, ask_waiting, &ask, error))
		return false;
	g_autoptr(GArray) waiting = ask.waiting;
	for (guint i = 0; i < waiting->len; i++) {
		ask.op = &g_array_index(waiting, PushedOp, i);
		if (!push_one(push, &ask, error))
			return false;
	}
	return waiting->len == 0 || push_doubts(push, error);
}

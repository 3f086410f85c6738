#include "backend/core/push.h"

/*
 * Files that the server has not: one APPEND each. One that the server refuses is parked, so that it keeps none of the
 * others from their way.
 */
typedef struct Ask {
	const Push *push;
	const PushedOp *op;
	PushedFile file;
} Ask;

static bool
ask_send(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	const ImapSelected *state = &ask->push->state;
	return store_send_append(
		store, ask->op, state->permanent_flags, state->keywords_allowed, &ask->file, error);
}

static bool
refused(const Ask *ask, const GError *why, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(ids, ask->op->id);
	return push_refused(ask->push, ids, why, error);
}

static bool
take_answer(const Ask *ask, const ImapDone *done, const StoreFolder *to, GError **error)
{
	if (done->result != IMAP_OK) {
		g_autoptr(GError) why = NULL;
		imap_refused(done, to->name, &why);
		return refused(ask, why, error);
	}
	g_autoptr(GArray) finished = g_array_new(FALSE, FALSE, sizeof(FinishedOp));
	if (push_says_where(done, to) && done->to->len == 1) {
		FinishedOp one = { ask->op->id, g_array_index(done->to, uint32_t, 0) };
		g_array_append_val(finished, one);
	}
	return push_finish(ask->push, to, finished, false, error);
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
	g_autoptr(GArray) waiting = push_waiting(push, OP_APPEND, error);
	if (!waiting)
		return false;
	for (guint i = 0; i < waiting->len; i++) {
		ask.op = &g_array_index(waiting, PushedOp, i);
		if (!push_one(push, &ask, error))
			return false;
	}
	return waiting->len == 0 || push_doubts(push, error);
}

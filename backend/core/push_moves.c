#include "backend/core/push.h"
#include "backend/core/uidset.h"

/*
 * Moves, and copies: many of one folder to another in one command. What COPYUID names is done; what it does not name,
 * and all where it is not said, stays in doubt and is looked for. Where the server cannot move, what was copied for sure
 * is purged from where it was.
 */
enum { TOGETHER = 1000 };

typedef struct Ask {
	OpKind kind;
	const PushedOp *ops;
	size_t count;
	GArray *begun; /* of PushedOp */
	bool copied;
} Ask;

static bool
ask_send(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	return store_send_ops(store, ask->ops, ask->count, &ask->begun, error);
}

static int
by_uid(const void *left, const void *right)
{
	uint32_t a = ((const PushedOp *)left)->uid, b = ((const PushedOp *)right)->uid;
	return (a > b) - (a < b);
}

static const PushedOp *
op_of(const GArray *ops, uint32_t uid)
{
	PushedOp wanted = { .uid = uid };
	return bsearch(&wanted, ops->data, ops->len, sizeof(PushedOp), by_uid);
}

/* Which operations COPYUID says are done. */
static GArray *
finished_by(const Ask *ask, const ImapDone *done, const StoreFolder *to)
{
	GArray *finished = g_array_new(FALSE, FALSE, sizeof(FinishedOp));
	bool known = done->from && push_says_where(done, to);
	for (guint i = 0; known && i < done->from->len; i++) {
		const PushedOp *op = op_of(ask->begun, g_array_index(done->from, uint32_t, i));
		FinishedOp one = { op ? op->id : 0, g_array_index(done->to, uint32_t, i) };
		if (op)
			g_array_append_val(finished, one);
	}
	return finished;
}

static bool
take_answer(Push *push, const Ask *ask, const ImapDone *done, const StoreFolder *to, GError **error)
{
	if (done->result == IMAP_OK) {
		g_autoptr(GArray) finished = finished_by(ask, done, to);
		return push_finish(push, to, finished, ask->copied, error);
	}
	g_autoptr(GError) why = NULL;
	imap_refused(done, to->name, &why);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < ask->begun->len; i++)
		g_array_append_val(ids, g_array_index(ask->begun, PushedOp, i).id);
	return push_refused(push, ids, why, error);
}

/* One command. OPS: of one folder to another, ascending by UID. */
static bool
push_some(Push *push, Ask *ask, const StoreFolder *to, GError **error)
{
	bool moves = remote_capabilities(push->round->remote) & IMAP_MOVE;
	ask->copied = ask->kind == OP_MOVE && !moves;
	if (!disk_ask(push->round->disk, ask_send, ask, error))
		return false;
	g_autoptr(GArray) begun = ask->begun;
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < begun->len; i++)
		g_array_append_val(uids, g_array_index(begun, PushedOp, i).uid);
	if (begun->len == 0)
		return true;
	g_autoptr(GPtrArray) sets =
		uidset_write((uint32_t *)(void *)uids->data, uids->len, G_MAXUINT16, 0);
	RemoteCommand command = { .verb = ask->kind == OP_COPY || !moves ? REMOTE_COPY
		                                                         : REMOTE_MOVE,
		.set = sets->pdata[0],
		.folder = to->remote };
	ImapDone done = { 0 };
	if (!remote_send(push->round->remote, &command, error) ||
		!remote_read(push->round->remote, begun->len, &done, error))
		return false;
	bool ok = take_answer(push, ask, &done, to, error);
	imap_done_clear(&done);
	push_tell(push, to, begun->len);
	return ok;
}

/* How many of those from FIRST on go with it in one command: a set names a message once, however often it is copied. */
static guint
together(const GArray *ops, guint first)
{
	const PushedOp *begin = &g_array_index(ops, PushedOp, first);
	g_autoptr(GHashTable) sources = g_hash_table_new(NULL, NULL); /* UIDs */
	guint count = 1;
	g_hash_table_add(sources, GUINT_TO_POINTER(begin->uid));
	while (!begin->alone && first + count < ops->len && count < TOGETHER) {
		const PushedOp *next = &g_array_index(ops, PushedOp, first + count);
		if (next->alone || next->from != begin->from || next->to != begin->to ||
			!g_hash_table_add(sources, GUINT_TO_POINTER(next->uid)))
			break;
		count++;
	}
	return count;
}

static bool
push_between(Push *push, Ask *ask, const PushedOp *ops, guint count, GError **error)
{
	const StoreFolder *from = push_folder(push, ops->from), *to = push_folder(push, ops->to);
	bool usable;
	if (!from || !to)
		return true;
	if (round_is_cancelled(push->round, error) || !push_select(push, from, &usable, error))
		return push_forgive(push, from, error);
	if (!usable)
		return true;
	g_autofree PushedOp *sorted = g_memdup2(ops, count * sizeof(PushedOp));
	qsort(sorted, count, sizeof(PushedOp), by_uid);
	ask->ops = sorted;
	ask->count = count;
	bool ok = push_some(push, ask, to, error) || push_forgive(push, to, error);
	push_touch(push, from->id);
	push_touch(push, to->id);
	return ok;
}

bool
push_moves(Push *push, OpKind kind, GError **error)
{
	Ask ask = { .kind = kind };
	g_autoptr(GArray) waiting = push_waiting(push, kind, error);
	if (!waiting)
		return false;
	for (guint first = 0, count; first < waiting->len; first += count) {
		count = together(waiting, first);
		if (!push_between(
			    push, &ask, &g_array_index(waiting, PushedOp, first), count, error))
			return false;
	}
	return waiting->len == 0 || push_doubts(push, error);
}

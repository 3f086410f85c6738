#include "backend/agent/body_pass.h"

/* Bodies that do not come: whose fault it is, once more each alone, and what is set aside. */

enum { REFUSALS_LIMIT = 5 };

typedef struct Quarantine {
	BodyPass *pass;
	uint32_t uid;
	const char *why;
} Quarantine;

static const char no_text[] = "the server has no text for this message";

static bool
ask_quarantine(Store *store, void *data, GError **error)
{
	Quarantine *quarantine = data;
	return store_quarantine(
		store, quarantine->pass->folder->id, quarantine->uid, quarantine->why, error);
}

/* COUNT messages of the folder do not come; the user is told, and the folder goes on. */
static void
tell_set_aside(BodyPass *pass, unsigned count, const char *why)
{
	g_autoptr(GError) told = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
		"%u not downloaded, to be tried again later: %s", count, why);
	const RoundOwner *owner = pass->round->owner;
	owner->notice(pass->folder->name, told, owner->data);
}

void
body_pass_find_blame(BodyPass *pass, const Command *command, const GError *error)
{
	Round *round = pass->round;
	bool alone = command->uids->len == 1;
	for (unsigned i = 0; i < command->uids->len; i++) {
		uint32_t uid = g_array_index(command->uids, uint32_t, i);
		WantedBody *body = g_hash_table_lookup(pass->asked, GUINT_TO_POINTER(uid));
		if (!body)
			continue;
		Quarantine quarantine = { pass, uid, error->message };
		if (!alone &&
			g_hash_table_add(round->suspects, g_memdup2(&body->row, sizeof(body->row))))
			round->blamed++;
		else if (alone && disk_ask(round->disk, ask_quarantine, &quarantine, NULL)) {
			round->blamed++;
			tell_set_aside(pass, 1, error->message);
		}
	}
}

static bool
set_missed_aside(BodyPass *pass, GError **error)
{
	if (pass->missed->len == 0)
		return true;
	const char *why = pass->refusal ? pass->refusal->message : no_text;
	for (unsigned i = 0; i < pass->missed->len; i++) {
		const WantedBody *body = g_ptr_array_index(pass->missed, i);
		Quarantine quarantine = { pass, body->uid, why };
		if (!disk_ask(pass->round->disk, ask_quarantine, &quarantine, error))
			return false;
	}
	tell_set_aside(pass, pass->missed->len, why);
	return true;
}

bool
body_pass_retry_missed(BodyPass *pass, GError **error)
{
	g_autoptr(GPtrArray) missed = g_steal_pointer(&pass->missed);
	pass->missed = g_ptr_array_new_with_free_func((GDestroyNotify)wanted_body_free);
	for (unsigned i = missed->len; i > 0; i--)
		g_queue_push_head(&pass->queue, g_ptr_array_index(missed, i - 1));
	g_ptr_array_set_free_func(missed, NULL);
	while (!g_queue_is_empty(&pass->queue)) {
		WantedBody *body = g_queue_pop_head(&pass->queue);
		Command *command = body_command_new();
		g_array_append_val(command->uids, body->uid);
		g_hash_table_insert(pass->asked, GUINT_TO_POINTER(body->uid), body);
		if (!body_pass_send(pass, command, error) || !body_pass_read_one(pass, error))
			return false;
		/* a server that refuses everything is asked no more, and no message blamed for it */
		if (pass->done == 0 && pass->refusals > REFUSALS_LIMIT) {
			g_propagate_error(error, g_steal_pointer(&pass->refusal));
			return false;
		}
	}
	return set_missed_aside(pass, error);
}

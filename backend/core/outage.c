#include "backend/core/pass.h"

/*
 * A server in trouble shows its folders empty. Of a folder with more than a few messages that is believed
 * only when it still says so an hour later; Trash and Junk are emptied every day.
 */

enum { BELIEVED_AFTER_S = 3600, FEW = 20 };

typedef struct Outage {
	const StoreFolder *folder;
	bool empty;  /* what the server shows now */
	bool waits;  /* it is not believed yet */
	int64_t now; /* Unix seconds */
} Outage;

/* Since when the folder is shown empty stands in the store: it outlives the agent. */
static bool
ask_outage(Store *store, void *data, GError **error)
{
	Outage *outage = data;
	g_autofree char *name = g_strdup_printf("empty.%" G_GINT64_FORMAT, outage->folder->id);
	g_autofree char *since = store_meta(store, name, NULL);
	bool known = since && *since;
	if (!outage->empty)
		return !known || store_set_meta(store, name, "", error);
	if (known) {
		outage->waits = outage->now - g_ascii_strtoll(since, NULL, 10) < BELIEVED_AFTER_S;
		return true;
	}
	outage->waits = true;
	g_autofree char *begin = g_strdup_printf("%" G_GINT64_FORMAT, outage->now);
	return store_set_meta(store, name, begin, error);
}

bool
pass_is_outage(Pass *pass, bool *outage, GError **error)
{
	const StoreFolder *folder = pass->folder->known;
	Round *round = pass->round;
	Outage question = { .folder = folder, .now = round->now };
	question.empty = pass->selected.exists == 0 && folder->rows > FEW &&
	                 folder->role != ROLE_TRASH && folder->role != ROLE_JUNK;
	if (!disk_ask(round->disk, ask_outage, &question, error))
		return false;
	*outage = question.waits;
	if (!question.waits)
		return true;
	g_autoptr(GError) told = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
		"the server shows this folder empty; its %" G_GINT64_FORMAT
		" messages stay until it has said so for an hour",
		folder->rows);
	round->owner->notice(folder->name, told, round->owner->data);
	return true;
}

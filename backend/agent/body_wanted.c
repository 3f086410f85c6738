#include "backend/agent/body_pass.h"
#include "backend/agent/placer.h"

/* One body that somebody waits for. */
typedef struct Wanted {
	const char *key;
	int64_t folder_id;
	char *file;
	WantedBody *body;
	StoreFolder *folder;
} Wanted;

static bool
ask_wanted_one(Store *store, void *data, GError **error)
{
	Wanted *wanted = data;
	g_clear_pointer(&wanted->file, g_free);
	g_clear_pointer(&wanted->body, wanted_body_free);
	g_autoptr(GError) gone = NULL;
	wanted->body =
		store_wanted_body(store, wanted->key, &wanted->folder_id, &wanted->file, &gone);
	if (wanted->file)
		return true;
	if (!wanted->body) {
		g_propagate_error(error, g_steal_pointer(&gone));
		return false;
	}
	g_autoptr(GPtrArray) folders = store_folders(store, error);
	for (unsigned i = 0; folders && i < folders->len && !wanted->folder; i++)
		if (((StoreFolder *)g_ptr_array_index(folders, i))->id == wanted->folder_id)
			wanted->folder = g_ptr_array_steal_index_fast(folders, i);
	return folders != NULL;
}

static bool
fetch_one(Round *round, Wanted *wanted, GError **error)
{
	BodyPass pass = { .wanted = wanted->key };
	if (!body_pass_open(&pass, round, wanted->folder, error))
		return false;
	pass.exhausted = true;
	g_queue_push_tail(&pass.queue, g_steal_pointer(&wanted->body));
	bool ok = body_pass_enter(&pass, error) && body_pass_send_next(&pass, error) &&
	          body_pass_read_one(&pass, error) && placer_finish(round->placer, error);
	if (ok && pass.missed->len) {
		ok = false;
		if (pass.refusal)
			g_propagate_error(error, g_steal_pointer(&pass.refusal));
		else
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE,
				"the server has this message no more, or cannot give it");
	}
	body_pass_close(&pass);
	return ok;
}

bool
round_fetch_body(Round *round, const char *key, char **file, GError **error)
{
	Wanted wanted = { .key = key };
	bool ok = disk_ask(round->disk, ask_wanted_one, &wanted, error);
	if (ok && !wanted.file)
		ok = fetch_one(round, &wanted, error) &&
		     disk_ask(round->disk, ask_wanted_one, &wanted, error);
	if (ok && !wanted.file) {
		ok = false;
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"the message came but could not be placed");
	}
	*file = g_steal_pointer(&wanted.file);
	g_clear_pointer(&wanted.body, wanted_body_free);
	store_folder_free(wanted.folder);
	return ok;
}

bool
round_find_body(Round *round, const char *key, char **file, GError **error)
{
	Wanted wanted = { .key = key };
	bool ok = disk_ask(round->disk, ask_wanted_one, &wanted, error);
	*file = g_steal_pointer(&wanted.file);
	g_clear_pointer(&wanted.body, wanted_body_free);
	store_folder_free(wanted.folder);
	return ok;
}

#include "ui/cli_copies.h"

#include <string.h>

#include "backend/error.h"
#include "index/header.h"
#include "index/maildir_name.h"
#include "index/paths.h"

struct Stores {
	const GPtrArray *accounts; /* of AccountConfig; the config's */
	Envelopes **all;           /* one an account; NULL: none yet, or it cannot be read */
	GError **errors;           /* one an account: the first that came of its store */
};

static void
copy_free(void *data)
{
	Copy *copy = data;
	message_row_free(copy->row);
	g_free(copy->folder);
	g_free(copy->file);
	g_free(copy);
}

Stores *
stores_open(const Config *config)
{
	Stores *stores = g_new0(Stores, 1);
	stores->accounts = config_accounts(config);
	stores->all = g_new0(Envelopes *, stores->accounts->len);
	stores->errors = g_new0(GError *, stores->accounts->len);
	for (guint i = 0; i < stores->accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(stores->accounts, i);
		g_autofree char *state = paths_account_state(account->name);
		g_autofree char *path = g_build_filename(state, "state.db", NULL);
		stores->all[i] = envelopes_open(path, (int)i, &stores->errors[i]);
		if (g_error_matches(stores->errors[i], ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
			g_clear_error(&stores->errors[i]);
	}
	return stores;
}

void
stores_close(Stores *stores)
{
	if (!stores)
		return;
	for (guint i = 0; i < stores->accounts->len; i++) {
		envelopes_close(stores->all[i]);
		g_clear_error(&stores->errors[i]);
	}
	g_free(stores->all);
	g_free(stores->errors);
	g_free(stores);
}

Envelopes *
stores_of(const Stores *stores, const AccountConfig *account)
{
	for (guint i = 0; i < stores->accounts->len; i++)
		if (g_ptr_array_index(stores->accounts, i) == account)
			return stores->all[i];
	return NULL;
}

const GError *
stores_error(const Stores *stores, const AccountConfig *account)
{
	for (guint i = 0; i < stores->accounts->len; i++)
		if (g_ptr_array_index(stores->accounts, i) == account)
			return stores->errors[i];
	return NULL;
}

int
stores_tell_errors(const Stores *stores)
{
	int result = CLI_DONE;
	for (guint i = 0; i < stores->accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(stores->accounts, i);
		const GError *error = stores->errors[i];
		if (!error)
			continue;
		cli_say("%s: %s (`curlew doctor %s` says more)", account->name, error->message,
			account->name);
		result = cli_worse(result, CLI_FAILED);
	}
	return result;
}

/* Takes ERROR over; the first of an account is enough. */
static void
keep_error(const Stores *stores, guint account, GError *error)
{
	if (error && !stores->errors[account])
		stores->errors[account] = error;
	else
		g_clear_error(&error);
}

/* ROW is taken over. */
static void
add_copy(const Stores *stores, guint account, MessageRow *row, GPtrArray *copies)
{
	Copy *copy = g_new0(Copy, 1);
	copy->account = g_ptr_array_index(stores->accounts, account);
	copy->row = row;
	copy->folder = envelopes_folder_name(stores->all[account], row->folder, NULL);
	g_autofree char *file = envelopes_file(stores->all[account], row, NULL);
	if (file)
		copy->file =
			g_build_filename(copy->account->mail_root, copy->account->path, file, NULL);
	g_ptr_array_add(copies, copy);
}

static void
add_by_key(const Stores *stores, const char *key, GPtrArray *copies)
{
	for (guint i = 0; i < stores->accounts->len; i++) {
		GError *error = NULL;
		MessageRow *row =
			stores->all[i] ? envelopes_by_key(stores->all[i], key, &error) : NULL;
		keep_error(stores, i, error);
		if (row)
			add_copy(stores, i, row, copies);
	}
}

static void
add_by_message_id(const Stores *stores, const char *message_id, GPtrArray *copies)
{
	for (guint i = 0; i < stores->accounts->len; i++) {
		GError *error = NULL;
		g_autoptr(GPtrArray) rows =
			stores->all[i] ? envelopes_copies(stores->all[i], message_id, &error)
				       : NULL;
		keep_error(stores, i, error);
		while (rows && rows->len)
			add_copy(stores, i, g_ptr_array_steal_index(rows, 0), copies);
	}
}

GPtrArray *
stores_copies(const Stores *stores, const char *id)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func(copy_free);
	if (g_str_has_prefix(id, "key:"))
		add_by_key(stores, id + strlen("key:"), copies);
	else
		add_by_message_id(stores, id, copies);
	return copies;
}

GPtrArray *
stores_hit_copies(const Stores *stores, const QueryHit *hit)
{
	GPtrArray *copies = stores_copies(stores, hit->message_id);
	for (char **file = hit->files; !copies->len && file && *file; file++) {
		g_autofree char *name = g_path_get_basename(*file);
		MaildirName parts;
		if (!maildir_name_parse(name, &parts))
			continue;
		add_by_key(stores, parts.key, copies);
		maildir_name_clear(&parts);
	}
	if (copies->len)
		return copies;
	for (char **file = hit->files; file && *file; file++) {
		Copy *copy = g_new0(Copy, 1);
		copy->file = g_strdup(*file);
		g_ptr_array_add(copies, copy);
	}
	return copies;
}

char *
stores_why_unsearchable(const Stores *stores, const Copy *copy)
{
	Envelopes *envelopes = stores_of(stores, copy->account);
	g_autoptr(GPtrArray) rows = envelopes_unsearchable(envelopes, copy->row->key, 1, NULL);
	return rows && rows->len ? g_strdup(((UnsearchableRow *)rows->pdata[0])->why) : NULL;
}

const MessageRow *
copies_row(const GPtrArray *copies)
{
	return copies->len ? ((const Copy *)g_ptr_array_index(copies, 0))->row : NULL;
}

char *
copies_id(const GPtrArray *copies, const QueryHit *hit)
{
	const MessageRow *row = copies_row(copies);
	if (row && !row->message_id)
		return g_strconcat("key:", row->key, NULL);
	return g_strdup(row ? row->message_id : hit->message_id);
}

char *
copies_thread(const GPtrArray *copies, const QueryHit *hit)
{
	const MessageRow *row = copies_row(copies);
	int64_t thread = row ? row->thread : header_id_hash(hit->message_id);
	return g_strdup_printf("%016" G_GINT64_MODIFIER "x", (guint64)thread);
}

JsonArray *
copies_json(const GPtrArray *copies)
{
	JsonArray *array = json_array_new();
	for (guint i = 0; i < copies->len; i++) {
		const Copy *copy = g_ptr_array_index(copies, i);
		JsonObject *object = json_object_new();
		json_set_text(object, "account", copy->account ? copy->account->name : NULL);
		json_set_text(object, "folder", copy->folder);
		json_set_text(object, "file", copy->file);
		json_array_add_object_element(array, object);
	}
	return array;
}

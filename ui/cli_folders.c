#include "ui/cli_commands.h"
#include "ui/cli_copies.h"

enum { ACCOUNT_COLUMNS = 12, NAME_COLUMNS = 32, ROLE_COLUMNS = 8 };

static void
print_folder(const AccountConfig *account, const FolderRow *folder)
{
	const char *role = folder_role_word(folder->role);
	g_autofree char *who = cli_cell(CLEAN_IDENTITY, account->name, ACCOUNT_COLUMNS);
	g_autofree char *name = cli_cell(CLEAN_IDENTITY, folder->name, NAME_COLUMNS);
	g_autofree char *what = cli_cell(CLEAN_LINE, role ? role : "", ROLE_COLUMNS);
	g_autofree char *messages = cli_number(folder->messages);
	g_autofree char *unread = cli_number(folder->unread);
	cli_print_row("%s  %s  %s  %9s  %9s unread", who, name, what, messages, unread);
	if (folder->error)
		cli_say("%s/%s: %s", account->name, folder->name, folder->error);
}

static void
add_folder(JsonArray *array, const AccountConfig *account, const FolderRow *folder)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "account", account->name);
	json_set_text(object, "name", folder->name);
	json_set_text(object, "role", folder_role_word(folder->role));
	json_set_number(object, "messages", folder->messages);
	json_set_number(object, "unread", folder->unread);
	json_array_add_object_element(array, object);
}

/* ARRAY: the folders go there; NULL: they are printed. */
static int
list_account(const Stores *stores, const AccountConfig *account, JsonArray *array)
{
	g_autoptr(GError) error = NULL;
	Envelopes *envelopes = stores_of(stores, account);
	if (!envelopes && stores_error(stores, account)) {
		cli_say("%s: %s", account->name, stores_error(stores, account)->message);
		return CLI_FAILED;
	}
	if (!envelopes) {
		cli_say("%s: nothing was pulled yet (curlew sync %s)", account->name,
			account->name);
		return CLI_DONE;
	}
	g_autoptr(GPtrArray) folders = envelopes_folders(envelopes, &error);
	for (guint i = 0; folders && i < folders->len; i++) {
		if (array)
			add_folder(array, account, g_ptr_array_index(folders, i));
		else
			print_folder(account, g_ptr_array_index(folders, i));
	}
	return folders ? CLI_DONE : cli_fail(error);
}

int
cli_folders_run(Cli *cli)
{
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	JsonArray *array = cli_has(cli, "json") ? json_array_new() : NULL;
	int result = CLI_DONE;
	for (guint i = 0; i < accounts->len; i++)
		result = cli_worse(
			result, list_account(stores, g_ptr_array_index(accounts, i), array));
	if (array) {
		g_autoptr(JsonObject) answer = cli_json_new();
		json_set_array(answer, "folders", array);
		cli_print_json(answer);
	}
	return result;
}

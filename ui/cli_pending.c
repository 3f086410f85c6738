#include "ui/cli_agents.h"
#include "ui/cli_commands.h"
#include "ui/cli_deeds.h"
#include "ui/pending_words.h"

enum { ACCOUNT_COLUMNS = 12, STATE_COLUMNS = 7, WHAT_COLUMNS = 36 };

static void
print_pending(const AccountConfig *account, Envelopes *store, const PendingRow *pending)
{
	const MessageRow *row = pending->message;
	g_autofree char *folder = envelopes_folder_name(store, row->folder, NULL);
	bool to = folder && pending_names_folder(pending->what);
	g_autofree char *text =
		g_strdup_printf("%s %s", pending_what_text(pending->what), to ? folder : "");
	g_autofree char *who = cli_cell(CLEAN_IDENTITY, account->name, ACCOUNT_COLUMNS);
	g_autofree char *state = cli_cell(CLEAN_LINE, pending_state_word(pending), STATE_COLUMNS);
	g_autofree char *what = cli_cell(CLEAN_IDENTITY, text, WHAT_COLUMNS);
	g_autoptr(CleanText) subject =
		clean_text_new(CLEAN_LINE, row->subject ? row->subject : "(no subject)", -1);
	g_autoptr(CleanText) why = clean_text_new(CLEAN_LINE, pending->why ? pending->why : "", -1);
	cli_print_row("%s  %s  %s  %s%s%s", who, state, what, clean_text_utf8(subject),
		pending->why ? ": " : "", clean_text_utf8(why));
}

static JsonObject *
pending_json(const AccountConfig *account, Envelopes *store, const PendingRow *pending)
{
	const MessageRow *row = pending->message;
	g_autofree char *to = envelopes_folder_name(store, row->folder, NULL);
	g_autofree char *from =
		pending->from ? envelopes_folder_name(store, pending->from, NULL) : NULL;
	JsonObject *object = json_object_new();
	json_set_text(object, "account", account->name);
	json_set_text(object, "key", row->key);
	json_set_text(object, "id", row->message_id);
	json_set_text(object, "subject", row->subject);
	json_set_text(object, "what", pending_what_word(pending->what));
	json_set_text(object, "folder", to);
	json_set_text(object, "from", from);
	json_set_truth(object, "refused", row->refused && !pending->asked);
	json_set_truth(object, "asked", pending->asked);
	json_set_number(object, "tries", pending->tries);
	json_set_text(object, "error", pending->why);
	return object;
}

/* ARRAY: what waits goes there; NULL: it is printed. */
static int
list_account(const Stores *stores, const AccountConfig *account, JsonArray *array)
{
	g_autoptr(GError) error = NULL;
	Envelopes *store = stores_of(stores, account);
	if (!store)
		return CLI_DONE; /* nothing was pulled yet, or stores_tell_errors says why not */
	g_autoptr(GPtrArray) rows = envelopes_pending(store, G_MAXINT, &error);
	for (guint i = 0; rows && i < rows->len && !cli_output_failed(); i++) {
		if (array)
			json_array_add_object_element(
				array, pending_json(account, store, rows->pdata[i]));
		else
			print_pending(account, store, rows->pdata[i]);
	}
	return rows ? CLI_DONE : cli_fail(error);
}

static int
list(const Cli *cli, const Stores *stores, const GPtrArray *accounts)
{
	int result = CLI_DONE;
	JsonArray *array = cli_has(cli, "json") ? json_array_new() : NULL;
	for (guint i = 0; i < accounts->len; i++)
		result = cli_worse(result, list_account(stores, accounts->pdata[i], array));
	if (array) {
		g_autoptr(JsonObject) answer = cli_json_new();
		json_set_array(answer, "pending", array);
		cli_print_json(answer);
	}
	return result;
}

/* Asks the agents of accounts in which something was refused. */
static int
settle_refused(const Cli *cli, const Stores *stores, const GPtrArray *accounts)
{
	PendingEnd end = cli_has(cli, "drop") ? PENDING_DROP : PENDING_RETRY;
	g_autoptr(GPtrArray) askings = g_ptr_array_new_with_free_func(asking_free);
	for (guint i = 0; i < accounts->len; i++) {
		Envelopes *store = stores_of(stores, accounts->pdata[i]);
		EnvelopesCounts counts = { 0 };
		if (!store || !envelopes_counts(store, &counts, NULL) || !counts.refused)
			continue;
		Asking *asking = asking_new(accounts->pdata[i], false);
		g_ptr_array_add(asking->questions, pending_question(end, NULL));
		g_ptr_array_add(askings, asking);
	}
	if (!askings->len)
		cli_say("nothing was refused");
	agents_ask(cli, askings);
	return cli_deed_end(cli, askings, NULL, pending_end_text(end), -1);
}

int
cli_pending_run(Cli *cli)
{
	if (cli_has(cli, "retry") && cli_has(cli, "drop")) {
		cli_say("--retry or --drop, not both");
		return CLI_USAGE;
	}
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	bool settles = cli_has(cli, "retry") || cli_has(cli, "drop");
	int result = settles ? settle_refused(cli, stores, accounts) : list(cli, stores, accounts);
	return cli_worse(result, stores_tell_errors(stores));
}

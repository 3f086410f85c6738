#include "backend/account.h"
#include "ui/cli_agents.h"
#include "ui/cli_commands.h"
#include "ui/cli_deeds.h"

/* What the agent would take back, or do again, next; NULL: nothing. */
static const char *
next_of(const Cli *cli, const Asking *asking)
{
	const char *member = cli_has(cli, "redo") ? "undone" : "newest";
	return asking->answer ? json_text(asking->answer, member) : NULL;
}

/* The newest of all accounts: the names sort by time. */
static const char *
newest_of(const GPtrArray *askings)
{
	const char *newest = NULL;
	for (guint i = 0; i < askings->len; i++) {
		const Asking *asking = askings->pdata[i];
		const char *id = asking->answer ? json_text(asking->answer, "newest") : NULL;
		if (id && (!newest || g_strcmp0(id, newest) > 0))
			newest = id;
	}
	return newest;
}

/* What was taken back last of all accounts; but not if something newer was done since in another one, which does not
 * know of it. */
static const char *
undone_of(const GPtrArray *askings)
{
	const char *newest = newest_of(askings), *undone = NULL;
	int64_t last = -1;
	for (guint i = 0; i < askings->len; i++) {
		const Asking *asking = askings->pdata[i];
		const char *id = asking->answer ? json_text(asking->answer, "undone") : NULL;
		int64_t since = id ? json_number(asking->answer, "undone_since", 0) : -1;
		if (since <= last || (newest && g_strcmp0(id, newest) < 0))
			continue;
		last = since;
		undone = id;
	}
	return undone;
}

/* Accounts that nothing was pulled of yet have nothing to undo. */
static GPtrArray *
ask_deeds(const Cli *cli, const GPtrArray *accounts)
{
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	GPtrArray *askings = g_ptr_array_new_with_free_func(asking_free);
	for (guint i = 0; i < accounts->len; i++) {
		const AccountConfig *account = accounts->pdata[i];
		if (!stores_of(stores, account) && !stores_error(stores, account))
			continue;
		Asking *asking = asking_new(account, false);
		g_ptr_array_add(asking->questions, account_question("deeds"));
		g_ptr_array_add(askings, asking);
	}
	agents_ask(cli, askings);
	return askings;
}

static Asking *
undo_in(const Cli *cli, const AccountConfig *account, const char *id)
{
	Asking *asking = asking_new(account, true);
	JsonObject *question = account_question("undo");
	json_set_text(question, "deed", id);
	json_set_truth(question, "redo", cli_has(cli, "redo"));
	g_ptr_array_add(asking->questions, question);
	return asking;
}

int
cli_undo_run(Cli *cli)
{
	bool redo = cli_has(cli, "redo");
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(GPtrArray) asked = ask_deeds(cli, accounts);
	g_autoptr(GPtrArray) undone = g_ptr_array_new_with_free_func(asking_free);
	const char *id = redo ? undone_of(asked) : newest_of(asked);
	int result = CLI_DONE;
	for (guint i = 0; i < asked->len; i++) {
		const Asking *asking = asked->pdata[i];
		if (asking->error)
			result = cli_worse(result, asking_fail(asking));
		else if (id && g_strcmp0(next_of(cli, asking), id) == 0)
			g_ptr_array_add(undone, undo_in(cli, asking->account, id));
	}
	if (!id) {
		cli_say("there is nothing to %s", redo ? "do again" : "undo");
		return cli_worse(result, CLI_FAILED);
	}
	agents_ask(cli, undone);
	return cli_worse(
		result, cli_deed_end(cli, undone, id, redo ? "done again" : "taken back", -1));
}

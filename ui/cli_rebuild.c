#include <string.h>

#include "backend/account.h"
#include "backend/error.h"
#include "ui/cli_agents.h"
#include "ui/cli_commands.h"
#include "ui/cli_copies.h"
#include "ui/cli_index.h"
#include "ui/cli_progress.h"

enum { STATUS_MS = 200 };

typedef struct Rebuild {
	const AccountConfig *config;
	GMainLoop *loop;
	Progress *progress;
	Account *account;
	guint timer;
	bool queued;    /* every file stands in the queue */
	bool restarted; /* the agent was lost once */
	bool told;      /* why the index does not go on */
	int result;
} Rebuild;

static void ask_status(Rebuild *rebuild);
static void ask_rebuild(Rebuild *rebuild);

static void
end(Rebuild *rebuild, int result, const char *sentence)
{
	rebuild->result = result;
	progress_clear(rebuild->progress);
	if (sentence)
		cli_say("%s: %s", rebuild->config->name, sentence);
	g_main_loop_quit(rebuild->loop);
}

/* The queue is durable: another agent goes on with it. */
static void
take_loss(Rebuild *rebuild, const GError *error)
{
	if (rebuild->restarted) {
		end(rebuild, CLI_FAILED, error->message);
		return;
	}
	rebuild->restarted = true;
	if (rebuild->queued)
		ask_status(rebuild);
	else
		ask_rebuild(rebuild);
}

static bool
is_refused(Rebuild *rebuild, JsonObject *answer)
{
	if (json_truth(answer, "ok"))
		return false;
	const char *sentence = json_text(answer, "error");
	end(rebuild, CLI_FAILED, sentence ? sentence : "the agent refused");
	return true;
}

static gboolean
on_time(void *data)
{
	Rebuild *rebuild = data;
	rebuild->timer = 0;
	ask_status(rebuild);
	return G_SOURCE_REMOVE;
}

static void
on_status(Account *account, JsonObject *answer, const GError *error, void *data)
{
	Rebuild *rebuild = data;
	if (!answer) {
		take_loss(rebuild, error);
		return;
	}
	if (is_refused(rebuild, answer))
		return;
	if (json_number(answer, "index_queue", 0) > 0)
		rebuild->timer = g_timeout_add(STATUS_MS, on_time, rebuild);
	else
		end(rebuild, CLI_DONE, NULL);
}

static void
ask_status(Rebuild *rebuild)
{
	account_ask(rebuild->account, account_question("status"), on_status, rebuild);
}

static void
on_rebuild(Account *account, JsonObject *answer, const GError *error, void *data)
{
	Rebuild *rebuild = data;
	if (!answer) {
		take_loss(rebuild, error);
		return;
	}
	if (is_refused(rebuild, answer))
		return;
	rebuild->queued = true;
	ask_status(rebuild);
}

static void
ask_rebuild(Rebuild *rebuild)
{
	JsonObject *question = account_question("rebuild");
	json_set_text(question, "what", "index");
	account_ask(rebuild->account, question, on_rebuild, rebuild);
}

static void
on_event(Account *account, JsonObject *event, void *data)
{
	Rebuild *rebuild = data;
	const char *name = json_text(event, "event");
	if (g_strcmp0(name, "progress") == 0 || g_strcmp0(name, "error") == 0)
		progress_event(rebuild->progress, event);
	const char *error = json_text(event, "error");
	bool of_index = error && g_str_has_prefix(error, "index: ");
	rebuild->told = rebuild->told || (of_index && g_strcmp0(name, "error") == 0);
	/* the agent tries no more: what is left stays queued, and goes on with the next sync */
	if (of_index && rebuild->queued && g_strcmp0(name, "done") == 0)
		end(rebuild, CLI_FAILED, rebuild->told ? NULL : error);
}

static int
rebuild_account(const Cli *cli, const AccountConfig *config)
{
	Rebuild rebuild = {
		.config = config,
		.loop = g_main_loop_new(NULL, FALSE),
		.progress = progress_new(false),
	};
	AccountOptions options = { .start = ACCOUNT_START, .on_event = on_event, .data = &rebuild };
	rebuild.account = account_open(config, cli_config_path(cli), &options);
	ask_rebuild(&rebuild);
	g_main_loop_run(rebuild.loop);
	g_clear_handle_id(&rebuild.timer, g_source_remove);
	account_close(rebuild.account);
	progress_free(rebuild.progress);
	g_main_loop_unref(rebuild.loop);
	if (rebuild.result == CLI_DONE)
		cli_print(CLEAN_IDENTITY, "%s: the index is rebuilt", config->name);
	return rebuild.result;
}

/* The index is one for all accounts: it is thrown away once, then each hands its files in. */
static bool
begin_anew(const AccountConfig *any, GError **error)
{
	g_autoptr(JsonObject) question = json_object_new();
	json_set_text(question, "do", "rebuild");
	g_autoptr(JsonObject) answer = cli_ask_index(any, question, error);
	return answer != NULL;
}

static int
rebuild_index(Cli *cli)
{
	if (*cli_words(cli)) {
		cli_say("the index is one for all accounts: `curlew rebuild --index` takes no "
			"ACCOUNT");
		return CLI_USAGE;
	}
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(GError) error = NULL;
	if (accounts->len && !begin_anew(g_ptr_array_index(accounts, 0), &error)) {
		cli_say("the index cannot be begun anew: %s", error->message);
		return CLI_FAILED;
	}
	int result = CLI_DONE;
	for (guint i = 0; i < accounts->len; i++)
		result = cli_worse(result, rebuild_account(cli, g_ptr_array_index(accounts, i)));
	return result;
}

/* ACCOUNT/FOLDER, held by the server's numbering it anew: the next sync takes it as it is there. */
static int
accept_folder(Cli *cli)
{
	const char *place = *cli_words(cli), *slash = place ? strchr(place, '/') : NULL;
	if (!slash || cli_words(cli)[1]) {
		cli_say("usage: curlew rebuild --accept ACCOUNT/FOLDER");
		return CLI_USAGE;
	}
	g_autofree char *name = g_strndup(place, (size_t)(slash - place));
	const char *const names[] = { name, NULL };
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, names);
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(GPtrArray) askings = g_ptr_array_new_with_free_func(asking_free);
	Asking *asking = asking_new(accounts->pdata[0], false);
	JsonObject *question = account_question("accept");
	json_set_text(question, "folder", slash + 1);
	g_ptr_array_add(asking->questions, question);
	g_ptr_array_add(askings, asking);
	agents_ask(cli, askings);
	if (asking->error)
		return asking_fail(asking);
	cli_print(CLEAN_IDENTITY, "%s: the next sync takes it as the server has it", place);
	return CLI_DONE;
}

/* ---- the state ---- */

static void
tell_waits(const Asking *asking)
{
	int64_t waits = json_number(asking->answer, "waits", 0);
	g_autofree char *number = cli_number(waits);
	if (waits)
		cli_say("%s: what waited for the server, of %s %s, is asked about when it is read "
			"again",
			asking->account->name, number, waits == 1 ? "message" : "messages");
}

static void
tell_asked(const Stores *stores, const AccountConfig *account)
{
	EnvelopesCounts counts = { 0 };
	Envelopes *store = stores_of(stores, account);
	if (!store || !envelopes_counts(store, &counts, NULL) || !counts.refused)
		return;
	g_autofree char *number = cli_number(counts.refused);
	cli_print(CLEAN_IDENTITY,
		"%s: %s %s asked about and not told to the server: `curlew pending %s`",
		account->name, number, counts.refused == 1 ? "change is" : "changes are",
		account->name);
}

/* The accounts of which it can be made anew go on. */
static int
rebuild_states(Cli *cli)
{
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(GPtrArray) askings = g_ptr_array_new_with_free_func(asking_free);
	for (guint i = 0; i < accounts->len; i++) {
		Asking *asking = asking_new(accounts->pdata[i], true);
		JsonObject *question = account_question("rebuild");
		json_set_text(question, "what", "state");
		/* tags are taken from the index: it has to have the newest ones */
		g_ptr_array_add(asking->questions, account_question("settle"));
		g_ptr_array_add(asking->questions, question);
		g_ptr_array_add(askings, asking);
	}
	agents_ask(cli, askings);
	int result = CLI_DONE;
	g_autoptr(GPtrArray) begun = g_ptr_array_new();
	for (guint i = 0; i < askings->len; i++) {
		const Asking *asking = askings->pdata[i];
		if (asking->error) {
			result = cli_worse(result, asking_fail(asking));
			continue;
		}
		tell_waits(asking);
		g_ptr_array_add(begun, (void *)asking->account);
	}
	if (begun->len)
		result = cli_worse(result, cli_sync_accounts(cli, begun));
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	for (guint i = 0; i < begun->len; i++)
		tell_asked(stores, begun->pdata[i]);
	return result;
}

/* ---- the command ---- */

static const struct {
	const char *option;
	int (*run)(Cli *cli);
} ways[] = {
	{ "index", rebuild_index },
	{ "state", rebuild_states },
	{ "accept", accept_folder },
};

int
cli_rebuild_run(Cli *cli)
{
	int (*run)(Cli * cli) = NULL;
	guint chosen = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
		if (cli_has(cli, ways[i].option)) {
			run = ways[i].run;
			chosen++;
		}
	if (chosen == 1)
		return run(cli);
	cli_say("usage: curlew rebuild --index | --state [ACCOUNT…] | --accept ACCOUNT/FOLDER");
	return CLI_USAGE;
}

#include <glib-unix.h>
#include <signal.h>

#include "backend/account.h"
#include "backend/error.h"
#include "ui/cli_commands.h"
#include "ui/cli_index.h"
#include "ui/cli_password.h"
#include "ui/cli_progress.h"
#include "ui/cli_tree.h"

/* How long an interrupted round may take to reach its safe point. */
enum { CANCEL_SECONDS = 5 };

typedef struct Sync Sync;

typedef struct SyncAccount {
	Sync *sync;
	const AccountConfig *config;
	Account *account;
	bool attached;  /* an agent answered at some time */
	bool accepted;  /* the round has begun */
	bool done;      /* the round is over */
	bool restarted; /* its agent was lost once */
	bool wants_password;
	guint retry;
	int result;
} SyncAccount;

struct Sync {
	GMainLoop *loop;
	Progress *progress;
	GPtrArray *accounts; /* of SyncAccount */
	PasswordPrompt *prompt;
	SyncAccount *asked; /* whose password the prompt is for */
	bool watch, json, interrupted;
	guint patience; /* how long an interrupted round is waited for */
};

static void ask_sync(SyncAccount *account);
static void ask_next_password(Sync *sync);

static void
account_free(void *data)
{
	SyncAccount *account = data;
	g_clear_handle_id(&account->retry, g_source_remove);
	account_close(account->account);
	g_free(account);
}

static void
leave_if_all_done(Sync *sync)
{
	for (guint i = 0; i < sync->accounts->len; i++)
		if (!((SyncAccount *)g_ptr_array_index(sync->accounts, i))->done)
			return;
	if (!sync->watch || sync->interrupted)
		g_main_loop_quit(sync->loop);
}

/* ---- the end of a round ---- */

static int
result_of(const Sync *sync, JsonObject *done)
{
	if (json_truth(done, "ok"))
		return CLI_DONE;
	int code = account_error_code(json_text(done, "code"));
	if (code == ACCOUNT_ERROR_CANCELLED && sync->interrupted)
		return CLI_INTERRUPTED;
	return code == ACCOUNT_ERROR_OFFLINE ? CLI_OFFLINE : CLI_FAILED;
}

static void
tell_done(SyncAccount *account, JsonObject *done)
{
	Progress *progress = account->sync->progress;
	const char *error = json_text(done, "error");
	g_autofree char *new = cli_number(json_number(done, "new", 0));
	g_autofree char *changed = cli_number(json_number(done, "changed", 0));
	g_autofree char *removed = cli_number(json_number(done, "removed", 0));
	g_autofree char *sentence = g_strdup_printf(
		"%s: %s new, %s changed, %s removed", account->config->name, new, changed, removed);
	if (json_truth(done, "ok") || account->sync->json) {
		progress_result(progress, done, sentence);
		return;
	}
	progress_clear(progress);
	if (error && g_str_has_prefix(error, account->config->name))
		cli_say("%s", error);
	else
		cli_say("%s: %s", account->config->name, error ? error : "failed");
	if (account_error_code(json_text(done, "code")) != ACCOUNT_ERROR_CANCELLED)
		cli_say("`curlew doctor %s` says more", account->config->name);
}

static void
finish(SyncAccount *account, int result)
{
	account->result = result;
	account->done = true;
	account->wants_password = false;
	leave_if_all_done(account->sync);
}

/* The round ended without a word of the agent: the word is made here. */
static void
fail(SyncAccount *account, int code, const char *sentence)
{
	if (account->done)
		return;
	g_autoptr(JsonObject) done = json_object_new();
	json_set_text(done, "event", "done");
	json_set_text(done, "account", account->config->name);
	json_set_truth(done, "ok", false);
	json_set_number(done, "new", 0);
	json_set_number(done, "changed", 0);
	json_set_number(done, "removed", 0);
	json_set_text(done, "error", sentence);
	json_set_text(done, "code", account_error_word(code));
	tell_done(account, done);
	finish(account, result_of(account->sync, done));
}

static void
on_status(Account *agent, JsonObject *answer, const GError *error, void *data)
{
	SyncAccount *account = data;
	int64_t count = answer ? json_number(answer, "not_searchable", 0) : 0;
	progress_clear(account->sync->progress);
	if (count > 0) {
		g_autofree char *number = cli_number(count);
		cli_say("%s: %s %s not searchable (listed and shown all the same; `curlew doctor "
			"%s` names %s)",
			account->config->name, number, count == 1 ? "message is" : "messages are",
			account->config->name, count == 1 ? "it" : "them");
	}
	g_autofree char *tree = tree_sentence(account->config, true);
	if (tree)
		cli_say("%s: %s", account->config->name, tree);
	finish(account, CLI_DONE);
}

static void
take_done(SyncAccount *account, JsonObject *done)
{
	if (!account->accepted) /* of a round that somebody else asked for */
		return;
	tell_done(account, done);
	int result = result_of(account->sync, done);
	if (result == CLI_DONE && !account->sync->json && !account->done)
		account_ask(account->account, account_question("status"), on_status, account);
	else
		finish(account, result);
}

/* ---- the agent's death ---- */

static gboolean
on_retry(void *data)
{
	SyncAccount *account = data;
	account->retry = 0;
	ask_sync(account);
	return G_SOURCE_REMOVE;
}

/* Once for each account: what an agent dies of twice it dies of again. */
static void
take_loss(SyncAccount *account, const char *sentence)
{
	if (account->done || account->retry)
		return;
	account->accepted = false;
	if (!account->attached || account->restarted || account->sync->interrupted) {
		fail(account, ACCOUNT_ERROR_FAILED, sentence);
		return;
	}
	account->restarted = true;
	if (!account->sync->json) {
		progress_clear(account->sync->progress);
		cli_say("%s: its agent stopped and is started again", account->config->name);
	}
	account->retry = g_idle_add(on_retry, account);
}

/* ---- passwords, one at a time ---- */

/* The round of an account that is only watched is over: nothing fails with it. */
static void
give_up_password(SyncAccount *account, const char *sentence)
{
	account->wants_password = false;
	account_ask(account->account, account_question("cancel"), NULL, NULL);
	if (account->done)
		cli_say("%s: %s", account->config->name, sentence);
	else
		fail(account, ACCOUNT_ERROR_AUTH, sentence);
}

static void
on_password(char *secret, void *data)
{
	Sync *sync = data;
	SyncAccount *account = sync->asked;
	sync->asked = NULL;
	password_prompt_free(g_steal_pointer(&sync->prompt));
	progress_hide(sync->progress, false);
	account->wants_password = false;
	if (secret) {
		JsonObject *question = account_question("secret");
		json_set_text(question, "what", "password");
		json_set_text(question, "value", secret);
		account_ask(account->account, question, NULL, NULL);
	} else {
		give_up_password(account, "no password was given");
	}
	ask_next_password(sync);
}

static void
ask_password(SyncAccount *account)
{
	Sync *sync = account->sync;
	progress_hide(sync->progress, true);
	sync->asked = account;
	sync->prompt = password_prompt_new(account->config->name, on_password, sync);
	if (sync->prompt)
		return;
	sync->asked = NULL;
	progress_hide(sync->progress, false);
	give_up_password(account,
		"no password, and no terminal to ask for it: set password-command, or run `curlew "
		"sync` on a terminal");
}

static void
ask_next_password(Sync *sync)
{
	for (guint i = 0; !sync->prompt && i < sync->accounts->len; i++) {
		SyncAccount *account = g_ptr_array_index(sync->accounts, i);
		if (account->wants_password)
			ask_password(account);
	}
}

/* ---- what the agents say ---- */

static void
on_event(Account *agent, JsonObject *event, void *data)
{
	SyncAccount *account = data;
	const char *name = json_text(event, "event");
	if (account->done && !account->sync->watch)
		return;
	account->attached = account->attached || account_is_attached(agent);
	if (g_strcmp0(name, "done") == 0) {
		take_done(account, event);
		return;
	}
	progress_event(account->sync->progress, event);
	if (g_strcmp0(name, "need") ==
		0) { /* also long after the round: its agent is another now */
		account->wants_password = true;
		ask_next_password(account->sync);
	} else if (account->accepted && !account_is_attached(agent) &&
		   g_strcmp0(json_text(event, "state"), "stopped") == 0) {
		take_loss(account, "its agent stopped");
	}
}

static void
on_sync_answer(Account *agent, JsonObject *answer, const GError *error, void *data)
{
	SyncAccount *account = data;
	if (!answer) {
		take_loss(account, error->message);
		return;
	}
	account->attached = true;
	account->accepted = true;
	const char *sentence = json_text(answer, "error");
	if (!json_truth(answer, "ok"))
		fail(account, account_error_code(json_text(answer, "code")),
			sentence ? sentence : "the agent refused");
}

static void
ask_sync(SyncAccount *account)
{
	account->accepted = false;
	account_ask(account->account, account_question("sync"), on_sync_answer, account);
}

/* ---- interruption ---- */

static gboolean
on_time_up(void *data)
{
	g_main_loop_quit(((Sync *)data)->loop);
	return G_SOURCE_CONTINUE;
}

/* The first asks the agents to stop at a safe point; the second does not wait for it. */
static gboolean
on_interrupt(void *data)
{
	Sync *sync = data;
	if (sync->interrupted) {
		g_main_loop_quit(sync->loop);
		return G_SOURCE_CONTINUE;
	}
	sync->interrupted = true;
	sync->patience = g_timeout_add_seconds(CANCEL_SECONDS, on_time_up, sync);
	for (guint i = 0; i < sync->accounts->len; i++) {
		SyncAccount *account = g_ptr_array_index(sync->accounts, i);
		if (account->done)
			continue;
		if (account->accepted)
			account_ask(account->account, account_question("cancel"), NULL, NULL);
		else
			fail(account, ACCOUNT_ERROR_CANCELLED, "interrupted");
	}
	leave_if_all_done(sync);
	return G_SOURCE_CONTINUE;
}

/* ---- the command ---- */

/* Several accounts do not share a trace: FILE.ACCOUNT then. */
static void
open_account(Sync *sync, const Cli *cli, const AccountConfig *config, bool alone)
{
	const char *trace = cli_value(cli, "trace");
	g_autofree char *own =
		trace && !alone ? g_strconcat(trace, ".", config->name, NULL) : g_strdup(trace);
	SyncAccount *account = g_new0(SyncAccount, 1);
	AccountOptions options = {
		.start = ACCOUNT_START,
		.watch = sync->watch,
		.trace = own,
		.on_event = on_event,
		.data = account,
	};
	account->sync = sync;
	account->config = config;
	account->account = account_open(config, cli_config_path(cli), &options);
	g_ptr_array_add(sync->accounts, account);
	ask_sync(account);
}

static int
result_of_all(const Sync *sync)
{
	int result = sync->interrupted ? CLI_INTERRUPTED : CLI_DONE;
	for (guint i = 0; i < sync->accounts->len; i++)
		result = cli_worse(
			result, ((SyncAccount *)g_ptr_array_index(sync->accounts, i))->result);
	return result;
}

static void
run(Sync *sync)
{
	guint signals[] = {
		g_unix_signal_add(SIGINT, on_interrupt, sync),
		g_unix_signal_add(SIGTERM, on_interrupt, sync),
	};
	g_main_loop_run(sync->loop);
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		g_source_remove(signals[i]);
	g_clear_handle_id(&sync->patience, g_source_remove);
	for (guint i = 0; i < sync->accounts->len; i++)
		fail(g_ptr_array_index(sync->accounts, i), ACCOUNT_ERROR_CANCELLED, "interrupted");
}

/* What another program did to too many tags at once waits for a word of the user. */
static int
settle_held(Cli *cli, const GPtrArray *accounts)
{
	bool take = cli_has(cli, "take-tags"), drop = cli_has(cli, "drop-tags");
	if ((!take && !drop) || accounts->len == 0)
		return CLI_DONE;
	if (take && drop) {
		cli_say("--take-tags or --drop-tags, not both");
		return CLI_USAGE;
	}
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) question = json_object_new();
	json_set_text(question, "do", "held");
	json_set_truth(question, "take", take);
	g_autoptr(JsonObject) answer =
		cli_ask_index(g_ptr_array_index(accounts, 0), question, &error);
	if (!answer)
		cli_say("the held tags stay as they are: %s", error->message);
	return answer ? CLI_DONE : CLI_FAILED;
}

int
cli_sync_accounts(Cli *cli, const GPtrArray *accounts)
{
	Sync sync = {
		.loop = g_main_loop_new(NULL, FALSE),
		.accounts = g_ptr_array_new_with_free_func(account_free),
		.watch = cli_has(cli, "watch"),
		.json = cli_has(cli, "json"),
	};
	sync.progress = progress_new(sync.json);
	for (guint i = 0; i < accounts->len; i++)
		open_account(&sync, cli, g_ptr_array_index(accounts, i), accounts->len == 1);
	run(&sync);
	int result = result_of_all(&sync);
	password_prompt_free(sync.prompt);
	g_ptr_array_unref(sync.accounts);
	progress_free(sync.progress);
	g_main_loop_unref(sync.loop);
	return result;
}

int
cli_sync_run(Cli *cli)
{
	const char *const *names = cli_words(cli);
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, names);
	if (!accounts)
		return cli_exit_without_accounts(cli);
	int result = settle_held(cli, accounts);
	if (result == CLI_DONE)
		result = cli_sync_accounts(cli, accounts);
	bool others_are_wrong = !*names && cli_config_is_wrong(cli);
	return others_are_wrong ? cli_worse(result, CLI_FAILED) : result;
}

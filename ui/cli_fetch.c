#include "ui/cli_fetch.h"

#include "backend/account.h"
#include "backend/error.h"
#include "ui/cli.h"
#include "ui/cli_password.h"

typedef struct Fetch {
	const AccountConfig *config;
	GMainLoop *loop;
	Account *account;
	PasswordPrompt *prompt;
	const char *folder, *key;
	bool restarted; /* the agent was lost once */
	char *file;
	GError *error;
} Fetch;

static void ask_fetch(Fetch *fetch);

static void
on_answer(Account *account, JsonObject *answer, const GError *error, void *data)
{
	Fetch *fetch = data;
	if (fetch->error)
		return;
	if (!answer && !fetch->restarted) {
		fetch->restarted = true;
		ask_fetch(fetch);
		return;
	}
	const char *file = answer ? json_text(answer, "file") : NULL;
	const char *sentence = answer ? json_text(answer, "error") : NULL;
	if (!answer)
		fetch->error =
			g_error_new_literal(ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, error->message);
	else if (file && json_truth(answer, "ok"))
		fetch->file = g_path_is_absolute(file)
		                      ? g_strdup(file)
		                      : g_build_filename(fetch->config->mail_root, file, NULL);
	else
		fetch->error =
			g_error_new(ACCOUNT_ERROR, account_error_code(json_text(answer, "code")),
				"%s", sentence ? sentence : "the agent gave no file");
	g_main_loop_quit(fetch->loop);
}

static void
ask_fetch(Fetch *fetch)
{
	JsonObject *question = account_question("fetch");
	json_set_text(question, "folder", fetch->folder);
	json_set_text(question, "key", fetch->key);
	account_ask(fetch->account, question, on_answer, fetch);
}

static void
on_password(char *secret, void *data)
{
	Fetch *fetch = data;
	if (!secret) {
		fetch->error = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED,
			"%s: no password was given", fetch->config->name);
		g_main_loop_quit(fetch->loop);
		return;
	}
	JsonObject *question = account_question("secret");
	json_set_text(question, "what", "password");
	json_set_text(question, "value", secret);
	account_ask(fetch->account, question, NULL, NULL);
}

static void
on_event(Account *account, JsonObject *event, void *data)
{
	Fetch *fetch = data;
	if (g_strcmp0(json_text(event, "event"), "need") != 0 || fetch->prompt || fetch->error)
		return;
	fetch->prompt = password_prompt_new(fetch->config->name, on_password, fetch);
	if (fetch->prompt)
		return;
	fetch->error = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
		"%s: no password, and no terminal to ask for it: set password-command",
		fetch->config->name);
	g_main_loop_quit(fetch->loop);
}

char *
fetch_body(const AccountConfig *config, const char *config_path, const char *folder,
	const char *key, GError **error)
{
	Fetch fetch = {
		.config = config,
		.loop = g_main_loop_new(NULL, FALSE),
		.folder = folder,
		.key = key,
	};
	AccountOptions options = { .start = ACCOUNT_START, .on_event = on_event, .data = &fetch };
	g_autoptr(Account) account = account_open(config, config_path, &options);
	fetch.account = account;
	ask_fetch(&fetch);
	g_main_loop_run(fetch.loop);
	password_prompt_free(fetch.prompt);
	g_main_loop_unref(fetch.loop);
	if (fetch.error)
		g_propagate_error(error, fetch.error);
	return fetch.file;
}

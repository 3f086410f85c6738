#include "ui/screen/app_private.h"

/*
 * A password is asked for at `$` alone: a prompt that came by itself would swallow keys that were meant for a
 * list, and keys of a password must never become commands. Until then the status line asks for the key.
 */

/* From now on its words are about this password: those before the answer may be of the time without one. */
static void
on_password_taken(Account *client, JsonObject *answer, const GError *error, void *data)
{
	AppAccount *account = data;
	account->tries_password = answer != NULL;
	app_ask_news(account->app, account);
}

static void
on_password(App *app, const char *text)
{
	AppAccount *account = app->password_for;
	app->password_for = NULL;
	JsonObject *question = account_question("secret");
	json_set_text(question, "what", "password");
	json_set_text(question, "value", text);
	account_status_set_password(account->status, PASSWORD_KNOWN);
	app_await_agent(account);
	account_ask(agent_link_account(account->link), question, on_password_taken, account);
	app_say(app, "%s: logging in …", account->config->name);
}

static void
on_no_password(App *app)
{
	AppAccount *account = app->password_for;
	app->password_for = NULL;
	account_ask(agent_link_account(account->link), account_question("cancel"), NULL, NULL);
	app_say_error(app,
		"%s: no password was given; $ asks again. With password-command in %s nobody is "
		"asked",
		account->config->name, app->options->config_path);
}

bool
app_ask_password(App *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		AppAccount *account = g_ptr_array_index(app->accounts, i);
		if (!account_status_wants_password(account->status) || !account->link)
			continue;
		app->password_for = account;
		g_autofree char *label =
			g_strdup_printf("password of account %s: ", account->config->name);
		app_begin_prompt(app, prompt_new_secret(label), on_password, on_no_password);
		return true;
	}
	return false;
}

void
app_want_password(App *app, AppAccount *account)
{
	account->tries_password = false;
	account_status_set_password(account->status, PASSWORD_WANTED);
}

/* The agent has forgotten what the server refused: the next one is asked for before the agent needs it. */
void
app_judge_password(App *app, AppAccount *account, const char *state)
{
	if (!account->tries_password || !state)
		return;
	bool refused = g_str_equal(state, "stopped");
	if (refused)
		account_status_set_password(account->status, PASSWORD_REFUSED);
	if (refused || g_str_equal(state, "syncing") || g_str_equal(state, "idle"))
		account->tries_password = false;
}

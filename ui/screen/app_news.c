#include "ui/screen/app_private.h"

/* What `$` asks, and the sentence that answers it when all accounts have said how it went. */

static bool
is_waiting(const App *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		const AppAccount *account = g_ptr_array_index(app->accounts, i);
		if (account->waits_for_news)
			return true;
	}
	return false;
}

void
app_say_news(App *app)
{
	g_autofree char *count = words_number(app->news);
	g_autofree char *refused = app_refused_text(app);
	app_say(app, "%s new%s%s", app->news ? count : "Nothing", refused ? "; " : "",
		refused ? refused : "");
}

static void
end_news(App *app, AppAccount *account, int64_t count, const char *trouble)
{
	if (!account->waits_for_news)
		return;
	account->waits_for_news = false;
	app->news += count;
	app->news_failed = app->news_failed || trouble;
	bool is_known = account->told_why || account_status_mark(account->status);
	if (trouble && !is_known)
		app_say_error(app, "%s", trouble);
	else if (trouble && !account->told_why && !app_shows_error(app))
		app_say_nothing(app); /* so that the accounts' states are seen */
	if (is_waiting(app))
		return;
	app->owes_news = true;
	app_look_for_refused(app);
}

/* Who stopped it knows, and was told so. */
static bool
was_cancelled(AppAccount *account, JsonObject *object)
{
	if (!object || g_strcmp0(json_text(object, "code"), "cancelled") != 0)
		return false;
	account->waits_for_news = false;
	return true;
}

static void
on_answer(Account *client, JsonObject *answer, const GError *error, void *data)
{
	AppAccount *account = data;
	account->asked_at = 0;
	account_status_set_silent(account->status, false);
	if (was_cancelled(account, answer))
		return;
	const char *why = answer ? json_text(answer, "error") : error->message;
	if (!answer || !json_truth(answer, "ok"))
		end_news(account->app, account, 0, why ? why : "no answer");
}

void
app_await_agent(AppAccount *account)
{
	if (!account->asked_at)
		account->asked_at = g_get_monotonic_time() / G_USEC_PER_SEC;
}

void
app_ask_news(App *app, AppAccount *account)
{
	if (!is_waiting(app)) {
		app->news = 0;
		app->news_failed = false;
	}
	account->waits_for_news = true;
	account->told_why = false;
	app_await_agent(account);
	account_ask(
		agent_link_account(account->link), account_question("sync"), on_answer, account);
}

/* The end of a round, or of an agent before that. */
void
app_take_news(App *app, AppAccount *account, const char *event, JsonObject *object)
{
	bool done = g_str_equal(event, "done");
	bool stopped = g_strcmp0(json_text(object, "state"), "stopped") == 0;
	if ((!done && !stopped) || was_cancelled(account, object))
		return;
	const char *why = json_text(object, done ? "error" : "why");
	g_autofree char *trouble =
		why ? g_strdup_printf("%s: %s", account->config->name, why) : NULL;
	end_news(app, account, done ? json_number(object, "new", 0) : 0, trouble);
}

static bool
is_all_local(const App *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		const AppAccount *account = g_ptr_array_index(app->accounts, i);
		if (account->config->incoming.scheme != SERVER_LOCAL)
			return false;
	}
	return true;
}

void
app_sync(App *app)
{
	if (app->accounts->len == 0) {
		app_say_for_now(app, "There is no account to sync");
		return;
	}
	app_say(app, is_all_local(app) ? "Looking at the files" : "Asking the servers for news");
	for (guint i = 0; i < app->accounts->len; i++) {
		AppAccount *account = g_ptr_array_index(app->accounts, i);
		if (account->link && !account_status_wants_password(account->status))
			app_ask_news(app, account);
	}
	app_ask_password(app);
}

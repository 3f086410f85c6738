#include "ui/screen/app_private.h"

/* An agent that was asked and says nothing for so long is told of. */
enum { SILENT_SECONDS = 4 };

size_t
app_account_count(const App *app)
{
	return app->accounts->len;
}

static AppAccount *
account_at(const App *app, size_t account)
{
	return g_ptr_array_index(app->accounts, account);
}

const AccountConfig *
app_account_config(const App *app, size_t account)
{
	return account_at(app, account)->config;
}

AccountStatus *
app_account_status(const App *app, size_t account)
{
	return account_at(app, account)->status;
}

Account *
app_account(const App *app, size_t account)
{
	AgentLink *link = account_at(app, account)->link;
	return link ? agent_link_account(link) : NULL;
}

static int64_t
now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* ---- words ---- */

/* The most urgent first. */
static int
compare_urgency(const void *one, const void *other)
{
	const AppAccount *left = *(AppAccount *const *)one, *right = *(AppAccount *const *)other;
	return (int)account_status_urgency(right->status) -
	       (int)account_status_urgency(left->status);
}

/* Of ACCOUNTS from the place FROM on. */
static char *
states_text(const GPtrArray *accounts, guint from, bool brief)
{
	GString *text = g_string_new(NULL);
	for (guint i = from; i < accounts->len; i++) {
		const AppAccount *account = g_ptr_array_index(accounts, i);
		g_autofree char *words = account_status_text(account->status, now_seconds(), brief);
		g_string_append_printf(text, "%s%s", i ? " · " : "", words);
	}
	return g_string_free(text, FALSE);
}

static char *
cut_text(const char *text, glong length)
{
	if (g_utf8_strlen(text, -1) <= length)
		return g_strdup(text);
	g_autofree char *kept = g_utf8_substring(text, 0, MAX(length - 1, 0));
	return g_strconcat(kept, "…", NULL);
}

/* Where not all fits, the first one alone has its reason, cut so far that the others are seen. */
char *
app_status_text(const App *app, int columns)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_copy(app->accounts, NULL, NULL);
	g_ptr_array_set_free_func(accounts, NULL);
	g_ptr_array_sort(accounts, compare_urgency);
	g_autofree char *all = states_text(accounts, 0, false);
	if (accounts->len == 0 || g_utf8_strlen(all, -1) <= columns)
		return g_steal_pointer(&all);
	const AppAccount *first = g_ptr_array_index(accounts, 0);
	g_autofree char *least = account_status_text(first->status, now_seconds(), true);
	g_autofree char *most = account_status_text(first->status, now_seconds(), false);
	g_autofree char *others = states_text(accounts, 1, true);
	glong room = columns - g_utf8_strlen(others, -1);
	g_autofree char *cut = cut_text(most, MAX(room, g_utf8_strlen(least, -1)));
	return g_strconcat(cut, others, NULL);
}

/* ---- agents ---- */

static void
on_status(Account *client, JsonObject *answer, const GError *error, void *data)
{
	AppAccount *account = data;
	if (answer && json_text(answer, "state"))
		account_status_take(
			account->status, "state", answer, g_get_real_time() / G_USEC_PER_SEC);
}

/* Events tell what changes; how it is when one comes must be asked. */
static void
ask_status(App *app, size_t number)
{
	Account *client = app_account(app, number);
	if (client)
		account_ask(client, account_question("status"), on_status, account_at(app, number));
}

void
app_open_agents(App *app)
{
	for (guint i = 0; i < app->accounts->len; i++)
		account_at(app, i)->link = events_open_agent(
			app->events, account_at(app, i)->config, app->options->config_path, (int)i);
	for (guint i = 0; i < app->accounts->len; i++)
		ask_status(app, i);
}

void
app_close_agents(App *app)
{
	for (guint i = 0; i < app->accounts->len; i++)
		agent_link_close(account_at(app, i)->link);
}

/* When an account gets into trouble, and when it is out again. */
static void
note_state(App *app, AppAccount *account)
{
	bool in_trouble = account_status_mark(account->status) != NULL;
	g_autofree char *text = account_status_text(account->status, now_seconds(), false);
	if (in_trouble && !account->was_in_trouble)
		app_note(app, true, "%s", text);
	else if (!in_trouble && account->was_in_trouble && account_status_is_well(account->status))
		app_note(app, false, "%s: all is well again", account->config->name);
	else
		return;
	account->was_in_trouble = in_trouble;
}

static void
set_silent(App *app, AppAccount *account)
{
	account_status_set_silent(account->status, true);
	note_state(app, account);
	app_redraw(app);
}

bool
app_check_agents(App *app)
{
	bool counts_down = false;
	int64_t now = g_get_monotonic_time() / G_USEC_PER_SEC;
	for (guint i = 0; i < app->accounts->len; i++) {
		AppAccount *account = account_at(app, i);
		counts_down = counts_down || account_status_counts_down(account->status);
		if (account->asked_at && now - account->asked_at >= SILENT_SECONDS)
			set_silent(app, account);
	}
	return counts_down;
}

/* "Lists is held: …", "3 folders are held: …", "the account is held: …"; NULL: none is. The caller owns it. */
static char *
held_text(const App *app, int account)
{
	int count = 0, all = 0;
	const FolderEntry *first = NULL;
	for (size_t i = 0; i < folder_list_length(app->folders); i++) {
		const FolderEntry *entry = folder_list_at(app->folders, i);
		if (!entry->name || entry->account != account)
			continue;
		all++;
		count += entry->held != NULL;
		if (entry->held && !first)
			first = entry;
	}
	if (!first)
		return NULL;
	const char *why = clean_text_utf8(first->held);
	if (count == all && all > 1)
		return g_strdup_printf("held: %s", why);
	if (count > 1)
		return g_strdup_printf("%d folders are held: %s", count, why);
	return g_strdup_printf("%s is held: %s", first->name, why);
}

void
app_take_folders(App *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		g_autofree char *held = held_text(app, (int)i);
		account_status_set_held(account_at(app, i)->status, held);
		note_state(app, account_at(app, i));
	}
}

/* "work/Lists: …": an agent says what failed and leaves out whose it is. */
static void
say_agent_error(App *app, AppAccount *account, JsonObject *object)
{
	account->told_why = true;
	const char *folder = json_text(object, "folder");
	const char *why = json_text(object, "error");
	app_say_error(app, "%s%s%s: %s", account->config->name, folder ? "/" : "",
		folder ? folder : "",
		why ? why : "something failed, and its agent does not say what");
}

void
app_take_agent_event(App *app, const Event *event)
{
	size_t number = (size_t)event->account;
	AppAccount *account = account_at(app, number);
	account->asked_at = 0;
	account_status_set_silent(account->status, false);
	account_status_take(account->status, event->name, event->object, now_seconds());
	const char *state = json_text(event->object, "state");
	if (g_strcmp0(state, "starting") == 0)
		ask_status(app, number);
	app_judge_password(app, account, state);
	app_take_news(app, account, event->name, event->object);
	if (g_str_equal(event->name, "error"))
		say_agent_error(app, account, event->object);
	if (g_str_equal(event->name, "need"))
		app_want_password(app, account);
	note_state(app, account);
	if (g_str_equal(event->name, "changed"))
		folder_list_load(app->folders);
}

/* ---- life ---- */

static void
account_free(void *data)
{
	AppAccount *account = data;
	account_status_free(account->status);
	g_free(account);
}

void
app_find_accounts(App *app)
{
	app->accounts = g_ptr_array_new_with_free_func(account_free);
	app->configs = g_ptr_array_new();
	const GPtrArray *all = app->options->config ? config_accounts(app->options->config) : NULL;
	for (guint i = 0; all && i < all->len; i++) {
		AccountConfig *config = g_ptr_array_index(all, i);
		const char *only = app->options->account;
		if (only && !g_str_equal(only, config->name))
			continue;
		AppAccount *account = g_new0(AppAccount, 1);
		account->app = app;
		account->config = config;
		account->status = account_status_new(
			config->name, config->incoming.scheme != SERVER_LOCAL &&
					      config->incoming.security == SECURITY_PLAIN);
		g_ptr_array_add(app->accounts, account);
		g_ptr_array_add(app->configs, config);
	}
}

void
app_free_accounts(App *app)
{
	g_ptr_array_unref(app->accounts);
	g_ptr_array_unref(app->configs);
}

#pragma once
/*
 * The state itself, shared by app.c (life, words, focus, keys), app_accounts.c (accounts and their agents),
 * app_news.c (what `$` asks), app_passwords.c, app_draw.c (the frame) and app_commands.c.
 */
#include "ui/screen/app.h"
#include "ui/screen/keymap.h"
#include "ui/screen/prompt.h"
#include "ui/screen/store_watch.h"
#include "ui/screen/words.h"

typedef struct AppAccount {
	App *app;
	const AccountConfig *config;
	AccountStatus *status;
	AgentLink *link; /* NULL until the first frame was drawn */
	int64_t asked_at; /* when the user asked its agent for something, Unix seconds; 0: answered */
	bool waits_for_news; /* its round was asked for and has not ended */
	bool tries_password; /* one was given, and the server has not yet taken or refused it */
} AppAccount;

struct App {
	/* constant after open */
	const AppOptions *options;
	GPtrArray *accounts; /* of AppAccount */
	GPtrArray *configs;  /* of const AccountConfig, borrowed: the same in the same order */
	GMainLoop *loop;
	Events *events;
	Asker *asker;
	StoreWatch *watch;
	FolderList *folders;
	Terminal *terminal;
	Canvas *canvas;
	Pane *panes[PANE_COUNT];
	Keymap *keymaps[PANE_COUNT];
	char *config_stamp; /* of the file that was read */

	/* changes */
	Layout layout;
	PaneNumber focus, before_help;
	bool reading;
	Prompt *prompt;      /* NULL: nothing is being typed */
	GPtrArray *searches; /* of char *: what was searched for, the newest last */
	void (*on_prompt)(App *app, const char *text);
	void (*on_prompt_left)(App *app);                    /* may be NULL */
	void (*on_prompt_typed)(App *app, const char *text); /* after each key; may be NULL */
	AppAccount *password_for; /* whose password is being typed; NULL: none is */
	CleanText *message;       /* NULL: the accounts' states are shown */
	bool message_is_error;
	int64_t news; /* messages that came since `$` */
	bool news_failed;
	guint message_timer, draw_source, tick;
	bool drawn_once, quitting, config_changed;
};

void app_layout(App *app);
void app_draw(App *app);

/* ---- app.c ---- */

/* Asks for a line; ON_DONE is called with it, ON_LEFT (may be NULL) if the user leaves. Takes PROMPT over. */
void app_begin_prompt(App *app, Prompt *prompt, void (*on_done)(App *app, const char *text),
	void (*on_left)(App *app));

void app_focus_right(App *app); /* from the folders to the right, as far as there are panes */

/* ---- app_accounts.c ---- */

void app_find_accounts(App *app);
void app_free_accounts(App *app);
void app_open_agents(App *app);
void app_close_agents(App *app);
void app_take_agent_event(App *app, const Event *event);
void app_check_agents(App *app); /* now and then: does one that was asked not answer? */

/* ---- app_news.c ---- */

void app_sync(App *app); /* asks all for news and says so; asks for a password that is wanted */
void app_ask_news(App *app, AppAccount *account);
void app_take_news(App *app, AppAccount *account, const char *event, JsonObject *object);

/* ---- app_passwords.c ---- */

void app_want_password(App *app, AppAccount *account);
void app_judge_password(App *app, AppAccount *account, const char *state);
bool app_ask_password(App *app); /* of the first account that wants one; false: none does */

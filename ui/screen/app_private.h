#pragma once
/*
 * The state itself, shared by app.c (life, focus), app_keys.c, app_words.c (what is said), app_accounts.c (accounts and
 * their agents), app_news.c (what `$` asks), app_passwords.c, app_draw.c (the frame) and app_commands.c.
 */
#include "ui/screen/app.h"
#include "ui/screen/attention.h"
#include "ui/screen/bindings.h"
#include "ui/screen/keymap.h"
#include "ui/screen/prompt.h"
#include "ui/screen/store_watch.h"
#include "ui/screen/words.h"

typedef struct AppAccount {
	App *app;
	const AccountConfig *config;
	AccountStatus *status;
	AgentLink *link; /* NULL until the first frame was drawn */
	int64_t asked_at; /* when its agent was asked for something, by the monotonic clock in seconds; 0: answered */
	bool waits_for_news; /* its round was asked for and has not ended */
	bool told_why;       /* of that round: its agent has said what failed */
	bool was_in_trouble; /* as it stands in `:messages` */
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
	Acts *acts;
	ViewMemory *memory; /* NULL until it is asked for */
	Terminal *terminal;
	Canvas *canvas;
	Pane *panes[PANE_COUNT];
	Bindings *bindings;
	Keymap *keymaps[PANE_COUNT]; /* of the bindings */
	char *config_stamp;          /* of the file that was read */

	/* changes */
	Layout layout;
	PaneNumber focus;
	PaneNumber below; /* what lies below the help or the messages */
	bool reading;
	Prompt *prompt;      /* NULL: nothing is being typed */
	GPtrArray *searches; /* of char *: what was searched for, the newest last */
	GPtrArray *lines;    /* the same of what was typed behind `:` */
	GArray *held; /* of Key: for a pane, or rows, that are not there yet; NULL: none are awaited */
	const Binding *held_binding; /* goes before them; NULL: nothing does */
	int held_count;              /* what was typed before it */
	PaneNumber held_focus;       /* where: a click may lead elsewhere */
	void (*on_prompt)(App *app, const char *text);
	void (*on_prompt_left)(App *app); /* may be NULL */
	AppAccount *password_for;         /* whose password is being typed; NULL: none is */
	CleanText *message;               /* NULL: the accounts' states are shown */
	bool message_is_error;
	Said *said;
	int64_t news; /* messages that came since `$` */
	bool news_failed;
	int64_t refused; /* changes that wait for the user, as last looked for */
	bool owes_news;  /* the answer to `$`, when that is known */
	Attention attention;
	bool clicked; /* the last thing done was a click, on that row of the screen */
	PaneNumber clicked_pane;
	int clicked_row;
	guint message_timer, draw_source, tick, ticks;
	guint which_key_timer;
	bool which_key; /* the keys that may follow are shown */
	bool drawn_once, quitting, config_changed, wants_demo;
};

void app_layout(App *app);
void app_draw(App *app);
/* app_mouse.c */
void app_take_mouse(int row, int column, MouseAction action, void *data);
void app_begin_input(App *app);   /* the user did something */
void app_follow_unread(App *app); /* app_attention.c: the folders were read anew */

/* ---- app.c ---- */

void app_focus_right(App *app); /* from the folders to the right, as far as there are panes */

/* ---- app_keys.c ---- */

void app_press(App *app, Key key);          /* what is typed anywhere */
void app_paste(App *app, const char *text); /* into a prompt; elsewhere it is no keys */
void app_forget_keys(App *app);             /* that have begun a command */

/* The tables of the commands that a pane hears, NULL-terminated. */
void app_tables(const App *app, PaneNumber pane, const Command *tables[3]);

/* ---- app_accounts.c ---- */

void app_find_accounts(App *app);
void app_free_accounts(App *app);
void app_open_agents(App *app);
void app_close_agents(App *app);
void app_take_agent_event(App *app, const Event *event);
/* Now and then: does one that was asked not answer? True: some account's words change by the second. */
bool app_check_agents(App *app);
void app_take_folders(App *app); /* they were read: is any held? */

/* ---- app_news.c ---- */

void app_ask_news(App *app, AppAccount *account);
void app_await_agent(
	AppAccount *account); /* it was asked: if it says nothing for long, that is told */
void app_take_news(App *app, AppAccount *account, const char *event, JsonObject *object);
void app_say_news(App *app);          /* all have answered */
bool app_shows_error(const App *app); /* an error stands at the bottom, until a key */

/* ---- app_pending.c ---- */

void app_look_for_refused(
	App *app); /* says when there are more than before, or the news that are owed */
/* "2 changes wait for your answer: :pending"; NULL: none do. The caller owns it. */
char *app_refused_text(const App *app);

/* ---- app_passwords.c ---- */

void app_want_password(App *app, AppAccount *account);
void app_judge_password(App *app, AppAccount *account, const char *state);
bool app_ask_password(App *app); /* of the first account that wants one; false: none does */

#pragma once
/*
 * The screen's state, and what panes may ask of it: show a list, open a message, say something, redraw.
 * One object, UI thread only.
 */
#include "backend/config.h"
#include "ui/screen/account_status.h"
#include "ui/screen/act.h"
#include "ui/screen/asker.h"
#include "ui/screen/folder_list.h"
#include "ui/screen/keymap.h"
#include "ui/screen/layout.h"
#include "ui/screen/list_row.h"
#include "ui/screen/pane.h"
#include "ui/screen/prompt.h"
#include "ui/screen/said.h"
#include "ui/screen/terminal.h"
#include "ui/screen/view_memory.h"

typedef struct AppOptions {
	const Config *config;    /* NULL: there is none */
	const char *config_path; /* where it is, or would be */
	const char *account;     /* only this one; NULL: all */
	const char *view;        /* to start with; NULL: the inbox */
	bool reopened; /* after another App that found the config changed: looks for news at once */
	const GPtrArray *theme_problems; /* of ThemeProblem: what is wrong with the theme */
	const char
		*trouble; /* why the config could not be read; NULL: it could, or there is none */
} AppOptions;

/* OPTIONS and TERMINAL, which calls it from now on, must outlive app_run. The caller owns it. */
App *app_open(const AppOptions *options, Terminal *terminal);
/* Until the user quits: false; or the config is no more what was read: true. The terminal may be closed then. */
bool app_run(App *app);
void app_close(App *app);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_close)

/* ---- what it holds ---- */

Asker *app_asker(App *app);
Acts *app_acts(App *app);
FolderList *app_folders(App *app);
Terminal *app_terminal(App *app);
ViewMemory *app_memory(App *app); /* of the runs before; read when it is first asked for */
size_t app_account_count(const App *app);
const AccountConfig *app_account_config(const App *app, size_t account);
AccountStatus *app_account_status(const App *app, size_t account);
Account *app_account(const App *app, size_t account); /* NULL before the first frame was drawn */
const char *app_config_path(const App *app);
const char *app_view_query(const App *app, const char *name); /* of the config's views; or NULL */
const Config *app_config(const App *app);                     /* or NULL */
char *app_view_name(
	App *app); /* what the list shows, for AppOptions; NULL: the inbox; the caller's */
GPtrArray *app_mistakes(const App *app); /* of the config, of char *; the caller owns it */
Pane *app_pane(const App *app, PaneNumber number);
Pane *app_focused(const App *app);                           /* the pane that hears the keys */
const Keymap *app_keymap(const App *app, PaneNumber number); /* the keys in force there */
const Said *app_said(const App *app);                        /* of all time */
bool app_is_visible(const App *app, PaneNumber number);
bool app_is_at_top(const App *app);  /* there is nothing to go back to: `q` quits */
const Command *app_everywhere(void); /* the commands that work in every pane */

/* ---- what may be asked ---- */

void app_redraw(App *app); /* once, at the end of this turn of the loop */
void app_focus(App *app, PaneNumber number);
void app_back(App *app); /* leaves what has the focus; at the top: quits */
void app_sync(App *app); /* asks all for news and says so; asks for a password that is wanted */
void app_quit(App *app);
void app_quit_for_demo(App *app);
bool app_wants_demo(const App *app); /* that is why it ended */
bool app_follow_config(
	App *app); /* if it has changed: ends, so that another App reads it; true: so it is */
void app_show_view(App *app, const View *view); /* in the list, which gets the focus */
void app_open_message(App *app, ListRow *row);  /* in the reader, which gets the focus */
void app_close_message(App *app);
void app_begin_prompt(App *app, Prompt *prompt, void (*on_done)(App *app, const char *text),
	void (*on_left)(
		App *app)); /* asks for a line; ON_LEFT (may be NULL): the user leaves; takes PROMPT over */
Prompt *app_prompt(const App *app);       /* what is being typed; NULL: nothing is */
void app_end_prompt(App *app, bool done); /* with what is typed, or without */
/* A pane or rows were asked for that come later: what is typed waits for it, but for Esc and C-c, until it is there (WANTED:
 * then they go where the focus is) or will not be (then they are dropped, and that is said). */
void app_hold_keys(App *app);
void app_release_keys(App *app, bool wanted);
/* Leaves the help and runs a command of pane NUMBER, or of everywhere (PANE_COUNT). */
void app_run_from_help(App *app, PaneNumber number, const Command *command, const char *argument);

/*
 * A sentence of the screen:
 *                    in the status line               in `:messages`   for
 *   app_say          4 s, or until the next command   yes              what was done, what came
 *   app_say_for_now  the same                         no               what a key came to
 *   app_say_error    until the next key               as an error      the account, what failed, why, what now
 *   app_note         no                               yes              what the accounts' states show already
 */
void app_say(App *app, const char *format, ...) G_GNUC_PRINTF(2, 3);
void app_say_for_now(App *app, const char *format, ...) G_GNUC_PRINTF(2, 3);
void app_say_error(App *app, const char *format, ...) G_GNUC_PRINTF(2, 3);
void app_note(App *app, bool is_error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Says "WHAT: why" where an agent did not do it. ANSWER and ERROR as of account_ask. False: it did. */
bool app_say_failure(App *app, const char *what, JsonObject *answer, const GError *error);

void app_say_nothing(App *app); /* takes what was said back */

/* The status line's words on the accounts, for so many COLUMNS. The caller owns it. */
char *app_status_text(const App *app, int columns);

#pragma once
/*
 * The state itself, shared by app.c (life and questions), app_draw.c (the frame) and app_commands.c.
 */
#include "ui/screen/app.h"
#include "ui/screen/keymap.h"
#include "ui/screen/prompt.h"

typedef struct AppAccount {
	const AccountConfig *config;
	AccountStatus *status;
	AgentLink *link; /* NULL until the first frame was drawn */
} AppAccount;

struct App {
	/* constant after open */
	const AppOptions *options;
	GPtrArray *accounts; /* of AppAccount */
	GPtrArray *configs;  /* of const AccountConfig, borrowed: the same in the same order */
	GMainLoop *loop;
	Events *events;
	Asker *asker;
	FolderList *folders;
	Terminal *terminal;
	Canvas *canvas;
	Pane *panes[PANE_COUNT];
	Keymap *keymaps[PANE_COUNT];

	/* changes */
	Layout layout;
	PaneNumber focus, before_help;
	bool reading;
	Prompt *prompt; /* NULL: nothing is being typed */
	void (*on_prompt)(App *app, const char *text);
	CleanText *message; /* NULL: the accounts' states are shown */
	bool message_is_error;
	guint message_timer, draw_source, tick;
	bool drawn_once, quitting;
};

void app_layout(App *app);
void app_draw(App *app);

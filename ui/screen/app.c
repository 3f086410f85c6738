#include "ui/screen/app.h"

#include <stdarg.h>

#include "ui/screen/app_private.h"
#include "ui/screen/config_stamp.h"
#include "ui/screen/pane_folders.h"
#include "ui/screen/pane_help.h"
#include "ui/screen/pane_links.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_parts.h"
#include "ui/screen/pane_reader.h"

enum { MESSAGE_MS = 4000, TICK_SECONDS = 5 };

static Pane *(*const pane_makers[PANE_COUNT])(App *app) = {
	[PANE_FOLDERS] = pane_folders_new,
	[PANE_LIST] = pane_list_new,
	[PANE_READER] = pane_reader_new,
	[PANE_PARTS] = pane_parts_new,
	[PANE_LINKS] = pane_links_new,
	[PANE_HELP] = pane_help_new,
};

/* ---- what it holds ---- */

Asker *
app_asker(App *app)
{
	return app->asker;
}

FolderList *
app_folders(App *app)
{
	return app->folders;
}

Terminal *
app_terminal(App *app)
{
	return app->terminal;
}

const char *
app_config_path(const App *app)
{
	return app->options->config_path;
}

const Config *
app_config(const App *app)
{
	return app->options->config;
}

const char *
app_view_query(const App *app, const char *name)
{
	const Config *config = app->options->config;
	g_autoptr(GPtrArray) blocks = config ? config_blocks(config, "view") : NULL;
	for (guint i = 0; blocks && i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		if (g_strcmp0(block->name, name) == 0)
			return config_text(config, block, "query");
	}
	return NULL;
}

char *
app_view_name(App *app)
{
	return pane_list_name(app->panes[PANE_LIST]);
}

Pane *
app_pane(const App *app, PaneNumber number)
{
	return app->panes[number];
}

bool
app_is_visible(const App *app, PaneNumber number)
{
	return app->layout.panes[number].rows > 0;
}

bool
app_is_reading(const App *app)
{
	return app->reading;
}

/* ---- drawing ---- */

GPtrArray *
app_mistakes(const App *app)
{
	GPtrArray *mistakes = g_ptr_array_new_with_free_func(g_free);
	const Config *config = app->options->config;
	const GPtrArray *problems = config ? config_problems(config) : NULL;
	for (guint i = 0; problems && i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		if (!problem->warning)
			g_ptr_array_add(mistakes, config_problem_text(problem));
	}
	return mistakes;
}

/* A bad block is left out; the others work. */
static void
say_mistakes(App *app)
{
	g_autoptr(GPtrArray) mistakes = app_mistakes(app);
	if (mistakes->len == 1)
		app_say_error(app, "%s", (const char *)g_ptr_array_index(mistakes, 0));
	else if (mistakes->len > 1)
		app_say_error(app, "%u mistakes in the config (? shows all): %s", mistakes->len,
			(const char *)g_ptr_array_index(mistakes, 0));
}

/* The first frame comes before anything that could take time. */
static void
begin_work(App *app)
{
	const AppOptions *options = app->options;
	app->drawn_once = true;
	app->watch = store_watch_new(app->asker, app->events);
	if (options->reopened) /* over it lies what was shown before */
		pane_list_start(app->panes[PANE_LIST], NULL);
	if (!options->reopened || options->view)
		pane_list_start(app->panes[PANE_LIST], options->view);
	if (options->config)
		folder_list_load(app->folders);
	app_open_agents(app);
	if (options->reopened) {
		app_sync(app);
		app_say(app, "The config was read again");
	}
	say_mistakes(app);
	if (options->trouble)
		app_say_error(app, "%s", options->trouble);
	app_redraw(app);
}

static gboolean
on_draw(gpointer data)
{
	App *app = data;
	app->draw_source = 0;
	app_draw(app);
	if (!app->drawn_once)
		begin_work(app);
	else if (asker_is_idle(app->asker) && terminal_is_quiet(app->terminal))
		terminal_tell_drawn(app->terminal);
	return G_SOURCE_REMOVE;
}

void
app_redraw(App *app)
{
	if (!app->draw_source && !app->quitting)
		app->draw_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_draw, app, NULL);
}

static void
on_resize(void *data)
{
	App *app = data;
	app_layout(app);
	app_redraw(app);
}

/* ---- words ---- */

static void
drop_message(App *app)
{
	g_clear_pointer(&app->message, clean_text_unref);
	g_clear_handle_id(&app->message_timer, g_source_remove);
	app_redraw(app);
}

void
app_say_nothing(App *app)
{
	drop_message(app);
}

static gboolean
on_message_old(gpointer data)
{
	App *app = data;
	app->message_timer = 0;
	drop_message(app);
	return G_SOURCE_REMOVE;
}

static void
say(App *app, bool is_error, const char *format, va_list arguments)
{
	drop_message(app);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	app->message = clean_text_new(CLEAN_LINE, text, -1);
	app->message_is_error = is_error;
	if (!is_error)
		app->message_timer = g_timeout_add(MESSAGE_MS, on_message_old, app);
	else
		g_info("said: %s", clean_text_utf8(app->message));
}

void
app_say(App *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	say(app, false, format, arguments);
	va_end(arguments);
}

void
app_say_error(App *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	say(app, true, format, arguments);
	va_end(arguments);
}

/* ---- focus ---- */

void
app_focus(App *app, PaneNumber number)
{
	keymap_reset(app->keymaps[app->focus]);
	bool opens_help = number == PANE_HELP && app->focus != PANE_HELP;
	if (opens_help)
		app->before_help = app->focus;
	app->focus = number;
	app_layout(app);
	if (opens_help)
		pane_help_show(app->panes[PANE_HELP], app->panes[app->before_help]->class->name);
	app_redraw(app);
}

void
app_close_message(App *app)
{
	app->reading = false;
	pane_reader_close(app->panes[PANE_READER]);
	app_focus(app, PANE_LIST);
}

bool
app_is_at_top(const App *app)
{
	return app->focus == PANE_LIST && !app->reading &&
	       !pane_list_can_go_back(app->panes[PANE_LIST]);
}

void
app_focus_right(App *app)
{
	bool to_reader =
		app->reading && (app->focus == PANE_LIST || !app_is_visible(app, PANE_LIST));
	if (app->focus == PANE_FOLDERS || (app->focus == PANE_LIST && to_reader))
		app_focus(app, to_reader ? PANE_READER : PANE_LIST);
}

void
app_back(App *app)
{
	if (app->focus == PANE_HELP)
		app_focus(app, app->before_help);
	else if (app->focus == PANE_FOLDERS)
		app_focus_right(app);
	else if (app->focus == PANE_PARTS || app->focus == PANE_LINKS)
		app_focus(app, PANE_READER);
	else if (app->focus == PANE_READER && pane_reader_back(app->panes[PANE_READER]))
		app_redraw(app);
	else if (app->reading)
		app_close_message(app);
	else if (!pane_list_back(app->panes[PANE_LIST]))
		app_quit(app);
}

void
app_quit(App *app)
{
	app->quitting = true;
	g_clear_handle_id(&app->draw_source, g_source_remove);
	g_main_loop_quit(app->loop);
}

bool
app_follow_config(App *app)
{
	g_autofree char *now = config_stamp(app->options->config_path);
	app->config_changed = !g_str_equal(now, app->config_stamp);
	if (app->config_changed)
		app_quit(app);
	return app->config_changed;
}

void
app_show_view(App *app, const View *view)
{
	if (app->reading)
		app_close_message(app);
	pane_list_show(app->panes[PANE_LIST], view);
	app_focus(app, PANE_LIST);
}

void
app_open_message(App *app, ListRow *row)
{
	app->reading = true;
	app_focus(app, PANE_READER); /* first, so that the reader knows its size */
	pane_reader_show(app->panes[PANE_READER], row);
}

/* ---- keys ---- */

void
app_begin_prompt(App *app, Prompt *prompt, void (*on_done)(App *app, const char *text),
	void (*on_left)(App *app))
{
	prompt_free(app->prompt);
	app->prompt = prompt;
	app->on_prompt = on_done;
	app->on_prompt_left = on_left;
	app_redraw(app);
}

static void
press_in_prompt(App *app, Key key)
{
	PromptResult result = prompt_press(app->prompt, key);
	if (result == PROMPT_GOES_ON)
		return;
	g_autoptr(Prompt) prompt = g_steal_pointer(&app->prompt);
	if (result == PROMPT_DONE)
		app->on_prompt(app, prompt_text(prompt));
	else if (app->on_prompt_left)
		app->on_prompt_left(app);
}

static void
press_command(App *app, Key key)
{
	const Command *command;
	int count;
	Pane *pane = app->panes[app->focus];
	Keymap *keymap = app->keymaps[app->focus];
	g_autoptr(GString) typed = g_string_new(keymap_typed(keymap));
	KeymapResult result = keymap_press(keymap, key, &command, &count);
	if (result == KEYMAP_FOUND) {
		drop_message(app);
		command->run(pane, count);
	}
	if (result != KEYMAP_UNKNOWN)
		return;
	key_append_name(typed, key);
	app_say(app, "%s does nothing here; ? shows the keys", typed->str);
}

static void
on_key(Key key, void *data)
{
	App *app = data;
	if (app->quitting)
		return;
	if (app->message && app->message_is_error)
		drop_message(app);
	if (app->prompt)
		press_in_prompt(app, key);
	else
		press_command(app, key);
	app_redraw(app);
}

static void
on_hangup(void *data)
{
	app_quit(data);
}

/* ---- events ---- */

static void
on_event(const Event *event, void *data)
{
	App *app = data;
	if (app->quitting)
		return;
	if (event->kind == EVENT_AGENT)
		app_take_agent_event(app, event);
	if (event->kind == EVENT_MAIL)
		folder_list_load(app->folders);
	for (int i = 0; i < PANE_COUNT; i++) {
		if (app->panes[i]->class->on_event)
			app->panes[i]->class->on_event(app->panes[i], event);
	}
	app_redraw(app);
}

/* Clocks go on: times of the status line, dates of the list. */
static gboolean
on_tick(gpointer data)
{
	app_check_agents(data);
	app_redraw(data);
	return G_SOURCE_CONTINUE;
}

/* ---- life ---- */

App *
app_open(const AppOptions *options, Terminal *terminal)
{
	App *app = g_new0(App, 1);
	app->options = options;
	app->terminal = terminal;
	app->config_stamp = config_stamp(options->config_path);
	app->focus = PANE_LIST;
	app_find_accounts(app);
	app->searches = g_ptr_array_new_with_free_func(g_free);
	app->loop = g_main_loop_new(NULL, FALSE);
	app->canvas = canvas_new(0, 0);
	app->events = events_new(on_event, app);
	app->asker = asker_new(app->events, app->configs);
	app->folders =
		folder_list_new(app->asker, app->events, options->account ? NULL : options->config);
	for (int i = 0; i < PANE_COUNT; i++) {
		app->panes[i] = pane_makers[i](app);
		app->keymaps[i] = keymap_new((const Command *const[]){
			app->panes[i]->class->commands, app_everywhere(), NULL });
	}
	TerminalHandlers handlers = { on_key, on_resize, on_hangup, app };
	terminal_hear(app->terminal, &handlers);
	app->tick = g_timeout_add_seconds(TICK_SECONDS, on_tick, app);
	app_layout(app);
	return app;
}

bool
app_run(App *app)
{
	app_redraw(app);
	g_main_loop_run(app->loop);
	return app->config_changed;
}

void
app_close(App *app)
{
	if (!app)
		return;
	app->quitting = true;
	g_clear_handle_id(&app->draw_source, g_source_remove);
	g_clear_handle_id(&app->tick, g_source_remove);
	g_clear_handle_id(&app->message_timer, g_source_remove);
	app_close_agents(app);
	asker_stop(app->asker);
	store_watch_free(app->watch);
	for (int i = 0; i < PANE_COUNT; i++) {
		app->panes[i]->class->free(app->panes[i]);
		keymap_free(app->keymaps[i]);
	}
	folder_list_free(app->folders);
	asker_free(app->asker);
	events_free(app->events);
	prompt_free(app->prompt);
	g_ptr_array_unref(app->searches);
	clean_text_unref(app->message);
	canvas_free(app->canvas);
	g_free(app->config_stamp);
	app_free_accounts(app);
	g_main_loop_unref(app->loop);
	g_free(app);
}

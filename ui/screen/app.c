#include "ui/screen/app.h"

#include "index/paths.h"
#include "ui/config_tables.h"
#include "ui/screen/app_private.h"
#include "ui/screen/config_stamp.h"
#include "ui/screen/pane_help.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_messages.h"
#include "ui/screen/pane_pending.h"
#include "ui/screen/pane_reader.h"
#include "ui/screen/panes.h"
#include "ui/screen/theme_file.h"

enum { REDRAW_SECONDS = 5 };

/* ---- what it holds ---- */

Asker *
app_asker(App *app)
{
	return app->asker;
}

Acts *
app_acts(App *app)
{
	return app->acts;
}

FolderList *
app_folders(App *app)
{
	return app->folders;
}

ViewMemory *
app_memory(App *app)
{
	if (!app->memory) {
		g_autofree char *state = paths_state();
		g_autofree char *path = g_build_filename(state, "screen.json", NULL);
		app->memory = view_memory_new(path);
	}
	return app->memory;
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

Pane *
app_focused(const App *app)
{
	return app->panes[app->focus];
}

const Keymap *
app_keymap(const App *app, PaneNumber number)
{
	return app->keymaps[number];
}

bool
app_is_visible(const App *app, PaneNumber number)
{
	return app->layout.panes[number].rows > 0;
}

const Said *
app_said(const App *app)
{
	return app->said;
}

/* ---- drawing ---- */

static void
add_mistakes(GPtrArray *mistakes, const GPtrArray *problems)
{
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		if (!problem->warning)
			g_ptr_array_add(mistakes, config_problem_text(problem));
	}
}

GPtrArray *
app_mistakes(const App *app)
{
	GPtrArray *mistakes = g_ptr_array_new_with_free_func(g_free);
	if (app->options->config)
		add_mistakes(mistakes, config_problems(app->options->config));
	add_mistakes(mistakes, bindings_problems(app->bindings));
	const GPtrArray *of_theme = app->options->theme_problems;
	for (guint i = 0; of_theme && i < of_theme->len; i++) {
		const ThemeProblem *problem = g_ptr_array_index(of_theme, i);
		if (!problem->warning)
			g_ptr_array_add(mistakes, g_strdup(problem->sentence));
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
	app_look_for_refused(app);
	app_open_agents(app);
	if (options->reopened) {
		app_sync(app);
		if (!options->trouble)
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

/* ---- focus ---- */

void
app_focus(App *app, PaneNumber number)
{
	app_forget_keys(app);
	PaneNumber before = app->focus;
	if (!layout_is_over(before))
		app->below = before;
	app->focus = number;
	app_layout(app);
	if (number == PANE_HELP && before != PANE_HELP)
		pane_help_show(app->panes[PANE_HELP], before);
	if (number == PANE_MESSAGES)
		pane_messages_show(app->panes[PANE_MESSAGES]);
	if (number == PANE_PENDING)
		pane_pending_show(app->panes[PANE_PENDING]);
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
	if (layout_is_over(app->focus))
		app_focus(app, app->below);
	else if (app->focus == PANE_FOLDERS)
		app_focus_right(app);
	else if (layout_is_in_reader(app->focus))
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

void
app_quit_for_demo(App *app)
{
	app->wants_demo = true;
	app_quit(app);
}

bool
app_wants_demo(const App *app)
{
	return app->wants_demo;
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
	const FolderEntry *entry = folder_list_find(app->folders, view, NULL);
	if (entry && entry->held)
		app_say_error(app, "%s is held: %s", clean_text_utf8(view->title),
			clean_text_utf8(entry->held));
}

void
app_open_message(App *app, ListRow *row)
{
	app->reading = true;
	app_focus(app, PANE_READER); /* first, so that the reader knows its size */
	pane_reader_show(app->panes[PANE_READER], row);
}

/* ---- keys ---- */

static void
on_key(Key key, void *data)
{
	App *app = data;
	if (!app->quitting)
		app_press(app, key);
}

static void
on_paste(const char *text, void *data)
{
	App *app = data;
	if (!app->quitting)
		app_paste(app, text);
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
	if (event->kind == EVENT_MAIL) {
		folder_list_load(app->folders);
		app_look_for_refused(app);
	}
	if (event->kind == EVENT_FOLDERS)
		app_take_folders(app);
	app_follow_unread(app);
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
	App *app = data;
	bool by_the_second = app_check_agents(app);
	if (by_the_second || ++app->ticks % REDRAW_SECONDS == 0)
		app_redraw(app);
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
	app->said = said_new();
	app->searches = g_ptr_array_new_with_free_func(g_free);
	app->lines = g_ptr_array_new_with_free_func(g_free);
	app->loop = g_main_loop_new(NULL, FALSE);
	app->canvas = canvas_new(0, 0);
	app->events = events_new(on_event, app);
	app->asker = asker_new(app->events, app->configs);
	app->folders =
		folder_list_new(app->asker, app->events, options->account ? NULL : options->config);
	app->acts = acts_new(app);
	app->bindings = bindings_new(options->config);
	for (int i = 0; i < PANE_COUNT; i++) {
		app->panes[i] = panes_new((PaneNumber)i, app);
		app->keymaps[i] = bindings_keymap(app->bindings, (PaneNumber)i);
	}
	TerminalHandlers handlers = { on_key, on_paste, app_take_mouse, on_resize, on_hangup, app };
	terminal_hear(app->terminal, &handlers);
	terminal_set_mouse(terminal, config_ui_truth(options->config, "mouse"));
	app->attention.key = g_get_monotonic_time();
	app->tick = g_timeout_add_seconds(1, on_tick, app);
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
	g_clear_handle_id(&app->which_key_timer, g_source_remove);
	app_close_agents(app);
	asker_stop(app->asker);
	store_watch_free(app->watch);
	for (int i = 0; i < PANE_COUNT; i++)
		app->panes[i]->class->free(app->panes[i]);
	if (app->memory) /* the panes have told it */
		view_memory_save(app->memory, NULL);
	view_memory_free(app->memory);
	bindings_free(app->bindings);
	folder_list_free(app->folders);
	acts_free(app->acts);
	asker_free(app->asker);
	events_free(app->events);
	prompt_free(app->prompt);
	g_clear_pointer(&app->held, g_array_unref);
	g_ptr_array_unref(app->searches);
	g_ptr_array_unref(app->lines);
	clean_text_unref(app->message);
	said_free(app->said);
	canvas_free(app->canvas);
	g_free(app->config_stamp);
	app_free_accounts(app);
	g_main_loop_unref(app->loop);
	g_free(app);
}

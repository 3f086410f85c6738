#include "ui/screen/app_private.h"
#include "ui/screen/panes.h"

enum { WHICH_KEY_MS = 400, HELD_KEYS = 256, CONTROL_C = 'c' & 0x1f };

void
app_tables(const App *app, PaneNumber pane, const Command *tables[3])
{
	const PaneClass *class = panes_class(pane);
	tables[0] = class->commands;
	tables[1] = class->takes_text ? NULL : app_everywhere();
	tables[2] = NULL;
}

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

Prompt *
app_prompt(const App *app)
{
	return app->prompt;
}

void
app_end_prompt(App *app, bool done)
{
	g_autoptr(Prompt) prompt = g_steal_pointer(&app->prompt);
	if (done)
		app->on_prompt(app, prompt_text(prompt));
	else if (app->on_prompt_left)
		app->on_prompt_left(app);
}

static void
press_in_prompt(App *app, Key key)
{
	const Binding *binding = keymap_find(app->keymaps[PANE_PROMPT], key);
	if (binding)
		command_run(binding->command, app->panes[PANE_PROMPT], 0, binding->argument);
	else
		prompt_type(app->prompt, key);
}

/* ---- keys that begin a command ---- */

void
app_forget_keys(App *app)
{
	keymap_reset(app->keymaps[app->focus]);
	g_clear_handle_id(&app->which_key_timer, g_source_remove);
	app->which_key = false;
}

static gboolean
on_which_key(gpointer data)
{
	App *app = data;
	app->which_key_timer = 0;
	app->which_key = true;
	app_redraw(app);
	return G_SOURCE_REMOVE;
}

/* Who hesitates, or asks, sees what may follow. */
static void
await_next_key(App *app)
{
	g_clear_handle_id(&app->which_key_timer, g_source_remove);
	if (!app->which_key)
		app->which_key_timer = g_timeout_add(WHICH_KEY_MS, on_which_key, app);
}

/* `?` asks what may follow, Esc and C-c take back what has begun; true: KEY was that. */
static bool
press_in_prefix(App *app, Key key)
{
	Keymap *keymap = app->keymaps[app->focus];
	if (!*keymap_typed(keymap))
		return false;
	bool asks = key == '?' && !app->which_key;
	bool leaves = key == PRESS_ESCAPE || key == CONTROL_C;
	if (!asks && !leaves)
		return false;
	if (leaves)
		app_forget_keys(app);
	app->which_key = asks;
	g_clear_handle_id(&app->which_key_timer, g_source_remove);
	return true;
}

/* Is it about rows that are on their way? */
static bool
waits(Pane *pane, const Binding *binding)
{
	bool is_on_rows = binding->command->flags & COMMAND_ON_ROWS;
	return is_on_rows && pane->class->hold && pane->class->hold(pane);
}

static void
press_command(App *app, Key key)
{
	const Binding *binding;
	int count;
	Pane *pane = app->panes[app->focus];
	Keymap *keymap = app->keymaps[app->focus];
	if (press_in_prefix(app, key))
		return;
	g_autoptr(GString) typed = g_string_new(keymap_typed(keymap));
	KeymapResult result = keymap_press(keymap, key, &binding, &count);
	if (result == KEYMAP_PENDING) {
		await_next_key(app);
		return;
	}
	app_forget_keys(app);
	if (result == KEYMAP_FOUND) {
		app_say_nothing(app);
		if (waits(pane, binding)) {
			app->held_binding = binding;
			app->held_count = count;
			app->held_focus = app->focus;
			return;
		}
		command_run(binding->command, pane, count, binding->argument);
		return;
	}
	key_append_name(typed, key);
	app_say_for_now(app, "%s does nothing here; ? shows the keys", typed->str);
}

/* ---- keys for a pane that is not there yet ---- */

void
app_hold_keys(App *app)
{
	if (!app->held)
		app->held = g_array_new(FALSE, FALSE, sizeof(Key));
}

void
app_release_keys(App *app, bool wanted)
{
	g_autoptr(GArray) keys = g_steal_pointer(&app->held);
	const Binding *first = g_steal_pointer(&app->held_binding);
	if (!keys || (keys->len == 0 && !first))
		return;
	if (wanted && first && app->focus == app->held_focus)
		command_run(
			first->command, app->panes[app->focus], app->held_count, first->argument);
	if (!wanted && !app->message)
		app_say_for_now(app, "What was typed meanwhile is dropped");
	for (guint i = 0; wanted && i < keys->len; i++)
		app_press(app, g_array_index(keys, Key, i)); /* which may hold the others again */
}

/* Who does not want to wait stops it. */
static bool
hold(App *app, Key key)
{
	if (!app->held)
		return false;
	if (key == PRESS_ESCAPE || key == CONTROL_C) {
		g_clear_pointer(&app->held, g_array_unref);
		app->held_binding = NULL;
		return false;
	}
	if (app->held->len < HELD_KEYS)
		g_array_append_val(app->held, key);
	return true;
}

void
app_press(App *app, Key key)
{
	app_begin_input(app);
	app->clicked = false;
	if (hold(app, key))
		return;
	if (app->prompt)
		press_in_prompt(app, key);
	else
		press_command(app, key);
	app_redraw(app);
}

void
app_paste(App *app, const char *text)
{
	app_begin_input(app);
	app->clicked = false;
	if (app->prompt) {
		prompt_insert(app->prompt, text);
	} else {
		app_forget_keys(app);
		app_say_for_now(app, "What was pasted is not taken as keys");
	}
	app_redraw(app);
}

/* Can the focus go there without anything being opened? */
static bool
is_open(const App *app, PaneNumber number)
{
	if (number == PANE_READER)
		return app->reading;
	return number == PANE_LIST || number == PANE_FOLDERS || number == app->focus ||
	       app_is_visible(app, number);
}

void
app_run_from_help(App *app, PaneNumber number, const Command *command, const char *argument)
{
	app_back(app);
	bool is_of_pane = number != PANE_COUNT;
	if (is_of_pane && !is_open(app, number)) {
		app_say_for_now(app, "The %s is not open now", app->panes[number]->class->name);
		return;
	}
	if (is_of_pane && number != app->focus)
		app_focus(app, number);
	command_run(command, app->panes[app->focus], 0, argument);
}

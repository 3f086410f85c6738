#include "ui/screen/app_private.h"
#include "ui/screen/palette.h"
#include "ui/screen/pane_list.h"

static void
run_back(Pane *pane, int count)
{
	app_back(pane->app);
}

static void
run_quit(Pane *pane, int count)
{
	app_quit(pane->app);
}

static void
run_help(Pane *pane, int count)
{
	app_focus(pane->app, PANE_HELP);
}

static void
run_jobs(Pane *pane, int count)
{
	app_focus(pane->app, PANE_JOBS);
}

static void
run_pending(Pane *pane, int count)
{
	app_focus(pane->app, PANE_PENDING);
}

static void
run_messages(Pane *pane, int count)
{
	app_focus(pane->app, PANE_MESSAGES);
}

static void
run_redraw(Pane *pane, int count)
{
	terminal_forget(pane->app->terminal);
	app_redraw(pane->app);
}

static void
run_suspend(Pane *pane, int count)
{
	terminal_suspend(pane->app->terminal);
}

static void
run_cancel(Pane *pane, int count)
{
	if (pane->class->cancel && pane->class->cancel(pane))
		app_say(pane->app, "Cancelled");
	else
		app_say_nothing(pane->app);
}

static void
run_sync(Pane *pane, int count)
{
	App *app = pane->app;
	if (app_follow_config(app))
		return;
	app_sync(app);
}

/* As the newest line of a history. */
static void
remember(GPtrArray *history, const char *line)
{
	guint known;
	if (g_ptr_array_find_with_equal_func(history, line, g_str_equal, &known))
		g_ptr_array_remove_index(history, known);
	g_ptr_array_add(history, g_strdup(line));
}

static void
on_search(App *app, const char *text)
{
	g_autofree char *query = g_strstrip(g_strdup(text));
	if (!*query)
		return;
	remember(app->searches, query);
	g_autoptr(View) view = view_new_search(query, NULL);
	app_show_view(app, view);
}

static void
run_search(Pane *pane, int count)
{
	Prompt *prompt = prompt_new("search all mail: ", "");
	prompt_set_history(prompt, pane->app->searches);
	app_begin_prompt(pane->app, prompt, on_search, NULL);
}

static void
run_search_for(Pane *pane, const char *query)
{
	on_search(pane->app, query);
}

static GPtrArray *
match_folders(App *app, const char *text)
{
	return folder_list_matches(app->folders, text, pane_list_account(app->panes[PANE_LIST]));
}

static void
on_folder(App *app, const char *text)
{
	if (!*text)
		return;
	g_autoptr(GPtrArray) found = match_folders(app, text);
	if (found->len > 0)
		app_show_view(app, ((const FolderEntry *)g_ptr_array_index(found, 0))->view);
	else
		app_say_error(app, "No folder or view is named like \"%s\"", text);
}

static GPtrArray *
folder_titles(const char *text, void *data)
{
	App *app = data;
	GPtrArray *titles = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) found = match_folders(app, text);
	for (guint i = 0; i < found->len; i++) {
		const FolderEntry *entry = g_ptr_array_index(found, i);
		g_ptr_array_add(titles, g_strdup(clean_text_utf8(entry->view->title)));
	}
	return titles;
}

static void
run_folder(Pane *pane, int count)
{
	Prompt *prompt = prompt_new("folder: ", "");
	prompt_set_matches(prompt, folder_titles, pane->app);
	app_begin_prompt(pane->app, prompt, on_folder, NULL);
}

static void
run_folder_named(Pane *pane, const char *text)
{
	on_folder(pane->app, text);
}

static GPtrArray *
match_folder(Pane *pane, const char *text)
{
	return folder_titles(text, pane->app);
}

static GPtrArray *
command_matches(const char *text, void *data)
{
	App *app = data;
	const Command *tables[3];
	app_tables(app, app->focus, tables);
	return palette_matches(tables, app->panes[app->focus], text);
}

static void
on_command(App *app, const char *text)
{
	g_autofree char *line = g_strstrip(g_strdup(text));
	if (!*line)
		return;
	remember(app->lines, line);
	const Command *tables[3];
	app_tables(app, app->focus, tables);
	g_autofree char *mistake = palette_run(tables, app->panes[app->focus], line);
	if (mistake)
		app_say_error(app, "%s", mistake);
}

static void
run_command(Pane *pane, int count)
{
	Prompt *prompt = prompt_new(":", "");
	prompt_set_history(prompt, pane->app->lines);
	prompt_set_box(prompt);
	prompt_set_matches(prompt, command_matches, pane->app);
	app_begin_prompt(pane->app, prompt, on_command, NULL);
}

static void
run_inbox(Pane *pane, int count)
{
	g_autoptr(View) view = folder_list_inbox_view(pane->app->asker);
	app_show_view(pane->app, view);
}

static void
run_unread(Pane *pane, int count)
{
	g_autoptr(View) view = view_new_search("tag:unread", "Unread");
	app_show_view(pane->app, view);
}

static void
run_undo(Pane *pane, int count)
{
	acts_undo(pane->app->acts);
}

static void
run_redo(Pane *pane, int count)
{
	acts_redo(pane->app->acts);
}

static void
run_right(Pane *pane, int count)
{
	app_focus_right(pane->app);
}

static void
run_left(Pane *pane, int count)
{
	App *app = pane->app;
	bool to_list = app->focus == PANE_READER && app_is_visible(app, PANE_LIST);
	if (app->focus == PANE_LIST || app->focus == PANE_READER)
		app_focus(app, to_list ? PANE_LIST : PANE_FOLDERS);
}

static const Command commands[] = {
	{ "search", "\\", "search", "search all mail; Up and Down bring earlier searches",
		run_search, 0, COMMAND_NEEDS_ACCOUNT, .run_with = run_search_for },
	{ "folder", "c", "folder", "open a folder or view by a part of its name; Tab completes",
		run_folder, 0, COMMAND_NEEDS_ACCOUNT, .run_with = run_folder_named,
		.matches = match_folder },
	{ "sync", "$", "sync",
		"ask the servers for news now, type a password, read a changed config", run_sync, 0,
		COMMAND_NEEDS_ACCOUNT, "read config" },
	{ "help", "?", "help", "all keys", run_help, COMMAND_HINT_STAYS },
	{ "command", ":", NULL, "a command by its name; what it takes stands behind", run_command },
	{ "inbox", "gi", NULL, "open the inbox", run_inbox },
	{ "unread", "gu", NULL, "open the unread messages", run_unread },
	{ "undo", "u", NULL, "take back what was last done to messages", run_undo },
	{ "redo", "C-r", NULL, "do again what was taken back", run_redo },
	{ "jobs", "gJ", NULL, "what is under way, and how to stop it", run_jobs },
	{ "pending", "gp", NULL, "what the servers are still to be told, and what they refused",
		run_pending },
	{ "messages", "gm", NULL, "everything that was said", run_messages },
	{ "left", "Left", NULL, "to the pane on the left", run_left },
	{ "right", "Right", NULL, "to the pane on the right", run_right },
	{ "back", "q", "back", "leave this place; at the top: quit", run_back, COMMAND_HINT_STAYS,
		COMMAND_NEEDS_BACK, "quit" },
	{ "quit", "Q", NULL, "quit", run_quit },
	{ "cancel", "Esc C-c", NULL, "stop what is under way; never quits", run_cancel },
	{ "redraw", "C-l", NULL, "draw the screen again", run_redraw },
	{ "suspend", "C-z", NULL, "stop the program and go to the shell", run_suspend },
	{ NULL },
};

const Command *
app_everywhere(void)
{
	return commands;
}

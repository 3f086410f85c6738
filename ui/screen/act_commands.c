#include "ui/screen/act_commands.h"

#include "ui/screen/act.h"
#include "ui/screen/app.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_reader.h"

static Pane *
list_of(const Pane *pane)
{
	return app_pane(pane->app, PANE_LIST);
}

/* Of what is open, or under the cursor, as it is shown now; NULL: nothing is. */
static ListRow *
row_of(Pane *pane)
{
	bool is_reader = pane == app_pane(pane->app, PANE_READER);
	ListRow *open = is_reader ? pane_reader_row(pane) : NULL;
	ListRow *shown = pane_list_find(list_of(pane), open);
	return shown ? shown : open;
}

static void
act(Pane *pane, const Act *act)
{
	const View *view = pane_list_view(list_of(pane));
	ListRow *found = row_of(pane);
	if (!found || !view) {
		app_say_for_now(pane->app, "There is no message here");
		return;
	}
	g_autoptr(ListRow) row = list_row_ref(found);
	act_on_row(app_acts(pane->app), act, view, row);
	if (!row->copy)
		return;
	if (act_leaves(act->kind))
		pane_list_leave_row(list_of(pane), row);
	else
		pane_list_change_row(list_of(pane), row, act->kind);
}

/* ---- flags ---- */

void
act_run_unread(Pane *pane, int count)
{
	const ListRow *row = row_of(pane);
	bool is_unread = row && (row->unread || (row->folded && row->thread_unread > 0));
	act(pane, &(Act){ .kind = is_unread ? ACT_READ : ACT_UNREAD });
}

void
act_run_flag(Pane *pane, int count)
{
	const ListRow *row = row_of(pane);
	act(pane, &(Act){ .kind = row && row->flagged ? ACT_UNFLAG : ACT_FLAG });
}

/* ---- places ---- */

static void
on_sure(App *app, const char *text)
{
	if (g_ascii_strcasecmp(text, "y") == 0)
		act(app_focused(app), &(Act){ .kind = ACT_PURGE });
	else
		app_say_for_now(app, "Nothing was deleted");
}

/* Is a folder shown in which a second delete is for ever? */
static bool
is_last_place(Pane *pane)
{
	const View *view = pane_list_view(list_of(pane));
	const FolderEntry *entry = view && view_is_folder(view)
	                                   ? folder_list_find(app_folders(pane->app), view, NULL)
	                                   : NULL;
	return entry && (entry->role == ROLE_TRASH || entry->role == ROLE_JUNK);
}

void
act_run_delete(Pane *pane, int count)
{
	if (is_last_place(pane) && row_of(pane))
		app_begin_prompt(
			pane->app, prompt_new("delete for ever? y or n: ", ""), on_sure, NULL);
	else
		act(pane, &(Act){ .kind = ACT_DELETE });
}

void
act_run_archive(Pane *pane, int count)
{
	act(pane, &(Act){ .kind = ACT_ARCHIVE });
}

void
act_run_junk(Pane *pane, int count)
{
	act(pane, &(Act){ .kind = ACT_JUNK });
}

/* The folders that TEXT may mean, of FolderEntry. */
static GPtrArray *
find_folders(App *app, const char *text)
{
	int account = pane_list_account(app_pane(app, PANE_LIST));
	GPtrArray *found = folder_list_matches(app_folders(app), text, account);
	for (guint i = found->len; i-- > 0;) {
		if (!((const FolderEntry *)g_ptr_array_index(found, i))->name)
			g_ptr_array_remove_index(found, i); /* a view: nothing lies in it */
	}
	return found;
}

static GPtrArray *
folder_titles(const char *text, void *data)
{
	GPtrArray *titles = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) found = find_folders(data, text);
	for (guint i = 0; i < found->len; i++) {
		const FolderEntry *entry = g_ptr_array_index(found, i);
		g_ptr_array_add(titles, g_strdup(clean_text_utf8(entry->view->title)));
	}
	return titles;
}

GPtrArray *
act_folder_matches(Pane *pane, const char *text)
{
	return folder_titles(text, pane->app);
}

static void
to_folder(Pane *pane, ActKind kind, const char *text)
{
	g_autoptr(GPtrArray) found = find_folders(pane->app, text);
	if (found->len == 0) {
		app_say_error(pane->app, "No folder is named like \"%s\"", text);
		return;
	}
	const FolderEntry *entry = g_ptr_array_index(found, 0);
	act(pane, &(Act){ kind, entry->account, entry->name });
}

void
act_run_move_to(Pane *pane, const char *folder)
{
	to_folder(pane, ACT_MOVE, folder);
}

void
act_run_copy_to(Pane *pane, const char *folder)
{
	to_folder(pane, ACT_COPY, folder);
}

/* ---- tags ---- */

void
act_run_tag_with(Pane *pane, const char *tag)
{
	act(pane, &(Act){ .kind = ACT_TAG, .name = tag });
}

void
act_run_untag_with(Pane *pane, const char *tag)
{
	act(pane, &(Act){ .kind = ACT_UNTAG, .name = tag });
}

/* ---- what is asked for first ---- */

static void
end_with(App *app, const char *text, CommandArgumentFunction run)
{
	g_autofree char *argument = g_strstrip(g_strdup(text));
	if (*argument)
		run(app_focused(app), argument);
}

static void
on_move(App *app, const char *text)
{
	end_with(app, text, act_run_move_to);
}

static void
on_copy(App *app, const char *text)
{
	end_with(app, text, act_run_copy_to);
}

static void
on_tag(App *app, const char *text)
{
	end_with(app, text, act_run_tag_with);
}

static void
on_untag(App *app, const char *text)
{
	end_with(app, text, act_run_untag_with);
}

static void
ask_folder(Pane *pane, const char *label, void (*on_done)(App *app, const char *text))
{
	Prompt *prompt = prompt_new(label, "");
	prompt_set_matches(prompt, folder_titles, pane->app);
	app_begin_prompt(pane->app, prompt, on_done, NULL);
}

void
act_run_move(Pane *pane, int count)
{
	ask_folder(pane, "move to: ", on_move);
}

void
act_run_copy(Pane *pane, int count)
{
	ask_folder(pane, "copy to: ", on_copy);
}

void
act_run_tag(Pane *pane, int count)
{
	app_begin_prompt(pane->app, prompt_new("add tag: ", ""), on_tag, NULL);
}

void
act_run_untag(Pane *pane, int count)
{
	app_begin_prompt(pane->app, prompt_new("take off tag: ", ""), on_untag, NULL);
}

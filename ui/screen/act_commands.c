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

/* In the reader: the open message as it is shown now; in the list what is marked, else the row under the cursor. The
 * caller owns it; NULL: nothing is, which was said. */
static GPtrArray *
find_targets(Pane *pane, const View **view)
{
	Pane *list = list_of(pane);
	bool is_reader = pane == app_pane(pane->app, PANE_READER);
	ListRow *open = is_reader ? pane_reader_row(pane) : NULL;
	*view = pane_list_view(list);
	GPtrArray *targets = *view ? pane_list_targets(list, open) : NULL;
	if (!targets)
		app_say_for_now(pane->app, "There is no message here");
	else if (targets->len == 0)
		app_say_error(pane->app, "Not done: no account has this message");
	else
		return targets;
	g_clear_pointer(&targets, g_ptr_array_unref);
	return NULL;
}

static void
act(Pane *pane, const Act *act)
{
	const View *view;
	g_autoptr(GPtrArray) targets = find_targets(pane, &view);
	if (targets)
		acts_do(app_acts(pane->app), act, view, targets);
}

/* A prompt that is about what is here now: the list may change before it ends. False: there is nothing here. */
static bool
begin_prompt(Pane *pane, Prompt *prompt, void (*on_done)(App *app, const char *text))
{
	const View *view;
	g_autoptr(GPtrArray) targets = find_targets(pane, &view);
	if (!targets) {
		prompt_free(prompt);
		return false;
	}
	acts_keep(app_acts(pane->app), view, targets);
	app_begin_prompt(pane->app, prompt, on_done, NULL);
	return true;
}

static void
act_on_kept(App *app, const Act *act)
{
	const View *view;
	GPtrArray *targets;
	if (acts_kept(app_acts(app), &view, &targets))
		acts_do(app_acts(app), act, view, targets);
}

/* ---- flags ---- */

static bool
is_unread(const Target *target)
{
	return target->unread;
}

static bool
is_not_flagged(const Target *target)
{
	return !target->flagged;
}

/* Of several, ON if that changes any of them, else OFF. */
static void
toggle(Pane *pane, bool (*lacks)(const Target *target), ActKind on, ActKind off)
{
	const View *view;
	g_autoptr(GPtrArray) targets = find_targets(pane, &view);
	bool any = false;
	for (guint i = 0; targets && i < targets->len; i++)
		any = any || lacks(g_ptr_array_index(targets, i));
	if (targets)
		acts_do(app_acts(pane->app), &(Act){ .kind = any ? on : off }, view, targets);
}

void
act_run_unread(Pane *pane, int count)
{
	toggle(pane, is_unread, ACT_READ, ACT_UNREAD);
}

void
act_run_flag(Pane *pane, int count)
{
	toggle(pane, is_not_flagged, ACT_FLAG, ACT_UNFLAG);
}

/* ---- places ---- */

static void
on_sure(App *app, const char *text)
{
	if (g_ascii_strcasecmp(text, "y") == 0)
		act_on_kept(app, &(Act){ .kind = ACT_PURGE });
	else
		app_say_for_now(app, "Nothing was deleted");
}

/* Is it a folder's mail in which a second delete is for ever? */
static bool
is_last_place(Pane *pane)
{
	const View *view = pane_list_view(list_of(pane));
	if (!view || !view_is_in_folder(view))
		return false;
	g_autoptr(View) whole = view_copy(view);
	g_clear_pointer(&whole->narrow, g_free);
	const FolderEntry *entry = folder_list_find(app_folders(pane->app), whole, NULL);
	return entry && (entry->role == ROLE_TRASH || entry->role == ROLE_JUNK);
}

void
act_run_delete(Pane *pane, int count)
{
	if (is_last_place(pane))
		begin_prompt(pane, prompt_new("delete for ever? y or n: ", ""), on_sure);
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

/* NULL: none is meant, and it was said. */
static const FolderEntry *
meant_folder(App *app, const char *text)
{
	g_autoptr(GPtrArray) found = find_folders(app, text);
	if (found->len > 0)
		return g_ptr_array_index(found, 0);
	app_say_error(app, "No folder is named like \"%s\"", text);
	return NULL;
}

static void
to_folder(Pane *pane, ActKind kind, const char *text)
{
	const FolderEntry *entry = meant_folder(pane->app, text);
	if (entry)
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
end_with_folder(App *app, const char *text, ActKind kind)
{
	g_autofree char *part = g_strstrip(g_strdup(text));
	const FolderEntry *entry = *part ? meant_folder(app, part) : NULL;
	if (entry)
		act_on_kept(app, &(Act){ kind, entry->account, entry->name });
}

static void
end_with_tag(App *app, const char *text, ActKind kind)
{
	g_autofree char *tag = g_strstrip(g_strdup(text));
	if (*tag)
		act_on_kept(app, &(Act){ .kind = kind, .name = tag });
}

static void
on_move(App *app, const char *text)
{
	end_with_folder(app, text, ACT_MOVE);
}

static void
on_copy(App *app, const char *text)
{
	end_with_folder(app, text, ACT_COPY);
}

static void
on_tag(App *app, const char *text)
{
	end_with_tag(app, text, ACT_TAG);
}

static void
on_untag(App *app, const char *text)
{
	end_with_tag(app, text, ACT_UNTAG);
}

static void
ask_folder(Pane *pane, const char *label, void (*on_done)(App *app, const char *text))
{
	Prompt *prompt = prompt_new(label, "");
	prompt_set_matches(prompt, folder_titles, pane->app);
	begin_prompt(pane, prompt, on_done);
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

static GPtrArray *
tag_matches(const char *text, void *data)
{
	return acts_tag_matches(app_acts(data), text);
}

/* THEIRS: one that they have. */
static void
ask_tag(Pane *pane, const char *label, bool theirs, void (*on_done)(App *app, const char *text))
{
	Prompt *prompt = prompt_new(label, "");
	if (!begin_prompt(pane, prompt, on_done))
		return;
	acts_find_tags(app_acts(pane->app), theirs);
	prompt_set_matches(prompt, tag_matches, pane->app);
}

void
act_run_tag(Pane *pane, int count)
{
	ask_tag(pane, "add tag: ", false, on_tag);
}

void
act_run_untag(Pane *pane, int count)
{
	ask_tag(pane, "take off tag: ", true, on_untag);
}

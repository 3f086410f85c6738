#include <string.h>

#include "ui/screen/app.h"
#include "ui/screen/pane_list_private.h"

/* The names of views: what the program is started with, and what it would be to show the same again. */

char *
pane_list_name(Pane *pane)
{
	const ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	if (shown && shown->view->narrow) /* it lies over what it narrows */
		shown = g_ptr_array_index(list->stack, list->stack->len - 2);
	if (!shown || shown->view->kind == VIEW_INBOXES)
		return NULL;
	const char *title = clean_text_utf8(shown->view->title);
	bool is_query = shown->view->kind == VIEW_SEARCH && *title == '[';
	return g_strdup(is_query ? shown->view->query : title);
}

/* Is this "ACCOUNT/FOLDER", with an account that there is? */
static bool
names_folder(App *app, const char *name)
{
	const char *slash = name ? strchr(name, '/') : NULL;
	for (size_t i = 0; slash && i < app_account_count(app); i++) {
		const char *account = app_account_config(app, i)->name;
		if (strlen(account) == (size_t)(slash - name) && g_str_has_prefix(name, account))
			return true;
	}
	return false;
}

/* A word of screen_run that is no folder: a view of the config, one of our names, or a query. */
static View *
view_of_name(App *app, const char *name)
{
	if (!name || g_ascii_strcasecmp(name, "inbox") == 0)
		return folder_list_inbox_view(app_asker(app));
	if (g_ascii_strcasecmp(name, "unread") == 0)
		return view_new_search("tag:unread", "Unread");
	if (g_ascii_strcasecmp(name, "flagged") == 0)
		return view_new(VIEW_FLAGGED, VIEW_ALL_ACCOUNTS, "Flagged");
	const char *query = app_view_query(app, name);
	return view_new_search(query ? query : name, query ? name : NULL);
}

void
pane_list_start(Pane *pane, const char *name)
{
	if (app_account_count(pane->app) == 0)
		return;
	if (names_folder(pane->app, name) && !app_view_query(pane->app, name)) {
		((ListPane *)pane)->folder = g_strdup(name);
		return;
	}
	g_autoptr(View) view = view_of_name(pane->app, name);
	pane_list_show(pane, view);
}

/* The folders are known now. */
void
pane_list_start_in_folder(ListPane *list)
{
	App *app = list->base.app;
	g_autofree char *name = g_steal_pointer(&list->folder);
	const FolderEntry *entry = folder_list_named(app_folders(app), name);
	if (entry) {
		pane_list_show(&list->base, entry->view);
		return;
	}
	app_say_error(app, "There is no folder %s here (yet)", name);
	pane_list_start(&list->base, NULL);
}

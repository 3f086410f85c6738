#include "ui/screen/app.h"
#include "ui/screen/pane_folders.h"
#include "ui/screen/pane_list_private.h"

/* What was typed ahead of the rows: the next message to open, and steps to unread mail, from a folder on to others. */

static void seek_unread(ListPane *list, bool from_edge);

void
pane_list_drop_wishes(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	list->open_next = list->to_unread = list->seeking = false;
	list->more = 0;
	pane_list_release(list, false);
	if (shown)
		list_model_stop_seeking(shown->model);
}

void
pane_list_take_wishes(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	if (!shown || list->seeking || list_model_is_loading(shown->model))
		return;
	if (list->to_unread) {
		list->to_unread = false;
		seek_unread(list, true);
		return;
	}
	if (list->open_next) {
		list->open_next = false;
		pane_list_open_current(list);
	}
	pane_list_release(list, true);
}

/*
 * To the next folder with unread mail. A pass over the folders ends before the one where it began, so that no
 * message comes twice; turning round begins another.
 */
static bool
step_over_folders(ListPane *list)
{
	const View *here = pane_list_shown(list)->view;
	if (!view_is_folder(here))
		return false;
	bool goes_on = list->pass && list->pass_backward == list->backward;
	g_autoptr(View) pass = view_copy(goes_on ? list->pass : here);
	bool backward = list->backward;
	Pane *folders = app_pane(list->base.app, PANE_FOLDERS);
	if (!pane_folders_step(folders, backward ? -1 : 1, true, pass))
		return false;
	list->pass = g_steal_pointer(&pass);
	list->pass_backward = backward;
	return true;
}

static void
say_no_more(ListPane *list)
{
	bool is_folder = view_is_folder(pane_list_shown(list)->view);
	app_say_for_now(list->base.app,
		is_folder ? "No more unread in other folders" : "No more unread here");
}

static void
on_found(ListPane *list)
{
	if (list->more) {
		list->backward = list->more < 0;
		list->more += list->more < 0 ? 1 : -1;
		seek_unread(list, false);
		return;
	}
	if (list->open_next)
		pane_list_open_current(list);
	list->open_next = false;
}

/* Opening another folder drops what waits: that is kept for its rows. */
static void
go_to_other_folder(ListPane *list)
{
	int more = list->more;
	bool open_next = list->open_next, backward = list->backward;
	list->open_next = false;
	if (!step_over_folders(list)) {
		list->more = 0;
		say_no_more(list);
		return;
	}
	list->to_unread = true;
	list->more = more;
	list->open_next = open_next;
	list->backward = backward;
}

static void
on_sought(bool found, void *data)
{
	ListPane *list = data;
	list->seeking = false;
	if (found)
		on_found(list);
	else if (list_model_why(pane_list_shown(list)->model))
		pane_list_drop_wishes(list); /* it could not be looked for */
	else
		go_to_other_folder(list);
	pane_list_take_wishes(list);
}

static void
seek_unread(ListPane *list, bool from_edge)
{
	Shown *shown = pane_list_shown(list);
	list->seeking = shown != NULL;
	if (shown)
		list_model_seek_unread(shown->model, list->backward, from_edge, on_sought, list);
}

void
pane_list_step_unread(ListPane *list, bool backward)
{
	if (list->seeking || list->to_unread) {
		list->more += backward ? -1 : 1;
		return;
	}
	list->backward = backward;
	seek_unread(list, false);
}

void
pane_list_open_unread(Pane *pane, bool backward)
{
	ListPane *list = (ListPane *)pane;
	list->open_next = true;
	pane_list_step_unread(list, backward);
}

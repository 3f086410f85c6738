#include "ui/screen/app.h"
#include "ui/screen/list_store.h"
#include "ui/screen/pane_list_private.h"

/* How the list is laid out: by threads or flat, and which threads are folded. */

/* What is shown if it can be laid out by threads; else that is said. */
static Shown *
threadable(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (!shown)
		return NULL;
	if (shown->view->kind != VIEW_SEARCH && list_store_can_thread(shown->source))
		return shown;
	app_say(pane->app, "Only folders and inboxes are shown by threads");
	return NULL;
}

/* What is shown by threads; else that is said. */
static Shown *
threaded(Pane *pane)
{
	Shown *shown = threadable(pane);
	if (shown && list_store_is_flat(shown->source)) {
		app_say(pane->app, "This list is flat; zT shows threads");
		return NULL;
	}
	return shown;
}

void
pane_list_toggle_threads(Pane *pane, int count)
{
	Shown *shown = threadable(pane);
	if (!shown)
		return;
	bool flat = !list_store_is_flat(shown->source);
	list_store_set_flat(shown->source, flat);
	app_say(pane->app, flat ? "One message a line, by date" : "By threads");
	const ListRow *row = list_model_current(shown->model);
	if (row)
		list_model_go_to_row(shown->model, row);
	else
		list_model_reread(shown->model);
}

void
pane_list_fold(Pane *pane, int count)
{
	Shown *shown = threaded(pane);
	const ListRow *row = shown ? list_model_current(shown->model) : NULL;
	if (!row)
		return;
	if (row->thread_messages < 2) {
		app_say(pane->app, "This thread has one message");
		return;
	}
	list_model_hold(shown->model);
	list_folds_set(list_store_folds(shown->source), row->thread, !row->folded);
	list_model_reread(shown->model);
}

static void
fold_by(Pane *pane, FoldRule rule)
{
	Shown *shown = threaded(pane);
	if (!shown)
		return;
	list_folds_set_rule(list_store_folds(shown->source), rule);
	const ListRow *row = list_model_current(shown->model);
	if (row)
		list_model_go_to_row(shown->model, row);
}

void
pane_list_fold_all(Pane *pane, int count)
{
	fold_by(pane, FOLD_ALL);
}

void
pane_list_fold_none(Pane *pane, int count)
{
	fold_by(pane, FOLD_NONE);
}

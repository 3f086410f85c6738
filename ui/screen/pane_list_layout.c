#include "ui/screen/app_private.h"
#include "ui/screen/date_words.h"
#include "ui/screen/list_store.h"
#include "ui/screen/pane_list_private.h"

/* How the list is laid out: where it begins, by threads or flat, and which threads are folded. */

/* What is shown if it can be laid out by threads; else that is said. */
static Shown *
threadable(Pane *pane)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (!shown)
		return NULL;
	if (!view_is_held(shown->view) && list_store_can_thread(shown->source))
		return shown;
	app_say_for_now(pane->app, list_order_is_by_date(shown->view->order)
					   ? "Only folders and inboxes are shown by threads"
					   : "A sorted list is flat; `sort date` shows threads");
	return NULL;
}

/* What is shown by threads; else that is said. */
static Shown *
threaded(Pane *pane)
{
	Shown *shown = threadable(pane);
	if (shown && list_store_is_flat(shown->source)) {
		app_say_for_now(pane->app, "This list is flat; zT shows threads");
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
	pane_list_drop_wishes((ListPane *)pane);
	marks_clear(shown->marks);
	list_store_set_flat(shown->source, flat);
	app_say_for_now(pane->app, flat ? "One message a line, by date" : "By threads");
	list_model_lay_out(shown->model);
}

void
pane_list_fold(Pane *pane, int count)
{
	Shown *shown = threaded(pane);
	const ListRow *row = shown ? list_model_current(shown->model) : NULL;
	if (!row)
		return;
	if (row->thread_messages < 2) {
		app_say_for_now(pane->app, "This thread has one message");
		return;
	}
	pane_list_drop_wishes((ListPane *)pane);
	marks_clear(shown->marks); /* of a folded thread one means all */
	list_folds_set(list_store_folds(shown->source), row->thread, !row->folded);
	list_model_refold(shown->model);
}

static void
fold_by(Pane *pane, FoldRule rule)
{
	Shown *shown = threaded(pane);
	if (!shown)
		return;
	pane_list_drop_wishes((ListPane *)pane);
	marks_clear(shown->marks);
	list_folds_set_rule(list_store_folds(shown->source), rule);
	list_model_lay_out(shown->model);
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

/* ---- dates ---- */

static void
on_date(App *app, const char *text)
{
	ListPane *list = (ListPane *)app_pane(app, PANE_LIST);
	Shown *shown = pane_list_shown(list);
	int64_t date;
	if (!shown || !*text)
		return;
	if (!date_words_read(text, g_get_real_time() / G_USEC_PER_SEC, &date)) {
		app_say_error(app,
			"%s is no date: type 2025-11, 2025-11-03, yesterday, 3d, 3w, 3m or 2y",
			text);
		return;
	}
	pane_list_drop_wishes(list);
	list_model_go_to_date(shown->model, date);
}

void
pane_list_go_to_date(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown && !list_order_is_by_date(shown->view->order))
		app_say(pane->app, "This list is not by date; `sort date` puts it so");
	else if (shown)
		app_begin_prompt(pane->app, prompt_new("go to date: ", ""), on_date, NULL);
}

#include "ui/screen/app.h"
#include "ui/screen/list_search.h"
#include "ui/screen/pane_list_private.h"

/* How the list is sorted. By date it is as it was left at once; all else takes a while in a large one. */

void
pane_list_sort_by(Pane *pane, const char *argument)
{
	ListPane *list = (ListPane *)pane;
	ListOrder order;
	if (!pane_list_shown(list))
		return;
	if (list_order_read(argument, &order)) {
		pane_list_reorder(list, order);
		return;
	}
	g_autoptr(GPtrArray) names = list_order_matches("");
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	app_say_error(pane->app, "A list is not sorted by \"%s\"; by: %s", argument, all);
}

GPtrArray *
pane_list_sort_matches(Pane *pane, const char *argument)
{
	return list_order_matches(argument);
}

static GPtrArray *
find_names(const char *text, void *data)
{
	return list_order_matches(text);
}

static void
on_name(App *app, const char *text)
{
	if (*text)
		pane_list_sort_by(app_pane(app, PANE_LIST), text);
}

void
pane_list_sort(Pane *pane, int count)
{
	Prompt *prompt = prompt_new("sort by: ", "");
	prompt_set_matches(prompt, find_names, pane->app);
	app_begin_prompt(pane->app, prompt, on_name, NULL);
}

/* ---- while it is being sorted ---- */

bool
pane_list_is_sorting(const Shown *shown)
{
	bool finished = true;
	if (!list_order_is_by_date(shown->view->order))
		list_search_hits(shown->source, &finished);
	return !finished;
}

char *
pane_list_sort_text(const Shown *shown)
{
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "sort %s %s", clean_text_utf8(shown->view->title),
		list_order_words(shown->view->order));
	int percent = list_search_percent(shown->source);
	if (percent >= 0)
		g_string_append_printf(text, ": %d %%", percent);
	return g_string_free(text, FALSE);
}

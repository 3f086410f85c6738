#include <string.h>

#include "ui/screen/app_private.h"
#include "ui/screen/pane_list_private.h"

/* Narrowing a list as one types: each text lies over the list it narrows, and is put in the place of the last. */

static void
widen(ListPane *list)
{
	Shown *shown = pane_list_shown(list);
	if (shown && shown->view->narrow)
		pane_list_back(&list->base);
}

static void
on_typed(App *app, const char *text)
{
	ListPane *list = (ListPane *)app_pane(app, PANE_LIST);
	Shown *shown = pane_list_shown(list);
	g_autofree char *wanted = g_strstrip(g_strdup(text));
	if (!shown || g_str_equal(wanted, shown->view->narrow ? shown->view->narrow : ""))
		return;
	widen(list);
	if (!*wanted)
		return;
	g_autoptr(View) view = view_new_narrowed(pane_list_shown(list)->view, wanted);
	pane_list_push(list, view);
	app_redraw(app);
}

static void
on_changed(const char *text, void *data)
{
	on_typed(data, text);
}

static void
on_left(App *app)
{
	widen((ListPane *)app_pane(app, PANE_LIST));
}

void
pane_list_narrow(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (!shown)
		return;
	const char *text = shown->view->narrow ? shown->view->narrow : "";
	Prompt *prompt = prompt_new("narrow to: ", text);
	prompt_set_changed(prompt, on_changed, pane->app);
	app_begin_prompt(pane->app, prompt, on_typed, on_left);
}

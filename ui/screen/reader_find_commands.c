#include "ui/screen/pane_reader_private.h"

/* From the match that was found last, if it is still in sight. */
static void
find_next(Pane *pane, bool backwards)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!reader->flow || !reader->finder) {
		app_say_for_now(pane->app, "/ finds something first");
		return;
	}
	int64_t top = (int64_t)reader->top, step = backwards ? -1 : 1;
	bool in_sight = reader->found >= top && reader->found < top + MAX(pane->rows, 1);
	reader_find(reader, in_sight ? reader->found + step : top, backwards);
}

static void
on_find(App *app, const char *text)
{
	ReaderPane *reader = (ReaderPane *)app_pane(app, PANE_READER);
	if (!*text || !reader->flow)
		return;
	reader_find_stop(reader);
	finder_free(reader->finder);
	reader->finder = finder_new(text);
	reader_find(reader, (int64_t)reader->top, false);
}

void
reader_run_find(Pane *pane, int count)
{
	app_begin_prompt(pane->app, prompt_new("find: ", ""), on_find, NULL);
}

void
reader_run_find_next(Pane *pane, int count)
{
	find_next(pane, false);
}

void
reader_run_find_previous(Pane *pane, int count)
{
	find_next(pane, true);
}

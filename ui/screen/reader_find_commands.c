#include "ui/screen/app_private.h"
#include "ui/screen/pane_reader_private.h"

/* Into sight, if it is not: with what stands before it. */
static void
show_found(ReaderPane *reader, size_t line)
{
	size_t rows = (size_t)MAX(reader->base.rows, 1);
	reader->found = (int64_t)line;
	if (line >= reader->top && line < reader->top + rows)
		return;
	reader->top = line > rows / 3 ? line - rows / 3 : 0;
	reader_scroll(reader, 0);
}

static void
find(ReaderPane *reader, int64_t line, bool backwards)
{
	App *app = reader->base.app;
	size_t found;
	if (finder_find(reader->finder, reader->flow, line, backwards, &found)) {
		show_found(reader, found);
		return;
	}
	int64_t last = (int64_t)text_flow_length(reader->flow, SIZE_MAX - 1) - 1;
	const char *where =
		reader->form == READER_SOURCE && (reader->more_windows || reader->window > 0)
			? " in this part of the source"
			: "";
	if (!finder_find(reader->finder, reader->flow, backwards ? last : 0, backwards, &found)) {
		app_say_for_now(
			app, "\"%s\" is not found%s", finder_pattern(reader->finder), where);
		return;
	}
	app_say_for_now(app,
		backwards ? "Searched on from the end%s" : "Searched on from the top%s", where);
	show_found(reader, found);
}

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
	find(reader, in_sight ? reader->found + step : top, backwards);
}

static void
on_find(App *app, const char *text)
{
	ReaderPane *reader = (ReaderPane *)app_pane(app, PANE_READER);
	if (!*text || !reader->flow)
		return;
	finder_free(reader->finder);
	reader->finder = finder_new(text);
	find(reader, (int64_t)reader->top, false);
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

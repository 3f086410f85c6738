#include "ui/screen/pane_jobs.h"

#include "ui/screen/jobs.h"

typedef struct JobsPane {
	Pane base;
	guint cursor;
} JobsPane;

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	JobsPane *jobs = (JobsPane *)pane;
	g_autoptr(GPtrArray) found = jobs_find(pane->app);
	jobs->cursor = MIN(jobs->cursor, found->len ? found->len - 1 : 0);
	if (found->len == 0)
		canvas_print(
			canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "Nothing is under way");
	guint top = jobs->cursor - MIN(jobs->cursor, (guint)area->rows - 1);
	for (int row = 0; row < area->rows && top + (guint)row < found->len; row++) {
		const WorkJob *job = g_ptr_array_index(found, top + (guint)row);
		bool chosen = focused && top + (guint)row == jobs->cursor;
		Style style = chosen ? STYLE_CURSOR : STYLE_NORMAL;
		canvas_fill(canvas, area, row, 0, area->columns, style);
		canvas_print(canvas, area, row, 1, area->columns - 2, style, "%s", job->text);
	}
	canvas_set_cursor(canvas, area, (int)(jobs->cursor - top), 0, false);
}

static void
resize(Pane *pane, int rows, int columns)
{
}

static bool
cancel(Pane *pane)
{
	g_autoptr(GPtrArray) found = jobs_find(pane->app);
	guint cursor = ((JobsPane *)pane)->cursor;
	if (cursor >= found->len)
		return false;
	job_cancel(pane->app, g_ptr_array_index(found, cursor));
	return true;
}

static void
free_pane(Pane *pane)
{
	g_free(pane);
}

static void
run_down(Pane *pane, int count)
{
	((JobsPane *)pane)->cursor += (guint)MAX(count, 1); /* drawing keeps it on the last */
}

static void
run_up(Pane *pane, int count)
{
	JobsPane *jobs = (JobsPane *)pane;
	jobs->cursor -= MIN(jobs->cursor, (guint)MAX(count, 1));
}

static void
run_cancel(Pane *pane, int count)
{
	cancel(pane);
}

static const Command commands[] = {
	{ "down", "j Down", "next", "next job", run_down },
	{ "up", "k Up", NULL, "previous job", run_up },
	{ "cancel-job", "d Esc C-c", "cancel", "stop this job", run_cancel },
	{ NULL },
};

const PaneClass pane_jobs_class = {
	.name = "jobs",
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.free = free_pane,
};

Pane *
pane_jobs_new(App *app)
{
	JobsPane *jobs = g_new0(JobsPane, 1);
	jobs->base.class = &pane_jobs_class;
	jobs->base.app = app;
	return &jobs->base;
}

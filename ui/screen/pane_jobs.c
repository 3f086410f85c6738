#include "ui/screen/pane_jobs.h"

#include "ui/screen/choice.h"
#include "ui/screen/jobs.h"

typedef struct JobsPane {
	ChoicePane choice;
	GPtrArray *found; /* of WorkJob, as last drawn */
} JobsPane;

static void
draw_job(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const WorkJob *job = g_ptr_array_index(((const JobsPane *)choice)->found, number);
	Style style = choice_draw_cursor(choice, canvas, area, number, focused, STYLE_NORMAL);
	canvas_print(canvas, area, (int)(number - choice->top), 1, area->columns - 2, style, "%s",
		job->text);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	JobsPane *jobs = (JobsPane *)pane;
	g_ptr_array_unref(jobs->found);
	jobs->found = jobs_find(pane->app);
	choice_renew(&jobs->choice, jobs->found->len, jobs->choice.cursor);
	choice_draw(&jobs->choice, canvas, area, focused, draw_job);
	if (jobs->found->len == 0)
		canvas_print(
			canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "Nothing is under way");
}

static bool
cancel(Pane *pane)
{
	g_autoptr(GPtrArray) found = jobs_find(pane->app);
	size_t cursor = ((JobsPane *)pane)->choice.cursor;
	if (cursor >= found->len)
		return false;
	job_cancel(pane->app, g_ptr_array_index(found, cursor));
	return true;
}

static void
free_pane(Pane *pane)
{
	g_ptr_array_unref(((JobsPane *)pane)->found);
	g_free(pane);
}

static void
run_cancel(Pane *pane, int count)
{
	cancel(pane);
}

static const Command commands[] = {
	{ "cancel-job", "d Esc C-c", "cancel", "stop this job", run_cancel },
	CHOICE_COMMANDS,
	{ NULL },
};

static void
begin(Pane *pane)
{
	JobsPane *jobs = (JobsPane *)pane;
	jobs->found = g_ptr_array_new();
}

const PaneClass pane_jobs_class = {
	.name = "jobs",
	.size = sizeof(JobsPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = choice_resize,
	.on_mouse = choice_on_mouse,
	.free = free_pane,
};

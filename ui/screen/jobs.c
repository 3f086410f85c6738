#include "ui/screen/jobs.h"

static void
job_free(void *pointer)
{
	WorkJob *job = pointer;
	g_free(job->text);
	g_free(job);
}

/* Takes TEXT over; NULL: there is no such job. */
static void
add(GPtrArray *jobs, char *text, int account, Pane *pane, bool can_stop)
{
	if (!text)
		return;
	WorkJob *job = g_new(WorkJob, 1);
	*job = (WorkJob){ text, account, pane, can_stop };
	g_ptr_array_add(jobs, job);
}

GPtrArray *
jobs_find(App *app)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func(job_free);
	for (int i = 0; i < PANE_COUNT; i++) {
		Pane *pane = app_pane(app, (PaneNumber)i);
		if (pane->class->job)
			add(jobs, pane->class->job(pane), -1, pane, true);
	}
	for (size_t i = 0; i < app_account_count(app); i++) {
		const AccountStatus *status = app_account_status(app, i);
		add(jobs, account_status_sync_text(status), (int)i, NULL, true);
		add(jobs, account_status_index_text(status), (int)i, NULL, false);
	}
	return jobs;
}

void
job_cancel(App *app, const WorkJob *job)
{
	if (!job->can_stop) {
		app_say_error(app,
			"%s: the index catches up by itself and stops nobody; it cannot be "
			"cancelled",
			app_account_config(app, (size_t)job->account)->name);
		return;
	}
	if (job->pane)
		job->pane->class->cancel(job->pane);
	else if (app_account(app, (size_t)job->account))
		account_ask(app_account(app, (size_t)job->account), account_question("cancel"),
			NULL, NULL);
	app_say(app, "Cancelled: %s", job->text);
}

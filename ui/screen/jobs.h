#pragma once
/*
 * What is under way: syncs of accounts, the index that follows, what panes wait for. A snapshot, made anew
 * whenever it is looked at. UI thread.
 */
#include "ui/screen/app.h"

typedef struct WorkJob {
	char *text;
	int account;   /* whose agent does it; -1: none does */
	Pane *pane;    /* what waits for it; NULL: none */
	bool can_stop; /* else it goes on until it is done */
} WorkJob;

/* Of WorkJob; the caller owns it. */
GPtrArray *jobs_find(App *app);

/* Stops it by its own means and says so, or says why it cannot be. */
void job_cancel(App *app, const WorkJob *job);

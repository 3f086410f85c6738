#include "ui/screen/panes.h"

#include "ui/screen/pane_folders.h"
#include "ui/screen/pane_help.h"
#include "ui/screen/pane_jobs.h"
#include "ui/screen/pane_links.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_messages.h"
#include "ui/screen/pane_parts.h"
#include "ui/screen/pane_pending.h"
#include "ui/screen/pane_prompt.h"
#include "ui/screen/pane_reader.h"

static const PaneClass *const classes[PANE_COUNT] = {
	[PANE_FOLDERS] = &pane_folders_class,
	[PANE_LIST] = &pane_list_class,
	[PANE_READER] = &pane_reader_class,
	[PANE_PARTS] = &pane_parts_class,
	[PANE_LINKS] = &pane_links_class,
	[PANE_HELP] = &pane_help_class,
	[PANE_MESSAGES] = &pane_messages_class,
	[PANE_JOBS] = &pane_jobs_class,
	[PANE_PENDING] = &pane_pending_class,
	[PANE_PROMPT] = &pane_prompt_class,
};

const PaneClass *
panes_class(PaneNumber number)
{
	return classes[number];
}

Pane *
panes_new(PaneNumber number, App *app)
{
	Pane *pane = g_malloc0(classes[number]->size);
	pane->class = classes[number];
	pane->app = app;
	if (pane->class->begin)
		pane->class->begin(pane);
	return pane;
}

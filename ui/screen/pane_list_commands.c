#include "ui/screen/act_commands.h"
#include "ui/screen/app.h"
#include "ui/screen/pane_folders.h"
#include "ui/screen/pane_list_private.h"

static void
move(Pane *pane, int64_t rows)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown)
		list_model_move(shown->model, rows);
	pane_list_follow((ListPane *)pane);
}

static void
scroll(Pane *pane, int64_t rows)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	if (shown)
		list_model_scroll(shown->model, rows);
	pane_list_follow((ListPane *)pane);
}

static void
run_open(Pane *pane, int count)
{
	ListPane *list = (ListPane *)pane;
	Shown *shown = pane_list_shown(list);
	if (app_account_count(pane->app) == 0)
		app_quit_for_demo(pane->app);
	else if (shown && list_model_is_loading(shown->model))
		list->open_next = true; /* typed ahead of the rows */
	else
		pane_list_open_current(list);
}

static void
run_down(Pane *pane, int count)
{
	move(pane, MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	move(pane, -MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	scroll(pane, (int64_t)MAX(count, 1) * pane->rows);
}

static void
run_page_up(Pane *pane, int count)
{
	scroll(pane, -(int64_t)MAX(count, 1) * pane->rows);
}

static void
run_half_down(Pane *pane, int count)
{
	scroll(pane, (int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_half_up(Pane *pane, int count)
{
	scroll(pane, -(int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_home(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	pane_list_drop_wishes((ListPane *)pane);
	if (shown)
		list_model_home(shown->model);
	pane_list_follow((ListPane *)pane);
}

static void
run_end(Pane *pane, int count)
{
	Shown *shown = pane_list_shown((ListPane *)pane);
	pane_list_drop_wishes((ListPane *)pane);
	if (shown)
		list_model_end(shown->model);
	pane_list_follow((ListPane *)pane);
}

static void
run_next_unread(Pane *pane, int count)
{
	((ListPane *)pane)->open_next = false;
	pane_list_step_unread((ListPane *)pane, false);
}

static void
run_previous_unread(Pane *pane, int count)
{
	((ListPane *)pane)->open_next = false;
	pane_list_step_unread((ListPane *)pane, true);
}

static void
step_folder(Pane *pane, int step)
{
	if (!pane_folders_step(app_pane(pane->app, PANE_FOLDERS), step, false, NULL))
		app_say_for_now(pane->app,
			step > 0 ? "This is the last folder" : "This is the first folder");
}

static void
run_next_folder(Pane *pane, int count)
{
	step_folder(pane, 1);
}

static void
run_previous_folder(Pane *pane, int count)
{
	step_folder(pane, -1);
}

static const CommandKeys sort_keys[] = {
	{ "od", "date", "sort by date, the newest first, as it is at first" },
	{ "of", "sender", "sort by sender" },
	{ "os", "subject", "sort by subject" },
	{ "oz", "size", "sort by size, the largest first" },
	{ "oD", "date-reverse", "sort by date, the oldest first" },
	{ "oF", "sender-reverse", "sort by sender, from Z to A" },
	{ "oS", "subject-reverse", "sort by subject, from Z to A" },
	{ "oZ", "size-reverse", "sort by size, the smallest first" },
	{ NULL },
};

const Command pane_list_commands[] = {
	{ "open", "Enter", "read", "read the message", run_open, 0, COMMAND_NEEDS_ROW },
	{ "next-unread", "Tab", "next unread",
		"to the next unread message, from a folder on to others", run_next_unread, 0,
		COMMAND_NEEDS_ACCOUNT },
	{ "previous-unread", "S-Tab", NULL,
		"to the previous unread message, from a folder on to others", run_previous_unread },
	ACT_COMMANDS,
	{ "mark", "t", NULL, "mark it and go on; what is done is done to all marked",
		pane_list_mark, COMMAND_ON_ROWS },
	{ "mark-all", "T", NULL, "mark all messages of the list; if any is marked, none",
		pane_list_mark_all, COMMAND_ON_ROWS },
	{ "mark-range", "V", NULL, "mark up to where you go; again: keep it; Esc: marks off",
		pane_list_mark_range, COMMAND_ON_ROWS },
	{ "narrow", "/", NULL, "show only messages with this in sender or subject; Esc shows all",
		pane_list_narrow },
	{ "down", "j Down", NULL, "move down", run_down },
	{ "up", "k Up", NULL, "move up", run_up },
	{ "page-down", "PgDn C-f Space", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp C-b Backspace", NULL, "a page up", run_page_up },
	{ "half-down", "C-d", NULL, "half a page down", run_half_down },
	{ "half-up", "C-u", NULL, "half a page up", run_half_up },
	{ "first", "gg Home", NULL, "to the newest", run_home },
	{ "last", "G End", NULL, "to the oldest", run_end },
	{ "date", "gD", NULL, "to a date: 2025-11, 2025-11-03, yesterday, 3w, 2y",
		pane_list_go_to_date },
	{ "sort", "oo", NULL, "sort by date, sender, subject or size", pane_list_sort,
		.run_with = pane_list_sort_by, .matches = pane_list_sort_matches,
		.keys_with = sort_keys },
	{ "next-folder", "J", NULL, "open the next folder", run_next_folder },
	{ "previous-folder", "K", NULL, "open the previous folder", run_previous_folder },
	{ "fold", "za", NULL, "fold the thread to one line, or open it", pane_list_fold },
	{ "fold-all", "zM", NULL, "fold all threads", pane_list_fold_all },
	{ "fold-none", "zR", NULL, "open all threads", pane_list_fold_none },
	{ "threads", "zT", NULL, "by threads, or one message a line", pane_list_toggle_threads },
	{ NULL },
};

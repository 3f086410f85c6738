#include "ui/screen/pane_prompt.h"

#include "ui/screen/app.h"

static Prompt *
prompt_of(const Pane *pane)
{
	return app_prompt(pane->app);
}

static void
run_accept(Pane *pane, int count)
{
	app_end_prompt(pane->app, true);
}

static void
run_leave(Pane *pane, int count)
{
	app_end_prompt(pane->app, false);
}

static void
run_complete(Pane *pane, int count)
{
	prompt_choose(prompt_of(pane), 1);
}

static void
run_complete_back(Pane *pane, int count)
{
	prompt_choose(prompt_of(pane), -1);
}

static void
run_earlier(Pane *pane, int count)
{
	prompt_go(prompt_of(pane), -1);
}

static void
run_later(Pane *pane, int count)
{
	prompt_go(prompt_of(pane), 1);
}

static void
run_left(Pane *pane, int count)
{
	prompt_move(prompt_of(pane), PROMPT_BEFORE);
}

static void
run_right(Pane *pane, int count)
{
	prompt_move(prompt_of(pane), PROMPT_BEHIND);
}

static void
run_start(Pane *pane, int count)
{
	prompt_move(prompt_of(pane), PROMPT_START);
}

static void
run_end(Pane *pane, int count)
{
	prompt_move(prompt_of(pane), PROMPT_END);
}

static void
run_erase(Pane *pane, int count)
{
	if (*prompt_text(prompt_of(pane)))
		prompt_erase(prompt_of(pane), PROMPT_BEFORE);
	else
		run_leave(pane, count);
}

static void
run_delete(Pane *pane, int count)
{
	prompt_erase(prompt_of(pane), PROMPT_BEHIND);
}

static void
run_erase_word(Pane *pane, int count)
{
	prompt_erase(prompt_of(pane), PROMPT_WORD);
}

static void
run_erase_to_start(Pane *pane, int count)
{
	prompt_erase(prompt_of(pane), PROMPT_START);
}

static void
run_erase_to_end(Pane *pane, int count)
{
	prompt_erase(prompt_of(pane), PROMPT_END);
}

static const Command commands[] = {
	{ "accept", "Enter", "go", "do it with what is typed", run_accept, COMMAND_HINT_STAYS,
		COMMAND_NEEDS_SHOWN, "log in (not shown)" },
	{ "complete", "Tab", "complete", "put what matches in place of what is typed", run_complete,
		0, COMMAND_NEEDS_MATCHES },
	{ "complete-back", "S-Tab", NULL, "the same, backwards", run_complete_back },
	{ "earlier", "Up C-p", "earlier", "a line typed earlier; in a box, the match above",
		run_earlier, 0, COMMAND_NEEDS_HISTORY },
	{ "later", "Down C-n", NULL, "a line typed later; in a box, the match below", run_later },
	{ "leave", "Esc C-c C-g", "leave", "type no more, and do nothing", run_leave,
		COMMAND_HINT_STAYS, COMMAND_NEEDS_SHOWN, "not now" },
	{ "cursor-left", "Left C-b", NULL, "a character back", run_left },
	{ "cursor-right", "Right C-f", NULL, "a character on", run_right },
	{ "cursor-start", "Home C-a", NULL, "to the start", run_start },
	{ "cursor-end", "End C-e", NULL, "to the end", run_end },
	{ "erase", "Backspace", NULL, "take the character before the cursor out; of nothing, leave",
		run_erase },
	{ "delete", "Del C-d", NULL, "take the character at the cursor out", run_delete },
	{ "erase-word", "C-w", NULL, "take the word before the cursor out", run_erase_word },
	{ "erase-to-start", "C-u", NULL, "take all before the cursor out", run_erase_to_start },
	{ "erase-to-end", "C-k", NULL, "take all behind the cursor out", run_erase_to_end },
	{ NULL },
};

static void
free_pane(Pane *pane)
{
	g_free(pane);
}

const PaneClass pane_prompt_class = {
	.name = "prompt",
	.commands = commands,
	.takes_text = true,
	.size = sizeof(Pane),
	.free = free_pane,
};

#include "ui/screen/pane_links.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "ui/screen/app.h"
#include "ui/screen/choice.h"
#include "ui/screen/clipboard.h"
#include "ui/screen/reader_links.h"
#include "ui/screen/text_flow.h"

typedef struct LinksPane {
	ChoicePane choice;
	GPtrArray *links; /* of Link */
	bool asking;      /* the one under the cursor is shown whole, to be opened or not */
} LinksPane;

void
pane_links_show(Pane *pane, GPtrArray *links)
{
	LinksPane *state = (LinksPane *)pane;
	g_ptr_array_unref(state->links);
	state->links = links;
	state->asking = false;
	choice_set_length(&state->choice, links->len);
}

static const Link *
link_at(const LinksPane *state, size_t place)
{
	return place < state->links->len ? g_ptr_array_index(state->links, place) : NULL;
}

/* ---- opening ---- */

/* The words of `ui { open = … }`; NULL: they are not to be understood. */
static char **
opener(App *app, GError **error)
{
	const Config *config = app_config(app);
	g_autoptr(GPtrArray) blocks = config ? config_blocks(config, "ui") : NULL;
	const char *words = blocks && blocks->len > 0
	                            ? config_text(config, g_ptr_array_index(blocks, 0), "open")
	                            : NULL;
	char **argv = NULL;
	g_shell_parse_argv(words && *words ? words : "xdg-open", NULL, &argv, error);
	return argv;
}

/* In the child: it cannot touch this terminal. */
static void
set_up_child(void *data)
{
	setsid();
}

static void
open_link(App *app, const Link *link)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) words = opener(app, &error);
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
	for (char **word = words; word && *word; word++)
		g_strv_builder_add(argv, *word);
	g_strv_builder_add(argv, link->url);
	g_auto(GStrv) all = g_strv_builder_end(argv);
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_subprocess_launcher_set_child_setup(launcher, set_up_child, NULL, NULL);
	g_autoptr(GSubprocess) process =
		words ? g_subprocess_launcher_spawnv(launcher, (const char *const *)all, &error)
		      : NULL;
	if (process)
		app_say(app, "%s was asked to open %s", all[0], link->host);
	else
		app_say_error(app, "Not opened: %s", error->message);
}

/* ---- commands ---- */

static void
run_open(Pane *pane, int count)
{
	LinksPane *state = (LinksPane *)pane;
	bool asked = state->asking;
	size_t place = count > 0 ? (size_t)count - 1 : state->choice.cursor;
	const Link *link = link_at(state, place);
	state->asking = link && (!asked || count > 0);
	if (!link)
		app_say_for_now(pane->app, "There is no such link");
	else if (state->asking)
		choice_move_to(&state->choice, place);
	else
		open_link(pane->app, link);
}

static void
run_copy(Pane *pane, int count)
{
	LinksPane *state = (LinksPane *)pane;
	const Link *link = link_at(state, count > 0 ? (size_t)count - 1 : state->choice.cursor);
	if (!link)
		return;
	g_autoptr(CleanText) url = clean_text_new(CLEAN_IDENTITY, link->url, -1);
	clipboard_copy(url);
	app_say_for_now(pane->app, "Copied: %s", clean_text_utf8(url));
}

static bool
cancel(Pane *pane)
{
	LinksPane *state = (LinksPane *)pane;
	bool had = state->asking;
	state->asking = false;
	return had;
}

static void
run_close(Pane *pane, int count)
{
	if (!cancel(pane))
		app_back(pane->app);
}

/* ---- the pane ---- */

static void
draw_link(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const Link *link = link_at((const LinksPane *)choice, number);
	int row = (int)(number - choice->top);
	Style style = choice_draw_cursor(choice, canvas, area, number, focused, STYLE_READER);
	g_autoptr(CleanText) text =
		clean_text_format(CLEAN_IDENTITY, "%zu %s %s", number + 1, link->host, link->url);
	canvas_draw(canvas, area, row, 1, area->columns - 2, style, text);
}

/* The whole address, however long it is: what is cut could be what matters. */
static void
draw_question(const LinksPane *state, Canvas *canvas, const Area *area)
{
	const Link *link = link_at(state, state->choice.cursor);
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_set_width(flow, (size_t)MAX(area->columns - 2, 2));
	text_flow_add_indented(flow,
		clean_text_format(
			CLEAN_IDENTITY, "Enter opens this link at %s; q goes back.", link->host),
		STYLE_READER_SUBJECT);
	text_flow_add(flow, clean_text_new(CLEAN_BODY, "", 0), STYLE_READER);
	text_flow_add(flow, clean_text_new(CLEAN_IDENTITY, link->url, -1), STYLE_READER);
	TextLine line;
	for (int row = 0; row < area->rows && text_flow_line(flow, (size_t)row, &line); row++)
		canvas_draw_slice(canvas, area, row, 1 + (int)line.indent,
			area->columns - 2 - (int)line.indent, line.style, line.text, line.offset,
			line.length);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	LinksPane *state = (LinksPane *)pane;
	if (state->asking)
		draw_question(state, canvas, area);
	else
		choice_draw(&state->choice, canvas, area, focused, draw_link);
}

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	LinksPane *state = (LinksPane *)pane;
	if (!state->asking && choice_take_mouse(&state->choice, row, action))
		run_open(pane, 0);
}

static void
free_pane(Pane *pane)
{
	LinksPane *state = (LinksPane *)pane;
	g_ptr_array_unref(state->links);
	g_free(state);
}

static const Command commands[] = {
	{ "open", "Enter", "open",
		"show this link, or the one whose number was typed; again: open it", run_open },
	{ "copy", "y", "copy", "copy the address of this link", run_copy },
	CHOICE_COMMANDS,
	{ "close", "q x", "back", "back to the message", run_close, COMMAND_HINT_STAYS },
	{ NULL },
};

static void
begin(Pane *pane)
{
	LinksPane *state = (LinksPane *)pane;
	state->links = g_ptr_array_new();
}

const PaneClass pane_links_class = {
	.name = "links",
	.size = sizeof(LinksPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = choice_resize,
	.on_mouse = on_mouse,
	.cancel = cancel,
	.free = free_pane,
};

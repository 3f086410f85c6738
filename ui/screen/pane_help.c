#include "ui/screen/pane_help.h"

#include <string.h>

#include "ui/screen/app.h"
#include "ui/screen/text_flow.h"

typedef struct HelpPane {
	Pane base;
	int top;
} HelpPane;

static const PaneNumber shown[] = { PANE_LIST, PANE_READER, PANE_PARTS, PANE_LINKS, PANE_FOLDERS };

static void
add_table(GPtrArray *lines, const char *heading, const Command *table)
{
	g_autoptr(GPtrArray) rows = command_help(table);
	g_ptr_array_add(lines, g_strdup_printf("# %s", heading));
	while (rows->len > 0)
		g_ptr_array_add(lines, g_ptr_array_steal_index(rows, 0));
	g_ptr_array_add(lines, g_strdup(""));
}

static void
add_wrapped(GPtrArray *lines, const char *text, int columns)
{
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_set_width(flow, (size_t)MAX(columns - 3, 2));
	text_flow_add(flow, clean_text_new(CLEAN_LINE, text, -1), STYLE_NORMAL);
	TextLine line;
	for (size_t i = 0; text_flow_line(flow, i, &line); i++)
		g_ptr_array_add(
			lines, g_strndup(clean_text_utf8(line.text) + line.offset, line.length));
}

static void
add_mistakes(GPtrArray *lines, App *app, int columns)
{
	g_autoptr(GPtrArray) mistakes = app_mistakes(app);
	if (mistakes->len == 0)
		return;
	g_ptr_array_add(lines, g_strdup("# mistakes in the config; $ reads it again"));
	for (guint i = 0; i < mistakes->len; i++)
		add_wrapped(lines, g_ptr_array_index(mistakes, i), columns);
	g_ptr_array_add(lines, g_strdup(""));
}

/* Of char *; a heading begins with '#'. */
static GPtrArray *
help_lines(const HelpPane *help)
{
	App *app = help->base.app;
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	add_mistakes(lines, app, help->base.columns);
	for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
		const PaneClass *class = app_pane(app, shown[i])->class;
		add_table(lines, class->name, class->commands);
	}
	add_table(lines, "everywhere", app_everywhere());
	return lines;
}

static void
scroll(HelpPane *help, int rows)
{
	g_autoptr(GPtrArray) lines = help_lines(help);
	int last = MAX((int)lines->len - help->base.rows, 0);
	help->top = CLAMP(help->top + rows, 0, last);
}

void
pane_help_show(Pane *pane, const char *name)
{
	HelpPane *help = (HelpPane *)pane;
	g_autoptr(GPtrArray) lines = help_lines(help);
	g_autoptr(GPtrArray) mistakes = app_mistakes(pane->app);
	help->top = 0;
	for (guint i = 0; mistakes->len == 0 && i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		if (*line == '#' && g_str_equal(line + 2, name))
			help->top = (int)i;
	}
	scroll(help, 0);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	HelpPane *help = (HelpPane *)pane;
	g_autoptr(GPtrArray) lines = help_lines(help);
	for (int line = 0; line < area->rows && help->top + line < (int)lines->len; line++) {
		const char *text = g_ptr_array_index(lines, (guint)(help->top + line));
		bool heading = *text == '#';
		canvas_print(canvas, area, line, heading ? 1 : 2, area->columns - 2,
			heading ? STYLE_HELP_HEADING : STYLE_NORMAL, "%s",
			heading ? text + 2 : text);
	}
}

static void
resize(Pane *pane, int rows, int columns)
{
	scroll((HelpPane *)pane, 0);
}

static void
free_pane(Pane *pane)
{
	g_free(pane);
}

static void
run_down(Pane *pane, int count)
{
	scroll((HelpPane *)pane, MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	scroll((HelpPane *)pane, -MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	scroll((HelpPane *)pane, pane->rows);
}

static void
run_page_up(Pane *pane, int count)
{
	scroll((HelpPane *)pane, -pane->rows);
}

static void
run_home(Pane *pane, int count)
{
	((HelpPane *)pane)->top = 0;
}

static void
run_end(Pane *pane, int count)
{
	scroll((HelpPane *)pane, G_MAXINT / 2);
}

static void
run_close(Pane *pane, int count)
{
	app_back(pane->app);
}

static const Command commands[] = {
	{ "down", "j Down", "scroll", "a line down", run_down },
	{ "up", "k Up", NULL, "a line up", run_up },
	{ "page-down", "PgDn Space C-d C-f", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp Backspace C-u C-b", NULL, "a page up", run_page_up },
	{ "first", "gg Home", NULL, "to the top", run_home },
	{ "last", "G End", NULL, "to the end", run_end },
	{ "close", "? Esc", "close", "close the help", run_close },
	{ NULL },
};

static const PaneClass class = {
	.name = "help",
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.free = free_pane,
};

Pane *
pane_help_new(App *app)
{
	HelpPane *help = g_new0(HelpPane, 1);
	help->base.class = &class;
	help->base.app = app;
	return &help->base;
}

#include "ui/screen/pane_help.h"

#include "ui/screen/app.h"

typedef struct HelpPane {
	Pane base;
	int top;
} HelpPane;

static const PaneNumber shown[] = { PANE_LIST, PANE_READER, PANE_FOLDERS };

static void
add_table(GPtrArray *lines, const char *heading, const Command *table)
{
	g_autoptr(GPtrArray) rows = command_help(table);
	g_ptr_array_add(lines, g_strdup_printf("# %s", heading));
	while (rows->len > 0)
		g_ptr_array_add(lines, g_ptr_array_steal_index(rows, 0));
	g_ptr_array_add(lines, g_strdup(""));
}

/* Of char *; a heading begins with '#'. */
static GPtrArray *
help_lines(App *app)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
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
	g_autoptr(GPtrArray) lines = help_lines(help->base.app);
	int last = MAX((int)lines->len - help->base.rows, 0);
	help->top = CLAMP(help->top + rows, 0, last);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	HelpPane *help = (HelpPane *)pane;
	g_autoptr(GPtrArray) lines = help_lines(pane->app);
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

#include "ui/screen/pane_help.h"

#include "index/case_fold.h"
#include "ui/screen/app.h"
#include "ui/screen/choice.h"
#include "ui/screen/text_flow.h"

enum { KEYS_COLUMNS = 18, NAME_COLUMNS = 18, NARROW_COLUMNS = 100 };

/* A heading, a sentence, a blank line, or a command. */
typedef struct HelpRow {
	bool heading;
	char *text;             /* of a heading or sentence; NULL */
	const Command *command; /* NULL: none */
	char *keys, *argument, *help;
	PaneNumber pane; /* whose command it is; PANE_COUNT: of everywhere */
} HelpRow;

typedef struct HelpPane {
	ChoicePane choice;
	GPtrArray *rows; /* of HelpRow */
	char *words;     /* narrowed to what holds these; NULL: not */
	PaneNumber from; /* it was opened there */
} HelpPane;

static void
row_free(void *data)
{
	HelpRow *row = data;
	g_free(row->text);
	g_free(row->keys);
	g_free(row->argument);
	g_free(row->help);
	g_free(row);
}

/* ---- rows ---- */

static void
add_text(HelpPane *help, const char *text, bool heading)
{
	HelpRow *row = g_new0(HelpRow, 1);
	row->heading = heading;
	row->text = g_strdup(text);
	g_ptr_array_add(help->rows, row);
}

/* Does it hold every word that is looked for, whatever the case? */
static bool
is_wanted(const HelpPane *help, const HelpRow *row)
{
	g_autofree char *all = g_strdup_printf("%s %s %s %s", row->command->name, row->keys,
		row->help, row->argument ? row->argument : "");
	g_autofree char *wanted = case_fold(help->words ? help->words : "");
	g_auto(GStrv) words = g_strsplit(wanted, " ", -1);
	for (char **word = words; *word; word++) {
		if (!case_fold_holds(all, *word))
			return false;
	}
	return true;
}

/* "Lists: open a folder …" where the argument has no words of its own. The caller owns it. */
static char *
help_of(const Command *command, const char *argument)
{
	const char *own = command_help_with(command, argument);
	bool is_plain = own || !argument;
	return g_strconcat(
		is_plain ? "" : argument, is_plain ? "" : ": ", own ? own : command->help, NULL);
}

static void
add_command(HelpPane *help, PaneNumber pane, const Command *command, const char *keys,
	const char *argument)
{
	HelpRow *row = g_new0(HelpRow, 1);
	row->pane = pane;
	row->command = command;
	row->keys = g_strdup(keys);
	row->argument = g_strdup(argument);
	row->help = help_of(command, argument);
	if (is_wanted(help, row))
		g_ptr_array_add(help->rows, row);
	else
		row_free(row);
}

/* A section that has nothing to show has no heading either. */
static void
add_section(HelpPane *help, PaneNumber pane, const char *name, const Command *table)
{
	const Keymap *keymap =
		app_keymap(help->choice.base.app, pane == PANE_COUNT ? help->from : pane);
	guint before = help->rows->len;
	add_text(help, name, true);
	for (const Command *command = table; command->name; command++) {
		g_autofree char *keys = keymap_keys(keymap, command);
		add_command(help, pane, command, keys, NULL);
	}
	const GPtrArray *bindings = keymap_bindings(keymap);
	for (guint i = 0; pane != PANE_COUNT && i < bindings->len; i++) {
		const Binding *binding = g_ptr_array_index(bindings, i);
		if (binding->argument)
			add_command(help, pane, binding->command, binding->keys, binding->argument);
	}
	if (help->rows->len == before + 1)
		g_ptr_array_set_size(help->rows, (int)before);
	else
		add_text(help, "", false);
}

static void
add_wrapped(HelpPane *help, const char *text)
{
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_set_width(flow, (size_t)MAX(help->choice.base.columns - 3, 2));
	text_flow_add(flow, clean_text_new(CLEAN_LINE, text, -1), STYLE_NORMAL);
	TextLine line;
	for (size_t i = 0; text_flow_line(flow, i, &line); i++) {
		g_autofree char *piece =
			g_strndup(clean_text_utf8(line.text) + line.offset, line.length);
		add_text(help, piece, false);
	}
}

static void
add_mistakes(HelpPane *help)
{
	g_autoptr(GPtrArray) mistakes = app_mistakes(help->choice.base.app);
	if (mistakes->len == 0 || help->words)
		return;
	add_text(help, "mistakes in the config; $ reads it again", true);
	for (guint i = 0; i < mistakes->len; i++)
		add_wrapped(help, g_ptr_array_index(mistakes, i));
	add_text(help, "", false);
}

static const HelpRow *
row_at(const ChoicePane *choice, size_t line)
{
	return g_ptr_array_index(((const HelpPane *)choice)->rows, line);
}

static bool
is_command(const ChoicePane *choice, size_t line)
{
	return row_at(choice, line)->command;
}

static void
load(HelpPane *help)
{
	App *app = help->choice.base.app;
	const PaneClass *class = app_pane(app, help->from)->class;
	g_ptr_array_set_size(help->rows, 0);
	add_mistakes(help);
	add_section(help, help->from, class->name, class->commands);
	add_section(help, PANE_COUNT, "everywhere", app_everywhere());
	for (PaneNumber i = 0; i < PANE_COUNT; i++) {
		class = app_pane(app, i)->class;
		if (i != help->from && i != PANE_HELP)
			add_section(help, i, class->name, class->commands);
	}
	if (help->rows->len == 0)
		add_text(help, "No command, key or help holds these words", false);
	choice_set_length(&help->choice, help->rows->len); /* mistakes are read first */
}

void
pane_help_show(Pane *pane, PaneNumber from)
{
	HelpPane *help = (HelpPane *)pane;
	help->from = from;
	g_clear_pointer(&help->words, g_free);
	load(help);
}

/* ---- drawing ---- */

static void
draw_command(const HelpRow *row, Canvas *canvas, const Area *area, int line, Style style)
{
	canvas_print(canvas, area, line, 2, KEYS_COLUMNS, style, "%s", row->keys);
	int at = 2 + KEYS_COLUMNS + 1;
	if (area->columns >= NARROW_COLUMNS) {
		canvas_print(canvas, area, line, at, NAME_COLUMNS, style, "%s", row->command->name);
		at += NAME_COLUMNS + 1;
	}
	canvas_print(canvas, area, line, at, area->columns - at, style, "%s", row->help);
}

static void
draw_row(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const HelpRow *row = row_at(choice, number);
	int line = (int)(number - choice->top);
	if (row->command)
		draw_command(row, canvas, area, line,
			choice_draw_cursor(choice, canvas, area, number, focused, STYLE_NORMAL));
	else
		canvas_print(canvas, area, line, row->heading ? 1 : 2, area->columns - 2,
			row->heading ? STYLE_HELP_HEADING : STYLE_NORMAL, "%s", row->text);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	choice_draw((ChoicePane *)pane, canvas, area, focused, draw_row);
}

static void
resize(Pane *pane, int rows, int columns)
{
	load((HelpPane *)pane);
}

static void
free_pane(Pane *pane)
{
	HelpPane *help = (HelpPane *)pane;
	g_ptr_array_unref(help->rows);
	g_free(help->words);
	g_free(help);
}

/* ---- commands ---- */

static void
run_command(Pane *pane, int count)
{
	HelpPane *help = (HelpPane *)pane;
	if (!choice_has_current(&help->choice))
		return;
	const HelpRow *row = row_at(&help->choice, help->choice.cursor);
	g_autofree char *argument =
		g_strdup(row->argument); /* the command may open the help anew */
	app_run_from_help(pane->app, row->pane, row->command, argument);
}

static void
narrow(const char *words, void *data)
{
	HelpPane *help = data;
	g_free(help->words);
	help->words = *words ? g_strdup(words) : NULL;
	load(help);
}

static void
on_narrowed(App *app, const char *words)
{
}

static void
on_narrow_left(App *app)
{
	narrow("", app_pane(app, PANE_HELP));
}

static void
run_narrow(Pane *pane, int count)
{
	HelpPane *help = (HelpPane *)pane;
	Prompt *prompt = prompt_new("/", help->words ? help->words : "");
	prompt_set_changed(prompt, narrow, help);
	app_begin_prompt(pane->app, prompt, on_narrowed, on_narrow_left);
}

static void
run_close(Pane *pane, int count)
{
	HelpPane *help = (HelpPane *)pane;
	if (help->words)
		narrow("", help);
	else
		app_back(pane->app);
}

static const Command commands[] = {
	{ "run", "Enter", "run", "run this command in the pane the help was opened from",
		run_command },
	{ "narrow", "/", "find", "show only commands that hold some words", run_narrow },
	CHOICE_COMMANDS,
	{ "close", "? Esc", "close", "all commands again; then close the help", run_close },
	{ NULL },
};

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	if (choice_take_mouse((ChoicePane *)pane, row, action))
		run_command(pane, 0);
}

static void
begin(Pane *pane)
{
	HelpPane *help = (HelpPane *)pane;
	help->choice.is_stop = is_command;
	help->rows = g_ptr_array_new_with_free_func(row_free);
	help->from = PANE_LIST;
}

const PaneClass pane_help_class = {
	.name = "help",
	.size = sizeof(HelpPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.on_mouse = on_mouse,
	.free = free_pane,
};

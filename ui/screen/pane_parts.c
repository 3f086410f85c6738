#include "ui/screen/pane_parts.h"

#include <string.h>

#include "ui/screen/app_private.h"
#include "ui/screen/choice.h"
#include "ui/screen/clipboard.h"
#include "ui/screen/pane_reader.h"
#include "ui/screen/part_list.h"
#include "ui/screen/part_save.h"
#include "ui/screen/program_pipe.h"
#include "ui/screen/save.h"

typedef struct PartsPane {
	ChoicePane choice;
	char *file;
	GPtrArray *parts;  /* of Part */
	ProgramPipe *pipe; /* NULL: none runs */
	char **program;    /* that is or was to be run */
	bool lends;        /* it is to have the terminal */
} PartsPane;

void
pane_parts_show(Pane *pane, const char *file, JsonObject *message)
{
	PartsPane *parts = (PartsPane *)pane;
	g_free(parts->file);
	parts->file = g_strdup(file);
	g_ptr_array_unref(parts->parts);
	parts->parts = part_list_new(message);
	choice_set_length(&parts->choice, parts->parts->len);
}

/* The part under the cursor; NULL: there is none. */
static const Part *
part_at_cursor(const PartsPane *parts)
{
	size_t cursor = parts->choice.cursor;
	return cursor < parts->parts->len ? g_ptr_array_index(parts->parts, cursor) : NULL;
}

/* The same, but for those that only hold others. */
static const Part *
part_with_content(PartsPane *parts)
{
	const Part *part = part_at_cursor(parts);
	if (!part || !part_is_container(part))
		return part;
	app_say_for_now(parts->choice.base.app, "%s only holds the parts below it", part->type);
	return NULL;
}

/* ---- view ---- */

static void
run_view(Pane *pane, int count)
{
	const Part *part = part_with_content((PartsPane *)pane);
	if (!part)
		return;
	if (part_is_text(part) || part_is_message(part))
		pane_reader_show_part(app_pane(pane->app, PANE_READER), part);
	else
		app_say_for_now(
			pane->app, "%s cannot be shown here; s saves it, | pipes it", part->type);
}

/* ---- save ---- */

/* "~/Downloads/": ready for a name. */
static char *
offered_directory(void)
{
	g_autofree char *directory = save_directory();
	const char *home = g_get_home_dir();
	if (g_str_has_prefix(directory, home) && directory[strlen(home)] == '/')
		return g_strdup_printf("~%s/", directory + strlen(home));
	return g_strdup_printf("%s/", directory);
}

static void
on_save(App *app, const char *text)
{
	PartsPane *parts = (PartsPane *)app_pane(app, PANE_PARTS);
	const Part *part = part_at_cursor(parts);
	g_autofree char *typed = g_strstrip(g_strdup(text));
	if (!part || !*typed)
		return;
	g_autofree char *path = save_path(typed);
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();
	g_ptr_array_add(chosen, (void *)part);
	if (g_str_has_suffix(typed, "/") || g_file_test(path, G_FILE_TEST_IS_DIR)) {
		part_save(app, parts->file, chosen, path, NULL);
		return;
	}
	g_autofree char *directory = g_path_get_dirname(path), *name = g_path_get_basename(path);
	part_save(app, parts->file, chosen, directory, name);
}

static void
run_save(Pane *pane, int count)
{
	const Part *part = part_with_content((PartsPane *)pane);
	if (!part)
		return;
	g_autofree char *directory = offered_directory();
	g_autofree char *name = save_name(part->name, part->number, part->type);
	g_autofree char *offered = g_strconcat(directory, name, NULL);
	app_begin_prompt(pane->app, prompt_new("save as: ", offered), on_save, NULL);
}

/* The attachments; of a message without any: what can be saved at all. */
static GPtrArray *
parts_to_save(const PartsPane *parts)
{
	GPtrArray *chosen = g_ptr_array_new(), *others = g_ptr_array_new();
	for (guint i = 0; i < parts->parts->len; i++) {
		Part *part = g_ptr_array_index(parts->parts, i);
		if (part->attachment)
			g_ptr_array_add(chosen, part);
		else if (!part_is_container(part))
			g_ptr_array_add(others, part);
	}
	GPtrArray *rest = chosen->len > 0 ? others : chosen;
	g_ptr_array_unref(rest);
	return rest == others ? chosen : others;
}

static void
on_save_all(App *app, const char *text)
{
	PartsPane *parts = (PartsPane *)app_pane(app, PANE_PARTS);
	g_autofree char *typed = g_strstrip(g_strdup(text));
	if (!*typed)
		return;
	g_autofree char *directory = save_path(typed);
	g_autoptr(GPtrArray) chosen = parts_to_save(parts);
	part_save(app, parts->file, chosen, directory, NULL);
}

static void
run_save_all(Pane *pane, int count)
{
	g_autoptr(GPtrArray) chosen = parts_to_save((PartsPane *)pane);
	g_autofree char *directory = offered_directory();
	g_autofree char *label = g_strdup_printf(
		chosen->len == 1 ? "save %u part in: " : "save %u parts in: ", chosen->len);
	if (chosen->len > 0)
		app_begin_prompt(pane->app, prompt_new(label, directory), on_save_all, NULL);
}

/* ---- pipe ---- */

static void
on_piped(const char *output, size_t length, bool cut, const char *how, void *data)
{
	PartsPane *parts = data;
	App *app = parts->choice.base.app;
	g_autofree char *text = g_strndup(output, length);
	g_autofree char *program = g_strjoinv(" ", parts->program);
	g_autofree char *title = g_strdup_printf("%s%s%s%s", program,
		cut ? " (the first 100 kB; it was ended)" : "", how ? ": " : "", how ? how : "");
	g_clear_pointer(&parts->pipe, program_pipe_free);
	if (length > 0 && app->focus == PANE_PARTS)
		pane_reader_show_output(app_pane(app, PANE_READER), title, text);
	else if (how)
		app_say_error(app, "%s: %s", program, how);
	else
		app_say(app, "%s: done", program);
	app_redraw(app);
}

static void
on_lent(int status, void *data)
{
	PartsPane *parts = data;
	g_autofree char *program = g_strjoinv(" ", parts->program);
	g_autofree char *how = program_how_it_ended(status);
	if (how)
		app_say_error(parts->choice.base.app, "%s: %s", program, how);
	else
		app_say(parts->choice.base.app, "%s: done", program);
}

/* Keys that are typed elsewhere by now are not for the program. */
static void
lend(PartsPane *parts, GBytes *bytes)
{
	App *app = parts->choice.base.app;
	g_autoptr(GError) error = NULL;
	if (app->focus != PANE_PARTS || app->prompt)
		app_say_error(app, "%s was not run: the parts were left", parts->program[0]);
	else if (!terminal_pipe(app_terminal(app), (const char *const *)parts->program, bytes,
			 on_lent, parts, &error))
		app_say_error(app, "%s", error->message);
}

static void
on_part_bytes(App *app, GBytes *bytes)
{
	PartsPane *parts = (PartsPane *)app_pane(app, PANE_PARTS);
	g_autoptr(GError) error = NULL;
	if (parts->lends) {
		lend(parts, bytes);
		return;
	}
	program_pipe_free(parts->pipe);
	parts->pipe = program_pipe_new(
		(const char *const *)parts->program, bytes, on_piped, parts, &error);
	if (parts->pipe)
		app_say(app, "%s runs; Esc ends it", parts->program[0]);
	else
		app_say_error(app, "%s", error->message);
}

static void
on_pipe(App *app, const char *text)
{
	PartsPane *parts = (PartsPane *)app_pane(app, PANE_PARTS);
	const Part *part = part_at_cursor(parts);
	g_autofree char *typed = g_strstrip(g_strdup(text));
	if (!part || !*typed)
		return;
	char **program = NULL;
	g_autoptr(GError) error = NULL;
	if (!g_shell_parse_argv(typed, NULL, &program, &error)) {
		app_say_error(app, "%s", error->message);
		return;
	}
	g_strfreev(parts->program);
	parts->program = program;
	part_read(app, parts, parts->file, part, on_part_bytes);
}

static void
ask_program(Pane *pane, const char *label, bool lends)
{
	PartsPane *parts = (PartsPane *)pane;
	if (!part_with_content(parts))
		return;
	parts->lends = lends;
	app_begin_prompt(pane->app, prompt_new(label, ""), on_pipe, NULL);
}

static void
run_pipe(Pane *pane, int count)
{
	ask_program(pane, "pipe to: ", false);
}

static void
run_lend(Pane *pane, int count)
{
	ask_program(pane, "lend the terminal to: ", true);
}

static void
run_copy(Pane *pane, int count)
{
	const Part *part = part_at_cursor((PartsPane *)pane);
	if (!part || !part->name) {
		app_say_for_now(pane->app, "This part has no name");
		return;
	}
	g_autoptr(CleanText) name = clean_text_new(CLEAN_IDENTITY, part->name, -1);
	clipboard_copy(name);
	app_say_for_now(pane->app, "Copied: %s", clean_text_utf8(name));
}

static void
run_close(Pane *pane, int count)
{
	app_back(pane->app);
}

/* ---- the pane ---- */

static void
draw_part(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const PartsPane *parts = (const PartsPane *)choice;
	const Part *part = g_ptr_array_index(parts->parts, number);
	int row = (int)(number - choice->top), indent = 1 + 2 * MIN(part->depth, 10);
	Style style = choice_draw_cursor(choice, canvas, area, number, focused,
		part_is_container(part) ? STYLE_EMPTY : STYLE_READER);
	g_autofree char *words = part->bytes >= 0 ? words_count(part->bytes, "byte") : g_strdup("");
	g_autoptr(CleanText) text =
		clean_text_format(CLEAN_IDENTITY, "%s %s %s %s %s%s%s", part->number,
			part->attachment ? "+" : "·", part->type, part->name ? part->name : "",
			words, part->note ? " — " : "", part->note ? part->note : "");
	canvas_draw(canvas, area, row, indent, area->columns - indent - 1, style, text);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	PartsPane *parts = (PartsPane *)pane;
	choice_draw(&parts->choice, canvas, area, focused, draw_part);
	if (parts->parts->len == 0)
		canvas_print(canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "no parts");
}

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	if (choice_take_mouse((ChoicePane *)pane, row, action))
		run_view(pane, 0);
}

static bool
cancel(Pane *pane)
{
	PartsPane *parts = (PartsPane *)pane;
	bool ran = parts->pipe;
	g_clear_pointer(&parts->pipe, program_pipe_free);
	asker_cancel(app_asker(pane->app), parts);
	return ran;
}

static void
free_pane(Pane *pane)
{
	PartsPane *parts = (PartsPane *)pane;
	program_pipe_free(parts->pipe);
	g_strfreev(parts->program);
	g_ptr_array_unref(parts->parts);
	g_free(parts->file);
	g_free(parts);
}

static const Command commands[] = {
	{ "view", "Enter", "view", "show this part", run_view },
	{ "save", "s", "save", "save this part in a file", run_save },
	{ "save-all", "S", "save all", "save all attachments in a directory", run_save_all },
	{ "pipe", "|", "pipe", "give this part to a program and show what it says", run_pipe },
	{ "lend", "!", NULL,
		"give this part to a program that has the terminal: a pager, an editor", run_lend },
	{ "copy-name", "y", NULL, "copy the name of this part", run_copy },
	CHOICE_COMMANDS,
	{ "close", "v", NULL, "back to the message", run_close },
	{ NULL },
};

static void
begin(Pane *pane)
{
	PartsPane *parts = (PartsPane *)pane;
	parts->parts = g_ptr_array_new();
}

const PaneClass pane_parts_class = {
	.name = "parts",
	.size = sizeof(PartsPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = choice_resize,
	.on_mouse = on_mouse,
	.cancel = cancel,
	.free = free_pane,
};

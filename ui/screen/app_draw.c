#include "ui/screen/app_private.h"
#include "ui/screen/palette.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/which_key.h"

void
app_layout(App *app)
{
	layout_set(&app->layout, terminal_rows(app->terminal), terminal_columns(app->terminal),
		app->reading, app->focus);
	for (int i = 0; i < PANE_COUNT; i++) {
		const Area *area = &app->layout.panes[i];
		Pane *pane = app->panes[i];
		if (area->rows <= 0 || (area->rows == pane->rows && area->columns == pane->columns))
			continue;
		pane->rows = area->rows;
		pane->columns = area->columns;
		pane->class->resize(pane, area->rows, area->columns);
	}
}

static void
draw_top(App *app)
{
	const Area *area = &app->layout.top;
	canvas_fill(app->canvas, area, 0, 0, area->columns, STYLE_TOP);
	int at = 1 + canvas_print(app->canvas, area, 0, 1, area->columns, STYLE_TOP, "curlew  ");
	g_autofree char *counts = pane_list_counts_text(app->panes[PANE_LIST]);
	g_autoptr(CleanText) right = clean_text_new(CLEAN_LINE, counts, -1);
	int width = (int)clean_text_columns(right);
	int room = area->columns - at - 1;
	if (width + 12 <= room) {
		canvas_draw(
			app->canvas, area, 0, area->columns - width - 1, width, STYLE_TOP, right);
		room -= width + 2;
	}
	canvas_draw(
		app->canvas, area, 0, at, room, STYLE_TOP, pane_list_title(app->panes[PANE_LIST]));
}

static void
draw_status(App *app)
{
	const Area *area = &app->layout.status;
	if (app->prompt) {
		prompt_draw(app->prompt, app->canvas, area);
		return;
	}
	Style style = app->message && app->message_is_error ? STYLE_STATUS_ERROR : STYLE_STATUS;
	canvas_fill(app->canvas, area, 0, 0, area->columns, style);
	const char *typed = keymap_typed(app->keymaps[app->focus]);
	int room = area->columns - 2;
	if (*typed) {
		canvas_print(app->canvas, area, 0, area->columns - 10, 9, style, "%9s", typed);
		room -= 10;
	}
	if (app->message) {
		canvas_draw(app->canvas, area, 0, 1, room, style, app->message);
		return;
	}
	g_autofree char *states = app_status_text(app, room);
	canvas_print(app->canvas, area, 0, 1, room, style, "%s", states);
}

/* What the hints may count on. */
static unsigned
have_now(const App *app)
{
	unsigned have = app_is_at_top(app) ? 0 : COMMAND_NEEDS_BACK;
	if (app->accounts->len > 0)
		have |= COMMAND_NEEDS_ACCOUNT;
	if (pane_list_has_row(app->panes[PANE_LIST]))
		have |= COMMAND_NEEDS_ROW;
	return have;
}

static void
draw_hints(App *app)
{
	const Area *area = &app->layout.hints;
	PaneNumber heard = app->prompt ? PANE_PROMPT : app->focus;
	const Command *tables[3];
	app_tables(app, heard, tables);
	g_autofree char *hints = command_hints(tables, app->keymaps[heard],
		app->prompt ? prompt_have(app->prompt) : have_now(app), (size_t)area->columns - 2);
	canvas_print(app->canvas, area, 0, 1, area->columns - 1, STYLE_HINTS, "%s", hints);
}

static void
draw_panes(App *app)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		const Area *area = &app->layout.panes[i];
		if (area->rows <= 0)
			continue;
		bool focused = app->focus == (PaneNumber)i && !app->prompt;
		app->panes[i]->class->draw(app->panes[i], app->canvas, area, focused);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(app->layout.column_rules); i++)
		canvas_draw_column_rule(app->canvas, &app->layout.column_rules[i], 0);
	canvas_draw_row_rule(app->canvas, &app->layout.row_rule, 0);
}

/* What lies over the panes for a moment. */
static void
draw_box(App *app)
{
	const Area *top = &app->layout.top;
	Area body = { top->row + top->rows, 0, app->layout.status.row - top->row - top->rows,
		top->columns };
	const Keymap *keymap = app->keymaps[app->focus];
	const Command *tables[3];
	app_tables(app, app->focus, tables);
	if (app->prompt && prompt_has_box(app->prompt))
		palette_draw(tables, keymap, app->prompt, app->canvas, &body);
	else if (app->which_key)
		which_key_draw(keymap, app->canvas, &body);
}

void
app_draw(App *app)
{
	const Area *all = &app->layout.all;
	if (canvas_rows(app->canvas) != all->rows || canvas_columns(app->canvas) != all->columns)
		canvas_resize(app->canvas, all->rows, all->columns);
	else
		canvas_clear(app->canvas);
	if (app->layout.too_small) {
		canvas_print(app->canvas, all, 0, 0, all->columns, STYLE_NORMAL,
			"too small: %dx%d needed", LAYOUT_MINIMUM_COLUMNS, LAYOUT_MINIMUM_ROWS);
	} else {
		draw_panes(app);
		draw_box(app);
		draw_top(app);
		draw_status(app);
		draw_hints(app);
	}
	terminal_show(app->terminal, app->canvas);
}

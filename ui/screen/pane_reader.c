#include "ui/screen/pane_reader.h"

#include "ui/screen/pane_reader_private.h"

void
reader_set_flow(ReaderPane *reader, TextFlow *flow)
{
	reader_find_stop(reader);
	text_flow_free(reader->flow);
	reader->flow = flow;
	if (reader->base.columns > 2)
		text_flow_set_width(flow, (size_t)reader->base.columns - 2);
}

/* What was to be done with the message is not done. */
static bool
forget_then(ReaderPane *reader)
{
	bool waited = reader->then;
	reader->then = NULL;
	if (waited)
		app_release_keys(reader->base.app, false);
	return waited;
}

void
reader_set_note(ReaderPane *reader, const char *note)
{
	forget_then(reader);
	reader_set_flow(reader, message_text_new_from_row(reader->row, note));
	app_redraw(reader->base.app);
}

void
pane_reader_show(Pane *pane, ListRow *row)
{
	ReaderPane *reader = (ReaderPane *)pane;
	list_row_ref(row);
	list_row_unref(reader->row);
	reader->row = row;
	reader->top = 0;
	reader->opened++;
	reader_mark_stop(reader);
	reader->may_mark = true;
	g_clear_pointer(&reader->finder, finder_free);
	reader->form = READER_MESSAGE;
	reader->tried_again = reader->missing = reader->fetching = false;
	reader->came = reader->refused = reader->gave_up = false;
	g_clear_pointer(&reader->file, g_free);
	g_clear_pointer(&reader->message, json_object_unref);
	reader_set_note(reader, "");
	reader_load(reader);
}

ListRow *
pane_reader_row(Pane *pane)
{
	return ((ReaderPane *)pane)->row;
}

void
pane_reader_close(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	asker_cancel(app_asker(pane->app), reader);
	reader_find_stop(reader);
	reader_mark_stop(reader);
	forget_then(reader);
	reader->opened++;
	reader->fetching = false; /* nobody waits for it any more */
	g_clear_pointer(&reader->file, g_free);
	g_clear_pointer(&reader->message, json_object_unref);
	g_clear_pointer(&reader->row, list_row_unref);
	g_clear_pointer(&reader->flow, text_flow_free);
}

void
pane_reader_leave_flags(Pane *pane)
{
	reader_mark_stop((ReaderPane *)pane);
}

bool
pane_reader_back(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!reader->row || reader->form == READER_MESSAGE)
		return false;
	bool to_parts = reader->form == READER_PART || reader->form == READER_OUTPUT;
	reader->form = READER_MESSAGE;
	reader_reshow(reader);
	if (to_parts)
		app_focus(pane->app, PANE_PARTS);
	return true;
}

void
pane_reader_show_part(Pane *pane, const Part *part)
{
	ReaderPane *reader = (ReaderPane *)pane;
	part_free(reader->part);
	reader->part = part_copy(part);
	reader->form = READER_PART;
	app_focus(pane->app, PANE_READER);
	reader_reshow(reader);
}

void
pane_reader_show_output(Pane *pane, const char *title, const char *text)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!reader->row)
		return;
	TextFlow *flow = text_flow_new();
	text_flow_add_indented(flow, clean_text_new(CLEAN_IDENTITY, title, -1), STYLE_READER_NOTE);
	text_flow_add(flow, clean_text_new(CLEAN_BODY, text, -1), STYLE_READER);
	asker_cancel(app_asker(pane->app), reader);
	reader->form = READER_OUTPUT;
	reader->top = 0;
	reader_set_flow(reader, flow);
	app_focus(pane->app, PANE_READER);
}

/* ---- the pane ---- */

/* Is it a matter of another window? Then that one is asked for. */
static bool
scroll_window(ReaderPane *reader, int64_t lines)
{
	int64_t wanted = (int64_t)reader->top + lines, rows = MAX(reader->base.rows, 1);
	if (wanted < 0 && reader->window > 0) {
		reader_load_source(reader, reader->window - 1, SOURCE_FROM_BELOW, -wanted);
		return true;
	}
	int64_t length = (int64_t)text_flow_length(reader->flow, SIZE_MAX - 1);
	if (wanted + rows <= length || !reader->more_windows)
		return false;
	reader_load_source(reader, reader->window + 1, SOURCE_FROM_ABOVE, length - wanted);
	return true;
}

void
reader_scroll(ReaderPane *reader, int64_t lines)
{
	if (!reader->flow)
		return;
	if (reader->form == READER_SOURCE && lines != 0 && scroll_window(reader, lines))
		return;
	size_t rows = (size_t)MAX(reader->base.rows, 1);
	size_t wanted = (size_t)MAX((int64_t)reader->top + lines, 0);
	size_t length = text_flow_length(reader->flow, wanted + rows);
	reader->top = MIN(wanted, length > rows ? length - rows : 0);
}

void
reader_scroll_to_top(ReaderPane *reader)
{
	if (reader->form == READER_SOURCE && reader->window > 0)
		reader_load_source(reader, 0, SOURCE_AT_TOP, 0);
	else
		reader->top = 0;
}

void
reader_scroll_to_end(ReaderPane *reader)
{
	if (reader->form == READER_SOURCE && reader->more_windows)
		reader_load_source(reader, 0, SOURCE_AT_END, MAX(reader->base.rows, 1));
	else
		reader_scroll(reader, INT32_MAX);
}

bool
reader_is_at_end(ReaderPane *reader)
{
	if (reader->form == READER_SOURCE && reader->more_windows)
		return false;
	size_t bottom = reader->top + (size_t)reader->base.rows;
	return !reader->flow || text_flow_length(reader->flow, bottom) <= bottom;
}

/* Cells of the bytes from FROM to END. */
static int
columns_between(const CleanText *text, size_t from, size_t end)
{
	const char *at = clean_text_utf8(text) + from, *last = clean_text_utf8(text) + end;
	int all = 0, columns;
	while (at < last && clean_text_step(&at, &columns) > 0)
		all += columns;
	return all;
}

static void
draw_matches(
	const ReaderPane *reader, Canvas *canvas, const Area *area, int row, const TextLine *line)
{
	size_t end = line->offset + line->length, from = line->offset, start, length;
	while (from < end && finder_match(reader->finder, line->text, from, end, &start, &length)) {
		size_t first = MAX(start, line->offset), last = MIN(start + length, end);
		int column =
			1 + (int)line->indent + columns_between(line->text, line->offset, first);
		canvas_draw_slice(canvas, area, row, column, area->columns - 1 - column,
			STYLE_READER_MATCH, line->text, first, last - first);
		from = start + length;
	}
}

static void
draw_line(const ReaderPane *reader, Canvas *canvas, const Area *area, int row, const TextLine *line)
{
	canvas_draw_slice(canvas, area, row, 1 + (int)line->indent,
		area->columns - 2 - (int)line->indent, line->style, line->text, line->offset,
		line->length);
	if (reader->finder)
		draw_matches(reader, canvas, area, row, line);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (focused)
		canvas_set_cursor(canvas, area, area->rows - 1, 0, false);
	if (!reader->flow) {
		canvas_print(canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY,
			"Enter shows the message here.");
		return;
	}
	TextLine line;
	for (int row = 0;
		row < area->rows && text_flow_line(reader->flow, reader->top + (size_t)row, &line);
		row++)
		draw_line(reader, canvas, area, row, &line);
}

static void
resize(Pane *pane, int rows, int columns)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (columns != reader->base.columns)
		reader_find_stop(reader); /* the lines are others */
	if (reader->flow && columns > 2)
		text_flow_set_width(reader->flow, (size_t)columns - 2);
	reader_scroll(reader, 0);
}

static void
on_event(Pane *pane, const Event *event)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (event->kind == EVENT_AGENT && reader->missing && reader->row && reader->row->copy &&
		list_row_opened(reader->row)->account == event->account)
		reader_hear(reader, event);
}

/* What is being waited for, or else the marks of what was found. */
static bool
cancel(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	asker_cancel(app_asker(pane->app), pane);
	bool stopped = reader_find_stop(reader);
	stopped |= forget_then(reader);
	g_clear_pointer(&reader->finder, finder_free);
	return reader_give_up(reader) || stopped;
}

static void
free_pane(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	reader_find_stop(reader);
	reader_mark_stop(reader);
	list_row_unref(reader->row);
	text_flow_free(reader->flow);
	g_clear_pointer(&reader->message, json_object_unref);
	finder_free(reader->finder);
	part_free(reader->part);
	g_free(reader->file);
	g_free(reader);
}

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	if (action == MOUSE_WHEEL_UP || action == MOUSE_WHEEL_DOWN)
		reader_scroll((ReaderPane *)pane,
			action == MOUSE_WHEEL_UP ? -MOUSE_WHEEL_ROWS : MOUSE_WHEEL_ROWS);
}

const PaneClass pane_reader_class = {
	.name = "reader",
	.size = sizeof(ReaderPane),
	.commands = pane_reader_commands,
	.draw = draw,
	.resize = resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.cancel = cancel,
	.job = reader_job,
	.free = free_pane,
};

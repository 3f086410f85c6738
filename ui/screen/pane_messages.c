#include "ui/screen/pane_messages.h"

#include "ui/screen/clipboard.h"
#include "ui/screen/said.h"
#include "ui/screen/text_flow.h"

/* Before a sentence stand its time and, if it is an error, a mark. */
enum { TIME_COLUMN = 1, MARK_COLUMN = 10, TEXT_COLUMN = 12 };

typedef struct MessagesPane {
	Pane base;
	size_t cursor; /* a sentence */
	int top;       /* a line on the screen */
} MessagesPane;

static const Said *
said_of(const MessagesPane *messages)
{
	return app_said(messages->base.app);
}

static CleanText *
text_of(const SaidLine *line)
{
	if (line->times == 1)
		return clean_text_ref(line->text);
	return clean_text_format(
		CLEAN_LINE, "%s (%d times)", clean_text_utf8(line->text), line->times);
}

/* All sentences as lines; *starts (of size_t): the first line of each and, last, the count of lines. */
static TextFlow *
flow_of(const MessagesPane *messages, GArray **starts)
{
	TextFlow *flow = text_flow_new();
	text_flow_set_width(flow, (size_t)MAX(messages->base.columns - TEXT_COLUMN - 1, 2));
	*starts = g_array_new(FALSE, FALSE, sizeof(size_t));
	size_t lines = 0;
	for (size_t i = 0; i < said_length(said_of(messages)); i++) {
		const SaidLine *line = said_at(said_of(messages), i);
		g_array_append_val(*starts, lines);
		text_flow_add_indented(
			flow, text_of(line), line->is_error ? STYLE_MESSAGE_ERROR : STYLE_NORMAL);
		lines = text_flow_length(flow, G_MAXINT);
	}
	g_array_append_val(*starts, lines);
	return flow;
}

static void
keep_cursor(MessagesPane *messages)
{
	size_t length = said_length(said_of(messages));
	messages->cursor = MIN(messages->cursor, length ? length - 1 : 0);
	if (length == 0)
		return;
	g_autoptr(GArray) starts = NULL;
	g_autoptr(TextFlow) flow = flow_of(messages, &starts);
	int first = (int)g_array_index(starts, size_t, messages->cursor);
	int last = (int)g_array_index(starts, size_t, messages->cursor + 1) - 1;
	int rows = messages->base.rows;
	messages->top = MAX(messages->top, last - rows + 1);
	messages->top = MIN(messages->top, first);
	messages->top =
		MIN(messages->top, MAX((int)g_array_index(starts, size_t, length) - rows, 0));
}

static void
move(MessagesPane *messages, int by)
{
	int last = (int)said_length(said_of(messages)) - 1;
	messages->cursor = (size_t)CLAMP((int)messages->cursor + by, 0, MAX(last, 0));
	keep_cursor(messages);
}

void
pane_messages_show(Pane *pane)
{
	move((MessagesPane *)pane, SAID_LIMIT);
}

/* ---- drawing ---- */

/* Which sentence does this line belong to? */
static size_t
sentence_at(const GArray *starts, size_t line)
{
	size_t place = 0;
	while (place + 2 < starts->len && g_array_index(starts, size_t, place + 1) <= line)
		place++;
	return place;
}

static void
draw_time(const SaidLine *said, Canvas *canvas, const Area *area, int row, Style style)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(said->when);
	g_autofree char *time = g_date_time_format(when, "%H:%M:%S");
	canvas_print(canvas, area, row, TIME_COLUMN, MARK_COLUMN - TIME_COLUMN, style, "%s", time);
	if (said->is_error)
		canvas_print(canvas, area, row, MARK_COLUMN, 1, style, "✗");
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	MessagesPane *messages = (MessagesPane *)pane;
	if (said_length(said_of(messages)) == 0) {
		canvas_print(
			canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "Nothing was said yet");
		return;
	}
	g_autoptr(GArray) starts = NULL;
	g_autoptr(TextFlow) flow = flow_of(messages, &starts);
	TextLine line;
	for (int row = 0; row < area->rows; row++) {
		size_t number = (size_t)(messages->top + row);
		if (!text_flow_line(flow, number, &line))
			break;
		size_t place = sentence_at(starts, number);
		bool chosen = focused && place == messages->cursor;
		Style style = chosen ? STYLE_CURSOR : line.style;
		if (chosen)
			canvas_fill(canvas, area, row, 0, area->columns, style);
		if (g_array_index(starts, size_t, place) == number)
			draw_time(said_at(said_of(messages), place), canvas, area, row, style);
		canvas_draw_slice(canvas, area, row, TEXT_COLUMN + (int)line.indent,
			area->columns - TEXT_COLUMN - 1, style, line.text, line.offset,
			line.length);
	}
	int first = (int)g_array_index(starts, size_t, messages->cursor);
	canvas_set_cursor(canvas, area, MAX(first - messages->top, 0), 0, false);
}

static void
resize(Pane *pane, int rows, int columns)
{
	keep_cursor((MessagesPane *)pane);
}

static void
free_pane(Pane *pane)
{
	g_free(pane);
}

/* ---- commands ---- */

static void
run_down(Pane *pane, int count)
{
	move((MessagesPane *)pane, MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	move((MessagesPane *)pane, -MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	move((MessagesPane *)pane, pane->rows);
}

static void
run_page_up(Pane *pane, int count)
{
	move((MessagesPane *)pane, -pane->rows);
}

static void
run_first(Pane *pane, int count)
{
	move((MessagesPane *)pane, -SAID_LIMIT);
}

static void
run_last(Pane *pane, int count)
{
	move((MessagesPane *)pane, SAID_LIMIT);
}

static void
run_copy(Pane *pane, int count)
{
	MessagesPane *messages = (MessagesPane *)pane;
	if (said_length(said_of(messages)) == 0)
		return;
	clipboard_copy(said_at(said_of(messages), messages->cursor)->text);
	app_say_for_now(pane->app, "Copied");
}

static void
run_close(Pane *pane, int count)
{
	app_back(pane->app);
}

static const Command commands[] = {
	{ "down", "j Down", "older and newer", "next line", run_down },
	{ "up", "k Up", NULL, "previous line", run_up },
	{ "page-down", "PgDn Space C-d C-f", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp Backspace C-u C-b", NULL, "a page up", run_page_up },
	{ "first", "gg Home", NULL, "the oldest", run_first },
	{ "last", "G End", NULL, "the newest", run_last },
	{ "copy", "y", "copy", "copy the sentence to the terminal's clipboard", run_copy },
	{ "close", "Esc", "close", "close the messages", run_close },
	{ NULL },
};

const PaneClass pane_messages_class = {
	.name = "messages",
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.free = free_pane,
};

Pane *
pane_messages_new(App *app)
{
	MessagesPane *messages = g_new0(MessagesPane, 1);
	messages->base.class = &pane_messages_class;
	messages->base.app = app;
	return &messages->base;
}

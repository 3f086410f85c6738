#include "ui/screen/pane_messages.h"

#include "ui/screen/choice.h"
#include "ui/screen/clipboard.h"
#include "ui/screen/said.h"
#include "ui/screen/text_flow.h"

/* Before a sentence stand its time and, if it is an error, a mark. */
enum { TIME_COLUMN = 1, MARK_COLUMN = 10, TEXT_COLUMN = 12 };

typedef struct MessagesPane {
	ChoicePane choice;
	TextFlow *flow;    /* all that was said, as last laid out */
	GArray *sentences; /* of size_t: of each line, its sentence */
} MessagesPane;

static const Said *
said_of(const MessagesPane *messages)
{
	return app_said(messages->choice.base.app);
}

static CleanText *
text_of(const SaidLine *line)
{
	if (line->times == 1)
		return clean_text_ref(line->text);
	return clean_text_format(
		CLEAN_LINE, "%s (%d times)", clean_text_utf8(line->text), line->times);
}

static size_t
sentence_at(const MessagesPane *messages, size_t line)
{
	return g_array_index(messages->sentences, size_t, line);
}

static bool
begins_sentence(const ChoicePane *choice, size_t line)
{
	const MessagesPane *messages = (const MessagesPane *)choice;
	return line == 0 || sentence_at(messages, line) != sentence_at(messages, line - 1);
}

/* All sentences as lines; the cursor stays on its sentence. */
static void
lay_out(MessagesPane *messages)
{
	ChoicePane *choice = &messages->choice;
	const Said *said = said_of(messages);
	size_t current = choice_has_current(choice) ? sentence_at(messages, choice->cursor) : 0;
	size_t cursor = 0;
	text_flow_free(messages->flow);
	messages->flow = text_flow_new();
	text_flow_set_width(messages->flow, (size_t)MAX(choice->base.columns - TEXT_COLUMN - 1, 2));
	g_array_set_size(messages->sentences, 0);
	for (size_t i = 0; i < said_length(said); i++) {
		const SaidLine *line = said_at(said, i);
		cursor = i == current ? messages->sentences->len : cursor;
		text_flow_add_indented(messages->flow, text_of(line),
			line->is_error ? STYLE_MESSAGE_ERROR : STYLE_NORMAL);
		size_t lines = text_flow_length(messages->flow, G_MAXINT);
		while (messages->sentences->len < lines)
			g_array_append_val(messages->sentences, i);
	}
	choice_renew(choice, messages->sentences->len, cursor);
}

void
pane_messages_show(Pane *pane)
{
	lay_out((MessagesPane *)pane);
	choice_run_last(pane, 0);
}

/* ---- drawing ---- */

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
draw_line(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const MessagesPane *messages = (const MessagesPane *)choice;
	size_t sentence = sentence_at(messages, number);
	TextLine line;
	text_flow_line(messages->flow, number, &line);
	int row = (int)(number - choice->top);
	Style style = choice_draw_cursor(choice, canvas, area, number, focused, line.style);
	if (focused && sentence == sentence_at(messages, choice->cursor)) {
		style = STYLE_CURSOR;
		canvas_fill(canvas, area, row, 0, area->columns, style);
	}
	if (begins_sentence(choice, number))
		draw_time(said_at(said_of(messages), sentence), canvas, area, row, style);
	canvas_draw_slice(canvas, area, row, TEXT_COLUMN + (int)line.indent,
		area->columns - TEXT_COLUMN - 1, style, line.text, line.offset, line.length);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	MessagesPane *messages = (MessagesPane *)pane;
	lay_out(messages);
	choice_draw(&messages->choice, canvas, area, focused, draw_line);
	if (messages->choice.length == 0)
		canvas_print(
			canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY, "Nothing was said yet");
}

static void
resize(Pane *pane, int rows, int columns)
{
	lay_out((MessagesPane *)pane);
	choice_resize(pane, rows, columns);
}

static void
free_pane(Pane *pane)
{
	MessagesPane *messages = (MessagesPane *)pane;
	text_flow_free(messages->flow);
	g_array_unref(messages->sentences);
	g_free(messages);
}

/* ---- commands ---- */

static void
run_copy(Pane *pane, int count)
{
	MessagesPane *messages = (MessagesPane *)pane;
	if (!choice_has_current(&messages->choice))
		return;
	size_t sentence = sentence_at(messages, messages->choice.cursor);
	clipboard_copy(said_at(said_of(messages), sentence)->text);
	app_say_for_now(pane->app, "Copied");
}

static void
run_close(Pane *pane, int count)
{
	app_back(pane->app);
}

static const Command commands[] = {
	{ "copy", "y", "copy", "copy the sentence to the terminal's clipboard", run_copy },
	CHOICE_COMMANDS,
	{ "close", "Esc", "close", "close the messages", run_close },
	{ NULL },
};

static void
begin(Pane *pane)
{
	MessagesPane *messages = (MessagesPane *)pane;
	messages->choice.is_stop = begins_sentence;
	messages->flow = text_flow_new();
	messages->sentences = g_array_new(FALSE, FALSE, sizeof(size_t));
}

const PaneClass pane_messages_class = {
	.name = "messages",
	.size = sizeof(MessagesPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.on_mouse = choice_on_mouse,
	.free = free_pane,
};

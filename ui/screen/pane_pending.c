#include "ui/screen/pane_pending.h"

#include "ui/pending_words.h"
#include "ui/screen/app.h"
#include "ui/screen/choice.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pending_list.h"
#include "ui/screen/text_flow.h"
#include "ui/screen/words.h"

enum {
	NARROW_COLUMNS = 60, /* below: no date and no sender */
	SIGN_COLUMN = 1,
	FIRST_COLUMN = 3,
	DATE_COLUMNS = 6,
	WHAT_COLUMNS = 14,
	SENDER_COLUMNS = 18,
};

/* A line: an entry, or one of its note's lines below it. */
typedef struct Line {
	const PendingEntry *entry; /* NULL: the last line, which says what is not held */
	int64_t note;              /* the flow's line; -1: the entry itself */
} Line;

typedef struct PendingPane {
	ChoicePane choice;
	PendingList *list; /* NULL: not read yet */
	TextFlow *notes;
	GArray *lines;   /* of Line */
	bool holds;      /* what is typed, until it is read for the first time */
	char *dropping;  /* the key of the copy that the user is asked about; NULL: none */
	int dropping_of; /* its account */
} PendingPane;

static const Line *
line_at(const PendingPane *pane, size_t line)
{
	return &g_array_index(pane->lines, Line, line);
}

static bool
is_entry(const ChoicePane *choice, size_t line)
{
	const Line *at = line_at((const PendingPane *)choice, line);
	return at->entry && at->note < 0;
}

/* The entry under the cursor; NULL: there is none. */
static const PendingEntry *
current(const PendingPane *pane)
{
	const ChoicePane *choice = &pane->choice;
	return choice_has_current(choice) ? line_at(pane, choice->cursor)->entry : NULL;
}

/* ---- its lines ---- */

static void
add_entry(PendingPane *pane, const PendingEntry *entry)
{
	g_array_append_val(pane->lines, ((Line){ entry, -1 }));
	if (!entry->note)
		return;
	size_t from = text_flow_length(pane->notes, G_MAXINT);
	text_flow_add_indented(pane->notes, clean_text_ref(entry->note),
		entry->row->refused ? STYLE_MESSAGE_ERROR : STYLE_NORMAL);
	size_t end = text_flow_length(pane->notes, G_MAXINT);
	for (size_t line = from; line < end; line++)
		g_array_append_val(pane->lines, ((Line){ entry, (int64_t)line }));
}

/* KEY: of the copy that the cursor was on; where it is no more, the cursor stays on its line. */
static void
lay_out(PendingPane *pane, const char *key)
{
	ChoicePane *choice = &pane->choice;
	size_t cursor = choice->cursor;
	text_flow_free(pane->notes);
	pane->notes = text_flow_new();
	text_flow_set_width(pane->notes, (size_t)MAX(choice->base.columns - FIRST_COLUMN - 1, 2));
	g_array_set_size(pane->lines, 0);
	for (guint i = 0; pane->list && i < pane->list->entries->len; i++) {
		const PendingEntry *entry = g_ptr_array_index(pane->list->entries, i);
		if (key && g_str_equal(entry->row->copy->key, key))
			cursor = pane->lines->len;
		add_entry(pane, entry);
	}
	if (pane->list && (pane->list->left > 0 || pane->list->why))
		g_array_append_val(pane->lines, ((Line){ NULL, -1 }));
	choice_renew(choice, pane->lines->len, cursor);
}

static char *
current_key(const PendingPane *pane)
{
	const PendingEntry *entry = current(pane);
	return entry ? g_strdup(entry->row->copy->key) : NULL;
}

/* ---- reading ---- */

typedef struct Reading {
	PendingPane *pane; /* touched on the UI thread only */
	PendingList *list;
} Reading;

static void
run_read(Asker *asker, GCancellable *cancel, void *data)
{
	((Reading *)data)->list = pending_list_read(asker, cancel);
}

static void
on_read(void *data)
{
	Reading *reading = data;
	PendingPane *pane = reading->pane;
	g_autofree char *key = current_key(pane);
	g_autoptr(PendingList) before = pane->list;
	pane->list = g_steal_pointer(&reading->list);
	lay_out(pane, key);
	app_redraw(pane->choice.base.app);
	bool held = pane->holds;
	pane->holds = false;
	if (held)
		app_release_keys(pane->choice.base.app, true);
}

static void
reading_free(void *data)
{
	Reading *reading = data;
	pending_list_free(reading->list);
	g_free(reading);
}

static void
read_anew(Pane *pane)
{
	Reading *reading = g_new0(Reading, 1);
	reading->pane = (PendingPane *)pane;
	Job job = { .owner = pane, .run = run_read, .done = on_read, .free = reading_free };
	asker_ask(app_asker(pane->app), ASK_STORE, &job, reading);
}

void
pane_pending_show(Pane *pane)
{
	((PendingPane *)pane)->holds = true;
	app_hold_keys(pane->app);
	read_anew(pane);
}

static void
on_event(Pane *pane, const Event *event)
{
	bool is_change = event->kind == EVENT_MAIL ||
	                 (event->kind == EVENT_AGENT && g_str_equal(event->name, "changed"));
	if (is_change && app_is_visible(pane->app, PANE_PENDING))
		read_anew(pane);
}

/* ---- drawing ---- */

static const char *
sign_of(const PendingEntry *entry)
{
	return entry->row->refused ? "✗" : "^";
}

static void
draw_entry(const PendingEntry *entry, Canvas *canvas, const Area *area, int row, Style style)
{
	int at = FIRST_COLUMN, columns = area->columns;
	canvas_print(canvas, area, row, SIGN_COLUMN, 1, style, "%s", sign_of(entry));
	bool narrow = columns < NARROW_COLUMNS;
	if (!narrow && entry->since > 0) {
		g_autofree char *date =
			words_date(entry->since, g_get_real_time() / G_USEC_PER_SEC);
		canvas_print(canvas, area, row, at, DATE_COLUMNS, style, "%s", date);
	}
	at += narrow ? 0 : DATE_COLUMNS + 1;
	canvas_print(
		canvas, area, row, at, WHAT_COLUMNS, style, "%s", pending_what_text(entry->what));
	at += WHAT_COLUMNS + 1;
	int place = narrow ? columns - at - 1 : columns / 4;
	canvas_draw(canvas, area, row, at, place, style, entry->place);
	at += place + 1;
	if (narrow)
		return;
	canvas_draw(canvas, area, row, at, SENDER_COLUMNS, style, entry->row->sender);
	at += SENDER_COLUMNS + 1;
	canvas_draw(canvas, area, row, at, columns - at - 1, style, entry->row->subject);
}

static void
draw_rest(const PendingList *list, Canvas *canvas, const Area *area, int row)
{
	g_autofree char *left = words_number(list->left);
	if (list->why)
		canvas_print(canvas, area, row, SIGN_COLUMN, area->columns - 2, STYLE_MESSAGE_ERROR,
			"%s", list->why);
	else
		canvas_print(canvas, area, row, SIGN_COLUMN, area->columns - 2, STYLE_EMPTY,
			"and %s more", left);
}

static void
draw_line(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const PendingPane *pane = (const PendingPane *)choice;
	const Line *line = line_at(pane, number);
	int row = (int)(number - choice->top);
	if (!line->entry) {
		draw_rest(pane->list, canvas, area, row);
		return;
	}
	if (line->note < 0) {
		Style style =
			choice_draw_cursor(choice, canvas, area, number, focused, STYLE_NORMAL);
		draw_entry(line->entry, canvas, area, row, style);
		return;
	}
	TextLine text;
	text_flow_line(pane->notes, (size_t)line->note, &text);
	canvas_draw_slice(canvas, area, row, FIRST_COLUMN + (int)text.indent,
		area->columns - FIRST_COLUMN - 1, text.style, text.text, text.offset, text.length);
}

static void
draw(Pane *base, Canvas *canvas, const Area *area, bool focused)
{
	PendingPane *pane = (PendingPane *)base;
	choice_draw(&pane->choice, canvas, area, focused, draw_line);
	if (pane->list && pane->lines->len == 0)
		canvas_print(canvas, area, 0, 1, area->columns - 2, STYLE_EMPTY,
			"Nothing waits: what was done here, the servers know");
}

static void
resize(Pane *base, int rows, int columns)
{
	PendingPane *pane = (PendingPane *)base;
	g_autofree char *key = current_key(pane);
	lay_out(pane, key);
	choice_resize(base, rows, columns);
}

/* ---- commands ---- */

static void
run_open(Pane *base, int count)
{
	const PendingEntry *entry = current((PendingPane *)base);
	App *app = base->app;
	if (!entry)
		return;
	const FolderEntry *folder = folder_list_named(app_folders(app), entry->folder);
	if (entry->what == PENDING_PURGE || !folder) {
		app_say_for_now(app, "It is not listed any more");
		return;
	}
	g_autoptr(ListRow) row = list_row_ref(entry->row);
	app_show_view(app, folder->view);
	pane_list_go_to(app_pane(app, PANE_LIST), row);
	app_open_message(app, row);
}

typedef struct Settling {
	App *app;
	PendingEnd end;
} Settling;

static void
on_answer(Account *account, JsonObject *answer, const GError *error, void *data)
{
	g_autofree Settling *settling = data;
	App *app = settling->app;
	const char *text = pending_end_text(settling->end);
	g_autofree char *what = g_strdup_printf("Not %s", text);
	bool failed = app_say_failure(app, what, answer, error);
	if (!failed && json_number(answer, "done", 0) == 0)
		app_say_for_now(app, "%s: it is refused no more", what);
	else if (!failed)
		app_say(app, "1 change %s", text);
	if (app_is_visible(app, PANE_PENDING))
		read_anew(app_pane(app, PANE_PENDING));
}

static void
settle(App *app, int account, const char *key, PendingEnd end)
{
	Account *client = app_account(app, (size_t)account);
	if (!client)
		return;
	Settling *settling = g_new(Settling, 1);
	*settling = (Settling){ app, end };
	account_ask(client, pending_question(end, key), on_answer, settling);
}

/* What was not refused is told to the server with all the rest. */
static void
run_retry(Pane *base, int count)
{
	const PendingEntry *entry = current((PendingPane *)base);
	if (entry && entry->row->refused)
		settle(base->app, entry->row->copy->account, entry->row->copy->key, PENDING_RETRY);
	else if (entry)
		app_sync(base->app);
}

static void
on_sure(App *app, const char *text)
{
	const PendingPane *pane = (PendingPane *)app_pane(app, PANE_PENDING);
	if (g_ascii_strcasecmp(text, "y") == 0)
		settle(app, pane->dropping_of, pane->dropping, PENDING_DROP);
	else
		app_say_for_now(app, "Nothing was given up");
}

/* Nothing brings back what was wished, so that is asked. */
static void
run_drop(Pane *base, int count)
{
	PendingPane *pane = (PendingPane *)base;
	const PendingEntry *entry = current(pane);
	if (entry && !entry->row->refused)
		app_say_for_now(base->app, "The server did not refuse it: only undo takes it back");
	if (!entry || !entry->row->refused)
		return;
	g_free(pane->dropping);
	pane->dropping = g_strdup(entry->row->copy->key);
	pane->dropping_of = entry->row->copy->account;
	app_begin_prompt(base->app, prompt_new("give it up? y or n: ", ""), on_sure, NULL);
}

static void
run_close(Pane *base, int count)
{
	app_back(base->app);
}

static void
on_mouse(Pane *base, int row, int column, MouseAction action)
{
	if (choice_take_mouse((ChoicePane *)base, row, action))
		run_open(base, 0);
}

static void
free_pane(Pane *base)
{
	PendingPane *pane = (PendingPane *)base;
	pending_list_free(pane->list);
	text_flow_free(pane->notes);
	g_array_unref(pane->lines);
	g_free(pane->dropping);
	g_free(pane);
}

static const Command commands[] = {
	{ "open", "Enter", "read", "read the message in its folder", run_open },
	{ "retry", "r", "try again", "tell the server now, also again what it refused", run_retry },
	{ "drop", "d", "give up", "forget what was refused: what the server has is shown again",
		run_drop },
	CHOICE_COMMANDS,
	{ "close", "Esc", "close", "close what waits", run_close },
	{ NULL },
};

static void
begin(Pane *base)
{
	PendingPane *pane = (PendingPane *)base;
	pane->choice.is_stop = is_entry;
	pane->notes = text_flow_new();
	pane->lines = g_array_new(FALSE, FALSE, sizeof(Line));
}

const PaneClass pane_pending_class = {
	.name = "pending",
	.size = sizeof(PendingPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.free = free_pane,
};

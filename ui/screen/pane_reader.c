#include "ui/screen/pane_reader.h"

#include "ui/screen/app.h"
#include "ui/screen/message_text.h"
#include "ui/screen/pane_list.h"

typedef struct ReaderPane {
	Pane base;
	ListRow *row;   /* NULL: nothing is shown */
	TextFlow *flow; /* NULL: nothing is shown */
	size_t top;
	bool tried_again; /* the file had another name by now */
	bool missing;     /* the file is not here */
	bool fetching;    /* the agent was asked for it and has not answered */
	char *folder;     /* of the copy; NULL until it was looked up */
} ReaderPane;

static void locate(ReaderPane *reader);

static void
set_flow(ReaderPane *reader, TextFlow *flow)
{
	text_flow_free(reader->flow);
	reader->flow = flow;
	if (reader->base.columns > 2)
		text_flow_set_width(flow, (size_t)reader->base.columns - 2);
}

static void
set_note(ReaderPane *reader, const char *note)
{
	set_flow(reader, message_text_new_from_row(reader->row, note));
	app_redraw(reader->base.app);
}

/* ---- the file's text: index thread ---- */

typedef struct Showing {
	ReaderPane *reader; /* touched on the UI thread only */
	char *file;
	int width;
	TextFlow *flow;
	char *why;
} Showing;

static void
run_show(Asker *asker, GCancellable *cancel, void *data)
{
	Showing *showing = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) message = message_reader_show(
		asker_reader(asker), showing->file, showing->width, cancel, &error);
	if (message)
		showing->flow = message_text_new(message);
	else
		showing->why = g_strdup(error ? error->message : "no answer");
}

static void
on_shown(void *data)
{
	Showing *showing = data;
	ReaderPane *reader = showing->reader;
	if (showing->flow) {
		set_flow(reader, g_steal_pointer(&showing->flow));
		return;
	}
	if (!reader->tried_again && reader->row->copy) {
		reader->tried_again = true;
		locate(reader);
		return;
	}
	g_autofree char *note = g_strdup_printf("This message cannot be shown: %s", showing->why);
	set_note(reader, note);
}

static void
showing_free(void *data)
{
	Showing *showing = data;
	g_free(showing->file);
	g_free(showing->why);
	text_flow_free(showing->flow);
	g_free(showing);
}

static void
show_file(ReaderPane *reader, const char *file)
{
	Showing *showing = g_new0(Showing, 1);
	showing->reader = reader;
	showing->file = g_strdup(file);
	showing->width = MAX(reader->base.columns - 2, 20);
	Job job = { .owner = reader,
		.run = run_show,
		.done = on_shown,
		.free = showing_free,
		.urgent = true };
	asker_ask(app_asker(reader->base.app), ASK_INDEX, &job, showing);
}

/* ---- a file that is not here: the agent ---- */

static const char not_here[] = "not downloaded yet, will come when the server is back";

static void
on_fetched(Account *account, JsonObject *answer, const GError *error, void *data)
{
	ReaderPane *reader = data;
	reader->fetching = false;
	if (!reader->row || !reader->missing)
		return;
	if (answer && json_truth(answer, "ok")) {
		locate(reader);
		return;
	}
	const char *why = answer ? json_text(answer, "error") : error->message;
	bool offline = !answer || g_strcmp0(json_text(answer, "code"), "offline") == 0;
	g_autofree char *note = offline ? g_strdup(not_here)
	                                : g_strdup_printf("not downloaded: %s", why ? why : "");
	set_note(reader, note);
}

static void
fetch(ReaderPane *reader)
{
	size_t number = (size_t)reader->row->copy->account;
	Account *account = app_account(reader->base.app, number);
	bool offline = account_status_is_offline(app_account_status(reader->base.app, number));
	set_note(reader, offline || !account ? not_here : "downloading …");
	if (!account || reader->fetching || offline)
		return;
	JsonObject *question = account_question("fetch");
	json_set_text(question, "folder", reader->folder);
	json_set_text(question, "key", reader->row->copy->key);
	reader->fetching = true;
	account_ask(account, question, on_fetched, reader);
}

/* ---- where the file is: store thread ---- */

typedef struct Locating {
	ReaderPane *reader; /* touched on the UI thread only */
	ListRow *row;
	char *file, *folder, *why;
} Locating;

static void
run_locate(Asker *asker, GCancellable *cancel, void *data)
{
	Locating *locating = data;
	const MessageRow *copy = locating->row->copy;
	const AccountConfig *config = asker_account(asker, (size_t)copy->account);
	g_autoptr(GError) error = NULL;
	Envelopes *store = asker_store(asker, (size_t)copy->account, &error);
	g_autoptr(MessageRow) now = store ? envelopes_by_key(store, copy->key, &error) : NULL;
	if (!now) {
		locating->why = g_strdup(error ? error->message : "it is gone");
		return;
	}
	locating->folder = envelopes_folder_name(store, now->folder, NULL);
	g_autofree char *below = now->here ? envelopes_file(store, now, NULL) : NULL;
	if (below)
		locating->file = g_build_filename(config->mail_root, config->path, below, NULL);
}

static void
on_located(void *data)
{
	Locating *locating = data;
	ReaderPane *reader = locating->reader;
	g_free(reader->folder);
	reader->folder = g_steal_pointer(&locating->folder);
	reader->missing = !locating->file;
	if (locating->file) {
		show_file(reader, locating->file);
	} else if (locating->why) {
		g_autofree char *note =
			g_strdup_printf("This message cannot be shown: %s", locating->why);
		set_note(reader, note);
	} else {
		fetch(reader);
	}
}

static void
locating_free(void *data)
{
	Locating *locating = data;
	list_row_unref(locating->row);
	g_free(locating->file);
	g_free(locating->folder);
	g_free(locating->why);
	g_free(locating);
}

static void
locate(ReaderPane *reader)
{
	Locating *locating = g_new0(Locating, 1);
	locating->reader = reader;
	locating->row = list_row_ref(reader->row);
	Job job = { .owner = reader, .run = run_locate, .done = on_located, .free = locating_free };
	asker_ask(app_asker(reader->base.app), ASK_STORE, &job, locating);
}

void
pane_reader_show(Pane *pane, ListRow *row)
{
	ReaderPane *reader = (ReaderPane *)pane;
	list_row_ref(row);
	list_row_unref(reader->row);
	reader->row = row;
	reader->top = 0;
	reader->tried_again = reader->missing = reader->fetching = false;
	set_note(reader, "");
	if (row->copy)
		locate(reader);
	else if (row->file)
		show_file(reader, row->file);
}

const ListRow *
pane_reader_row(Pane *pane)
{
	return ((ReaderPane *)pane)->row;
}

void
pane_reader_close(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	asker_cancel(app_asker(pane->app), reader);
	g_clear_pointer(&reader->row, list_row_unref);
	g_clear_pointer(&reader->flow, text_flow_free);
}

/* ---- the pane ---- */

static void
scroll(ReaderPane *reader, int64_t lines)
{
	if (!reader->flow)
		return;
	size_t rows = (size_t)MAX(reader->base.rows, 1);
	size_t wanted = (size_t)MAX((int64_t)reader->top + lines, 0);
	size_t length = text_flow_length(reader->flow, wanted + rows);
	reader->top = MIN(wanted, length > rows ? length - rows : 0);
}

static bool
is_at_end(ReaderPane *reader)
{
	size_t bottom = reader->top + (size_t)reader->base.rows;
	return !reader->flow || text_flow_length(reader->flow, bottom) <= bottom;
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
		canvas_draw_slice(canvas, area, row, 1 + (int)line.indent,
			area->columns - 2 - (int)line.indent, line.style, line.text, line.offset,
			line.length);
}

static void
resize(Pane *pane, int rows, int columns)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (reader->flow && columns > 2)
		text_flow_set_width(reader->flow, (size_t)columns - 2);
	scroll(reader, 0);
}

/* What is not here may have come, or may be asked for again. */
static void
on_event(Pane *pane, const Event *event)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (event->kind != EVENT_AGENT || !reader->missing || !reader->row ||
		reader->row->copy->account != event->account || reader->fetching)
		return;
	const char *state = json_text(event->object, "state");
	if (g_str_equal(event->name, "changed"))
		locate(reader);
	else if (g_strcmp0(state, "idle") == 0 || g_strcmp0(state, "syncing") == 0)
		fetch(reader);
}

static bool
cancel(Pane *pane)
{
	asker_cancel(app_asker(pane->app), pane);
	return false;
}

static void
free_pane(Pane *pane)
{
	ReaderPane *reader = (ReaderPane *)pane;
	list_row_unref(reader->row);
	text_flow_free(reader->flow);
	g_free(reader->folder);
	g_free(reader);
}

/* ---- commands ---- */

static void
run_down(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, -MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, (int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

static void
run_page_up(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, -(int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

static void
run_half_down(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, (int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_half_up(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, -(int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_home(Pane *pane, int count)
{
	((ReaderPane *)pane)->top = 0;
}

static void
run_end(Pane *pane, int count)
{
	scroll((ReaderPane *)pane, INT32_MAX);
}

static void
run_next(Pane *pane, int count)
{
	pane_list_open_next(app_pane(pane->app, PANE_LIST), MAX(count, 1));
}

static void
run_previous(Pane *pane, int count)
{
	pane_list_open_next(app_pane(pane->app, PANE_LIST), -MAX(count, 1));
}

static void
run_next_unread(Pane *pane, int count)
{
	pane_list_open_unread(app_pane(pane->app, PANE_LIST), false);
}

static void
run_previous_unread(Pane *pane, int count)
{
	pane_list_open_unread(app_pane(pane->app, PANE_LIST), true);
}

static void
run_read_on(Pane *pane, int count)
{
	if (is_at_end((ReaderPane *)pane))
		run_next_unread(pane, 0);
	else
		run_page_down(pane, count);
}

static const Command commands[] = {
	{ "read-on", "Space", "read on", "a page down; at the end the next unread message",
		run_read_on },
	{ "next-message", "J", "next", "the next message", run_next },
	{ "previous-message", "K", "previous", "the previous message", run_previous },
	{ "next-unread", "Tab", "next unread",
		"the next unread message, from a folder on to others", run_next_unread },
	{ "previous-unread", "S-Tab", NULL,
		"the previous unread message, from a folder on to others", run_previous_unread },
	{ "down", "j Down Enter", NULL, "a line down", run_down },
	{ "up", "k Up", NULL, "a line up", run_up },
	{ "page-down", "PgDn C-f", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp C-b Backspace", NULL, "a page up", run_page_up },
	{ "half-down", "C-d", NULL, "half a page down", run_half_down },
	{ "half-up", "C-u", NULL, "half a page up", run_half_up },
	{ "first", "gg Home", NULL, "to the top", run_home },
	{ "last", "G End", NULL, "to the end", run_end },
	{ NULL },
};

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	if (action == MOUSE_WHEEL_UP || action == MOUSE_WHEEL_DOWN)
		scroll((ReaderPane *)pane,
			action == MOUSE_WHEEL_UP ? -MOUSE_WHEEL_ROWS : MOUSE_WHEEL_ROWS);
}

static const PaneClass class = {
	.name = "reader",
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.cancel = cancel,
	.free = free_pane,
};

Pane *
pane_reader_new(App *app)
{
	ReaderPane *reader = g_new0(ReaderPane, 1);
	reader->base.class = &class;
	reader->base.app = app;
	return &reader->base;
}

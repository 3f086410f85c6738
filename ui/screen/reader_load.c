#include "ui/screen/app_private.h"
#include "ui/screen/pane_reader_private.h"

static void locate(ReaderPane *reader);

/* ---- the file's text: index thread ---- */

typedef struct Showing {
	ReaderPane *reader; /* touched on the UI thread only */
	char *file, *tags;
	int width;
	bool html, all_headers;
	JsonObject *message;
	TextFlow *flow;
	bool no_html;
	char *why;
} Showing;

/* The number of the HTML part that says what the text says; NULL: there is none. The caller owns it. */
static char *
html_part(JsonObject *message)
{
	g_autoptr(GPtrArray) parts = part_list_new(message);
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = g_ptr_array_index(parts, i);
		if (!part->attachment && g_str_equal(part->type, "text/html"))
			return g_strdup(part->number);
	}
	return NULL;
}

static void
take_html(Showing *showing, MessageReader *reader, GCancellable *cancel)
{
	g_autofree char *number = html_part(showing->message);
	g_autofree char *text = number ? message_reader_text(reader, showing->file, number,
						 showing->width, cancel, NULL)
	                               : NULL;
	showing->no_html = !text;
	if (!text)
		return;
	json_set_text(showing->message, "text", text);
	json_set_text(showing->message, "text_from", "html");
	json_set_text(showing->message, "text_reflowed", NULL);
	json_set_text(showing->message, "text_more", NULL);
}

static void
run_show(Asker *asker, GCancellable *cancel, void *data)
{
	Showing *showing = data;
	MessageReader *reader = asker_reader(asker);
	g_autoptr(GError) error = NULL;
	showing->message =
		message_reader_show(reader, showing->file, showing->width, cancel, &error);
	if (!showing->message) {
		showing->why = g_strdup(error ? error->message : "no answer");
		return;
	}
	if (showing->html)
		take_html(showing, reader, cancel);
	MessageTextWish wish = { showing->all_headers, showing->tags };
	showing->flow = message_text_new(showing->message, &wish);
}

/* A file that holds the headers alone is never shown as the message. */
static void
on_partial(ReaderPane *reader)
{
	reader->missing = true;
	if (reader->row->copy)
		reader_fetch(reader);
	else
		reader_set_note(reader, reader_not_here);
}

/* What was asked for before the message was there, unless the user has gone elsewhere since. */
static void
do_then(ReaderPane *reader)
{
	App *app = reader->base.app;
	CommandFunction then = g_steal_pointer(&reader->then);
	if (!then)
		return;
	bool is_here = app->focus == PANE_READER;
	if (is_here)
		then(&reader->base, 0);
	app_release_keys(app, is_here && app->focus != PANE_READER);
}

static void
take_shown(ReaderPane *reader, Showing *showing)
{
	if (showing->no_html) {
		reader->form = READER_MESSAGE;
		app_say_for_now(reader->base.app, "This message has no HTML part");
	}
	g_clear_pointer(&reader->message, json_object_unref);
	reader->message = g_steal_pointer(&showing->message);
	reader->top = 0;
	reader_set_flow(reader, g_steal_pointer(&showing->flow));
	reader_mark_begin(reader);
	do_then(reader);
}

static void
on_shown(void *data)
{
	Showing *showing = data;
	ReaderPane *reader = showing->reader;
	if (showing->message && json_truth(showing->message, "partial")) {
		on_partial(reader);
		return;
	}
	if (showing->flow) {
		take_shown(reader, showing);
		return;
	}
	if (!reader->tried_again && reader->row->copy) {
		reader->tried_again = true;
		locate(reader);
		return;
	}
	g_autofree char *note = g_strdup_printf(
		"This message cannot be shown: %s (H shows its source)", showing->why);
	reader_set_note(reader, note);
}

static void
showing_free(void *data)
{
	Showing *showing = data;
	g_free(showing->file);
	g_free(showing->tags);
	g_free(showing->why);
	g_clear_pointer(&showing->message, json_object_unref);
	text_flow_free(showing->flow);
	g_free(showing);
}

static void
show_message(ReaderPane *reader)
{
	Showing *showing = g_new0(Showing, 1);
	showing->reader = reader;
	showing->file = g_strdup(reader->file);
	showing->tags = g_strdup(clean_text_utf8(reader->row->tags));
	showing->width = MAX(reader->base.columns - 2, 20);
	showing->html = reader->form == READER_HTML;
	showing->all_headers = reader->all_headers;
	Job job = { .owner = reader,
		.run = run_show,
		.done = on_shown,
		.free = showing_free,
		.urgent = true };
	asker_ask(app_asker(reader->base.app), ASK_INDEX, &job, showing);
}

void
reader_reshow(ReaderPane *reader)
{
	if (!reader->file)
		return;
	if (reader->form == READER_SOURCE)
		reader_load_source(reader, 0, SOURCE_AT_TOP, 0);
	else if (reader->form == READER_PART)
		reader_load_part(reader);
	else if (reader->form != READER_OUTPUT)
		show_message(reader);
}

/* ---- where the file is: store thread ---- */

typedef struct Locating {
	ReaderPane *reader; /* touched on the UI thread only */
	ListRow *row;
	char *file, *why;
} Locating;

static void
run_locate(Asker *asker, GCancellable *cancel, void *data)
{
	Locating *locating = data;
	const MessageRow *copy = list_row_opened(locating->row);
	const AccountConfig *config = asker_account(asker, (size_t)copy->account);
	g_autoptr(GError) error = NULL;
	Envelopes *store = asker_store(asker, (size_t)copy->account, &error);
	g_autoptr(MessageRow) now = store ? envelopes_by_key(store, copy->key, &error) : NULL;
	if (!now) {
		locating->why = g_strdup(error ? error->message : "it is gone");
		return;
	}
	g_autofree char *below = now->here ? envelopes_file(store, now, NULL) : NULL;
	if (below)
		locating->file = g_build_filename(config->mail_root, config->path, below, NULL);
}

static void
on_located(void *data)
{
	Locating *locating = data;
	ReaderPane *reader = locating->reader;
	reader->missing = !locating->file;
	g_free(reader->file);
	reader->file = g_steal_pointer(&locating->file);
	if (reader->file) {
		reader_reshow(reader);
	} else if (locating->why) {
		g_autofree char *note =
			g_strdup_printf("This message cannot be shown: %s", locating->why);
		reader_set_note(reader, note);
	} else {
		reader_fetch(reader);
	}
}

static void
locating_free(void *data)
{
	Locating *locating = data;
	list_row_unref(locating->row);
	g_free(locating->file);
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
reader_load(ReaderPane *reader)
{
	if (reader->row->copy) {
		locate(reader);
		return;
	}
	reader->file = g_strdup(reader->row->file);
	reader_reshow(reader);
}

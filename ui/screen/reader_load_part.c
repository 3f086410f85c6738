#include <unistd.h>

#include "ui/screen/pane_reader_private.h"

typedef struct Parting {
	ReaderPane *reader; /* touched on the UI thread only */
	char *file;
	Part *part;
	int width;
	TextFlow *flow;
	char *why;
} Parting;

/* An attached message is shown as any other, from a file of its own that nobody else can find. */
static JsonObject *
show_attached(MessageReader *reader, const Parting *parting, GCancellable *cancel, GError **error)
{
	g_autoptr(GBytes) bytes =
		message_reader_part(reader, parting->file, parting->part->number, cancel, error);
	if (!bytes)
		return NULL;
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("curlew-XXXXXX", &path, error);
	if (fd < 0)
		return NULL;
	close(fd);
	gsize length;
	const char *start = g_bytes_get_data(bytes, &length);
	JsonObject *message =
		g_file_set_contents_full(
			path, start, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, error)
			? message_reader_show(reader, path, parting->width, cancel, error)
			: NULL;
	unlink(path);
	return message;
}

static TextFlow *
flow_with_title(const Parting *parting)
{
	TextFlow *flow = text_flow_new();
	g_autofree char *title = part_title(parting->part);
	text_flow_add_indented(flow, clean_text_new(CLEAN_IDENTITY, title, -1), STYLE_READER_NOTE);
	text_flow_add(flow, clean_text_new(CLEAN_BODY, "", 0), STYLE_READER);
	return flow;
}

static void
run_part(Asker *asker, GCancellable *cancel, void *data)
{
	Parting *parting = data;
	MessageReader *reader = asker_reader(asker);
	g_autoptr(GError) error = NULL;
	if (part_is_message(parting->part)) {
		g_autoptr(JsonObject) message = show_attached(reader, parting, cancel, &error);
		MessageTextWish wish = { 0 };
		parting->flow = message ? message_text_new(message, &wish) : NULL;
	} else {
		g_autofree char *text = message_reader_text(reader, parting->file,
			parting->part->number, parting->width, cancel, &error);
		parting->flow = text ? flow_with_title(parting) : NULL;
		if (text)
			message_text_add(parting->flow, text);
	}
	if (!parting->flow)
		parting->why = g_strdup(error ? error->message : "no answer");
}

static void
on_part(void *data)
{
	Parting *parting = data;
	ReaderPane *reader = parting->reader;
	reader->top = 0;
	if (parting->flow) {
		reader_set_flow(reader, g_steal_pointer(&parting->flow));
		return;
	}
	g_autofree char *note = g_strdup_printf("This part cannot be shown: %s", parting->why);
	reader_set_note(reader, note);
}

static void
parting_free(void *data)
{
	Parting *parting = data;
	g_free(parting->file);
	g_free(parting->why);
	part_free(parting->part);
	text_flow_free(parting->flow);
	g_free(parting);
}

void
reader_load_part(ReaderPane *reader)
{
	Parting *parting = g_new0(Parting, 1);
	parting->reader = reader;
	parting->file = g_strdup(reader->file);
	parting->part = part_copy(reader->part);
	parting->width = MAX(reader->base.columns - 2, 20);
	Job job = { .owner = reader,
		.run = run_part,
		.done = on_part,
		.free = parting_free,
		.urgent = true };
	asker_ask(app_asker(reader->base.app), ASK_INDEX, &job, parting);
}

#include "ui/screen/pane_reader_private.h"

typedef struct Sourcing {
	ReaderPane *reader; /* touched on the UI thread only */
	char *file;
	SourceWish wish;
	SourceShown shown;
	char *why;
} Sourcing;

static void
run_source(Asker *asker, GCancellable *cancel, void *data)
{
	Sourcing *sourcing = data;
	g_autoptr(GError) error = NULL;
	if (!source_show(&sourcing->wish, &sourcing->shown, &error))
		sourcing->why = g_strdup(error->message);
}

void
reader_take_source(ReaderPane *reader, SourceShown *shown)
{
	reader->window = shown->window;
	reader->more_windows = shown->more;
	reader->top = shown->top;
	reader_set_flow(reader, g_steal_pointer(&shown->flow));
	reader_scroll(reader, 0);
}

static void
on_source(void *data)
{
	Sourcing *sourcing = data;
	ReaderPane *reader = sourcing->reader;
	if (sourcing->why) {
		g_autofree char *note =
			g_strdup_printf("The source cannot be shown: %s", sourcing->why);
		reader_set_note(reader, note);
		return;
	}
	reader_take_source(reader, &sourcing->shown);
}

static void
sourcing_free(void *data)
{
	Sourcing *sourcing = data;
	g_free(sourcing->file);
	g_free(sourcing->why);
	text_flow_free(sourcing->shown.flow);
	g_free(sourcing);
}

void
reader_load_source(ReaderPane *reader, int64_t window, SourceFrom from, int64_t lines)
{
	Sourcing *sourcing = g_new0(Sourcing, 1);
	sourcing->reader = reader;
	sourcing->file = g_strdup(reader->file);
	sourcing->wish = (SourceWish){ sourcing->file, window,
		(size_t)MAX(reader->base.columns - 2, 2), from, lines };
	Job job = { .owner = reader,
		.run = run_source,
		.done = on_source,
		.free = sourcing_free,
		.urgent = true };
	asker_ask(app_asker(reader->base.app), ASK_INDEX, &job, sourcing);
}

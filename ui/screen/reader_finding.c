#include "ui/screen/app_private.h"
#include "ui/screen/pane_reader_private.h"

/* Lines that are looked at in one step: a few milliseconds, also of long ones. */
enum { STEP_LINES = 500, STEPS_A_WORD = 32 };

static void look_in_next_window(ReaderPane *reader);

/* ---- its end ---- */

bool
reader_find_stop(ReaderPane *reader)
{
	bool ran = reader->finding.runs;
	g_clear_handle_id(&reader->finding.step, g_source_remove);
	if (ran)
		asker_cancel(app_asker(reader->base.app), &reader->finding);
	reader->finding.runs = false;
	return ran;
}

/* Into sight, if it is not: with what stands before it. */
static void
show_found(ReaderPane *reader, size_t line)
{
	size_t rows = (size_t)MAX(reader->base.rows, 1);
	reader->found = (int64_t)line;
	if (line < reader->top || line >= reader->top + rows) {
		reader->top = line > rows / 3 ? line - rows / 3 : 0;
		reader_scroll(reader, 0);
	}
	app_redraw(reader->base.app);
}

static void
end_found(ReaderPane *reader, size_t line)
{
	const ReaderFinding *finding = &reader->finding;
	App *app = reader->base.app;
	reader_find_stop(reader);
	if (finding->wrapped)
		app_say_for_now(app, "Searched on from the %s", finding->backwards ? "end" : "top");
	else
		app_say_nothing(app);
	show_found(reader, line);
}

static void
end_not_found(ReaderPane *reader)
{
	reader_find_stop(reader);
	app_say_for_now(reader->base.app, "\"%s\" is not found", finder_pattern(reader->finder));
}

/* ---- another window of the source: index thread ---- */

typedef struct Looking {
	ReaderPane *reader; /* touched on the UI thread only */
	char *file;
	Finder *finder;
	SourceWish wish;
	bool backwards, found;
	SourceShown shown;
	int64_t line;
	char *why;
} Looking;

static void
run_look(Asker *asker, GCancellable *cancel, void *data)
{
	Looking *looking = data;
	g_autoptr(GError) error = NULL;
	if (!source_show(&looking->wish, &looking->shown, &error)) {
		looking->why = g_strdup(error->message);
		return;
	}
	looking->line = (int64_t)looking->shown.top;
	looking->found = finder_find(looking->finder, looking->shown.flow, &looking->line,
				 looking->backwards, SIZE_MAX) == FINDER_FOUND;
}

static void
on_looked(void *data)
{
	Looking *looking = data;
	ReaderPane *reader = looking->reader;
	ReaderFinding *finding = &reader->finding;
	finding->window = looking->shown.window;
	if (looking->why) {
		reader_find_stop(reader);
		app_say_error(reader->base.app, "The source cannot be read: %s", looking->why);
	} else if (looking->found) {
		finding->runs = false; /* what it stands in takes the place of what was shown */
		reader_take_source(reader, &looking->shown);
		end_found(reader, (size_t)looking->line);
	} else if (finding->wrapped && finding->window == finding->from_window) {
		end_not_found(reader);
	} else {
		finding->more = looking->shown.more;
		look_in_next_window(reader);
	}
}

static void
looking_free(void *data)
{
	Looking *looking = data;
	g_free(looking->file);
	g_free(looking->why);
	finder_free(looking->finder);
	text_flow_free(looking->shown.flow);
	g_free(looking);
}

/* The next window, round the end of the file. The lines that it shares with the last one are known. */
static SourceWish
next_window(ReaderFinding *finding)
{
	int64_t window = finding->window;
	if (!finding->backwards && finding->more)
		return (SourceWish){ .window = window + 1, .from = SOURCE_FROM_ABOVE };
	if (finding->backwards && window > 0)
		return (SourceWish){ .window = window - 1, .from = SOURCE_FROM_BELOW, .lines = 1 };
	finding->wrapped = true;
	if (finding->backwards)
		return (SourceWish){ .from = SOURCE_AT_END, .lines = 1 };
	return (SourceWish){ .from = SOURCE_AT_TOP };
}

static void
look_in_next_window(ReaderPane *reader)
{
	ReaderFinding *finding = &reader->finding;
	g_clear_handle_id(&finding->step, g_source_remove);
	Looking *looking = g_new0(Looking, 1);
	looking->reader = reader;
	looking->file = g_strdup(reader->file);
	looking->finder = finder_new(finder_pattern(reader->finder));
	looking->backwards = finding->backwards;
	looking->wish = next_window(finding);
	looking->wish.file = looking->file;
	looking->wish.columns = (size_t)MAX(reader->base.columns - 2, 2);
	app_say_for_now(reader->base.app, "Finding \"%s\": %" G_GINT64_FORMAT " kB; Esc stops",
		finder_pattern(reader->finder), looking->wish.window * (SOURCE_WINDOW >> 10));
	Job job = { .owner = finding,
		.run = run_look,
		.done = on_looked,
		.free = looking_free,
		.urgent = true };
	asker_ask(app_asker(reader->base.app), ASK_INDEX, &job, looking);
}

/* ---- what is shown ---- */

/* Lays some lines more out; at the end it is known which is the last. */
static bool
seek_end(ReaderPane *reader)
{
	ReaderFinding *finding = &reader->finding;
	size_t known = text_flow_length(reader->flow, 0);
	size_t length = text_flow_length(reader->flow, known + STEP_LINES);
	finding->seeks_end = length > known + STEP_LINES;
	finding->line = (int64_t)length - 1;
	return true;
}

static bool
go_round(ReaderPane *reader)
{
	ReaderFinding *finding = &reader->finding;
	bool has_windows =
		reader->form == READER_SOURCE && (reader->more_windows || reader->window > 0);
	if (has_windows) {
		look_in_next_window(reader);
		return false;
	}
	if (finding->wrapped) {
		end_not_found(reader);
		return false;
	}
	finding->wrapped = true;
	finding->line = 0;
	finding->seeks_end = finding->backwards;
	return true;
}

/* True: there is more to look at. */
static bool
step(ReaderPane *reader)
{
	ReaderFinding *finding = &reader->finding;
	if (finding->seeks_end)
		return seek_end(reader);
	FinderResult result = finder_find(
		reader->finder, reader->flow, &finding->line, finding->backwards, STEP_LINES);
	if (result == FINDER_FOUND) {
		end_found(reader, (size_t)finding->line);
		return false;
	}
	bool is_round = finding->wrapped && (finding->backwards ? finding->line < finding->from
								: finding->line > finding->from);
	return result == FINDER_GOES_ON && !is_round ? true : go_round(reader);
}

/* To its end, laid out and round it: a text of one screen is looked through at once. */
static bool
some_steps(ReaderPane *reader)
{
	return step(reader) && step(reader) && step(reader);
}

static gboolean
on_step(gpointer data)
{
	ReaderPane *reader = data;
	ReaderFinding *finding = &reader->finding;
	if (!some_steps(reader))
		return G_SOURCE_REMOVE;
	if (finding->steps++ % STEPS_A_WORD == 0)
		app_say_for_now(reader->base.app,
			"Finding \"%s\": line %" G_GINT64_FORMAT "; Esc stops",
			finder_pattern(reader->finder), finding->line);
	return G_SOURCE_CONTINUE;
}

void
reader_find(ReaderPane *reader, int64_t line, bool backwards)
{
	reader_find_stop(reader);
	reader->finding = (ReaderFinding){
		.runs = true,
		.backwards = backwards,
		.line = line,
		.from = line,
		.window = reader->window,
		.from_window = reader->window,
		.more = reader->more_windows,
	};
	if (some_steps(reader))
		reader->finding.step = g_idle_add(on_step, reader);
}

char *
reader_finding_text(const ReaderPane *reader)
{
	return reader->finding.runs
	               ? g_strdup_printf("finding \"%s\"", finder_pattern(reader->finder))
	               : NULL;
}

#include "ui/screen/list_empty.h"

#include "ui/screen/text_flow.h"
#include "ui/screen/words.h"

struct ListEmpty {
	Asker *asker;
	App *app;
	bool counted;
	int64_t searched, waiting; /* messages in the index; not yet in it */
};

typedef struct Counting {
	ListEmpty *empty; /* touched on the UI thread only */
	int64_t searched, waiting;
} Counting;

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	Counting *counting = data;
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		Envelopes *store = asker_store(asker, i, NULL);
		EnvelopesCounts counts;
		if (!store || !envelopes_counts(store, &counts, NULL))
			continue;
		int64_t missing = counts.index_queue + counts.bodies_missing;
		counting->waiting += missing;
		counting->searched += MAX(counts.messages - missing, 0);
	}
}

static void
done(void *data)
{
	Counting *counting = data;
	counting->empty->counted = true;
	counting->empty->searched = counting->searched;
	counting->empty->waiting = counting->waiting;
}

ListEmpty *
list_empty_new(App *app, const View *view)
{
	ListEmpty *empty = g_new0(ListEmpty, 1);
	empty->app = app;
	empty->asker = app_asker(app);
	if (view->kind != VIEW_SEARCH)
		return empty;
	Counting *counting = g_new0(Counting, 1);
	counting->empty = empty;
	Job job = { .owner = empty, .run = run, .done = done, .free = g_free };
	asker_ask(empty->asker, ASK_STORE, &job, counting);
	return empty;
}

void
list_empty_free(ListEmpty *empty)
{
	if (!empty)
		return;
	asker_cancel(empty->asker, empty);
	g_free(empty);
}

static char *
no_account_text(App *app)
{
	g_autoptr(GPtrArray) mistakes = app_mistakes(app);
	if (mistakes->len > 0) {
		g_ptr_array_add(mistakes, NULL);
		g_autofree char *all = g_strjoinv("\n", (char **)mistakes->pdata);
		return g_strdup_printf("No account can be used. Mistakes in %s:\n%s\n`$` reads it "
				       "again.",
			app_config_path(app), all);
	}
	return g_strdup_printf("No account yet. `curlew config init` writes a commented config to "
			       "%s; `curlew demo` tries the program (Enter starts it). `$` reads "
			       "the config again.",
		app_config_path(app));
}

/* "Fetching work/INBOX … 1,204 of 20,000", while the first sync of what is shown is under way. */
static char *
fetching_text(App *app, const View *view)
{
	const FolderEntry *entry = folder_list_find(app_folders(app), view, NULL);
	const char *wanted = entry ? entry->name : NULL;
	for (size_t i = 0; i < app_account_count(app); i++) {
		const char *folder;
		int64_t done_now, total;
		if (view->account != VIEW_ALL_ACCOUNTS && view->account != (int)i)
			continue;
		if (!account_status_progress(
			    app_account_status(app, i), wanted, &folder, &done_now, &total))
			continue;
		g_autofree char *first = words_number(done_now);
		g_autofree char *last = words_number(total);
		return g_strdup_printf("Fetching %s/%s … %s of %s",
			app_account_config(app, i)->name, folder, first, last);
	}
	bool first_pass = entry && entry->state == 1;
	return first_pass ? g_strdup_printf("Fetching %s …", clean_text_utf8(view->title)) : NULL;
}

/* Is no folder known of what is shown? */
static bool
is_unknown(App *app, const View *view)
{
	const FolderList *folders = app_folders(app);
	for (size_t i = 0; i < folder_list_length(folders); i++) {
		const FolderEntry *entry = folder_list_at(folders, i);
		if (entry->name &&
			(view->account == VIEW_ALL_ACCOUNTS || view->account == entry->account))
			return false;
	}
	return folder_list_is_loaded(folders);
}

static char *
unknown_text(App *app, const View *view)
{
	for (size_t i = 0; i < app_account_count(app); i++) {
		bool shown = view->account == VIEW_ALL_ACCOUNTS || view->account == (int)i;
		if (shown && account_status_is_busy(app_account_status(app, i)))
			return g_strdup_printf("Fetching %s …", clean_text_utf8(view->title));
	}
	return g_strdup("Nothing was fetched yet. `$` asks the servers.");
}

static char *
nothing_matches_text(const ListEmpty *empty, const View *view)
{
	if (!empty || !empty->counted)
		return g_strdup_printf("Nothing matches %s", view->query);
	g_autofree char *searched = words_number(empty->searched);
	g_autofree char *waiting = words_number(empty->waiting);
	if (empty->waiting == 0)
		return g_strdup_printf("Nothing matches %s (searched %s)", view->query, searched);
	return g_strdup_printf("Nothing matches %s (searched %s; %s not indexed yet)", view->query,
		searched, waiting);
}

static char *
text_of(const ListEmpty *empty, App *app, const View *view, const CleanText *why)
{
	if (!view)
		return no_account_text(app);
	if (why && view->kind == VIEW_SEARCH && !view->narrow)
		return g_strdup_printf(
			"%s. `\\` searches again, `q` goes back.", clean_text_utf8(why));
	if (why)
		return g_strdup(clean_text_utf8(why));
	if (view->narrow)
		return g_strdup_printf(
			"Nothing here has \"%s\" in its sender or subject; `Esc` shows all",
			view->narrow);
	if (view->kind == VIEW_SEARCH)
		return nothing_matches_text(empty, view);
	const FolderEntry *entry = folder_list_find(app_folders(app), view, NULL);
	if (entry && entry->held)
		return g_strdup_printf("%s is held: %s", clean_text_utf8(view->title),
			clean_text_utf8(entry->held));
	char *fetching = fetching_text(app, view);
	if (fetching)
		return fetching;
	if (is_unknown(app, view))
		return unknown_text(app, view);
	return g_strdup_printf("No messages in %s", clean_text_utf8(view->title));
}

void
list_empty_draw(const ListEmpty *empty, App *app, const View *view, const CleanText *why,
	Canvas *canvas, const Area *area)
{
	g_autofree char *text = text_of(empty, app, view, why);
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_set_width(flow, (size_t)MAX(area->columns - 2, 2));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **one = lines; *one; one++)
		text_flow_add(flow, clean_text_new(CLEAN_LINE, *one, -1), STYLE_EMPTY);
	TextLine line;
	for (int row = 0; row < area->rows && text_flow_line(flow, (size_t)row, &line); row++)
		canvas_draw_slice(canvas, area, row, 1, area->columns - 2, line.style, line.text,
			line.offset, line.length);
}

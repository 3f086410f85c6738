#include "ui/screen/app_private.h"
#include "ui/screen/pending_list.h"
#include "ui/screen/words.h"

/* How many changes wait for the user, and that it is said when there are more. */

typedef struct Looking {
	App *app; /* touched on the UI thread only */
	int64_t refused;
} Looking;

static void
run_look(Asker *asker, GCancellable *cancel, void *data)
{
	((Looking *)data)->refused = pending_list_count_refused(asker);
}

char *
app_refused_text(const App *app)
{
	if (app->refused == 0)
		return NULL;
	g_autofree char *count = words_count(app->refused, "change");
	return g_strdup_printf(
		"%s wait%s for your answer: :pending", count, app->refused == 1 ? "s" : "");
}

static void
on_looked(void *data)
{
	const Looking *looking = data;
	App *app = looking->app;
	bool more = looking->refused > app->refused;
	app->refused = looking->refused;
	/* where it failed, the error stands there, or the accounts' states say it */
	bool owes = app->owes_news && !app->news_failed;
	app->owes_news = false;
	g_autofree char *text = more ? app_refused_text(app) : NULL;
	if (owes)
		app_say_news(app);
	else if (more)
		app_say_error(app, "%s", text);
}

void
app_look_for_refused(App *app)
{
	Looking *looking = g_new0(Looking, 1);
	looking->app = app;
	Job job = { .owner = &app->refused, .run = run_look, .done = on_looked, .free = g_free };
	asker_ask(app->asker, ASK_STORE, &job, looking);
}

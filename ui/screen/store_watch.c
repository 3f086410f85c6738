#include "ui/screen/store_watch.h"

enum { INTERVAL_SECONDS = 1 };

struct StoreWatch {
	Asker *asker;
	Events *events;
	guint timer;
	bool asking, looked;
	int64_t *versions; /* one an account; 0: there was no store */
};

/* One look at all of them. */
typedef struct Look {
	StoreWatch *watch; /* touched on the UI thread only */
	int64_t *versions;
} Look;

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	Look *look = data;
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		Envelopes *store = asker_store(asker, i, NULL);
		look->versions[i] = store ? envelopes_version(store) : 0;
	}
}

static void
done(void *data)
{
	Look *look = data;
	StoreWatch *watch = look->watch;
	bool changed = false;
	for (size_t i = 0; i < asker_account_count(watch->asker); i++) {
		changed |= watch->versions[i] != look->versions[i];
		watch->versions[i] = look->versions[i];
	}
	bool is_first = !watch->looked;
	watch->looked = true;
	if (changed && !is_first)
		events_tell(watch->events, &(Event){ .kind = EVENT_MAIL, .account = -1 });
}

static void
look_free(void *data)
{
	Look *look = data;
	look->watch->asking = false;
	g_free(look->versions);
	g_free(look);
}

static gboolean
on_time(gpointer data)
{
	StoreWatch *watch = data;
	if (watch->asking)
		return G_SOURCE_CONTINUE;
	watch->asking = true;
	Look *look = g_new0(Look, 1);
	look->watch = watch;
	look->versions = g_new0(int64_t, asker_account_count(watch->asker) + 1);
	Job job = { .owner = watch, .run = run, .done = done, .free = look_free };
	asker_ask(watch->asker, ASK_STORE, &job, look);
	return G_SOURCE_CONTINUE;
}

StoreWatch *
store_watch_new(Asker *asker, Events *events)
{
	StoreWatch *watch = g_new0(StoreWatch, 1);
	watch->asker = asker;
	watch->events = events;
	watch->versions = g_new0(int64_t, asker_account_count(asker) + 1);
	if (asker_account_count(asker) == 0)
		return watch;
	watch->timer = g_timeout_add_seconds(INTERVAL_SECONDS, on_time, watch);
	on_time(watch);
	return watch;
}

void
store_watch_free(StoreWatch *watch)
{
	if (!watch)
		return;
	g_clear_handle_id(&watch->timer, g_source_remove);
	g_free(watch->versions);
	g_free(watch);
}

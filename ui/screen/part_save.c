#include "ui/screen/part_save.h"

#include <errno.h>

#include "ui/screen/save.h"
#include "ui/screen/words.h"

typedef struct Saving {
	App *app; /* touched on the UI thread only */
	char *file, *directory, *name;
	GPtrArray *parts; /* of Part */
	guint saved;
	char *path; /* of the last one */
	char *why;  /* the first failure; NULL: none */
	GBytes *bytes;
	void (*on_bytes)(App *app, GBytes *bytes);
} Saving;

static bool
save_one(MessageReader *reader, Saving *saving, const Part *part, GCancellable *cancel,
	GError **error)
{
	g_autoptr(GBytes) bytes =
		message_reader_part(reader, saving->file, part->number, cancel, error);
	if (!bytes)
		return false;
	g_autofree char *name = saving->name ? g_strdup(saving->name)
	                                     : save_name(part->name, part->number, part->type);
	char *path = save_bytes(saving->directory, name, bytes, error);
	if (!path)
		return false;
	g_free(saving->path);
	saving->path = path;
	saving->saved++;
	return true;
}

/* A failure ends it: what fails once, a full disk say, will go on failing. */
static void
run_save(Asker *asker, GCancellable *cancel, void *data)
{
	Saving *saving = data;
	if (g_mkdir_with_parents(saving->directory, 0700) != 0) {
		saving->why = g_strdup_printf("%s: %s", saving->directory, g_strerror(errno));
		return;
	}
	for (guint i = 0; i < saving->parts->len; i++) {
		g_autoptr(GError) error = NULL;
		if (save_one(asker_reader(asker), saving, g_ptr_array_index(saving->parts, i),
			    cancel, &error))
			continue;
		saving->why = g_strdup(error ? error->message : "no answer");
		return;
	}
}

static void
on_saved(void *data)
{
	Saving *saving = data;
	if (saving->why)
		app_say_error(saving->app, "Saved %u of %u: %s", saving->saved, saving->parts->len,
			saving->why);
	else if (saving->saved == 1)
		app_say(saving->app, "Saved as %s", saving->path);
	else
		app_say(saving->app, "Saved %u files in %s", saving->saved, saving->directory);
	app_redraw(saving->app);
}

static void
saving_free(void *data)
{
	Saving *saving = data;
	g_free(saving->file);
	g_free(saving->directory);
	g_free(saving->name);
	g_free(saving->path);
	g_free(saving->why);
	g_ptr_array_unref(saving->parts);
	g_clear_pointer(&saving->bytes, g_bytes_unref);
	g_free(saving);
}

static Saving *
saving_new(App *app, const char *file)
{
	Saving *saving = g_new0(Saving, 1);
	saving->app = app;
	saving->file = g_strdup(file);
	saving->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	return saving;
}

void
part_save(
	App *app, const char *file, const GPtrArray *parts, const char *directory, const char *name)
{
	Saving *saving = saving_new(app, file);
	saving->directory = g_strdup(directory);
	saving->name = g_strdup(name);
	for (guint i = 0; i < parts->len; i++)
		g_ptr_array_add(saving->parts, part_copy(g_ptr_array_index(parts, i)));
	Job job = { .owner = saving, .run = run_save, .done = on_saved, .free = saving_free };
	asker_ask(app_asker(app), ASK_INDEX, &job, saving);
}

static void
run_read(Asker *asker, GCancellable *cancel, void *data)
{
	Saving *saving = data;
	const Part *part = g_ptr_array_index(saving->parts, 0);
	g_autoptr(GError) error = NULL;
	saving->bytes = message_reader_part(
		asker_reader(asker), saving->file, part->number, cancel, &error);
	if (!saving->bytes)
		saving->why = g_strdup(error ? error->message : "no answer");
}

static void
on_read(void *data)
{
	Saving *saving = data;
	if (saving->bytes)
		saving->on_bytes(saving->app, saving->bytes);
	else
		app_say_error(saving->app, "This part cannot be read: %s", saving->why);
	app_redraw(saving->app);
}

void
part_read(App *app, const void *owner, const char *file, const Part *part,
	void (*on_bytes)(App *app, GBytes *bytes))
{
	Saving *saving = saving_new(app, file);
	saving->on_bytes = on_bytes;
	g_ptr_array_add(saving->parts, part_copy(part));
	Job job = { .owner = owner, .run = run_read, .done = on_read, .free = saving_free };
	asker_ask(app_asker(app), ASK_INDEX, &job, saving);
}

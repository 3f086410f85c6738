#include "ui/screen/view_memory.h"

#include <glib/gstdio.h>

#include "index/json.h"
#include "index/small_file.h"

enum { VERSION = 1, VIEW_LIMIT = 200, FOLD_LIMIT = 100, FOLDED_LIMIT = 1000 };

typedef struct Known {
	ViewPlace *place;
	int64_t used; /* microseconds */
} Known;

struct ViewMemory {
	char *path;
	GHashTable *views;  /* name → Known */
	GHashTable *folded; /* of char *: what is folded in the folders pane */
	bool changed;
};

ViewPlace *
view_place_new(void)
{
	ViewPlace *place = g_new0(ViewPlace, 1);
	place->folds = list_folds_new();
	place->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return place;
}

ViewPlace *
view_place_copy(const ViewPlace *place)
{
	ViewPlace *copy = view_place_new();
	copy->account = g_strdup(place->account);
	copy->key = g_strdup(place->key);
	copy->flat = place->flat;
	copy->order = place->order;
	list_folds_free(copy->folds);
	copy->folds = list_folds_copy(place->folds);
	GHashTableIter iter;
	gpointer account, mark;
	g_hash_table_iter_init(&iter, place->marks);
	while (g_hash_table_iter_next(&iter, &account, &mark))
		view_place_set_mark(copy, account, mark);
	return copy;
}

void
view_place_free(ViewPlace *place)
{
	if (!place)
		return;
	g_free(place->account);
	g_free(place->key);
	list_folds_free(place->folds);
	g_hash_table_unref(place->marks);
	g_free(place);
}

void
view_place_set_mark(ViewPlace *place, const char *account, const PageMark *mark)
{
	g_hash_table_replace(place->marks, g_strdup(account), g_memdup2(mark, sizeof(PageMark)));
}

static void
known_free(void *data)
{
	Known *known = data;
	view_place_free(known->place);
	g_free(known);
}

/* ---- as text ---- */

static ViewPlace *
read_place(JsonObject *object)
{
	ViewPlace *place = view_place_new();
	place->account = g_strdup(json_text(object, "account"));
	place->key = g_strdup(json_text(object, "key"));
	place->flat = json_truth(object, "flat");
	list_order_read(json_text(object, "order"), &place->order); /* else by date */
	int64_t rule = json_number(object, "rule", FOLD_READ);
	list_folds_set_rule(
		place->folds, rule >= FOLD_READ && rule <= FOLD_NONE ? (FoldRule)rule : FOLD_READ);
	JsonArray *folds = json_array(object, "folds"), *marks = json_array(object, "marks");
	for (guint i = 0; folds && i < json_array_get_length(folds); i++) {
		JsonObject *fold = json_array_get_object_element(folds, i);
		if (fold)
			list_folds_set(place->folds, json_number(fold, "thread", 0),
				json_truth(fold, "folded"));
	}
	for (guint i = 0; marks && i < json_array_get_length(marks); i++) {
		JsonObject *mark = json_array_get_object_element(marks, i);
		const char *account = mark ? json_text(mark, "account") : NULL;
		PageMark seen = { mark ? json_number(mark, "uid", 0) : 0,
			mark ? json_number(mark, "id", 0) : 0 };
		if (account)
			view_place_set_mark(place, account, &seen);
	}
	return place;
}

static void
write_fold(int64_t thread, bool folded, void *data)
{
	JsonArray *folds = data;
	if (json_array_get_length(folds) >= FOLD_LIMIT)
		return;
	JsonObject *fold = json_object_new();
	json_set_number(fold, "thread", thread);
	json_set_truth(fold, "folded", folded);
	json_array_add_object_element(folds, fold);
}

static JsonObject *
write_place(const char *name, const Known *known)
{
	const ViewPlace *place = known->place;
	JsonObject *object = json_object_new();
	json_set_text(object, "view", name);
	json_set_number(object, "used", known->used);
	json_set_text(object, "account", place->account);
	json_set_text(object, "key", place->key);
	json_set_truth(object, "flat", place->flat);
	json_set_text(object, "order", list_order_name(place->order));
	json_set_number(object, "rule", list_folds_rule(place->folds));
	JsonArray *folds = json_array_new(), *marks = json_array_new();
	list_folds_each(place->folds, write_fold, folds);
	json_set_array(object, "folds", folds);
	GHashTableIter iter;
	gpointer account, data;
	g_hash_table_iter_init(&iter, place->marks);
	while (g_hash_table_iter_next(&iter, &account, &data)) {
		const PageMark *mark = data;
		JsonObject *one = json_object_new();
		json_set_text(one, "account", account);
		json_set_number(one, "uid", mark->uid);
		json_set_number(one, "id", mark->id);
		json_array_add_object_element(marks, one);
	}
	json_set_array(object, "marks", marks);
	return object;
}

static void
put(ViewMemory *memory, const char *name, ViewPlace *place, int64_t used)
{
	Known *known = g_new(Known, 1);
	*known = (Known){ place, used };
	g_hash_table_replace(memory->views, g_strdup(name), known);
}

static void
read_file(ViewMemory *memory)
{
	size_t length;
	g_autofree char *text = small_file_read(memory->path, JSON_LINE_LIMIT, &length, NULL, NULL);
	if (!text)
		return;
	JsonObject *all = json_line_parse(text, length, NULL);
	JsonArray *views =
		all && json_number(all, "version", 0) == VERSION ? json_array(all, "views") : NULL;
	for (guint i = 0; views && i < json_array_get_length(views); i++) {
		JsonObject *view = json_object_at(views, i);
		const char *name = view ? json_text(view, "view") : NULL;
		if (name)
			put(memory, name, read_place(view), json_number(view, "used", 0));
	}
	JsonArray *folded = all ? json_array(all, "folded") : NULL;
	for (guint i = 0; folded && i < json_array_get_length(folded); i++) {
		const char *name = json_text_at(folded, i);
		if (name)
			g_hash_table_add(memory->folded, g_strdup(name));
	}
	g_clear_pointer(&all, json_object_unref);
}

ViewMemory *
view_memory_new(const char *path)
{
	ViewMemory *memory = g_new0(ViewMemory, 1);
	memory->path = g_strdup(path);
	memory->views = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
	memory->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	read_file(memory);
	return memory;
}

void
view_memory_free(ViewMemory *memory)
{
	if (!memory)
		return;
	g_hash_table_unref(memory->views);
	g_hash_table_unref(memory->folded);
	g_free(memory->path);
	g_free(memory);
}

const ViewPlace *
view_memory_find(const ViewMemory *memory, const char *name)
{
	const Known *known = g_hash_table_lookup(memory->views, name);
	return known ? known->place : NULL;
}

static void
forget_oldest(ViewMemory *memory)
{
	GHashTableIter iter;
	gpointer name, data, oldest = NULL;
	int64_t used = INT64_MAX;
	g_hash_table_iter_init(&iter, memory->views);
	while (g_hash_table_iter_next(&iter, &name, &data)) {
		if (((Known *)data)->used < used) {
			used = ((Known *)data)->used;
			oldest = name;
		}
	}
	g_hash_table_remove(memory->views, oldest);
}

static char *
place_text(const ViewPlace *place)
{
	const Known known = { (ViewPlace *)place, 0 };
	JsonObject *object = write_place("", &known);
	char *text = json_line_write(object);
	json_object_unref(object);
	return text;
}

static bool
is_same(const ViewPlace *one, const ViewPlace *other)
{
	g_autofree char *left = place_text(one);
	g_autofree char *right = place_text(other);
	return g_str_equal(left, right);
}

void
view_memory_put(ViewMemory *memory, const char *name, ViewPlace *place)
{
	const ViewPlace *known = view_memory_find(memory, name);
	memory->changed = memory->changed || !known || !is_same(known, place);
	put(memory, name, place, g_get_real_time());
	while (g_hash_table_size(memory->views) > VIEW_LIMIT)
		forget_oldest(memory);
}

bool
view_memory_is_folded(const ViewMemory *memory, const char *name)
{
	return g_hash_table_contains(memory->folded, name);
}

void
view_memory_set_folded(ViewMemory *memory, const char *name, bool folded)
{
	bool changes = folded ? g_hash_table_add(memory->folded, g_strdup(name))
	                      : g_hash_table_remove(memory->folded, name);
	memory->changed = memory->changed || changes;
}

/* ---- writing ---- */

typedef struct Writing {
	char *path, *text;
} Writing;

static void
writing_free(void *data)
{
	Writing *writing = data;
	g_free(writing->path);
	g_free(writing->text);
	g_free(writing);
}

static void
run_writing(Asker *asker, GCancellable *cancel, void *data)
{
	const Writing *writing = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *directory = g_path_get_dirname(writing->path);
	g_mkdir_with_parents(directory, 0700);
	if (!g_file_set_contents_full(
		    writing->path, writing->text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
		g_warning("cannot remember where the views were left: %s", error->message);
}

static char *
write_all(const ViewMemory *memory)
{
	JsonObject *all = json_object_new();
	json_set_number(all, "version", VERSION);
	JsonArray *views = json_array_new();
	GHashTableIter iter;
	gpointer name, known;
	g_hash_table_iter_init(&iter, memory->views);
	while (g_hash_table_iter_next(&iter, &name, &known))
		json_array_add_object_element(views, write_place(name, known));
	json_set_array(all, "views", views);
	JsonArray *folded = json_array_new();
	g_hash_table_iter_init(&iter, memory->folded);
	while (g_hash_table_iter_next(&iter, &name, NULL) &&
		json_array_get_length(folded) < FOLDED_LIMIT)
		json_array_add_string_element(folded, name);
	json_set_array(all, "folded", folded);
	char *text = json_line_write(all);
	json_object_unref(all);
	return text;
}

void
view_memory_save(ViewMemory *memory, Asker *asker)
{
	if (!memory->changed && asker) /* a job that was to write it may have been left undone */
		return;
	memory->changed = false;
	Writing *writing = g_new0(Writing, 1);
	writing->path = g_strdup(memory->path);
	writing->text = write_all(memory);
	if (asker) {
		Job job = { .owner = memory, .run = run_writing, .free = writing_free };
		asker_ask(asker, ASK_STORE, &job, writing);
		return;
	}
	run_writing(NULL, NULL, writing);
	writing_free(writing);
}

#include "ui/screen/list_store.h"

#include "ui/screen/list_question.h"

typedef struct StoreSource {
	ListSource base;
	Asker *asker;
	View *view;
	bool flat;
	ListFolds *folds;
} StoreSource;

/* ---- store thread ---- */

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	ListQuestion *question = data;
	g_autoptr(GError) error = NULL;
	bool answered = list_question_open(question, asker, cancel, &error) &&
	                (question->flat ? list_flat_answer : list_threads_answer)(question, &error);
	if (!answered || error)
		question->why = clean_text_new(
			CLEAN_LINE, error ? error->message : "the store cannot be read", -1);
}

/* ---- UI thread ---- */

static void
remember_open(StoreSource *source, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const ListRow *row = g_ptr_array_index(rows, i);
		if (row->depth > 0)
			list_folds_saw_open(source->folds, row->thread, row->thread_messages);
	}
}

static void
done(void *data)
{
	ListQuestion *question = data;
	StoreSource *source = question->source;
	ListPage page = { question->rows, question->end, question->why };
	remember_open(source, question->rows);
	source->base.on_page(&page, source->base.data);
}

static void
store_ask(ListSource *base, const ListAsk *ask)
{
	StoreSource *source = (StoreSource *)base;
	ListQuestion *question =
		list_question_new(source, source->view, source->flat, source->folds, ask);
	Job job = { .owner = source, .run = run, .done = done, .free = list_question_free };
	asker_ask(source->asker, ASK_STORE, &job, question);
}

static void
store_cancel(ListSource *base)
{
	StoreSource *source = (StoreSource *)base;
	asker_cancel(source->asker, source);
}

static void
store_free(ListSource *base)
{
	StoreSource *source = (StoreSource *)base;
	asker_cancel(source->asker, source);
	view_free(source->view);
	list_folds_free(source->folds);
	g_free(source);
}

static const ListSourceClass store_class = { store_ask, store_cancel, store_free };

ListSource *
list_store_new(Asker *asker, const View *view)
{
	StoreSource *source = g_new0(StoreSource, 1);
	source->base.class = &store_class;
	source->asker = asker;
	source->view = view_copy(view);
	source->folds = list_folds_new();
	source->flat = view->kind == VIEW_FLAGGED;
	return &source->base;
}

/* ---- how it is laid out ---- */

bool
list_store_can_thread(const ListSource *base)
{
	return ((const StoreSource *)base)->view->kind != VIEW_FLAGGED;
}

bool
list_store_is_flat(const ListSource *base)
{
	return ((const StoreSource *)base)->flat;
}

void
list_store_set_flat(ListSource *base, bool flat)
{
	((StoreSource *)base)->flat = flat || !list_store_can_thread(base);
}

ListFolds *
list_store_folds(ListSource *base)
{
	return ((StoreSource *)base)->folds;
}

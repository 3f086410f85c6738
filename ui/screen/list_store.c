#include "ui/screen/list_store.h"

#include "ui/screen/list_question.h"
#include "ui/screen/list_unread.h"

typedef struct StoreSource {
	ListSource base;
	Asker *asker;
	View *view;
	bool flat;
	ListFolds *folds;
	GHashTable *
		seen; /* number of an account → PageMark; shared with questions: replaced, not changed */
	GHashTable *now; /* the same, of the last answer */
} StoreSource;

static GHashTable *
marks_new(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

static void
marks_set(GHashTable *marks, int account, const PageMark *mark)
{
	g_hash_table_replace(marks, GINT_TO_POINTER(account), g_memdup2(mark, sizeof(PageMark)));
}

/* ---- store thread ---- */

static void
run(Asker *asker, GCancellable *cancel, void *data)
{
	ListQuestion *question = data;
	g_autoptr(GError) error = NULL;
	if (question->ask.unread && !list_unread_may_be(asker, question->view)) {
		question->end = true;
		return;
	}
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
remember_marks(StoreSource *source, const ListQuestion *question)
{
	bool is_folder =
		source->view->kind != VIEW_FLAGGED; /* else nothing comes there, it is put there */
	for (size_t i = 0; is_folder && i < question->count; i++) {
		int account = question->numbers[i];
		marks_set(source->now, account, &question->marks[i]);
		if (!g_hash_table_contains(source->seen, GINT_TO_POINTER(account)))
			list_store_set_seen(&source->base, account, &question->marks[i]);
	}
}

static void
done(void *data)
{
	ListQuestion *question = data;
	StoreSource *source = question->source;
	ListPage page = { question->rows, question->end, question->why };
	remember_open(source, question->rows);
	if (!question->why)
		remember_marks(source, question);
	source->base.on_page(&page, source->base.data);
}

static void
store_ask(ListSource *base, const ListAsk *ask)
{
	StoreSource *source = (StoreSource *)base;
	ListQuestion *question =
		list_question_new(source, source->view, source->flat, source->folds, ask);
	list_question_set_seen(question, source->seen);
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
	g_hash_table_unref(source->seen);
	g_hash_table_unref(source->now);
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
	source->seen = marks_new();
	source->now = marks_new();
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

/* ---- what is new ---- */

void
list_store_set_seen(ListSource *base, int account, const PageMark *mark)
{
	StoreSource *source = (StoreSource *)base;
	GHashTable *seen = marks_new();
	GHashTableIter iter;
	gpointer number, known;
	g_hash_table_iter_init(&iter, source->seen);
	while (g_hash_table_iter_next(&iter, &number, &known))
		marks_set(seen, GPOINTER_TO_INT(number), known);
	marks_set(seen, account, mark);
	g_hash_table_unref(source->seen);
	source->seen = seen;
}

bool
list_store_mark(const ListSource *base, int account, PageMark *mark)
{
	const StoreSource *source = (const StoreSource *)base;
	const PageMark *now = g_hash_table_lookup(source->now, GINT_TO_POINTER(account));
	if (now)
		*mark = *now;
	return now != NULL;
}

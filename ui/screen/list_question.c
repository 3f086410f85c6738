#include "ui/screen/list_question.h"

#include "backend/error.h"
#include "index/maildir_name.h"

ListQuestion *
list_question_new(
	void *source, const View *view, bool flat, const ListFolds *folds, const ListAsk *ask)
{
	ListQuestion *question = g_new0(ListQuestion, 1);
	question->source = source;
	question->view = view_copy(view);
	question->flat = flat;
	question->folds = list_folds_copy(folds);
	question->ask = *ask;
	if (ask->from)
		list_row_ref((ListRow *)ask->from);
	question->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	return question;
}

void
list_question_set_seen(ListQuestion *question, GHashTable *seen)
{
	question->seen = g_hash_table_ref(seen);
}

void
list_question_free(void *data)
{
	ListQuestion *question = data;
	view_free(question->view);
	list_folds_free(question->folds);
	list_row_unref((ListRow *)question->ask.from);
	g_ptr_array_unref(question->rows);
	clean_text_unref(question->why);
	g_free(question->stores);
	g_free(question->numbers);
	g_free(question->folders);
	g_free(question->marks);
	g_clear_pointer(&question->seen, g_hash_table_unref);
	g_free(question);
}

/* ---- store thread ---- */

static bool
find_folder(const View *view, Envelopes *store, int64_t *folder, GError **error)
{
	*folder = view->folder;
	return view->kind != VIEW_INBOXES ||
	       envelopes_role_folder(store, ROLE_INBOX, folder, error);
}

static bool
add_store(ListQuestion *question, size_t account, GError **error)
{
	g_autoptr(GError) why = NULL;
	Envelopes *store = asker_store(question->asker, account, &why);
	if (!store && g_error_matches(why, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE))
		return true;
	if (!store) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	question->numbers[question->count] = (int)account;
	question->stores[question->count] = store;
	size_t at = question->count++;
	return find_folder(question->view, store, &question->folders[at], error) &&
	       envelopes_mark(store, question->folders[at], &question->marks[at], error);
}

bool
list_question_open(ListQuestion *question, Asker *asker, GCancellable *cancel, GError **error)
{
	size_t total = asker_account_count(asker);
	question->asker = asker;
	question->cancel = cancel;
	question->stores = g_new0(Envelopes *, total + 1);
	question->numbers = g_new0(int, total + 1);
	question->folders = g_new0(int64_t, total + 1);
	question->marks = g_new0(PageMark, total + 1);
	for (size_t i = 0; i < total; i++) {
		int wanted = question->view->account;
		if ((wanted == VIEW_ALL_ACCOUNTS || wanted == (int)i) &&
			!add_store(question, i, error))
			return false;
	}
	return true;
}

bool
list_question_is_cancelled(const ListQuestion *question)
{
	return g_cancellable_is_cancelled(question->cancel);
}

static bool
is_local(const ListQuestion *question, const MessageRow *copy)
{
	return asker_account(question->asker, (size_t)copy->account)->incoming.scheme ==
	       SERVER_LOCAL;
}

static ListRow *
mark_new(const ListQuestion *question, ListRow *row)
{
	gpointer account = GINT_TO_POINTER(row->copy->account);
	const PageMark *seen = question->seen ? g_hash_table_lookup(question->seen, account) : NULL;
	row->is_new = row->unread && seen && page_mark_is_before(seen, row->copy);
	return row;
}

ListRow *
list_question_row(const ListQuestion *question, MessageRow *copy)
{
	bool local = is_local(question, copy);
	return mark_new(question, list_row_new(copy, local));
}

ListRow *
list_question_message(const ListQuestion *question, GPtrArray *copies)
{
	bool local = is_local(question, g_ptr_array_index(copies, 0));
	return mark_new(question, list_row_new_message(copies, local));
}

bool
list_question_shows(const ListQuestion *question, const MessageRow *copy, size_t store)
{
	if (question->view->kind == VIEW_FLAGGED)
		return copy->flags & MAIL_FLAGGED;
	return copy->folder == question->folders[store];
}

MessageRow *
list_question_from(ListQuestion *question, size_t *store, GError **error)
{
	const MessageRow *from = question->ask.from->copy;
	for (*store = 0; from && *store < question->count; (*store)++) {
		if (question->numbers[*store] != from->account)
			continue;
		g_autoptr(MessageRow) now =
			envelopes_by_key(question->stores[*store], from->key, error);
		return now && list_question_shows(question, now, *store) ? g_steal_pointer(&now)
		                                                         : NULL;
	}
	return NULL;
}

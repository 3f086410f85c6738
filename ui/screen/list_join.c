#include "ui/screen/list_join.h"

#include <string.h>

#include "ui/screen/list_unread.h"

ListJoin *
list_join_new(const View *view)
{
	ListJoin *join = g_new0(ListJoin, 1);
	join->view = view_copy(view);
	join->hits = g_array_new(FALSE, FALSE, sizeof(ListHit));
	join->rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	return join;
}

void
list_join_free(ListJoin *join)
{
	view_free(join->view);
	g_array_unref(join->hits);
	g_ptr_array_unref(join->rows);
	g_free(join);
}

/* A message without a Message-ID has another name in the index; its file's name holds the store's. */
static MessageRow *
find_by_file(Envelopes *store, const char *file)
{
	if (!file)
		return NULL;
	g_autofree char *key = g_path_get_basename(file);
	key[strcspn(key, ":")] = '\0';
	if (g_str_has_suffix(key, ",P"))
		key[strlen(key) - 2] = '\0';
	return envelopes_by_key(store, key, NULL);
}

static bool
is_among(const GPtrArray *copies, const MessageRow *copy)
{
	for (guint i = 0; i < copies->len; i++) {
		const MessageRow *one = g_ptr_array_index(copies, i);
		if (one->account == copy->account && one->id == copy->id)
			return true;
	}
	return false;
}

/* Adds the copies of a message in all stores to those that are known. */
static void
add_copies(GPtrArray *copies, Asker *asker, const char *message_id, const char *file)
{
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		Envelopes *store = asker_store(asker, i, NULL);
		g_autoptr(GPtrArray) found =
			store && message_id ? envelopes_copies(store, message_id, NULL) : NULL;
		guint before = copies->len;
		while (found && found->len > 0) {
			g_autoptr(MessageRow) copy = g_ptr_array_steal_index(found, 0);
			if (!is_among(copies, copy))
				g_ptr_array_add(copies, g_steal_pointer(&copy));
		}
		MessageRow *other =
			store && copies->len == before ? find_by_file(store, file) : NULL;
		if (other)
			g_ptr_array_add(copies, other);
	}
}

static bool
is_local(Asker *asker, const MessageRow *copy)
{
	return asker_account(asker, (size_t)copy->account)->incoming.scheme == SERVER_LOCAL;
}

/* Of a list that shows copies, or messages. A row's number may have been given to another since. */
static ListRow *
join_copy(const ListJoin *join, Asker *asker, const ListHit *hit)
{
	Envelopes *store = asker_store(asker, (size_t)hit->account, NULL);
	g_autoptr(MessageRow) copy = store ? envelopes_by_id(store, hit->id, NULL) : NULL;
	if (!copy || copy->date != hit->date)
		return list_row_new_unknown(NULL, "(this message is gone)", hit->date, NULL, -1);
	bool local = is_local(asker, copy);
	if (join->view->account != VIEW_ALL_ACCOUNTS || !copy->message_id)
		return list_row_new(g_steal_pointer(&copy), local);
	g_autofree char *message_id = g_strdup(copy->message_id);
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	g_ptr_array_add(copies, g_steal_pointer(&copy));
	add_copies(copies, asker, message_id, NULL);
	return list_row_new_message(copies, local);
}

static ListRow *
join_message(Asker *asker, const ListHit *hit)
{
	const ListHitText *text = hit->text;
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	add_copies(copies, asker, text->message_id, text->file);
	if (copies->len == 0)
		return list_row_new_unknown(text->from, text->subject, hit->date, text->file, -1);
	ListRow *row = list_row_new_message(copies, is_local(asker, g_ptr_array_index(copies, 0)));
	row->file = g_strdup(text->file);
	return row;
}

void
list_join_run(ListJoin *join, Asker *asker, GCancellable *cancel)
{
	if (join->unread && !list_unread_may_be(asker, join->view))
		return;
	for (guint i = 0; i < join->hits->len && !g_cancellable_is_cancelled(cancel); i++) {
		guint at = join->unread && join->backward ? join->hits->len - 1 - i : i;
		const ListHit *hit = &g_array_index(join->hits, ListHit, at);
		ListRow *row = hit->text ? join_message(asker, hit) : join_copy(join, asker, hit);
		row->place = join->place + (int64_t)at;
		if (join->unread && !row->unread) {
			list_row_unref(row);
			continue;
		}
		g_ptr_array_add(join->rows, row);
		if (join->unread)
			return;
	}
}

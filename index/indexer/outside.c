#include "index/indexer/outside.h"

#include "index/error.h"
#include "index/indexer/batch.h"
#include "index/indexer/tag_set.h"

enum { HELD_MESSAGES = 1000, HELD_SHARE = 10 /* of all, as a divisor */ };

typedef struct Delta {
	char *message_id;
	char **now, **add, **remove;
} Delta;

static void
delta_free(Delta *delta)
{
	g_free(delta->message_id);
	g_strfreev(delta->now);
	g_strfreev(delta->add);
	g_strfreev(delta->remove);
	g_free(delta);
}

static Delta *
delta_new(const char *message_id, char **was, char **now)
{
	Delta *delta = g_new0(Delta, 1);
	delta->message_id = g_strdup(message_id);
	delta->now = g_strdupv(now);
	delta->add = tag_set_minus(now, was);
	delta->remove = tag_set_minus(was, now);
	return delta;
}

static size_t
delta_size(const Delta *delta)
{
	return g_strv_length(delta->add) + g_strv_length(delta->remove);
}

/*
 * The delta of a message, NULL if there is none. After a death in the middle of our own write either the
 * tags from before it or those after it are the ones to compare with: the nearer ones.
 */
static Delta *
find_delta(IndexDb *db, notmuch_message_t *message)
{
	const char *id = notmuch_message_get_message_id(message);
	g_autoptr(IndexMessage) known = id ? index_db_message(db, id) : NULL;
	g_auto(GStrv) present = known ? batch_read_tags(message) : NULL;
	if (!present)
		return NULL;
	g_auto(GStrv) now = tag_set_of_people(present, false);
	Delta *delta = delta_new(id, known->tags, now);
	if (known->dirty) {
		Delta *other = delta_new(id, known->was, now);
		bool nearer = delta_size(other) < delta_size(delta);
		delta_free(nearer ? delta : other);
		delta = nearer ? other : delta;
	}
	if (delta_size(delta) > 0)
		return delta;
	delta_free(delta);
	return NULL;
}

static void
store_delta(IndexDb *db, const Delta *delta, bool held)
{
	g_autoptr(GPtrArray) copies = index_db_copies(db, delta->message_id);
	for (guint i = 0; i < copies->len; i++) {
		const IndexCopy *copy = copies->pdata[i];
		index_db_add_change(db, copy->account, copy->key, delta->add, delta->remove, held);
	}
	IndexMessage message = { .tags = delta->now };
	index_db_put_message(db, delta->message_id, &message);
}

static unsigned
count_messages(notmuch_database_t *notmuch)
{
	notmuch_query_t *all = notmuch_query_create(notmuch, "");
	unsigned count = 0;
	if (notmuch_query_count_messages(all, &count) != NOTMUCH_STATUS_SUCCESS)
		count = 0;
	notmuch_query_destroy(all);
	return count;
}

static bool
find_deltas(notmuch_database_t *notmuch, IndexDb *db, unsigned long since, GPtrArray *deltas)
{
	g_autofree char *text = g_strdup_printf("lastmod:%lu..", since + 1);
	notmuch_query_t *query = notmuch_query_create(notmuch, text);
	notmuch_messages_t *messages = NULL;
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	notmuch_query_set_sort(query, NOTMUCH_SORT_UNSORTED);
	bool ok = notmuch_query_search_messages(query, &messages) == NOTMUCH_STATUS_SUCCESS;
	for (; ok && notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);
		ok = message != NULL;
		Delta *delta = ok ? find_delta(db, message) : NULL;
		if (delta)
			g_ptr_array_add(deltas, delta);
		if (message)
			notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return ok;
}

bool
outside_collect(notmuch_database_t *notmuch, IndexDb *db, unsigned long since, GError **error)
{
	g_autoptr(GPtrArray) deltas = g_ptr_array_new_with_free_func((GDestroyNotify)delta_free);
	if (!find_deltas(notmuch, db, since, deltas)) {
		g_set_error_literal(error, INDEX_ERROR, INDEX_ERROR_MISSING,
			"cannot read what other programs changed in the index");
		return false;
	}
	bool held =
		deltas->len > HELD_MESSAGES && deltas->len > count_messages(notmuch) / HELD_SHARE;
	if (held)
		g_warning("another program changed the tags of %u messages: held", deltas->len);
	for (guint i = 0; i < deltas->len; i++)
		store_delta(db, deltas->pdata[i], held);
	return true;
}

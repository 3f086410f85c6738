#include "index/indexer/index_db_private.h"
#include "index/indexer/tag_set.h"

void
index_copy_free(IndexCopy *copy)
{
	if (!copy)
		return;
	g_free(copy->key);
	g_free(copy->account);
	g_free(copy->file);
	g_free(copy->message_id);
	g_strfreev(copy->tags);
	g_free(copy->skipped);
	g_free(copy);
}

void
index_message_free(IndexMessage *message)
{
	if (!message)
		return;
	g_strfreev(message->tags);
	g_strfreev(message->was);
	g_free(message);
}

void
index_change_free(IndexChange *change)
{
	if (!change)
		return;
	g_free(change->key);
	g_strfreev(change->add);
	g_strfreev(change->remove);
	g_free(change);
}

static IndexCopy *
read_copy(sqlite3_stmt *query)
{
	IndexCopy *copy = g_new0(IndexCopy, 1);
	copy->key = index_db_column_text(query, 0);
	copy->account = index_db_column_text(query, 1);
	copy->file = index_db_column_text(query, 2);
	copy->message_id = index_db_column_text(query, 3);
	copy->flags = (unsigned)sqlite3_column_int(query, 4);
	copy->tags = index_db_column_tags(query, 5);
	copy->skipped = index_db_column_text(query, 6);
	copy->dirty = sqlite3_column_int(query, 7) != 0;
	copy->gone = sqlite3_column_int(query, 7) == 2;
	return copy;
}

IndexCopy *
index_db_copy(IndexDb *db, const char *key)
{
	sqlite3_stmt *query = index_db_statement(db, COPY_GET);
	if (!query)
		return NULL;
	index_db_bind_text(query, 1, key);
	IndexCopy *copy = index_db_step(db, query) ? read_copy(query) : NULL;
	sqlite3_reset(query);
	return copy;
}

GPtrArray *
index_db_copies(IndexDb *db, const char *message_id)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)index_copy_free);
	sqlite3_stmt *query = index_db_statement(db, COPY_OF_MESSAGE);
	if (!query)
		return copies;
	index_db_bind_text(query, 1, message_id);
	while (index_db_step(db, query))
		g_ptr_array_add(copies, read_copy(query));
	sqlite3_reset(query);
	return copies;
}

GPtrArray *
index_db_keys(IndexDb *db, const char *account, const char *after, int limit)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *query = index_db_statement(db, COPY_KEYS);
	if (!query)
		return keys;
	index_db_bind_text(query, 1, account);
	index_db_bind_text(query, 2, after);
	sqlite3_bind_int(query, 3, limit);
	while (index_db_step(db, query))
		g_ptr_array_add(keys, index_db_column_text(query, 0));
	sqlite3_reset(query);
	return keys;
}

bool
index_db_knows_copies(IndexDb *db)
{
	sqlite3_stmt *query = index_db_statement(db, COPY_KNOWN);
	bool known = index_db_step(db, query);
	sqlite3_reset(query);
	return known;
}

void
index_db_put_copy(IndexDb *db, const IndexCopy *copy)
{
	sqlite3_stmt *query = index_db_statement(db, COPY_PUT);
	if (!query)
		return;
	index_db_bind_text(query, 1, copy->key);
	index_db_bind_text(query, 2, copy->account);
	index_db_bind_text(query, 3, copy->file);
	index_db_bind_text(query, 4, copy->message_id);
	sqlite3_bind_int(query, 5, (int)copy->flags);
	index_db_bind_tags(query, 6, copy->tags);
	index_db_bind_text(query, 7, copy->skipped);
	sqlite3_bind_int(query, 8, copy->gone ? 2 : copy->dirty);
	index_db_step(db, query);
	sqlite3_reset(query);
}

void
index_db_remove_copy(IndexDb *db, const char *key)
{
	index_db_run(db, COPY_REMOVE, key);
	index_db_run(db, CHANGE_REMOVE_KEY, key);
}

IndexMessage *
index_db_message(IndexDb *db, const char *message_id)
{
	sqlite3_stmt *query = index_db_statement(db, MESSAGE_GET);
	if (!query)
		return NULL;
	index_db_bind_text(query, 1, message_id);
	IndexMessage *message = NULL;
	if (index_db_step(db, query)) {
		message = g_new0(IndexMessage, 1);
		message->tags = index_db_column_tags(query, 0);
		message->was = index_db_column_tags(query, 1);
		message->dirty = sqlite3_column_int(query, 2) != 0;
	}
	sqlite3_reset(query);
	return message;
}

void
index_db_put_message(IndexDb *db, const char *message_id, const IndexMessage *message)
{
	sqlite3_stmt *query = index_db_statement(db, MESSAGE_PUT);
	if (!query)
		return;
	index_db_bind_text(query, 1, message_id);
	index_db_bind_tags(query, 2, message->tags);
	index_db_bind_tags(query, 3, message->dirty ? message->was : NULL);
	sqlite3_bind_int(query, 4, message->dirty);
	index_db_step(db, query);
	sqlite3_reset(query);
}

void
index_db_remove_message(IndexDb *db, const char *message_id)
{
	index_db_run(db, MESSAGE_REMOVE, message_id);
}

void
index_db_settle(IndexDb *db)
{
	index_db_run(db, COPY_DELETE_GONE, NULL);
	index_db_run(db, COPY_SETTLE, NULL);
	index_db_run(db, MESSAGE_SETTLE, NULL);
}

void
index_db_add_change(
	IndexDb *db, const char *account, const char *key, char **add, char **remove, bool held)
{
	sqlite3_stmt *query = index_db_statement(db, CHANGE_ADD);
	if (!query)
		return;
	index_db_bind_text(query, 1, account);
	index_db_bind_text(query, 2, key);
	index_db_bind_tags(query, 3, add);
	index_db_bind_tags(query, 4, remove);
	sqlite3_bind_int(query, 5, held);
	index_db_step(db, query);
	sqlite3_reset(query);
}

static IndexChange *
read_change(sqlite3_stmt *query)
{
	IndexChange *change = g_new0(IndexChange, 1);
	change->id = sqlite3_column_int64(query, 0);
	change->key = index_db_column_text(query, 1);
	change->add = index_db_column_tags(query, 2);
	change->remove = index_db_column_tags(query, 3);
	return change;
}

GPtrArray *
index_db_changes(IndexDb *db, const char *account, int64_t since, int limit)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func((GDestroyNotify)index_change_free);
	sqlite3_stmt *query = index_db_statement(db, CHANGE_LIST);
	if (!query)
		return changes;
	index_db_bind_text(query, 1, account);
	sqlite3_bind_int64(query, 2, since);
	sqlite3_bind_int(query, 3, limit);
	while (index_db_step(db, query))
		g_ptr_array_add(changes, read_change(query));
	sqlite3_reset(query);
	return changes;
}

GPtrArray *
index_db_changes_of(IndexDb *db, const char *key)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func((GDestroyNotify)index_change_free);
	sqlite3_stmt *query = index_db_statement(db, CHANGE_OF_KEY);
	if (!query)
		return changes;
	index_db_bind_text(query, 1, key);
	while (index_db_step(db, query))
		g_ptr_array_add(changes, read_change(query));
	sqlite3_reset(query);
	return changes;
}

IndexChange *
index_db_change(IndexDb *db, const char *account, int64_t id)
{
	sqlite3_stmt *query = index_db_statement(db, CHANGE_GET);
	if (!query)
		return NULL;
	index_db_bind_text(query, 1, account);
	sqlite3_bind_int64(query, 2, id);
	IndexChange *change = index_db_step(db, query) ? read_change(query) : NULL;
	sqlite3_reset(query);
	return change;
}

void
index_db_remove_change(IndexDb *db, int64_t id)
{
	sqlite3_stmt *query = index_db_statement(db, CHANGE_REMOVE);
	if (!query)
		return;
	sqlite3_bind_int64(query, 1, id);
	index_db_step(db, query);
	sqlite3_reset(query);
}

int64_t
index_db_held(IndexDb *db)
{
	sqlite3_stmt *query = index_db_statement(db, HELD_COUNT);
	int64_t count = index_db_step(db, query) ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_reset(query);
	return count;
}

void
index_db_release_held(IndexDb *db)
{
	index_db_run(db, HELD_RELEASE, NULL);
}

GPtrArray *
index_db_drop_held(IndexDb *db)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *query = index_db_statement(db, HELD_MESSAGES);
	while (index_db_step(db, query))
		if (sqlite3_column_type(query, 0) == SQLITE_TEXT)
			g_ptr_array_add(ids, index_db_column_text(query, 0));
	sqlite3_reset(query);
	index_db_run(db, HELD_DROP, NULL);
	return ids;
}

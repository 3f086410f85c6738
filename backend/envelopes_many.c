#include "backend/envelopes_private.h"
#include "index/header.h"

/* Many look-ups as one question: what is looked for goes into it as a JSON array of numbers. */

static void
add_number(GString *array, int64_t number)
{
	g_string_append_printf(array, "%c%" G_GINT64_FORMAT, array->len ? ',' : '[', number);
}

GPtrArray *
envelopes_messages_of_threads(
	Envelopes *envelopes, int64_t folder, const GArray *threads, GError **error)
{
	g_autoptr(GString) wanted = g_string_new(NULL);
	for (guint i = 0; i < threads->len; i++)
		add_number(wanted, g_array_index(threads, int64_t, i));
	g_string_append(wanted, wanted->len ? "]" : "[]");
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"SELECT " MESSAGE_COLUMNS " FROM json_each(?1) w CROSS JOIN msg m INDEXED BY"
		" m_thread WHERE m.thread=w.value AND m.folder=?2 AND" LISTED,
		"ti", wanted->str, folder);
	return envelopes_read_messages(envelopes, rows, error);
}

/* Those that only have the hash of one of MESSAGE_IDS go. */
static void
keep_named(GPtrArray *messages, GHashTable *message_ids)
{
	for (guint i = messages->len; i-- > 0;) {
		const MessageRow *message = g_ptr_array_index(messages, i);
		if (!message->message_id ||
			!g_hash_table_contains(message_ids, message->message_id))
			g_ptr_array_remove_index_fast(messages, i);
	}
}

/* A message's thread is at the end of the chain that its own hash begins: threads that were merged point on. */
GPtrArray *
envelopes_copies_of(Envelopes *envelopes, const GPtrArray *message_ids, GError **error)
{
	g_autoptr(GString) wanted = g_string_new(NULL);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < message_ids->len; i++) {
		if (g_hash_table_add(names, g_ptr_array_index(message_ids, i)))
			add_number(wanted, header_id_hash(g_ptr_array_index(message_ids, i)));
	}
	g_string_append(wanted, wanted->len ? "]" : "[]");
	g_autoptr(SqlRows) rows = sql_ask(envelopes->sql, error,
		"WITH RECURSIVE chain(hash,thread) AS (SELECT value,value FROM json_each(?1)"
		" UNION ALL SELECT c.hash,t.thread FROM chain c JOIN tmid t ON t.mid=c.thread"
		" WHERE t.thread<>c.thread)"
		" SELECT " MESSAGE_COLUMNS " FROM chain c CROSS JOIN msg m INDEXED BY m_thread"
		" WHERE m.thread=c.thread AND m.midh=c.hash AND" LISTED,
		"t", wanted->str);
	g_autoptr(GPtrArray) messages = envelopes_read_messages(envelopes, rows, error);
	if (messages)
		keep_named(messages, names);
	return g_steal_pointer(&messages);
}

#include "backend/agent/index_known.h"

typedef struct Compared {
	GPtrArray *keys; /* of char *: all that the indexer knows */
	size_t removed;
} Compared;

static bool
ask_whether(Store *store, void *data, GError **error)
{
	return store_index_is_of_before(store, data, error);
}

static bool
ask_compare(Store *store, void *data, GError **error)
{
	Compared *compared = data;
	return store_compare_index(store, compared->keys, &compared->removed, error);
}

static JsonObject *
question_of(const char *account, const GPtrArray *keys)
{
	JsonObject *question = json_object_new();
	json_set_text(question, "do", "known");
	json_set_text(question, "account", account);
	json_set_text(question, "after", keys->len ? keys->pdata[keys->len - 1] : "");
	return question;
}

/* The next page of what it knows. *more: there was one. */
static bool
ask_keys(Indexer *indexer, const char *account, GCancellable *cancel, GPtrArray *keys, bool *more,
	GError **error)
{
	g_autoptr(JsonObject) question = question_of(account, keys);
	g_autoptr(JsonObject) answer = indexer_ask(indexer, question, cancel, error);
	g_auto(GStrv) page = answer ? json_words(answer, "keys") : NULL;
	*more = page && *page;
	for (char **key = page; key && *key; key++)
		g_ptr_array_add(keys, g_strdup(*key));
	return answer != NULL;
}

bool
index_known_compare(Disk *disk, Indexer *indexer, const char *account, GCancellable *cancel,
	bool *any, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	bool is_of_before = false, more = true;
	*any = false;
	if (!disk_ask(disk, ask_whether, &is_of_before, error))
		return false;
	if (!is_of_before)
		return true;
	while (more)
		if (!ask_keys(indexer, account, cancel, keys, &more, error))
			return false;
	Compared compared = { keys, 0 };
	bool fine = disk_ask(disk, ask_compare, &compared, error);
	*any = compared.removed > 0;
	return fine;
}

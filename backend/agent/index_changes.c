#include "backend/agent/index_changes.h"

#include "backend/error.h"

/* Of a copy whose file has another name by now another is told: tags are a message's. Of one that went, nobody's. */
static bool
set_tags(Store *store, JsonObject *change, GError **error)
{
	g_auto(GStrv) add = json_words(change, "add");
	g_auto(GStrv) remove = json_words(change, "remove");
	const char *key = json_text(change, "key"), *message = json_text(change, "message");
	g_autofree char *other = NULL;
	g_autoptr(GError) failure = NULL;
	if (!key || store_set_tags(store, key, add, remove, &failure))
		return true;
	if (!g_error_matches(failure, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	return !message || (store_key_of_message(store, message, &other, error) &&
				   (!other || store_set_tags(store, other, add, remove, error)));
}

static bool
ask_tags(Store *store, void *data, GError **error)
{
	JsonArray *changes = data;
	for (unsigned i = 0; i < json_array_get_length(changes); i++)
		if (!set_tags(store, json_array_get_object_element(changes, i), error))
			return false;
	return true;
}

static JsonObject *
question_of(const char *what, const char *account)
{
	JsonObject *question = json_object_new();
	json_set_text(question, "do", what);
	json_set_text(question, "account", account);
	return question;
}

bool
index_changes_take(Disk *disk, Indexer *indexer, const char *account, GCancellable *cancel,
	bool *any, GError **error)
{
	g_autoptr(JsonObject) question = question_of("changed", account);
	g_autoptr(JsonObject) answer = indexer_ask(indexer, question, cancel, error);
	JsonArray *changes = answer ? json_array(answer, "changes") : NULL;
	*any = changes && json_array_get_length(changes) > 0;
	if (!*any)
		return answer != NULL;
	if (!disk_ask(disk, ask_tags, changes, error))
		return false;
	g_autoptr(JsonObject) stored = question_of("stored", account);
	JsonArray *numbers = json_array_new();
	for (unsigned i = 0; i < json_array_get_length(changes); i++)
		json_array_add_int_element(numbers,
			json_number(json_array_get_object_element(changes, i), "change", 0));
	json_set_array(stored, "changes", numbers);
	g_autoptr(JsonObject) ok = indexer_ask(indexer, stored, cancel, error);
	return ok != NULL;
}

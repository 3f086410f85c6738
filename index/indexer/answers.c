#include "index/indexer/answers.h"

#include "index/error.h"
#include "index/indexer/tag_set.h"
#include "index/json.h"

/* As many as surely fit into a line of 1 MB. */
enum { CHANGES = 500, POISONS = 200, KEYS = 500 };

typedef struct Question {
	Writer *writer;
	IndexDb *db;
	JsonObject *asked;
	const char *account; /* NULL: not said */
} Question;

static bool
answer_rebuild(const Question *question, JsonObject *answer, GError **error)
{
	return writer_rebuild(question->writer, error);
}

static JsonObject *
object_of_change(IndexDb *db, const IndexChange *change)
{
	JsonObject *object = json_object_new();
	g_autoptr(IndexCopy) copy = index_db_copy(db, change->key);
	if (copy && copy->message_id)
		json_set_text(object, "message", copy->message_id);
	json_set_number(object, "change", change->id);
	json_set_text(object, "key", change->key);
	json_set_words(object, "add", change->add);
	json_set_words(object, "remove", change->remove);
	return object;
}

static bool
answer_changed(const Question *question, JsonObject *answer, GError **error)
{
	if (!writer_catch_up(question->writer, error))
		return false;
	int64_t revision = json_number(question->asked, "since", 0);
	g_autoptr(GPtrArray) changes =
		index_db_changes(question->db, question->account, revision, CHANGES);
	JsonArray *array = json_array_new();
	for (guint i = 0; i < changes->len; i++) {
		const IndexChange *change = changes->pdata[i];
		json_array_add_object_element(array, object_of_change(question->db, change));
		revision = change->id;
	}
	json_set_array(answer, "changes", array);
	json_set_number(answer, "revision", revision);
	return true;
}

/* The agent has it: from now on the copy itself is so. */
static void
store_change(IndexDb *db, const IndexChange *change)
{
	g_autoptr(IndexCopy) copy = index_db_copy(db, change->key);
	index_db_remove_change(db, change->id);
	if (!copy || copy->gone)
		return;
	copy->flags = tag_set_change_flags(copy->flags, change->add, change->remove);
	g_auto(GStrv) added = tag_set_of_people(change->add, true);
	g_auto(GStrv) rest = tag_set_minus(copy->tags, change->remove);
	g_strfreev(copy->tags);
	copy->tags = tag_set_union(rest, added);
	index_db_put_copy(db, copy);
}

static bool
answer_stored(const Question *question, JsonObject *answer, GError **error)
{
	JsonArray *ids = json_array(question->asked, "changes");
	if (!index_db_begin(question->db, error))
		return false;
	for (guint i = 0; ids && i < json_array_get_length(ids); i++) {
		JsonNode *node = json_array_get_element(ids, i);
		int64_t id = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : 0;
		g_autoptr(IndexChange) change =
			index_db_change(question->db, question->account, id);
		if (change)
			store_change(question->db, change);
	}
	return index_db_commit(question->db, error);
}

static bool
answer_status(const Question *question, JsonObject *answer, GError **error)
{
	json_set_number(answer, "messages", writer_messages(question->writer));
	json_set_number(answer, "held", index_db_held(question->db));
	g_autoptr(GPtrArray) poisons = index_db_poisons(question->db, POISONS);
	JsonArray *array = json_array_new();
	for (guint i = 0; i < poisons->len; i++) {
		const IndexPoison *poison = poisons->pdata[i];
		JsonObject *object = json_object_new();
		json_set_text(object, "key", poison->key);
		json_set_text(object, "file", poison->file);
		json_set_text(object, "why", poison->why);
		json_array_add_object_element(array, object);
	}
	json_set_array(answer, "poison", array);
	json_set_number(answer, "poison_total", index_db_poison_count(question->db));
	return true;
}

static bool
answer_held(const Question *question, JsonObject *answer, GError **error)
{
	if (!index_db_begin(question->db, error))
		return false;
	g_autoptr(GPtrArray) back = NULL;
	if (json_truth(question->asked, "take"))
		index_db_release_held(question->db);
	else
		back = index_db_drop_held(question->db);
	if (!index_db_commit(question->db, error))
		return false;
	return !back || writer_retag(question->writer, back, error);
}

static bool
answer_known(const Question *question, JsonObject *answer, GError **error)
{
	const char *after = json_text(question->asked, "after");
	g_autoptr(GPtrArray) keys =
		index_db_keys(question->db, question->account, after ? after : "", KEYS);
	g_ptr_array_add(keys, NULL);
	json_set_words(answer, "keys", (char **)keys->pdata);
	return true;
}

typedef struct Answer {
	const char *what;
	bool needs_account;
	bool (*give)(const Question *question, JsonObject *answer, GError **error);
} Answer;

static const Answer answers[] = {
	{ "changed", true, answer_changed },
	{ "held", false, answer_held },
	{ "known", true, answer_known },
	{ "rebuild", false, answer_rebuild },
	{ "status", false, answer_status },
	{ "stored", true, answer_stored },
};

JsonObject *
answers_find(Writer *writer, IndexDb *db, JsonObject *asked, GError **error)
{
	Question question = { writer, db, asked, json_text(asked, "account") };
	const char *what = json_text(asked, "do");
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (g_strcmp0(answers[i].what, what) != 0 ||
			(answers[i].needs_account && !question.account))
			continue;
		g_autoptr(JsonObject) answer = json_object_new();
		return answers[i].give(&question, answer, error) ? g_steal_pointer(&answer) : NULL;
	}
	g_set_error_literal(error, INDEX_ERROR, INDEX_ERROR_PROTOCOL,
		"the indexer does not know this question, or it lacks its account");
	return NULL;
}

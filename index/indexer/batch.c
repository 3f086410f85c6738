#include <string.h>

#include "index/error.h"
#include "index/indexer/batch_private.h"
#include "index/indexer/guard.h"
#include "index/indexer/tag_set.h"
#include "index/json.h"
#include "index/maildir_name.h"
#include "index/notmuch_open.h"

bool
batch_fail(Batch *batch, notmuch_status_t status, const char *what, GError **error)
{
	const char *said = notmuch_database_status_string(batch->notmuch);
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot %s: %s", what,
		said && *said ? said : notmuch_status_to_string(status));
	return false;
}

bool
batch_find(Batch *batch, const char *message_id, notmuch_message_t **message, GError **error)
{
	*message = NULL;
	notmuch_status_t status =
		notmuch_database_find_message(batch->notmuch, message_id, message);
	return !status || batch_fail(batch, status, "find a message", error);
}

static char *
absolute(const Batch *batch, const char *file)
{
	return g_build_filename(batch->mail_root, file, NULL);
}

static void
report_skipped(Batch *batch, const char *key, const char *file, const char *why)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "key", key);
	json_set_text(object, "file", file);
	json_set_text(object, "why", why);
	json_array_add_object_element(batch->told->skipped, object);
}

/* Why libnotmuch will not have this file, in words for a user; NULL: it is the database that fails. */
static const char *
refusal(notmuch_status_t status)
{
	switch (status) {
	case NOTMUCH_STATUS_FILE_NOT_EMAIL:
		return "no mail by notmuch's rules";
	case NOTMUCH_STATUS_FILE_ERROR:
		return "cannot be read";
	case NOTMUCH_STATUS_PATH_ERROR:
		return "not below the index's mail root";
	default:
		return NULL;
	}
}

static bool
remove_file(Batch *batch, const char *file, GError **error)
{
	g_autofree char *path = absolute(batch, file);
	notmuch_status_t status = notmuch_database_remove_message(batch->notmuch, path);
	return status == NOTMUCH_STATUS_SUCCESS || status == NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID ||
	       refusal(status) || batch_fail(batch, status, "take a file out", error);
}

static char *
key_of_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	MaildirName name;
	if (!maildir_name_parse(slash ? slash + 1 : path, &name))
		return NULL;
	char *key = g_steal_pointer(&name.key);
	maildir_name_clear(&name);
	return key;
}

/*
 * Which path a key has is not known after a death between our commit and notmuch's, nor after `notmuch tag`, which
 * renames files: every one but OWN (absolute; NULL: all) goes.
 */
static bool
remove_paths(
	Batch *batch, notmuch_message_t *message, const char *key, const char *own, GError **error)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
	notmuch_filenames_t *files = notmuch_message_get_filenames(message);
	for (; notmuch_filenames_valid(files); notmuch_filenames_move_to_next(files)) {
		const char *path = notmuch_filenames_get(files);
		g_autofree char *of_path = key_of_path(path);
		if (g_strcmp0(of_path, key) == 0 && g_strcmp0(path, own) != 0)
			g_ptr_array_add(others, g_strdup(path));
	}
	for (guint i = 0; i < others->len; i++) {
		notmuch_status_t status =
			notmuch_database_remove_message(batch->notmuch, others->pdata[i]);
		if (status && status != NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
			return batch_fail(batch, status, "take a file out", error);
	}
	return true;
}

/* The copy left a message: the message goes on without it, or is forgotten with its last copy. */
static bool
leave_message(Batch *batch, const char *message_id, GError **error)
{
	g_autoptr(GPtrArray) copies = index_db_copies(batch->db, message_id);
	if (copies->len > 0)
		return batch_retag(batch, message_id, error);
	index_db_remove_message(batch->db, message_id);
	return true;
}

static bool
skip(Batch *batch, const Put *put, const IndexCopy *old, const char *why, GError **error)
{
	report_skipped(batch, put->key, put->file, why);
	batch_remember_copy(batch, put, NULL, why);
	if (!old || !old->message_id)
		return true;
	return remove_file(batch, old->file, error) && leave_message(batch, old->message_id, error);
}

static bool
is_partial(const char *file)
{
	const char *slash = strrchr(file, '/');
	MaildirName name;
	if (!maildir_name_parse(slash ? slash + 1 : file, &name))
		return false;
	bool partial = name.partial;
	maildir_name_clear(&name);
	return partial;
}

static notmuch_status_t
index_file(Batch *batch, const Put *put, unsigned seconds, notmuch_message_t **message)
{
	g_autofree char *path = absolute(batch, put->file);
	notmuch_indexopts_t *options = notmuch_database_get_default_indexopts(batch->notmuch);
	notmuch_indexopts_set_decrypt_policy(options, NOTMUCH_DECRYPT_FALSE);
	poison_mark(batch->poison, put->key, put->file, seconds);
	notmuch_status_t status =
		notmuch_database_index_file(batch->notmuch, path, options, message);
	poison_clear(batch->poison);
	notmuch_indexopts_destroy(options);
	return status;
}

/*
 * What follows when a file is in: the copy is remembered, the tags are written, old paths go. In this order,
 * for MESSAGE still holds the paths it had and would write them back with its tags.
 */
static bool
settle_file(Batch *batch, const Put *put, const IndexCopy *old, notmuch_message_t *message,
	bool fresh, GError **error)
{
	const char *id = notmuch_message_get_message_id(message);
	if (!id)
		return batch_fail(batch, NOTMUCH_STATUS_XAPIAN_EXCEPTION, "read an id", error);
	batch_remember_copy(batch, put, id, NULL);
	index_db_remove_poison(batch->db, put->key); /* deaths while it was read were chance */
	if (!batch_write_tags(batch, put, message, fresh, error))
		return false;
	bool moved = old && old->message_id && strcmp(old->file, put->file) != 0;
	g_autofree char *own = absolute(batch, put->file);
	if ((moved || (old && old->dirty)) && !remove_paths(batch, message, put->key, own, error))
		return false;
	if (moved && !remove_file(batch, old->file, error))
		return false;
	bool other = old && old->message_id && strcmp(old->message_id, id) != 0;
	return !other || leave_message(batch, old->message_id, error);
}

static bool
index_put(Batch *batch, const Put *put, const IndexCopy *old, GError **error)
{
	unsigned seconds;
	bool gone;
	const char *why = guard_path(put->file);
	g_autofree char *path = absolute(batch, put->file);
	if (why || !guard_file(path, &seconds, &gone, &why))
		return skip(batch, put, old, why, error);
	/* A stub's words must not stay with the whole message. */
	bool completed = old && old->message_id && is_partial(old->file) && !is_partial(put->file);
	if (completed && !remove_file(batch, old->file, error))
		return false;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_file(batch, put, seconds, &message);
	if (refusal(status))
		return skip(batch, put, old, refusal(status), error);
	if (status != NOTMUCH_STATUS_SUCCESS && status != NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
		return batch_fail(batch, status, "index a file", error);
	bool fresh = status == NOTMUCH_STATUS_SUCCESS;
	bool ok = settle_file(batch, put, old, message, fresh, error);
	notmuch_message_destroy(message);
	return ok;
}

/* Sets only flags and tags; *found is false if notmuch has lost the message. */
static bool
retag_put(Batch *batch, const Put *put, const char *message_id, bool *found, GError **error)
{
	notmuch_message_t *message;
	if (!batch_find(batch, message_id, &message, error))
		return false;
	*found = message != NULL;
	if (!message)
		return true;
	batch_remember_copy(batch, put, message_id, NULL);
	bool ok = batch_write_tags(batch, put, message, false, error);
	notmuch_message_destroy(message);
	return ok;
}

/* Why this file is not tried; NULL: it is. */
static char *
poison_words(Batch *batch, const Put *put)
{
	g_autoptr(IndexPoison) poison = index_db_poison(batch->db, put->key);
	if (!poison || !poison->proven)
		return NULL;
	if (is_partial(poison->file) == is_partial(put->file))
		return g_steal_pointer(&poison->why);
	index_db_remove_poison(batch->db, put->key); /* a stub killed; this is the whole message */
	return NULL;
}

static bool
put_copy(Batch *batch, const Put *put, GError **error)
{
	g_autoptr(IndexCopy) old = index_db_copy(batch->db, put->key);
	g_autofree char *poison = poison_words(batch, put);
	if (poison)
		return skip(batch, put, old, poison, error);
	bool same = old && !old->dirty && old->message_id && strcmp(old->file, put->file) == 0;
	bool found = false;
	if (same && !retag_put(batch, put, old->message_id, &found, error))
		return false;
	return found || index_put(batch, put, old, error);
}

static bool
remove_all_paths(Batch *batch, const IndexCopy *copy, GError **error)
{
	notmuch_message_t *message;
	if (!batch_find(batch, copy->message_id, &message, error))
		return false;
	bool ok = !message || remove_paths(batch, message, copy->key, NULL, error);
	if (message)
		notmuch_message_destroy(message);
	return ok;
}

static bool
remove_copy(Batch *batch, const char *key, GError **error)
{
	g_autoptr(IndexCopy) old = index_db_copy(batch->db, key);
	index_db_remove_copy(
		batch->db, key); /* its changes go even where a new index knows no copy yet */
	index_db_remove_poison(batch->db, key);
	if (!old || !old->message_id)
		return true;
	/* its file as last told, too: the name of one that is not ours may give no key */
	return remove_all_paths(batch, old, error) && remove_file(batch, old->file, error) &&
	       leave_message(batch, old->message_id, error);
}

/* A path below the mail root with no way out; NULL: not one. Belongs to FILE. */
static const char *
file_below(const Batch *batch, const char *file)
{
	if (!file)
		return NULL;
	size_t root = strlen(batch->mail_root);
	if (strncmp(file, batch->mail_root, root) == 0 && file[root] == '/')
		file += root + 1;
	if (*file == '/' || *file == '\0')
		return NULL;
	g_auto(GStrv) parts = g_strsplit(file, "/", -1);
	for (char **part = parts; *part; part++)
		if (**part == '\0' || strcmp(*part, ".") == 0 || strcmp(*part, "..") == 0)
			return NULL;
	return file;
}

static char **
read_tags_member(JsonObject *item)
{
	GPtrArray *tags = g_ptr_array_new();
	JsonArray *array = json_array(item, "tags");
	for (guint i = 0; array && i < json_array_get_length(array); i++) {
		const char *tag = json_text_at(array, i);
		if (tag)
			g_ptr_array_add(tags, g_strdup(tag));
	}
	g_auto(GStrv) all = tag_set_take(tags);
	return tag_set_of_people(all, true);
}

static bool
put_item(Batch *batch, Put *put, JsonObject *item, GError **error)
{
	put->file = file_below(batch, json_text(item, "file"));
	if (put->file)
		return put_copy(batch, put, error);
	report_skipped(batch, put->key, json_text(item, "file"), "no path below the mail root");
	return true;
}

/* An agent that lost its memory of a copy has none of its tags: those that we know stay, and it hears of them. */
static bool
adopt_item(Batch *batch, Put *put, JsonObject *item, GError **error)
{
	g_autoptr(IndexCopy) old = index_db_copy(batch->db, put->key);
	put->adopts = !old || old->gone;
	if (put->adopts || !*old->tags)
		return put_item(batch, put, item, error);
	put->tags = old->tags;
	batch_tell_adopted(batch, put, old->tags);
	return put_item(batch, put, item, error);
}

static bool
flags_item(Batch *batch, Put *put, JsonObject *item, GError **error)
{
	g_autoptr(IndexCopy) old = index_db_copy(batch->db, put->key);
	if (!old || old->gone)
		return true;
	put->file = old->file;
	if (old->message_id)
		return put_copy(batch, put, error);
	batch_remember_copy(batch, put, NULL, old->skipped);
	return true;
}

static bool
remove_item(Batch *batch, Put *put, JsonObject *item, GError **error)
{
	return remove_copy(batch, put->key, error);
}

typedef struct Act {
	const char *name;
	bool (*run)(Batch *batch, Put *put, JsonObject *item, GError **error);
} Act;

static const Act acts[] = {
	{ "adopt", adopt_item },
	{ "flags", flags_item },
	{ "put", put_item },
	{ "remove", remove_item },
};

bool
batch_apply(Batch *batch, const char *account, JsonObject *item, GError **error)
{
	const char *name = json_text(item, "act");
	g_auto(GStrv) tags = read_tags_member(item);
	Put put = {
		.account = account,
		.key = json_text(item, "key"),
		.flags = (unsigned)json_number(item, "flags", 0) & MAIL_ALL_FLAGS,
		.tags = tags,
	};
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		if (g_strcmp0(acts[i].name, name) != 0 || !put.key || !*put.key)
			continue;
		notmuch_status_t status = notmuch_database_begin_atomic(batch->notmuch);
		if (status)
			return batch_fail(batch, status, "begin", error);
		if (!acts[i].run(batch, &put, item, error))
			return false;
		status = notmuch_database_end_atomic(batch->notmuch);
		return !status || batch_fail(batch, status, "end", error);
	}
	report_skipped(batch, put.key, NULL, "no such act");
	return true;
}

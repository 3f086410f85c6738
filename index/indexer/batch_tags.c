#include <string.h>

#include "index/indexer/batch_private.h"
#include "index/indexer/tag_set.h"
#include "index/notmuch_open.h"

char **
batch_read_tags(notmuch_message_t *message)
{
	GPtrArray *list = notmuch_read_tags(message);
	return list ? tag_set_take(list) : NULL;
}

/* A copy's flags and tags with the changes on top that its agent has not stored yet. */
static void
add_wish(Batch *batch, const IndexCopy *copy, unsigned *flags, char ***tags)
{
	unsigned own_flags = copy->flags;
	g_auto(GStrv) own = g_strdupv(copy->tags);
	g_autoptr(GPtrArray) changes = index_db_changes_of(batch->db, copy->key);
	for (guint i = 0; i < changes->len; i++) {
		const IndexChange *change = changes->pdata[i];
		own_flags = tag_set_change_flags(own_flags, change->add, change->remove);
		g_auto(GStrv) added = tag_set_of_people(change->add, true);
		g_auto(GStrv) without = tag_set_minus(own, change->remove);
		g_strfreev(own);
		own = tag_set_union(without, added);
	}
	*flags |= own_flags;
	char **all = tag_set_union(*tags, own);
	g_strfreev(*tags);
	*tags = all;
}

/* The tags that all copies of a message ask for together; NULL if there is no copy. */
static char **
wished_tags(Batch *batch, GPtrArray *copies)
{
	unsigned flags = 0;
	g_auto(GStrv) tags = tag_set_split(NULL);
	for (guint i = 0; i < copies->len; i++)
		add_wish(batch, copies->pdata[i], &flags, &tags);
	g_auto(GStrv) of_flags = tag_set_from_flags(flags);
	return tag_set_union(tags, of_flags);
}

void
batch_remember_copy(Batch *batch, const Put *put, const char *message_id, const char *why)
{
	IndexCopy copy = {
		.key = (char *)put->key,
		.account = (char *)put->account,
		.file = (char *)put->file,
		.message_id = (char *)message_id,
		.flags = put->flags,
		.tags = put->tags,
		.skipped = (char *)why,
		.dirty = true,
	};
	index_db_put_copy(batch->db, &copy);
}

void
batch_tell_adopted(Batch *batch, const Put *put, char **tags)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "key", put->key);
	json_set_words(object, "tags", tags);
	json_array_add_object_element(batch->told->tags, object);
}

static void
adopt_more_tags(Batch *batch, const Put *put, const char *message_id, char **theirs)
{
	g_auto(GStrv) tags = tag_set_union(put->tags, theirs);
	Put with = *put;
	with.tags = tags;
	batch_remember_copy(batch, &with, message_id, NULL);
	batch_tell_adopted(batch, put, tags);
}

/*
 * Tags of a message that notmuch had before we heard of it (it is not KNOWN) are somebody's work: they stay, and every
 * copy's agent hears of them; as of a change, but where it has just lost, or never had, what there was to know of the
 * copy: then nobody changed them.
 */
static void
adopt_tags(
	Batch *batch, const Put *put, bool known, GPtrArray *copies, char **present, char ***wished)
{
	bool adopts = put && put->adopts;
	g_auto(GStrv) theirs = tag_set_of_people(present, true);
	g_auto(GStrv) news = tag_set_minus(theirs, *wished);
	if (!*theirs || (known && !adopts))
		return;
	g_auto(GStrv) none = tag_set_split(NULL);
	for (guint i = 0; i < copies->len; i++) {
		const IndexCopy *copy = copies->pdata[i];
		if (adopts && g_str_equal(put->key, copy->key))
			adopt_more_tags(batch, put, copy->message_id, theirs);
		else if (!known && *news)
			index_db_add_change(batch->db, copy->account, copy->key, news, none, false);
	}
	char **all = tag_set_union(*wished, news);
	g_strfreev(*wished);
	*wished = all;
}

static notmuch_status_t
change_tags(notmuch_message_t *message, char **add, char **remove)
{
	if (!*add && !*remove)
		return NOTMUCH_STATUS_SUCCESS;
	notmuch_status_t status = notmuch_message_freeze(message);
	for (char **tag = remove; *tag && !status; tag++)
		status = notmuch_message_remove_tag(message, *tag);
	for (char **tag = add; *tag && !status; tag++)
		status = notmuch_message_add_tag(message, *tag);
	return status ? status : notmuch_message_thaw(message);
}

static void
remember_tags(
	Batch *batch, const char *message_id, IndexMessage *known, char **present, char **wished)
{
	if (known && !known->dirty && tag_set_equal(known->tags, wished))
		return;
	IndexMessage message = { .tags = wished, .dirty = true };
	g_auto(GStrv) people = tag_set_of_people(present, false);
	message.was = !known ? people : known->dirty ? known->was : known->tags;
	index_db_put_message(batch->db, message_id, &message);
}

bool
batch_write_tags(
	Batch *batch, const Put *put, notmuch_message_t *message, bool fresh, GError **error)
{
	const char *id = notmuch_message_get_message_id(message);
	g_auto(GStrv) present = batch_read_tags(message);
	if (!id || !present)
		return batch_fail(batch, NOTMUCH_STATUS_XAPIAN_EXCEPTION, "read tags", error);
	g_autoptr(GPtrArray) copies = index_db_copies(batch->db, id);
	g_autoptr(IndexMessage) known = index_db_message(batch->db, id);
	g_auto(GStrv) wished = wished_tags(batch, copies);
	if (!fresh)
		adopt_tags(batch, put, known != NULL, copies, present, &wished);
	g_auto(GStrv) people = tag_set_of_people(present, false);
	g_auto(GStrv) add = tag_set_minus(wished, present);
	g_auto(GStrv) remove = tag_set_minus(people, wished);
	notmuch_status_t status = change_tags(message, add, remove);
	if (status)
		return batch_fail(batch, status, "write tags", error);
	remember_tags(batch, id, known, present, wished);
	return true;
}

bool
batch_retag(Batch *batch, const char *message_id, GError **error)
{
	notmuch_message_t *message;
	if (!batch_find(batch, message_id, &message, error))
		return false;
	if (!message)
		return true;
	bool ok = batch_write_tags(batch, NULL, message, false, error);
	notmuch_message_destroy(message);
	return ok;
}
